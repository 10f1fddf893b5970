using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>No engine for this machine: no library for the platform, or none beside the program. Estimates still work.</summary>
public sealed class EngineUnavailableException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="text">What is missing, and what to do about it.</param>
    /// <param name="inner">The cause, or null.</param>
    public EngineUnavailableException(BilingualText text, Exception? inner = null)
        : base(text, inner)
    {
    }
}

/// <summary>How the engine's child process failed.</summary>
public enum EngineFailure
{
    /// <summary>The engine reported an error of another kind.</summary>
    Failed = 0,

    /// <summary>A buffer could not be allocated.</summary>
    OutOfMemory = 1,

    /// <summary>The process ended by a signal or an exception code: a driver or the engine crashed.</summary>
    Crashed = 2,

    /// <summary>It did not finish in time and was killed.</summary>
    TimedOut = 3,

    /// <summary>The engine refused the model or the configuration.</summary>
    Refused = 4,

    /// <summary>A temporary file could not be written.</summary>
    TemporaryFile = 5,
}

/// <summary>The engine's child process failed; the program itself is unharmed.</summary>
public sealed class EngineFailedException : UserErrorException
{
    /// <summary>Creates the error.</summary>
    /// <param name="failure">The kind of failure.</param>
    /// <param name="text">What happened, and what to do about it.</param>
    /// <param name="lastLines">The engine's last error lines.</param>
    public EngineFailedException(EngineFailure failure, BilingualText text, IReadOnlyList<string> lastLines)
        : base(text)
    {
        Failure = failure;
        LastLines = lastLines;
    }

    /// <summary>The kind of failure.</summary>
    public EngineFailure Failure { get; }

    /// <summary>The engine's last error lines, oldest first.</summary>
    public IReadOnlyList<string> LastLines { get; }
}
