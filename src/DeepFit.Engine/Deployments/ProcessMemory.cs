using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Deployments;

/// <summary>What a process holds of system memory.</summary>
/// <param name="Resident">Everything that is in memory for it, shared and mapped pages included (RSS).</param>
/// <param name="Proportional">The same with shared pages divided among those who share them (PSS); null where the system does not say.</param>
/// <param name="Own">What is its own and cannot be read again from a file; null where the system does not say.</param>
/// <param name="File">Pages of mapped files, which the system may take back when it needs them; null where the system does not say.</param>
public sealed record ProcessMemory(ByteSize Resident, ByteSize? Proportional, ByteSize? Own, ByteSize? File)
{
    /// <summary>Pages of a model's file that this process has in memory; null where the system does not say.</summary>
    /// <param name="model">The file; of a split model the first part: the others lie beside it.</param>
    public static ByteSize? OfFile(string model)
    {
        try
        {
            return OperatingSystem.IsLinux() ? ParseFile(System.IO.File.ReadLines("/proc/self/smaps"), System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(model))!) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Sums the resident pages of mapped GGUF files of a folder, as <c>/proc/PID/smaps</c> lists them (proc_pid_smaps(5)).</summary>
    internal static ByteSize ParseFile(IEnumerable<string> smaps, string folder)
    {
        long bytes = 0;
        bool counts = false;
        foreach (string line in smaps)
        {
            if (line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                bytes += counts ? Kib(line, "Rss:") ?? 0 : 0;
            }
            else if (line.Length > 0 && char.IsAsciiHexDigitLower(line[0]))
            {
                // a mapping's head; its fields' names begin with capitals
                int path = line.IndexOf('/', StringComparison.Ordinal);
                counts = path > 0 && System.IO.Path.GetDirectoryName(line[path..].TrimEnd()) == folder;
            }
        }

        return new ByteSize(bytes);
    }

    /// <summary>Looks at a process.</summary>
    /// <param name="id">Its number.</param>
    /// <returns>Null where it is gone, or belongs to another user.</returns>
    public static ProcessMemory? Of(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
                return Parse(System.IO.File.ReadAllText($"{folder}/status"), Rollup($"{folder}/smaps_rollup"));
            }

            using Process process = Process.GetProcessById(id);
            return new ProcessMemory(new ByteSize(process.WorkingSet64), null, OperatingSystem.IsWindows() ? new ByteSize(process.PrivateMemorySize64) : null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Reads <c>/proc/PID/status</c> (VmRSS is the sum of RssAnon, RssFile and RssShmem) and <c>smaps_rollup</c> (proc_pid_status(5), proc_pid_smaps(5)).</summary>
    internal static ProcessMemory? Parse(string status, string? rollup)
    {
        long? file = Kib(status, "RssFile:");
        return Kib(status, "VmRSS:") is not { } resident ? null : new ProcessMemory(
            new ByteSize(resident),
            rollup is not null && Kib(rollup, "Pss:") is { } proportional ? new ByteSize(proportional) : null,
            Kib(status, "RssAnon:") is { } own ? new ByteSize(own + (Kib(status, "RssShmem:") ?? 0)) : null,
            file is { } pages ? new ByteSize(pages) : null);
    }

    private static string? Rollup(string path)
    {
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // older kernels have none
        }
    }

    private static long? Kib(string text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name) && line[name.Length..].Trim() is var value && value.EndsWith(" kB") && long.TryParse(value[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out long kib))
            {
                return kib * 1024;
            }
        }

        return null;
    }
}
