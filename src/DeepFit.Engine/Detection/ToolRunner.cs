using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace DeepFit.Engine.Detection;

/// <summary>Runs one tool: bounded in time and output, no window, no terminal input, messages in English, children killed with it.</summary>
internal static class ToolRunner
{
    // After the tool has ended its pipes close by themselves, unless a grandchild inherited them: do not wait for that one.
    private static readonly TimeSpan s_drain = TimeSpan.FromMilliseconds(500);

    internal static async Task<ToolResult> RunAsync(
        string tool, IReadOnlyList<string> arguments, TimeSpan timeout, int maxBytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string? path = ToolLocator.Find(tool);
        if (path is null)
            return new ToolResult(null, "", "not found");

        ProcessStartInfo start = new(path)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        start.Environment["LANG"] = "C";

        using Process process = new() { StartInfo = start };
        try
        {
            if (!process.Start())
                return new ToolResult(null, "", "did not start");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException or PlatformNotSupportedException)
        {
            return new ToolResult(null, "", e.Message);
        }

        using CappedText output = new(maxBytes);
        using CappedText error = new(maxBytes);
        Task reading = Task.WhenAll(
            output.ReadAsync(process.StandardOutput.BaseStream), error.ReadAsync(process.StandardError.BaseStream));
        string? failure = null;
        using (CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            limit.CancelAfter(timeout);
            try
            {
                CloseInput(process);
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Kill(process);
                failure = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"killed after {timeout.TotalSeconds:0.###} s");
            }
        }

        await Task.WhenAny(reading, Task.Delay(s_drain, CancellationToken.None)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return failure is null
            ? new ToolResult(process.ExitCode, output.ToString(), error.ToString())
            : new ToolResult(null, output.ToString(), failure);
    }

    private static void CloseInput(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The tool has already ended.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // It ended by itself, or part of its tree cannot be killed; either way it is waited for no longer.
        }
    }

    /// <summary>Takes everything a pipe gives, so that the tool never blocks, and keeps the beginning.</summary>
    private sealed class CappedText(int maxBytes) : IDisposable
    {
        private readonly MemoryStream _kept = new();
        private readonly Lock _lock = new();

        public async Task ReadAsync(Stream stream)
        {
            byte[] buffer = new byte[32 << 10];
            try
            {
                int read;
                while ((read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
                {
                    lock (_lock)
                        _kept.Write(buffer, 0, (int)Math.Min(read, maxBytes - _kept.Length));
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // A pipe that a grandchild keeps open is given up, or it was closed under us after the tool was killed; what was read stays.
            }
        }

        public void Dispose() => _kept.Dispose();

        public override string ToString()
        {
            lock (_lock)
                return Encoding.UTF8.GetString(_kept.GetBuffer(), 0, (int)_kept.Length);
        }
    }
}
