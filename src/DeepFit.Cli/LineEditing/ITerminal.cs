namespace DeepFit.Cli.LineEditing;

/// <summary>A terminal that keys are read from one by one.</summary>
internal interface ITerminal : IDisposable
{
    /// <summary>Columns.</summary>
    int Width { get; }

    /// <summary>Rows.</summary>
    int Height { get; }

    /// <summary>Has every key come as it is pressed, nothing echoed, until <see cref="Leave"/>.</summary>
    void Enter();

    /// <summary>Echoes nothing until <see cref="Leave"/>, while something is written: what is typed meanwhile is read later. Ctrl-C stays a signal.</summary>
    void Hush();

    /// <summary>Gives the terminal back as it was.</summary>
    void Leave();

    /// <summary>Stops the program as Ctrl-Z does, and comes back when it goes on; between <see cref="Leave"/> and <see cref="Enter"/>.</summary>
    void Suspend();

    /// <summary>The next key press; null where there will be none any more.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Key? ReadKey(CancellationToken cancellationToken);

    /// <summary>Writes text and control sequences as they are.</summary>
    void Write(string text);
}
