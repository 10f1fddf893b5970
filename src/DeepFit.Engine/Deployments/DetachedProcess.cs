using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Deployments;

/// <summary>
/// Starts this program so that it outlives the terminal: without input, its output at the end of a log, in a session of its own (on Windows with a console of its own that nobody sees).
/// </summary>
public static partial class DetachedProcess
{
    /// <summary>Tells the program that it was started this way, and where its log is.</summary>
    public const string Variable = "DEEPFIT_LOG";

    /// <summary>
    /// To be called first thing by a program that may have been started detached: leaves the terminal's session, and on Windows sends what is written to the log.
    /// </summary>
    public static void Enter()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } log)
        {
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            _ = NewSession(); // fails for the leader of a group, which has one of its own already
            return;
        }

        var writer = new StreamWriter(new LogEnd(log), new UTF8Encoding(false)) { AutoFlush = true };
        Console.SetOut(writer);
        Console.SetError(writer);
    }

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">Its arguments. They are seen by everybody on the machine: no secrets.</param>
    /// <param name="environment">Variables to set; only the user sees them.</param>
    /// <param name="log">The log; it exists.</param>
    /// <param name="command">How to start the program; null for <see cref="EngineCommand.Default"/>.</param>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    internal static Process Start(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string log, EngineCommand? command = null)
    {
        command ??= EngineCommand.Default;
        var start = new ProcessStartInfo { UseShellExecute = false, CreateNoWindow = true };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = command.FileName;
        }
        else
        {
            // the shell connects input and output and becomes the program, so that also what the engine and the runtime write themselves goes to the log
            start.FileName = "/bin/sh";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add($"exec \"$0\" \"$@\" </dev/null >>\"${Variable}\" 2>&1");
            start.ArgumentList.Add(command.FileName);
            start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        }

        foreach (string argument in command.Arguments.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string? value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[Variable] = log;
        return Process.Start(start) ?? throw new Win32Exception("no process");
    }

    /// <summary>Whether whoever started this process wants it to go on when its terminal closes, as <c>nohup</c> does: the signal of that is ignored.</summary>
    public static unsafe bool OutlivesTerminal()
    {
        const int hangUp = 1; // SIGHUP
        const nint ignore = 1; // SIG_IGN
        byte* old = stackalloc byte[512]; // struct sigaction is smaller everywhere, and begins with the handler
        return !OperatingSystem.IsWindows() && SignalAction(hangUp, null, old) == 0 && *(nint*)old == ignore;
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static unsafe partial int SignalAction(int signal, void* action, void* old);

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int NewSession();

    /// <summary>Writes at the end of a file, wherever that is by then.</summary>
    private sealed class LogEnd(string path) : FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Seek(0, SeekOrigin.End);
            base.Write(buffer);
            Flush();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
