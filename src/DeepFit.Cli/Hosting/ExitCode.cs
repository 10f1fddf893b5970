using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Hosting;

/// <summary>The process's exit codes; other programs rely on them.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = Failure.Failed;
    public const int WrongUsage = Failure.WrongUsage;
    public const int NothingFits = Failure.NothingFits;

    /// <summary>What shells say of a process that SIGHUP ended, the closing of its terminal: 128 + 1.</summary>
    public const int HungUp = 129;

    /// <summary>The same of SIGINT: 128 + 2.</summary>
    public const int Interrupted = 130;

    /// <summary>The same of SIGTERM: 128 + 15.</summary>
    public const int Terminated = 143;
}
