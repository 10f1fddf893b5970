using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>What every front door accepts and takes where nothing is said.</summary>
public static class RequestLimits
{
    /// <summary>Tokens of context of an estimate where none are asked for.</summary>
    public const int DefaultContext = 8192;

    /// <summary>Least tokens of context that a use may be given.</summary>
    public const int LeastContext = 256;

    /// <summary>Most tokens that may be asked for at all.</summary>
    public const int MostTokens = OptionValues.MostTokens;

    /// <summary>Most tokens computed at once.</summary>
    public const int MostBatch = 65536;

    /// <summary>Most layers that may be asked for at all.</summary>
    public const int MostLayers = 10_000;
}

/// <summary>How a model is to be run, each part only if it was asked for.</summary>
public sealed record RuntimeWishes
{
    /// <summary>Tokens of context, over all sequences. Default <see cref="RequestLimits.DefaultContext"/>.</summary>
    public int? Context { get; init; }

    /// <summary>Cache type of the keys. Default F16.</summary>
    public GgmlType? KvTypeK { get; init; }

    /// <summary>Cache type of the values. Default F16.</summary>
    public GgmlType? KvTypeV { get; init; }

    /// <summary>Tokens computed at once. Default 512.</summary>
    public int? UBatch { get; init; }

    /// <summary>Sequences. Default 1.</summary>
    public int? Parallel { get; init; }

    /// <summary>Flash attention. Default on.</summary>
    public bool? FlashAttention { get; init; }

    /// <summary>Layers on GPUs; null for as many as suit the machine.</summary>
    public int? GpuLayers { get; init; }

    /// <summary>First layers whose experts stay on the CPU; null for as many as suit the machine.</summary>
    public int? CpuMoeLayers { get; init; }

    /// <summary>The request that these make.</summary>
    public RuntimeRequest ToRequest()
    {
        var usual = new RuntimeOptions();
        int ubatch = UBatch ?? usual.UBatch;
        var options = new RuntimeOptions
        {
            Context = Context ?? RequestLimits.DefaultContext,
            KvTypeK = KvTypeK ?? GgmlType.F16,
            KvTypeV = KvTypeV ?? GgmlType.F16,
            UBatch = ubatch,
            Batch = Math.Max(ubatch, usual.Batch),
            Parallel = Parallel ?? 1,
            FlashAttention = FlashAttention ?? true,
            CpuMoeLayers = CpuMoeLayers ?? 0,
        };
        return new RuntimeRequest(options, GpuLayers, CpuMoeLayers is not null);
    }
}
