using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;

namespace DeepFit.Core.Estimation;

/// <summary>
/// How fast a configuration answers on a machine, without running it.
/// <para>
/// Generation is bound by memory: every token reads the weights that it uses (all but the embedding table; of the experts, those that are chosen) and the
/// key/value cache at the depth reached, at the device's bandwidth times an efficiency, plus a fixed cost per layer. On a CPU it is no faster than its
/// arithmetic. Prompts are bound by arithmetic. Parts on several devices (partial offload, layers split over GPUs, experts on the CPU) take turns, so
/// their times add up. The generation speed is that of the middle of the answer, the reasoning counted, since the time per token grows linearly with the depth.
/// </para>
/// <para>
/// Measurements replace it: a test-drive of this very variant, quantization and offload is used as it is (moved to the right depth by the model's own
/// slope), real runs before test-drives; those of others correct the estimate by the ratio of measured to estimated speed. Not modelled: weights that
/// do not fit in memory and stream from the disk, which is too slow to be of use, and the engine's copying of weights to a GPU during prompts (estimates of
/// prompt speed at partial offload are low).
/// </para>
/// Immutable; safe for any number of threads.
/// </summary>
public sealed partial class SpeedEstimator
{
    private readonly SpeedHardware hardware;
    private readonly EstimationTarget target;
    private readonly float[] evenSplits;
    private readonly double coreFlops;
    private readonly double smallBatch;
    private readonly double moeLayerSeconds;
    private readonly double moePromptFactor;
    private readonly SpeedMeasurement[] measurements;
    private readonly Correction cpuCorrection;
    private readonly Correction gpuCorrection;

    /// <summary>Prepares the estimator for a machine.</summary>
    /// <param name="machine">The machine; its CPU alone is used for <see cref="EstimationTarget.CpuOnly"/>.</param>
    /// <param name="target">Where models run; null for what the machine offers (<see cref="MachineBudget"/>).</param>
    /// <param name="measurements">What was measured on this very machine; entries of unknown variants are ignored.</param>
    public SpeedEstimator(MachineProfile machine, EstimationTarget? target = null, IReadOnlyList<SpeedMeasurement>? measurements = null)
    {
        MachineBudget budget = MachineBudget.Of(machine);
        this.target = target ?? budget.Target;
        hardware = SpeedHardware.Of(machine, this.target, budget.DevicesOf(this.target));
        evenSplits = SpeedPlacement.Splits(this.target, null);
        SpeedConstants constants = SpeedConstants.Default;
        coreFlops = hardware.Cpu.FlopsPerSecond;
        smallBatch = constants.Get("general", "batch", "small_batch_factor");
        moeLayerSeconds = constants.Get("general", "moe", "layer_microseconds") * 1e-6;
        moePromptFactor = constants.Get("general", "moe", "prompt_factor");
        this.measurements = measurements is null ? [] : Newest(measurements);
        (cpuCorrection, gpuCorrection) = Calibrate();
    }

    /// <summary>Estimates the speed of a configuration.</summary>
    /// <param name="variant">Catalogue id or file name: finds measurements, and how long the variant thinks.</param>
    /// <param name="layout">The model.</param>
    /// <param name="options">How it is run. With <see cref="RuntimeOptions.Parallel"/> above 1 the rates are those of one of so many busy sequences.</param>
    /// <param name="use">How long prompt, reasoning and answer are; null for <see cref="UseProfile.Chat"/>.</param>
    public SpeedEstimate Estimate(string variant, ModelLayout layout, RuntimeOptions options, UseProfile? use = null)
    {
        use ??= UseProfile.Chat;
        SpeedLayout sums = SpeedLayout.Of(layout);
        float[] splits = options.TensorSplit is null ? evenSplits : SpeedPlacement.Splits(target, options.TensorSplit);
        SpeedTokens tokens = SpeedTokens.Of(use, variant);
        SpeedFigure figure = Figure(sums, options, splits, tokens);
        SpeedMeasurement? measured = FindMeasurement(variant, layout.Quantization, sums.Layers, options, tokens);
        return Describe(figure, measured, sums, options, splits, tokens);
    }

