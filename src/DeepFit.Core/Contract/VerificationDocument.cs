namespace DeepFit.Core.Contract;

/// <summary>What was promised and what came (<c>deepfit verify</c>).</summary>
public sealed record VerificationDocument
{
    /// <summary>The deployment that was verified.</summary>
    public required string Id { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Catalogue id, or null for a file that is not in it.</summary>
    public required string? Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>Whether every promise was kept that could be held against what came.</summary>
    public required bool Holds { get; init; }

    /// <summary>The same in words, in the language asked for.</summary>
    public required string Verdict { get; init; }

    /// <summary>Whether the speeds were kept, so that estimates of this configuration are <c>verified</c> from now on.</summary>
    public required bool Learned { get; init; }

    /// <summary>Whether the memory was kept, so that estimates of this very configuration are <c>verified</c> from now on.</summary>
    public required bool LearnedMemory { get; init; }

    /// <summary>Why speeds were not judged: <c>other_requests</c>, <c>other_programs</c>, or null.</summary>
    public required string? Disturbance { get; init; }

    /// <summary>The basis of the promised memory.</summary>
    public required string MemoryBasis { get; init; }

    /// <summary>The basis of the promised speeds, or null where none was promised.</summary>
    public required string? SpeedBasis { get; init; }

    /// <summary>Tokens of the prompts that speeds were measured with, the median.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens that were generated, the median.</summary>
    public required int GeneratedTokens { get; init; }

    /// <summary>Rounds; speeds are medians over them.</summary>
    public required int Rounds { get; init; }

    /// <summary>Relative half-width of the rounds' prompt speeds.</summary>
    public required double? PromptSpread { get; init; }

    /// <summary>Relative half-width of the rounds' generation speeds.</summary>
    public required double? GenerationSpread { get; init; }

    /// <summary>Every figure.</summary>
    public required IReadOnlyList<PromiseDocument> Promises { get; init; }

    /// <summary>The smoke question.</summary>
    public required SmokeDocument Smoke { get; init; }

    /// <summary>What the server said of itself at the end.</summary>
    public required ServerStatusDocument Status { get; init; }
}

/// <summary>One figure, as promised and as it came.</summary>
/// <param name="Name"><c>weights</c>, <c>kv_cache</c>, <c>compute</c>, <c>process_memory</c>, <c>prompt_tps</c>, <c>generation_tps</c>, <c>seconds_to_first_token</c>.</param>
/// <param name="Device">The device, or null where it is of no single one.</param>
/// <param name="Unit"><c>bytes</c>, <c>tps</c> or <c>seconds</c>.</param>
/// <param name="Predicted">The promise, or null.</param>
/// <param name="Low">The low end of what keeps it, or null for none.</param>
/// <param name="High">The high end, or null for none.</param>
/// <param name="Actual">What came, or null where it could not be measured.</param>
/// <param name="Difference">The share by which it differs, or null.</param>
/// <param name="Outcome"><c>kept</c>, <c>better</c>, <c>broken</c> or <c>unknown</c>.</param>
public sealed record PromiseDocument(
    string Name, string? Device, string Unit, double? Predicted, double? Low, double? High, double? Actual, double? Difference, string Outcome);

/// <summary>What came of the smoke question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Reasoning">The reasoning.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Tokens">Tokens of both.</param>
/// <param name="Ended">Whether it ended by itself.</param>
/// <param name="Judged">Whether the answer's content was judged.</param>
/// <param name="Outcome"><c>kept</c>, <c>broken</c> or <c>unknown</c>.</param>
public sealed record SmokeDocument(string Question, string Reasoning, string Answer, int Tokens, bool Ended, bool Judged, string Outcome);
