using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.TestDriving;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>
/// The short-lived child process that alone loads the engine: the program re-entered as <c>deepfit __engine VERB</c>. A driver that crashes takes
/// only the child with it. It dies with its parent, whose end closes the child's standard input.
/// </summary>
public static class EngineChild
{
    /// <summary>The hidden first argument.</summary>
    public const string Verb = "__engine";

    /// <summary>Marks a reply on standard output, so that whatever native code prints beside it does no harm.</summary>
    internal const string Marker = "##deepfit-engine##";

    private static readonly Lock Output = new();

    /// <summary>Runs one verb and exits: <c>devices</c>, <c>dryrun</c> or <c>testdrive</c>; the request is read from standard input.</summary>
    /// <param name="args">The program's arguments; the first is <see cref="Verb"/>.</param>
    /// <returns>0 when a result was sent, 1 when an error was sent, 2 for a wrong call.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args.Count != 2 || args[0] != Verb)
        {
            return 2;
        }

        using Stream input = Console.OpenStandardInput();
        using var reader = new StreamReader(input);
        EngineRequest? request;
        try
        {
            string? line = await reader.ReadLineAsync().ConfigureAwait(false);
            request = line is null ? null : JsonSerializer.Deserialize(line, EngineJson.Default.EngineRequest);
        }
        catch (JsonException)
        {
            return 2;
        }

        if (request is null)
        {
            return 2;
        }

        // Ctrl-C reaches the whole process group: the parent decides, and ends this process.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        _ = DieWithParentAsync(reader);
        return await Task.Run(() => Dispatch(args[1], request)).ConfigureAwait(false);
    }

    /// <summary>Sends one reply.</summary>
    internal static void Send(EngineReply reply)
    {
        string json = JsonSerializer.Serialize(reply, EngineJson.Default.EngineReply);
        lock (Output)
        {
            Console.Out.Write($"\n{Marker}{json}\n");
            Console.Out.Flush();
        }
    }

    private static int Dispatch(string verb, EngineRequest request)
    {
        try
        {
            switch (verb)
            {
                case "devices":
                    NativeEngine.Load();
                    Send(new EngineReply { Devices = EngineDevices.List() });
                    return 0;
                case "dryrun":
                    NativeEngine.Load();
                    Send(new EngineReply { DryRun = DryRunVerb.Run(request) });
                    return 0;
                case "testdrive":
                    NativeEngine.Load();
                    Send(new EngineReply { TestDrive = TestDriveVerb.Run(request) });
                    return 0;
                default:
                    return 2;
            }
        }
        catch (EngineFailedException e)
        {
            return Fail(new EngineError(e.Failure, false, e.Text.En, e.Text.Zh, e.LastLines));
        }
        catch (UserErrorException e)
        {
            return Fail(new EngineError(EngineFailure.Failed, e is EngineUnavailableException, e.Text.En, e.Text.Zh, []));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(new EngineError(
                EngineFailure.TemporaryFile,
                false,
                $"The engine's temporary file cannot be written in {request.Folder}: {e.Message} Set TMPDIR (TEMP on Windows) to a folder on a disk that allows large sparse files.",
                $"无法在 {request.Folder} 写入推理引擎的临时文件：{e.Message} 请把 TMPDIR（Windows 上为 TEMP）设为支持大型稀疏文件的磁盘上的文件夹。",
                []));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or OutOfMemoryException or ArgumentException or InvalidOperationException)
        {
            return Fail(new EngineError(
                e is OutOfMemoryException ? EngineFailure.OutOfMemory : EngineFailure.Failed,
                false,
                $"The engine failed: {e.Message}",
                $"推理引擎出错：{e.Message}",
                []));
        }
    }

    private static int Fail(EngineError error)
    {
        Send(new EngineReply { Error = error });
        return 1;
    }

    /// <summary>Ends this process, native threads and all, once standard input closes.</summary>
    private static async Task DieWithParentAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is not null)
            {
            }
        }
        catch (IOException)
        {
        }

        Process.GetCurrentProcess().Kill();
    }
}
