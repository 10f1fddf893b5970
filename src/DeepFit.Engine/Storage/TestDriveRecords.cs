using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Storage;

/// <summary>A test-drive's result as what is kept and as what is printed.</summary>
public static class TestDriveRecords
{
    /// <summary>The measurement to keep.</summary>
    /// <param name="result">The result.</param>
    /// <param name="machineId">The machine's fingerprint.</param>
    /// <param name="measuredAt">When.</param>
    public static SpeedMeasurement ToMeasurement(this TestDriveResult result, string machineId, DateTimeOffset measuredAt) => new(
        result.Variant,
        result.Quantization,
        result.ContextDepth,
        result.GpuLayers,
        result.PromptTps,
        result.GenerationTps,
        result.PromptSpread,
        result.GenerationSpread,
        EstimateBasis.Measured,
        machineId,
        result.Engine,
        measuredAt);

    /// <summary>The contract's document.</summary>
    public static TestDriveDocument ToDocument(this TestDriveResult result) => new()
    {
        Variant = result.Variant,
        Quantization = result.Quantization,
        Depths = result.Depths,
        ContextDepth = result.ContextDepth,
        PromptTokens = result.PromptTokens,
        Rounds = result.Rounds,
        Threads = result.Threads,
        GpuLayers = result.GpuLayers,
        Devices = result.Devices,
        Basis = ContractMap.Basis(EstimateBasis.Measured),
        PromptTps = ContractNumbers.Significant(result.PromptTps),
        GenerationTps = ContractNumbers.Significant(result.GenerationTps),
        Spread = ContractNumbers.Significant(Math.Max(result.PromptSpread, result.GenerationSpread), 3),
        PromptSpread = ContractNumbers.Significant(result.PromptSpread, 3),
        GenerationSpread = ContractNumbers.Significant(result.GenerationSpread, 3),
        ElapsedSeconds = ContractNumbers.Significant(result.ElapsedSeconds),
        PeakRssBytes = result.PeakRssBytes,
        Engine = result.Engine,
    };
}
