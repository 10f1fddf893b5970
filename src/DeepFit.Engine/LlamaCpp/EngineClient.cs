using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>
/// Asks the engine in a child process of its own (<see cref="EngineChild"/>): starts it, passes the request, relays its replies, keeps its last error
/// lines, kills it on cancellation or when it takes too long, and says in words how it failed.
/// </summary>
public sealed class EngineClient
{
    private const int KeptLines = 40;

    private readonly EngineCommand command;

    /// <summary>Creates a client.</summary>
    /// <param name="command">How to start the child; null for <see cref="EngineCommand.Default"/>.</param>
    public EngineClient(EngineCommand? command = null) => this.command = command ?? EngineCommand.Default;

    /// <summary>Runs a verb and returns its last reply.</summary>
    internal async Task<EngineReply> AskAsync(string verb, EngineRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        EngineReply? last = null;
        await foreach (EngineReply reply in RunAsync(verb, request, timeout, cancellationToken).ConfigureAwait(false))
        {
            last = reply;
        }

        return last!;
    }

    /// <summary>Runs a verb: its progress, then its result. Anything else is an exception.</summary>
    /// <exception cref="EngineUnavailableException">There is no engine, or no program to start it with.</exception>
    /// <exception cref="ConfigurationRefusedException">The engine refuses the configuration.</exception>
    /// <exception cref="EngineFailedException">It failed otherwise.</exception>
    internal async IAsyncEnumerable<EngineReply> RunAsync(string verb, EngineRequest request, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        NativeEngine.Locate();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using Process process = Start(verb);
        var errors = new Queue<string>();
        var replies = Channel.CreateUnbounded<EngineReply>();
        Task pump = PumpAsync(process, replies.Writer, limit.Token);
        Task drain = DrainAsync(process, errors, limit.Token);
        bool finished = false;
        try
        {
            await WriteAsync(process, request, limit.Token).ConfigureAwait(false);
            while (await WaitAsync(replies.Reader, timeout, errors, limit.Token, cancellationToken).ConfigureAwait(false))
            {
                while (replies.Reader.TryRead(out EngineReply? reply))
                {
                    if (reply.Error is { } error)
                    {
                        throw Translate(error);
                    }

                    finished |= reply.IsLast;
                    yield return reply;
                }
            }

            if (!finished)
            {
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
                await drain.ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                throw Ended(process.ExitCode, [.. errors]);
            }
        }
        finally
        {
            Kill(process);
            await limit.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(pump, drain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Says how a child ended that sent no result.</summary>
    internal static UserErrorException Ended(int exitCode, IReadOnlyList<string> lines)
    {
        if (lines.FirstOrDefault(l => l.Contains("pre-allocated tensor", StringComparison.Ordinal)) is { } tensor)
        {
            // ggml-backend.cpp:941: a weight or a layer's cache is larger than the device takes in one buffer.
            string what = tensor[tensor.IndexOf("pre-allocated tensor", StringComparison.Ordinal)..];
            return new ConfigurationRefusedException(new BilingualText(
                $"The engine cannot run this configuration on this device: one tensor is larger than the device takes in one piece ({what}). Choose a shorter context, a smaller cache type or fewer GPU layers.",
                $"推理引擎无法在该设备上运行此配置：有一个张量超过设备单块缓冲区的上限（{what}）。请缩短上下文、改用更小的缓存类型或减少 GPU 层数。"));
        }

        if (IsOutOfMemory(lines))
        {
            return OutOfMemory(lines);
        }

        if (exitCode == 137 && !OperatingSystem.IsWindows())
        {
            return new EngineFailedException(
                EngineFailure.OutOfMemory,
                new BilingualText(
                    "The engine was killed from outside (signal 9): most often the system did, because memory ran out. Close other programs, or choose fewer GPU layers, a smaller context or a smaller quantization.",
                    "推理引擎被外部终止（signal 9），最常见的原因是内存不足，由系统终止。请关闭其他程序，或减少 GPU 层数、缩短上下文、改用更小的量化。"),
                lines);
        }

        string how = exitCode > 128 && !OperatingSystem.IsWindows() ? $"signal {exitCode - 128}" : $"exit code {exitCode}";
        string said = lines.Count > 0 ? lines[^1] : "-";
        return new EngineFailedException(
            EngineFailure.Crashed,
            new BilingualText(
                $"The engine's process crashed ({how}); its last words: {said}. A GPU driver is the usual cause: update it, or set GGML_VK_VISIBLE_DEVICES to hide a device.",
                $"推理引擎进程崩溃（{how}），最后的输出：{said}。常见原因是显卡驱动：请更新驱动，或用 GGML_VK_VISIBLE_DEVICES 屏蔽某个设备。"),
            lines);
    }

    /// <summary>Whether the engine's lines speak of memory that could not be had.</summary>
    internal static bool IsOutOfMemory(IEnumerable<string> lines) => lines.Any(line =>
        line.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || line.Contains("OutOfDeviceMemory", StringComparison.OrdinalIgnoreCase)
        || line.Contains("OutOfHostMemory", StringComparison.OrdinalIgnoreCase)
        || line.Contains("failed to allocate", StringComparison.OrdinalIgnoreCase)
        || line.Contains("unable to allocate", StringComparison.OrdinalIgnoreCase)
        || line.Contains("cannot allocate", StringComparison.OrdinalIgnoreCase)
        || line.Contains("bad_alloc", StringComparison.Ordinal));

    /// <summary>The failure for memory that could not be had.</summary>
    internal static EngineFailedException OutOfMemory(IReadOnlyList<string> lines) => new(
        EngineFailure.OutOfMemory,
        new BilingualText(
            $"The engine ran out of memory{(lines.Count > 0 ? $": {lines[^1]}" : "")}. Close other programs, or choose fewer GPU layers, a smaller context or a smaller quantization.",
            $"推理引擎内存不足{(lines.Count > 0 ? $"：{lines[^1]}" : "")}。请关闭其他程序，或减少 GPU 层数、缩短上下文、改用更小的量化。"),
        lines);

    private static Exception Translate(EngineError error)
    {
        var text = new BilingualText(error.English, error.Chinese);
        return error switch
        {
            { Unavailable: true } => new EngineUnavailableException(text),
            { Failure: EngineFailure.Refused } => new ConfigurationRefusedException(text),
            _ => new EngineFailedException(error.Failure, text, error.Lines),
        };
    }

    private static async Task<bool> WaitAsync(ChannelReader<EngineReply> reader, TimeSpan timeout, Queue<string> errors, CancellationToken limit, CancellationToken caller)
    {
        try
        {
            return await reader.WaitToReadAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            throw new EngineFailedException(
                EngineFailure.TimedOut,
                new BilingualText(
                    $"The engine did not finish within {timeout.TotalSeconds:0} s and was stopped.",
                    $"推理引擎在 {timeout.TotalSeconds:0} 秒内没有完成，已被停止。"),
                [.. errors]);
        }
    }

    private static async Task WriteAsync(Process process, EngineRequest request, CancellationToken cancellationToken)
    {
        try
        {
            string json = JsonSerializer.Serialize(request, EngineJson.Default.EngineRequest);
            await process.StandardInput.WriteLineAsync(json.AsMemory(), cancellationToken).ConfigureAwait(false);
            await process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It ended before it read: what it said, and how it ended, comes with the end of its output.
        }
    }

    private static async Task PumpAsync(Process process, ChannelWriter<EngineReply> replies, CancellationToken cancellationToken)
    {
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (ParseReply(line) is { } reply)
                {
                    replies.TryWrite(reply);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            replies.TryComplete();
        }
    }

    /// <summary>The reply on a line of the child's output, or null for noise.</summary>
    internal static EngineReply? ParseReply(string line)
    {
        int at = line.IndexOf(EngineChild.Marker, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(line.AsSpan(at + EngineChild.Marker.Length), EngineJson.Default.EngineReply);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task DrainAsync(Process process, Queue<string> errors, CancellationToken cancellationToken)
    {
        try
        {
            while (await process.StandardError.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (line.Length == 0)
                {
                    continue;
                }

                errors.Enqueue(line);
                if (errors.Count > KeptLines)
                {
                    errors.Dequeue();
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already.
        }
    }

    private Process Start(string verb)
    {
        var start = new ProcessStartInfo(command.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add(EngineChild.Verb);
        start.ArgumentList.Add(verb);
        start.Environment["GGML_NO_BACKTRACE"] = "1";
        start.Environment["LC_ALL"] = "C";
        foreach ((string name, string? value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or FileNotFoundException)
        {
            throw new EngineUnavailableException(
                new BilingualText(
                    $"The engine's process cannot be started ({command.FileName}): {e.Message}. Install DeepFit again so that the deepfit program is where this host can start it.",
                    $"无法启动推理引擎进程（{command.FileName}）：{e.Message}。请重新安装 DeepFit，使 deepfit 程序位于可启动的位置。"),
                e);
        }
    }
}
