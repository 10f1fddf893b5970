using DeepFit.Core.Text;

namespace DeepFit.Core.Exports;

/// <summary>One file of an export.</summary>
/// <param name="Path">Its name, without a folder.</param>
/// <param name="Content">The text: UTF-8, line feeds, one at the end.</param>
/// <param name="Executable">Whether it is a script for a Unix shell.</param>
/// <param name="Notes">What to do with it, and what it does not do.</param>
public sealed record ExportFile(string Path, string Content, bool Executable, IReadOnlyList<BilingualText> Notes);

/// <summary>What the files are to say, beside the plan.</summary>
public sealed record ExportSettings
{
    /// <summary>The language of the comments.</summary>
    public Language Language { get; init; } = Language.English;

    /// <summary>DeepFit's version, for the heading.</summary>
    public required string Version { get; init; }

    /// <summary>Name of the service: lower-case letters, digits and dashes, at most 40.</summary>
    public required string Service { get; init; }

    /// <summary>The address to listen on. Default: loopback.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port, or null for the engine's own.</summary>
    public int? Port { get; init; }

    /// <summary>The model: a file, or a repository for vLLM and SGLang; null for the target's own.</summary>
    public string? Model { get; init; }

    /// <summary>The container's image, or null for the target's own.</summary>
    public string? Image { get; init; }

    /// <summary>The engine's program, or null for the usual place.</summary>
    public string? Program { get; init; }

    /// <summary>The variable of the environment that holds the API key; null for no key, which only loopback may have.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>Kubernetes' namespace.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Hosts that run llama.cpp's RPC server.</summary>
    public IReadOnlyList<string> Workers { get; init; } = [];

    /// <summary>Whether scripts are for PowerShell.</summary>
    public bool PowerShell { get; init; }

    /// <summary>Whether <see cref="Host"/> is this machine alone.</summary>
    public bool Loopback => Host is "localhost" or "::1" or "[::1]" || Host.StartsWith("127.", StringComparison.Ordinal);
}
