using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Contract;

/// <summary>From the domain's records to the contract's documents.</summary>
public static class ContractMap
{
    /// <summary>A configuration, its words in one language.</summary>
    public static ConfigurationDocument ToDocument(this Configuration configuration, Language language)
    {
        RuntimeOptions options = configuration.Options;
        return new ConfigurationDocument
        {
            Variant = configuration.Variant,
            Quantization = configuration.Quantization,
            Context = options.Context,
            KvTypeK = CacheType(options.KvTypeK),
            KvTypeV = CacheType(options.KvTypeV),
            UBatch = options.UBatch,
            Batch = options.Batch,
            Parallel = options.Parallel,
            FlashAttention = options.FlashAttention,
            GpuLayers = options.GpuLayers,
            CpuMoeLayers = options.CpuMoeLayers,
            TensorSplit = options.TensorSplit is null ? null : [.. options.TensorSplit.Select(share => ContractNumbers.Significant(share) ?? 0)],
            FileBytes = configuration.FileBytes.Bytes,
            Fits = configuration.Fits,
            LimitedBy = configuration.LimitedBy,
            Reason = configuration.Reason.In(language),
            ContextNeeded = configuration.Need is { } need
                ? new ContextNeedDocument(need.Least, need.Comfortable, need.TypicalTokens, need.LongTokens, configuration.ReasoningSource?.In(language))
                : null,
            Memory = configuration.Memory.ToDocument(),
            Speed = configuration.Speed?.ToDocument(language, configuration.LongSpeed),
            Quality = configuration.Quality.ToDocument(language),
        };
    }

    /// <summary>Memory on every device.</summary>
    public static MemoryDocument ToDocument(this MemoryEstimate memory) => new()
    {
        Basis = Basis(memory.Basis),
        TotalBytes = memory.Total.Bytes,
        Devices =
        [
            .. memory.Devices.Select(device => new DeviceMemoryDocument(
                device.Device,
                device.Weights.Bytes,
                device.KvCache.Bytes,
                device.Compute.Bytes,
                device.Overhead.Bytes,
                device.Total.Bytes,
                device.Available?.Bytes)),
        ],
    };

    /// <summary>Speed, rounded.</summary>
    public static SpeedDocument ToDocument(this SpeedEstimate speed, Language language, SpeedEstimate? longer = null) => new()
    {
        Basis = Basis(speed.Basis),
        PromptTps = ContractNumbers.Significant(speed.PromptTps),
        PromptTpsLow = ContractNumbers.Significant(speed.PromptTpsLow),
        PromptTpsHigh = ContractNumbers.Significant(speed.PromptTpsHigh),
        GenerationTps = ContractNumbers.Significant(speed.GenerationTps),
        GenerationTpsLow = ContractNumbers.Significant(speed.GenerationTpsLow),
        GenerationTpsHigh = ContractNumbers.Significant(speed.GenerationTpsHigh),
        SecondsToFirstToken = ContractNumbers.Significant(speed.SecondsToFirstToken),
        SecondsToAnswer = ContractNumbers.Significant(speed.SecondsToAnswer),
        SecondsToAnswerLow = ContractNumbers.Significant(speed.SecondsToAnswerLow),
        SecondsToAnswerHigh = ContractNumbers.Significant(speed.SecondsToAnswerHigh),
        Tokens = Tokens(speed),
        LongAnswer = longer is null ? null : new LongAnswerDocument(
            Tokens(longer),
            ContractNumbers.Significant(longer.SecondsToFirstToken),
            ContractNumbers.Significant(longer.SecondsToAnswer),
            ContractNumbers.Significant(longer.SecondsToAnswerLow),
            ContractNumbers.Significant(longer.SecondsToAnswerHigh)),
        PromptTokens = speed.PromptTokens,
        ReasoningTokens = speed.ReasoningTokens,
        AnswerTokens = speed.AnswerTokens,
        Assumes = speed.Assumes.In(language),
    };

    /// <summary>Quality, scores to a tenth of a point, losses to a hundredth.</summary>
    public static QualityDocument ToDocument(this QualityEstimate quality, Language language) => new()
    {
        Basis = Basis(quality.Basis),
        Score = quality.Score is { } score ? ContractNumbers.Decimals(score, 1) : null,
        ScoreLow = quality.ScoreLow is { } low ? ContractNumbers.Decimals(low, 1) : null,
        ScoreHigh = quality.ScoreHigh is { } high ? ContractNumbers.Decimals(high, 1) : null,
        Uncertainty = quality.Uncertainty is { } uncertainty ? ContractNumbers.Decimals(uncertainty, 2) : null,
        QuantizationLoss = ContractNumbers.Decimals(quality.QuantizationLoss, 2),
        QuantizationLossLow = ContractNumbers.Decimals(quality.QuantizationLossLow, 2),
        QuantizationLossHigh = ContractNumbers.Decimals(quality.QuantizationLossHigh, 2),
        Benchmarks = quality.Benchmarks.Where(b => double.IsFinite(b.Value)).ToDictionary(b => b.Key, b => b.Value, StringComparer.Ordinal),
        BenchmarkDetails = [.. quality.Scores.Select(score => score.ToDocument(language))],
        Sources = quality.Sources,
        Assumes = quality.Assumes.In(language),
    };