    /// <summary>The same as bare figures, without words: for the planner's inner loop. Measurements of this configuration are used.</summary>
    internal SpeedFigure Figure(SpeedLayout sums, string variant, string quantization, RuntimeOptions options, in SpeedTokens tokens)
    {
        SpeedFigure figure = Figure(sums, options, evenSplits, tokens);
        SpeedMeasurement? measured = measurements.Length == 0 ? null : FindMeasurement(variant, quantization, sums.Layers, options, tokens);
        return measured is null ? figure : Apply(figure, measured, sums, options, evenSplits, tokens);
    }

    private SpeedFigure Figure(SpeedLayout sums, RuntimeOptions options, float[] splits, in SpeedTokens tokens)
    {
        SpeedFigure raw = Raw(sums, options, splits, tokens, tokens.MiddleDepth);
        Correction correction = options.GpuLayers > 0 && hardware.Gpus.Length > 0 ? gpuCorrection : cpuCorrection;
        return correction.Count == 0 ? raw : raw.Corrected(correction);
    }

    /// <summary>The uncorrected model at one depth.</summary>
    private SpeedFigure Raw(SpeedLayout m, RuntimeOptions options, ReadOnlySpan<float> splits, in SpeedTokens tokens, double depth)
    {
        int layers = m.Layers;
        int gpuLayers = splits.Length == 0 ? 0 : Math.Clamp(options.GpuLayers, 0, layers + 1);
        int users = Math.Max(1, options.Parallel);
        double cache = m.CacheBytes(options.KvTypeK, options.KvTypeV) * depth * users;
        double attention = m.AttentionFlops * depth;
        double promptAttention = m.AttentionFlops * tokens.Prompt / 2.0;

        // With several sequences at once more experts are touched: 1 - (1 - share)^users of them.
        double touched = m.ExpertShare == 0 ? 0 : users == 1 ? m.ExpertShare : 1 - Math.Pow(1 - m.ExpertShare, users);
        bool moe = m.ExpertShare > 0;

        int first = SpeedPlacement.FirstOnGpu(layers, gpuLayers);
        int expertsOnCpu = Math.Min(options.CpuMoeLayers, layers);
        bool outputOnCpu = gpuLayers == 0;
        int cpuLayers = Math.Min(first, layers);
        int cpuExpertLayers = Math.Max(cpuLayers, expertsOnCpu);

        double cpuBytes = m.Dense[cpuLayers] + (m.Experts[cpuExpertLayers] * touched) + (outputOnCpu ? m.OutputBytes : 0);
        double cpuPromptWork = m.DenseWork[cpuLayers] + (m.ExpertWork[cpuExpertLayers] * m.ExpertShare) + (promptAttention * cpuLayers);
        double cpuWork = m.DenseWork[cpuLayers] + (m.ExpertWork[cpuExpertLayers] * m.ExpertShare) + (attention * cpuLayers) + (outputOnCpu ? m.OutputWork : 0);
        SpeedDevice cpu = hardware.Cpu;
        double cpuFixed = cpuExpertLayers * cpu.SecondsPerLayer;
        double cpuArithmetic = cpuWork / coreFlops;
        double cpuSeconds = cpuBytes == 0 && cpuWork == 0 ? 0
            : Math.Max((cpuBytes + (cache * cpuLayers)) / cpu.BytesPerSecond, cpuArithmetic) + ((users - 1) * cpuArithmetic / smallBatch) + cpuFixed;
        double cpuPrompt = cpuPromptWork / coreFlops;

        double generation = cpuSeconds, prompt = cpuPrompt;
        double generationLow = cpuSeconds * cpu.GenerationLow, generationHigh = cpuSeconds * cpu.GenerationHigh;
        double promptLow = cpuPrompt * cpu.PromptLow, promptHigh = cpuPrompt * cpu.PromptHigh;

        int begin = first;
        for (int d = 0; d < splits.Length && gpuLayers > 0; d++)
        {
            int end = SpeedPlacement.EndOn(splits, d, layers, gpuLayers);
            int last = Math.Min(end, layers);
            int expertsFrom = Math.Clamp(expertsOnCpu, begin, Math.Max(begin, last));
            int count = Math.Max(0, last - begin);
            bool output = end > layers && begin <= layers;
            if (count == 0 && !output)
            {
                begin = end;
                continue;
            }

            SpeedDevice gpu = hardware.Gpus[d];
            double experts = count == 0 ? 0 : m.Experts[last] - m.Experts[expertsFrom];
            double dense = count == 0 ? 0 : m.Dense[last] - m.Dense[begin];
            double flops = count == 0 ? 0
                : m.DenseFlops[last] - m.DenseFlops[begin] + ((m.ExpertFlops[last] - m.ExpertFlops[expertsFrom]) * m.ExpertShare);
            double bytes = dense + (experts * touched) + (output ? m.OutputBytes : 0) + (cache * count);
            double rate = gpu.FlopsPerSecond * (moe ? moePromptFactor : 1);
            double arithmetic = (flops + (attention * count) + (output ? m.OutputFlops : 0)) / rate;
            int moeLayers = moe ? Math.Max(0, last - Math.Max(begin, m.LeadingDense)) : 0;
            double seconds = Math.Max(bytes / gpu.BytesPerSecond, arithmetic) + ((users - 1) * arithmetic / smallBatch)
                + ((count - moeLayers) * gpu.SecondsPerLayer) + (moeLayers * Math.Max(moeLayerSeconds, gpu.SecondsPerLayer));
            double promptSeconds = (flops + (promptAttention * count)) / rate;
            generation += seconds;
            prompt += promptSeconds;
            generationLow += seconds * gpu.GenerationLow;
            generationHigh += seconds * gpu.GenerationHigh;
            promptLow += promptSeconds * gpu.PromptLow;
            promptHigh += promptSeconds * gpu.PromptHigh;
            begin = end;
        }

        return new SpeedFigure(
            EstimateBasis.Estimated, 1 / prompt, 1 / generation, promptLow / prompt, promptHigh / prompt, generationLow / generation, generationHigh / generation);
    }
}

