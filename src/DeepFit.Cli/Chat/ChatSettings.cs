using DeepFit.Core.Text;

namespace DeepFit.Cli.Chat;

/// <summary>How a chat goes.</summary>
internal sealed record ChatSettings
{
    /// <summary>How answers are drawn.</summary>
    public ChatSampling Sampling { get; init; } = new();

    /// <summary>Instructions, or null.</summary>
    public string? System { get; init; }

    /// <summary>What is shown of the reasoning.</summary>
    public ThinkMode Think { get; init; }

    /// <summary>Whether each answer's figures are told in full.</summary>
    public bool Verbose { get; init; }

    /// <summary>Tokens that a typical answer takes, its reasoning included; so much of the context is kept free, as far as half of it allows.</summary>
    public int Reserve { get; init; } = 2048;

    /// <summary>Where it runs: the devices, or the server's address.</summary>
    public required string Where { get; init; }

    /// <summary>The speed that was expected, in tokens a second, or null when unknown.</summary>
    public double? ExpectedTps { get; init; }

    /// <summary>Facts for <c>/context</c>, besides.</summary>
    public IReadOnlyList<(BilingualText Name, string Value)> Facts { get; init; } = [];
}
