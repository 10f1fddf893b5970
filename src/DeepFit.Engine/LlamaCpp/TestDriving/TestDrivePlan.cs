namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>
/// One shortened model to measure. The whole model's time for a token is the weighted sum of the probes' times: one probe holds what every token costs
/// once (embedding, output matrix, the few layers of rare kinds), pairs of others give the slope of one more layer of each kind.
/// </summary>
internal sealed record TestDriveProbe
{
    /// <summary>A name for progress: <c>fixed</c>, <c>dense+15</c> ...</summary>
    public required string Name { get; init; }

    /// <summary>The layers kept, as indices into the whole model.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Rows of the embedding and of the output matrix; a slope needs few.</summary>
    public required int VocabularySize { get; init; }

    /// <summary><c>n_gpu_layers</c> for the shortened model.</summary>
    public int GpuLayers { get; init; }

    /// <summary><c>--n-cpu-moe</c> for the shortened model.</summary>
    public int CpuMoeLayers { get; init; }

    /// <summary>What this probe's time for a generated token counts for in the whole model's.</summary>
    public double GenerationWeight { get; init; } = 1;

    /// <summary>What this probe's time for a prompt counts for in the whole model's.</summary>
    public double PromptWeight { get; init; } = 1;

    /// <summary>Bytes of its weights.</summary>
    public long Bytes { get; init; }
}

/// <summary>What to measure.</summary>
internal sealed record TestDrivePlan
{
    /// <summary>The probes.</summary>
    public required IReadOnlyList<TestDriveProbe> Probes { get; init; }

    /// <summary>Routed experts kept in each layer; 0 for a dense model. Fewer than the model has only where memory is short.</summary>
    public int Experts { get; init; }

    /// <summary>
    /// Share of the prompt that is run: with a half of the experts, a half of the tokens, so that every expert gets as many tokens as in the whole model.
    /// </summary>
    public double PromptScale { get; init; } = 1;

    /// <summary>Bytes of all probes' weights together.</summary>
    public long Bytes => Probes.Sum(p => p.Bytes);
}

/// <summary>What bounds a test-drive; the caller's wishes.</summary>
internal sealed record TestDriveLimits
{
    /// <summary>Tokens in the cache when generation is timed.</summary>
    public int ContextDepth { get; init; }

    /// <summary>CPU threads; 0 for the physical cores.</summary>
    public int Threads { get; init; }

    /// <summary>Bytes that the probes' weights may take together; 0 for the default.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Prompt tokens; 0 for as many of 512, 256 ... 32 as time allows.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Seconds to measure for, after loading; 0 for the default.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether to run the whole model, however large, instead of extrapolating.</summary>
    public bool WholeModel { get; init; }

    /// <summary>Whether the whole model is run besides, in the same rounds, to check the extrapolation.</summary>
    public bool Check { get; init; }
}

/// <summary>The end of a test-drive, as the child reports it.</summary>
internal sealed record TestDriveEnd
{
    public required IReadOnlyList<int> Depths { get; init; }

    public required double PromptTps { get; init; }

    public required double GenerationTps { get; init; }

    public required IReadOnlyList<TestDrivePart> Parts { get; init; }

    public double? WholePromptTps { get; init; }

    public double? WholeGenerationTps { get; init; }

    public required double PromptSpread { get; init; }

    public required double GenerationSpread { get; init; }

    public required int PromptTokens { get; init; }

    public required int Rounds { get; init; }

    public required int Threads { get; init; }

    public required int Experts { get; init; }

    public double? CpuShare { get; init; }

    public required long PeakRssBytes { get; init; }

    public required IReadOnlyList<string> Devices { get; init; }
}
