using DeepFit.Core.Contract;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Engine.Deployments;

/// <summary>Tells what a server is and does.</summary>
public static class ServerStatus
{
    /// <summary>The status of a serving process: this one.</summary>
    /// <param name="engine">The engine that it serves with.</param>
    /// <param name="id">The deployment's id.</param>
    /// <param name="registration">What it said of itself.</param>
    /// <param name="uptime">How long it has been able to answer.</param>
    /// <param name="version">DeepFit's version.</param>
    public static ServerStatusDocument Of(InferenceEngine engine, string id, DeploymentRegistration registration, TimeSpan uptime, string version)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(registration);
        return new ServerStatusDocument
        {
            Id = id,
            Model = registration.Model,
            Variant = registration.Variant,
            Quantization = registration.Quantization,
            Path = engine.Model.Path,
            Engine = NativeEngine.Name,
            Version = version,
            ProcessId = Environment.ProcessId,
            UptimeSeconds = ContractNumbers.Decimals(uptime.TotalSeconds, 1) ?? 0,
            Context = engine.Options.Context,
            RequestTokens = engine.ContextLength,
            PredictedMemory = engine.PredictedMemory.ToDocument(),
            ActualMemory = engine.ActualMemory.Memory.ToDocument(),
            MappedWeightsBytes = engine.ActualMemory.Mapped.Bytes,
            CopiedWeightsBytes = engine.ActualMemory.Copied.Bytes,
            ModelPagesBytes = ProcessMemory.OfFile(engine.Model.Path)?.Bytes,
            ProcessMemory = ProcessMemory.Of(Environment.ProcessId) is { } memory ? ToDocument(memory) : null,
            Statistics = ToDocument(engine.Statistics()),
        };
    }

    /// <summary>The contract's document.</summary>
    public static ProcessMemoryDocument ToDocument(this ProcessMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        return new ProcessMemoryDocument(memory.Resident.Bytes, memory.Proportional?.Bytes, memory.Own?.Bytes, memory.File?.Bytes);
    }

    private static ServerStatisticsDocument ToDocument(InferenceStatistics s) => new()
    {
        Slots = s.Slots,
        BusySlots = s.BusySlots,
        Waiting = s.Waiting,
        Completed = s.Completed,
        Cancelled = s.Cancelled,
        Failed = s.Failed,
        Refused = s.Refused,
        PromptTokens = s.PromptTokens,
        CachedTokens = s.CachedTokens,
        GeneratedTokens = s.GeneratedTokens,
        PromptTps = s.PromptSeconds > 0 ? ContractNumbers.Significant(s.PromptTokens / s.PromptSeconds) : null,
        GenerationTps = s.GenerationSeconds > 0 ? ContractNumbers.Significant(s.GeneratedTokens / s.GenerationSeconds) : null,
        CacheTokens = s.CacheTokens,
        CacheCapacity = s.CacheCapacity,
    };
}
