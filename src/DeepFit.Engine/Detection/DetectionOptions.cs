namespace DeepFit.Engine.Detection;

/// <summary>What to detect.</summary>
public sealed record DetectionOptions
{
    /// <summary>Whether memory bandwidth is measured when the cache does not hold it (about 0.2 s, all cores). Default true; a cached figure is used either way.</summary>
    public bool MeasureBandwidth { get; init; } = true;

    /// <summary>Whether the disk's read rate is measured when the cache does not hold it (at most about 0.2 s). Default true; a cached figure is used either way.</summary>
    public bool MeasureDisk { get; init; } = true;

    /// <summary>Whether cached rates are measured anew. Default false.</summary>
    public bool Refresh { get; init; }

    /// <summary>Whether GPUs are looked for. Default true.</summary>
    public bool DetectGpus { get; init; } = true;

    /// <summary>Whether the engine is asked for its devices (a child process). Default true.</summary>
    public bool ListEngineDevices { get; init; } = true;

    /// <summary>The folder that models go to; null for <see cref="ModelsFolders.Default"/>. It need not exist: the nearest existing parent is measured.</summary>
    public string? ModelsFolder { get; init; }
}