/// <summary>Token counts that an estimate assumes.</summary>
/// <param name="Prompt">Prompt.</param>
/// <param name="Reasoning">Reasoning.</param>
/// <param name="Answer">Answer.</param>
internal readonly record struct SpeedTokens(int Prompt, int Reasoning, int Answer)
{
    /// <summary>Cache depth in the middle of what is generated.</summary>
    public double MiddleDepth => Prompt + ((Reasoning + Answer) / 2.0);

    public static SpeedTokens Of(UseProfile use, string variant) => new(use.PromptTokens, use.ReasoningTokensOf(variant), use.AnswerTokens);
}

/// <summary>A correction from measurements: what the estimate is multiplied with.</summary>
/// <param name="Count">Measurements that it rests on; 0 for none.</param>
/// <param name="Generation">Factor for generation.</param>
/// <param name="Prompt">Factor for prompts.</param>
/// <param name="HalfWidth">Logarithmic half-width of the 80% interval that is left.</param>
internal readonly record struct Correction(int Count, double Generation, double Prompt, double HalfWidth);

/// <summary>Speed as bare numbers; low and high are logarithms of the ends over the figure.</summary>
internal readonly record struct SpeedFigure(
    EstimateBasis Basis, double PromptTps, double GenerationTps, double PromptLow, double PromptHigh, double GenerationLow, double GenerationHigh)
{
    public double SecondsToFirstToken(in SpeedTokens tokens) => tokens.Prompt / PromptTps;

    public double SecondsToAnswer(in SpeedTokens tokens) => (tokens.Prompt / PromptTps) + ((tokens.Reasoning + tokens.Answer) / GenerationTps);

    public SpeedFigure Corrected(in Correction by) => this with
    {
        PromptTps = PromptTps * by.Prompt,
        GenerationTps = GenerationTps * by.Generation,
        PromptLow = -by.HalfWidth,
        PromptHigh = by.HalfWidth,
        GenerationLow = -by.HalfWidth,
        GenerationHigh = by.HalfWidth,
    };
}
