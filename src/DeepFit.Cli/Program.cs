using System.Runtime.InteropServices;
using DeepFit.Cli.Hosting;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;

if (args.Length > 0 && args[0] == EngineChild.Verb)
{
    return await EngineChild.RunAsync(args).ConfigureAwait(false);
}

DetachedProcess.Enter();
using var stop = new CancellationTokenSource();
int signal = 0;
void Stop(PosixSignalContext context, int exitCode)
{
    // the first signal stops in good order; a second one ends the process as it always does
    context.Cancel = Interlocked.CompareExchange(ref signal, exitCode, 0) == 0;
    stop.Cancel();
}

var console = CliConsole.System();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    if (console.Interrupts.Raise())
    {
        context.Cancel = true; // it stopped an answer, not the program
        return;
    }

    Stop(context, ExitCode.Interrupted);
});
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCode.Terminated));

// closing a terminal is no crash; on Windows it leaves no time to end in good order
using PosixSignalRegistration? hangUp = OperatingSystem.IsWindows() || DetachedProcess.OutlivesTerminal()
    ? null
    : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, ExitCode.HungUp));
using IDisposable? watch = EngineGuard.WatchTheWatcher(() =>
{
    Interlocked.CompareExchange(ref signal, ExitCode.Terminated, 0);
    stop.Cancel();
});
int exitCode = await new CliApplication(console, warn => new DeepFitServices(warn)).RunAsync(args, stop.Token).ConfigureAwait(false);
return signal != 0 && exitCode == ExitCode.Interrupted ? signal : exitCode;
