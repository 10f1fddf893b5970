using System.Collections.Concurrent;
using System.Text;

namespace DeepFit.Engine.Detection;

/// <summary>The real machine. Never throws on what it finds; safe to use from several threads. Everything read is kept for <c>deepfit doctor</c>.</summary>
public sealed class ProbeHost : IProbeHost
{
    /// <summary>Bytes of a file or of a tool's output that are kept; the rest is dropped.</summary>
    public const int MaxBytes = 4 << 20;

    // What identifies a machine or its owner is used (hashed) but never shown: the doctor's output is meant for public bug reports.
    private static readonly HashSet<string> s_private = new(StringComparer.Ordinal) { "/etc/machine-id", "/var/lib/dbus/machine-id" };

    private static readonly System.Buffers.SearchValues<char> s_quoted = System.Buffers.SearchValues.Create(" \"'$|;");

    private readonly ConcurrentQueue<ProbeRecord> _records = new();

    /// <inheritdoc/>
    public IReadOnlyList<ProbeRecord> Records => [.. _records];

    /// <inheritdoc/>
    public string? ReadFile(string path)
    {
        try
        {
            // Sharing everything avoids the advisory lock that .NET would take; length is not asked because /proc and /sys report none.
            using FileStream stream = new(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
            });
            string text = ReadText(stream);
            Record(path, s_private.Contains(path) ? "(private, not shown)" : text);
            return text;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Record(path, null, Reason(e));
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFolder(string path)
    {
        try
        {
            List<string> names = [];
            foreach (string entry in Directory.EnumerateFileSystemEntries(path))
            {
                names.Add(Path.GetFileName(entry));
            }

            names.Sort(StringComparer.Ordinal);
            Record(path + "/", string.Join('\n', names));
            return names;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Record(path + "/", null, Reason(e));
            return [];
        }
    }

    /// <inheritdoc/>
    public string? ReadLink(string path)
    {
        try
        {
            string? target = new FileInfo(path).LinkTarget;
            Record(path + " ->", target, target is null ? "not a link" : null);
            return target;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Record(path + " ->", null, Reason(e));
            return null;
        }
    }

    /// <inheritdoc/>
    public string? Environment(string name)
    {
        string? value = System.Environment.GetEnvironmentVariable(name);
        if (value is not null)
            Record("$" + name, value);
        return value;
    }

    /// <inheritdoc/>
    public async Task<ToolResult> RunAsync(
        string tool, IReadOnlyList<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ToolResult result = await ToolRunner.RunAsync(tool, arguments, timeout ?? TimeSpan.FromSeconds(5), MaxBytes, cancellationToken).ConfigureAwait(false);
        string error = result.ExitCode is int code and not 0 ? $"exit code {code}. {result.Error}".TrimEnd() : result.Error;
        Record(CommandLine(tool, arguments), result.Output, error.Length == 0 ? null : error);
        return result;
    }

    /// <inheritdoc/>
    public void Record(string probe, string? output, string? error = null) => _records.Enqueue(new ProbeRecord(probe, output, error));

    private static string CommandLine(string tool, IReadOnlyList<string> arguments)
    {
        StringBuilder line = new(tool);
        foreach (string argument in arguments)
        {
            bool quoted = argument.Length == 0 || argument.AsSpan().ContainsAny(s_quoted);
            line.Append(' ').Append(quoted ? "'" : "").Append(argument).Append(quoted ? "'" : "");
        }

        return line.ToString();
    }

    private static string ReadText(FileStream stream)
    {
        byte[] buffer = new byte[16 << 10];
        int length = 0;
        int read;
        while (length < MaxBytes && (read = stream.Read(buffer, length, buffer.Length - length)) > 0)
        {
            length += read;
            if (length == buffer.Length && length < MaxBytes)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, MaxBytes));
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static bool IsExpected(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or System.Security.SecurityException;

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "missing",
        UnauthorizedAccessException or System.Security.SecurityException => "not permitted",
        _ => e.Message,
    };
}
