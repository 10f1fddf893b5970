namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit serve --json</c> prints, on one line, when it answers requests.</summary>
public sealed record ServeDocument
{
    /// <summary>What happened: <c>ready</c>.</summary>
    public string Event { get; init; } = "ready";

    /// <summary>The deployment's id, for <c>ps</c>, <c>logs</c>, <c>stop</c> and <c>verify</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The server's address, such as <c>http://127.0.0.1:8484</c>; the API is below <c>/v1</c>.</summary>
    public required string Url { get; init; }

    /// <summary>Whether requests need an API key.</summary>
    public required bool NeedsKey { get; init; }

    /// <summary>The model's name in the API.</summary>
    public required string Model { get; init; }

    /// <summary>The file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The process's number.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Tokens that one request may have, prompt and answer together.</summary>
    public required int RequestTokens { get; init; }

    /// <summary>Seconds that loading took.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>How it is run, with its predictions.</summary>
    public required ConfigurationDocument Configuration { get; init; }
}
