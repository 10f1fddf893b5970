using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// Turns a crash of the native engine into a message. The program that runs models starts itself once more and waits (<see cref="RunAsync"/>); the second process, which has the terminal and
/// the model, leaves a note of its plan. When it ends by a signal, or by the engine's abort, the first one says what happened and with which plan.
/// </summary>
public static partial class EngineGuard
{
    /// <summary>Tells the second process where its note goes, and that it is the second one.</summary>
    internal const string Variable = "DEEPFIT_CRASH_NOTE";

    /// <summary>Tells the second process who watches it: the first one's number, and its birth where that is known.</summary>
    private const string WatcherVariable = "DEEPFIT_WATCHER";

    private const string LoadedLine = "#loaded";

    private static readonly TimeSpan WatcherPeriod = TimeSpan.FromSeconds(1);

    private static readonly Lock Gate = new();
    private static string? notePath;

    /// <summary>Whether this process is watched already, so that it should run the model itself.</summary>
    public static bool IsWatched => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    /// <summary>
    /// Runs this program once more with the same terminal, and waits for it. Ctrl-C reaches both processes; this one leaves it to the other. SIGTERM and SIGHUP are passed on.
    /// </summary>
    /// <param name="arguments">The program's arguments, given again.</param>
    /// <param name="report">Is told of a crash: what happened, with which plan, and the way out.</param>
    /// <param name="command">How to start the program; null for <see cref="EngineCommand.Default"/>.</param>
    /// <returns>Its exit code, or 1 when it crashed.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Action<EngineFailedException> report, EngineCommand? command = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(report);
        command ??= EngineCommand.Default;
        string note = Path.Combine(Path.GetTempPath(), $"deepfit-crash-{Environment.ProcessId}-{Guid.NewGuid():N}.txt");
        var start = new ProcessStartInfo(command.FileName) { UseShellExecute = false };
        foreach (string argument in command.Arguments.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string? value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[Variable] = note;
        start.Environment[WatcherVariable] = string.Create(CultureInfo.InvariantCulture, $"{ProcessIdentity.Current.Id} {ProcessIdentity.Current.Birth}");
        start.Environment["GGML_NO_BACKTRACE"] = "1";
        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("no process");
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => PassOn(process, context, 15));
            using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => PassOn(process, context, 1));
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            if (!IsCrash(process.ExitCode))
            {
                return process.ExitCode;
            }

            report(Crashed(process.ExitCode, File.Exists(note) ? await File.ReadAllLinesAsync(note, CancellationToken.None).ConfigureAwait(false) : []));
            return 1;
        }
        finally
        {
            File.Delete(note);
        }
    }

    /// <summary>
    /// In the second process, calls back once when the first one is no more: killed from outside, it can pass no signal on, and would leave a process behind that shares a terminal or serves unseen.
    /// The first one is looked for every second.
    /// </summary>
    /// <param name="orphaned">What to do then.</param>
    /// <returns>Ends the watch; null in any other process.</returns>
    public static IDisposable? WatchTheWatcher(Action orphaned)
    {
        ArgumentNullException.ThrowIfNull(orphaned);
        string[] told = (Environment.GetEnvironmentVariable(WatcherVariable) ?? "").Split(' ', 2);
        if (!IsWatched || !int.TryParse(told[0], CultureInfo.InvariantCulture, out int id))
        {
            return null;
        }

        var watcher = new ProcessIdentity(id, told is [_, { Length: > 0 } birth] ? birth : null);
        int done = 0;
        return new Timer(
            _ =>
            {
                if (!watcher.IsAlive && Interlocked.Exchange(ref done, 1) == 0)
                {
                    orphaned();
                }
            },
            null, WatcherPeriod, WatcherPeriod);
    }

    /// <summary>Whether an exit code speaks of a crash: a signal other than the ones that people send, or one of Windows' exception codes.</summary>
    internal static bool IsCrash(int exitCode) => OperatingSystem.IsWindows()
        ? (uint)exitCode is >= 0x80000000 and not 0xC000013A
        : exitCode is > 128 and not 129 and not 130 and not 141 and not 143;

    /// <summary>What to say of a crash.</summary>
    /// <param name="exitCode">How the process ended.</param>
    /// <param name="note">The note it left: its plan first, then what the engine said.</param>
    internal static EngineFailedException Crashed(int exitCode, IReadOnlyList<string> note)
    {
        string plan = note.Count > 0 ? note[0] : "-";
        List<string> said = [.. note.Skip(1).Where(line => line.Length > 0)];
        bool loaded = said.Remove(LoadedLine);
        string how = OperatingSystem.IsWindows()
            ? string.Create(CultureInfo.InvariantCulture, $"0x{(uint)exitCode:X8}")
            : string.Create(CultureInfo.InvariantCulture, $"signal {exitCode - 128}");
        bool saidSo = EngineClient.IsOutOfMemory(said);
        bool killed = !OperatingSystem.IsWindows() && exitCode == 137 && !saidSo; // Linux kills who takes too much with signal 9; so can anybody
        string wordsEn = said.Count > 0 ? $" It said: {said[^1]}." : "";
        string wordsZh = said.Count > 0 ? $"引擎最后的输出：{said[^1]}。" : "";
        string whenEn = loaded ? "while it was running" : "while the model was being loaded";
        string whenZh = loaded ? "运行过程中" : "加载模型时";
        (string whatEn, string whatZh) = killed
            ? ($"The engine was killed {whenEn} ({how}), as a system does that runs out of memory.", $"推理引擎在{whenZh}被终止（{how}），系统内存不足时通常会这样做。")
            : ($"The engine ran out of memory {whenEn} ({how}).", $"推理引擎在{whenZh}内存不足（{how}）。");
        return killed || saidSo
            ? new EngineFailedException(
                EngineFailure.OutOfMemory,
                new BilingualText(
                    $"{whatEn}{wordsEn} The plan was: {plan}. Close other programs, or choose fewer GPU layers, a shorter context or a smaller quantization.",
                    $"{whatZh}{wordsZh}当时的方案：{plan}。请关闭其他程序，或减少 GPU 层数、缩短上下文、改用更小的量化。"),
                said)
            : new EngineFailedException(
                EngineFailure.Crashed,
                new BilingualText(
                    $"The engine crashed {whenEn} ({how}).{wordsEn} The plan was: {plan}. A GPU driver is the usual cause: update it, or run on the CPU (--gpu-layers 0).",
                    $"推理引擎在{whenZh}崩溃（{how}）。{wordsZh}当时的方案：{plan}。常见原因是显卡驱动：请更新驱动，或改用 CPU 运行（--gpu-layers 0）。"),
                said);
    }

    /// <summary>The plan in one line, as the note and a crash's message tell it.</summary>
    internal static string Describe(InferenceModel model, InferenceSettings settings, MemoryEstimate memory)
    {
        RuntimeOptions o = settings.Options;
        string devices = string.Join(", ", memory.Devices.Where(d => d.Total.Bytes > 0).Select(d => $"{d.Device} {d.Total}"));
        string split = o.TensorSplit is { Count: > 0 } shares ? $" --tensor-split {string.Join(',', shares.Select(s => s.ToString("0.###", CultureInfo.InvariantCulture)))}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Path} --context {o.Context} --parallel {o.Parallel} --gpu-layers {o.GpuLayers}{split} --n-cpu-moe {o.CpuMoeLayers} --kv-type-k {o.KvTypeK} --kv-type-v {o.KvTypeV} --ubatch {o.UBatch} --flash-attn {(o.FlashAttention ? "on" : "off")} [{devices}]");
    }

    /// <summary>Leaves the plan where the watching process finds it.</summary>
    internal static void Note(InferenceModel model, InferenceSettings settings, MemoryEstimate memory)
    {
        lock (Gate)
        {
            notePath = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;
            Append(Describe(model, settings, memory), anew: true);
        }
    }

    /// <summary>Notes that the model is loaded.</summary>
    internal static void Loaded()
    {
        lock (Gate)
        {
            Append(LoadedLine, anew: false);
        }
    }

    /// <summary>The engine was freed in order.</summary>
    internal static void Done()
    {
        lock (Gate)
        {
            notePath = null;
        }
    }

    /// <summary>Has the engine's last words noted before it aborts.</summary>
    internal static unsafe void WatchAborts() => Ggml.SetAbortCallback(&OnAbort);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void OnAbort(byte* message)
    {
        string text = NativeEngine.Text(message).Trim();
        string? path = notePath;
        if (path is null)
        {
            Console.Error.WriteLine(text);
            return;
        }

        Append(text.Replace('\n', ' '), anew: false);
    }

    private static void Append(string line, bool anew)
    {
        if (notePath is null)
        {
            return;
        }

        try
        {
            if (anew)
            {
                File.WriteAllText(notePath, line + "\n");
            }
            else
            {
                File.AppendAllText(notePath, line + "\n");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a crash is then told without its plan
        }
    }

    private static void PassOn(Process process, PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        if (OperatingSystem.IsWindows())
        {
            process.Kill(); // closing a console reaches the other process by itself; there is no gentler signal
        }
        else
        {
            _ = SendSignal(process.Id, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
