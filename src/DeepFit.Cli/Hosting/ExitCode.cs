namespace DeepFit.Cli.Hosting;

/// <summary>The process's exit codes; other programs rely on them.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int NothingFits = 3;

    /// <summary>What shells say of a process that SIGINT ended: 128 + 2.</summary>
    public const int Interrupted = 130;

    /// <summary>The same of SIGTERM: 128 + 15.</summary>
    public const int Terminated = 143;
}
