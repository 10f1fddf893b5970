using DeepFit.Core.Estimation;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Contract;

/// <summary>From a capacity plan to the contract's document.</summary>
public static class CapacityMap
{
    /// <summary>An engine's name in the contract and on the command line.</summary>
    public static string NameOf(ServingEngine engine) => engine switch
    {
        ServingEngine.Vllm => "vllm",
        ServingEngine.SgLang => "sglang",
        _ => "llama.cpp",
    };

    /// <summary>A plan, its words in one language.</summary>
    public static CapacityDocument ToDocument(this CapacityPlan plan, Language language)
    {
        CapacityRequest request = plan.Request;
        return new CapacityDocument
        {
            Variant = request.Variant.Id,
            Machine = request.Machine.ToDocument(),
            Use = request.Use.Id,
            Context = request.ContextTokens,
            Goal = new TeamDocument(
                request.Users, request.RequestsPerMinute, plan.ThinkSeconds, plan.AnswerGoal.Seconds, plan.AnswerGoal.Share, request.FirstTokenGoal),
            Pick = plan.Pick?.ToDocument(request, language),
            Closest = plan.Closest?.ToDocument(request, language),
            Reason = plan.Explanation.In(language),
            Options = [.. plan.Options.Select(o => o.ToDocument(request, language))],
            Considered = plan.Considered,
        };
    }

    private static CapacityOptionDocument ToDocument(this CapacityOption option, CapacityRequest request, Language language) => new()
    {
        Engine = NameOf(option.Engine),
        Weights = option.Weights,
        WeightsBytes = option.WeightBytes,
        Basis = ContractMap.Basis(EstimateBasis.Estimated),
        Fits = option.Fits,
        Meets = option.Meets,
        LimitedBy = option.LimitedBy,
        Reason = option.Reason.In(language),
        Nodes = option.Nodes,
        Replicas = option.Replicas,
        TensorParallel = option.Memory is null ? null : option.Layout?.Tensor,
        PipelineParallel = option.Memory is null ? null : option.Layout?.Pipeline,
        DataParallelAttention = option.Layout?.DataParallelAttention ?? false,
        CacheTokens = option.CacheTokens,
        MaximumConcurrency = ContractNumbers.Decimals((double)option.CacheTokens / request.ContextTokens, 2),
        Sequences = option.Sequences,
        GpuMemory = option.Memory is { } memory
            ? new GpuServingDocument(
                memory.Weights.Bytes, memory.Activation.Bytes, memory.Kept.Bytes, memory.Cache.Bytes, memory.CachePerToken.Bytes, memory.BlockTokens, memory.Share)
            : null,
        Memory = option.Devices?.ToDocument(),
        Outcome = option.Outcome is { } outcome ? ToDocument(option, outcome) : null,
        Commands =
        [
            .. option.Commands.Select(line => new EngineCommandDocument(
                line.Where.In(language), line.Text, [.. line.Flags.Select(flag => new EngineFlagDocument(flag.Name, flag.Value, flag.Why.In(language)))])),
        ],
    };

    private static CapacityOutcomeDocument ToDocument(CapacityOption option, QueueOutcome outcome)
    {
        double factor = Math.Exp(option.HalfWidth);
        return new CapacityOutcomeDocument
        {
            FirstToken = ToDocument(outcome.FirstToken),
            Answer = ToDocument(outcome.Answer),
            Wait = ToDocument(outcome.Wait),
            BetweenTokens = ToDocument(outcome.TokenSeconds),
            IntervalFactor = ContractNumbers.Significant(factor),
            GenerationTps = ContractNumbers.Significant(option.TokensPerSecond),
            GenerationTpsLow = ContractNumbers.Significant(option.TokensPerSecond / factor),
            GenerationTpsHigh = ContractNumbers.Significant(option.TokensPerSecond * factor),
            SingleTps = ContractNumbers.Significant(option.SingleTokensPerSecond),
            AnswersPerMinute = ContractNumbers.Significant(outcome.RequestsPerSecond * 60 * option.Replicas),
            Utilization = ContractNumbers.Decimals(outcome.Utilization, 3),
            MeanSequences = ContractNumbers.Significant(outcome.MeanSequences),
            PeakSequences = outcome.PeakSequences,
            PeakCacheShare = ContractNumbers.Decimals(outcome.PeakCacheShare, 3),
            Counted = outcome.Counted,
            Rejected = outcome.Rejected,
            Truncated = outcome.Truncated,
            Preempted = outcome.Preempted,
            Stable = outcome.Stable,
        };
    }

    private static QuantilesDocument ToDocument(Quantiles times) => new(
        ContractNumbers.Significant(times.Mean), ContractNumbers.Significant(times.P50), ContractNumbers.Significant(times.P95), ContractNumbers.Significant(times.P99));
}
