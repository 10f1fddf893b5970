using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace DeepFit.Engine.Deployments;

/// <summary>A process, so told that another one that got its number later is never taken for it.</summary>
/// <param name="Id">The process's number.</param>
/// <param name="Birth">When it began, as the system counts it: on Linux the boot and the clock ticks since then, elsewhere the time. Null where that cannot be known.</param>
public sealed record ProcessIdentity(int Id, string? Birth)
{
    /// <summary>This process.</summary>
    public static ProcessIdentity Current { get; } = Of(Environment.ProcessId) ?? new ProcessIdentity(Environment.ProcessId, null);

    /// <summary>Whether it still runs. One that has ended and was not yet waited for does not.</summary>
    public bool IsAlive => Of(Id) is { } now && (Birth is null || now.Birth is null || now.Birth == Birth);

    /// <summary>The process that has a number now; null where none runs.</summary>
    public static ProcessIdentity? Of(int id) => OperatingSystem.IsLinux() ? OfLinux(id) : OfOthers(id);

    /// <summary>Reads <c>/proc/PID/stat</c>: the state is the first field after the name, the start the twentieth (proc_pid_stat(5), fields 3 and 22).</summary>
    internal static ProcessIdentity? Parse(int id, string stat, string boot)
    {
        int name = stat.LastIndexOf(')'); // the name may hold blanks and parentheses itself
        string[] fields = name < 0 ? [] : stat[(name + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20 || fields[0] is "Z" or "X" or "x" ? null : new ProcessIdentity(id, $"{boot.Trim()}:{fields[19]}");
    }

    private static ProcessIdentity? OfLinux(int id)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return Parse(id, stat, File.ReadAllText("/proc/sys/kernel/random/boot_id"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ProcessIdentity? OfOthers(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return process.HasExited ? null : new ProcessIdentity(id, process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Win32Exception)
        {
            return new ProcessIdentity(id, null); // it is there, and belongs to somebody else
        }
    }
}