    /// <summary>A published score.</summary>
    public static BenchmarkDocument ToDocument(this BenchmarkScore score, Language language) => new(
        score.Name,
        score.Metric,
        score.Value,
        score.Low is { } low ? ContractNumbers.Decimals(low, 1) : null,
        score.High is { } high ? ContractNumbers.Decimals(high, 1) : null,
        score.StandardError is { } error ? ContractNumbers.Decimals(error, 2) : null,
        score.Questions,
        score.Samples,
        score.Weight,
        score.Note.In(language),
        score.Source,
        [.. score.Others.Select(o => new OtherResultDocument(o.Value, o.Note.In(language), o.Source))]);

    /// <summary>A machine, its assumptions in one language; <see cref="MachineFile"/> reads back what this prints.</summary>
    public static MachineDocument ToDocument(this MachineProfile machine, Language language = Language.English) => new()
    {
        Name = machine.Name,
        Os = new OperatingSystemDocument(
            machine.Os.Family, machine.Os.Description, machine.Os.Architecture, machine.Os.Container, machine.Os.Wsl),
        Cpu = new CpuDocument(
            machine.Cpu.Model,
            machine.Cpu.PhysicalCores,
            machine.Cpu.LogicalCores,
            machine.Cpu.PerformanceCores,
            machine.Cpu.EfficiencyCores,
            Finite(machine.Cpu.QuotaCores),
            machine.Cpu.Simd,
            machine.Cpu.NumaNodes,
            Finite(machine.Cpu.MaxMhz),
            machine.Cpu.Sockets),
        Memory = new MachineMemoryDocument(
            machine.Memory.Total.Bytes,
            machine.Memory.Available.Bytes,
            machine.Memory.CgroupLimit?.Bytes,
            Rate(machine.Memory.Bandwidth),
            machine.Memory.BandwidthBasis,
            machine.Memory.Swap.Bytes),
        Disk = machine.Disk is { } disk
            ? new DiskDocument(disk.Path, disk.Free.Bytes, disk.Total?.Bytes, Rate(disk.ReadRate), disk.Kind)
            : null,
        Gpus = [.. machine.Gpus.Select(ToDocument)],
        EngineDevices =
        [
            .. machine.EngineDevices.Select(device => new EngineDeviceDocument(
                device.Name, device.Description, device.Type, device.MemoryFree.Bytes, device.MemoryTotal.Bytes)),
        ],
        Nodes = machine.Nodes,
        Interconnect = machine.Interconnect,
        Assumptions = [.. machine.Assumptions.Select(text => text.In(language))],
    };

    /// <summary>The rung's name in the contract.</summary>
    public static string Basis(EstimateBasis basis) => basis switch
    {
        EstimateBasis.Estimated => "estimated",
        EstimateBasis.Simulated => "simulated",
        EstimateBasis.Calibrated => "calibrated",
        EstimateBasis.Measured => "measured",
        EstimateBasis.Verified => "verified",
        _ => throw new ArgumentOutOfRangeException(nameof(basis), basis, "unknown basis"),
    };

    /// <summary>A cache type's name in the contract, llama.cpp's own spelling: <c>f16</c>, <c>q8_0</c>.</summary>
    public static string CacheType(GgmlType type) => type.ToString().ToLowerInvariant();

    private static TokensDocument Tokens(SpeedEstimate speed) => new(speed.PromptTokens, speed.ReasoningTokens, speed.AnswerTokens);

    private static GpuDocument ToDocument(GpuDevice gpu) => new(
        gpu.Name,
        gpu.Vendor,
        gpu.Memory.Bytes,
        gpu.MemoryFree?.Bytes,
        gpu.Unified,
        gpu.CarveOut?.Bytes,
        Rate(gpu.Bandwidth),
        Finite(gpu.Fp16Tflops),
        Finite(gpu.Fp16VectorTflops),
        gpu.Architecture,
        Rate(gpu.PcieBytesPerSecond),
        gpu.Backends,
        gpu.Driver,
        gpu.ComputeCapability,
        gpu.Id);

    private static long? Rate(ByteRate? rate) => ContractNumbers.WholeBytes(rate?.BytesPerSecond);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
