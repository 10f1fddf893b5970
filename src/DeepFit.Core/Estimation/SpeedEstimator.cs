using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;

namespace DeepFit.Core.Estimation;

/// <summary>
/// How fast a configuration answers on a machine, without running it: the physics of <see cref="SpeedModel"/>, with the intervals of <see cref="SpeedIntervals"/>. The
/// generation speed is that of the middle of the answer, the reasoning counted, since the time per token grows linearly with the depth.
/// <para>
/// Measurements replace it: a test-drive of this very variant, quantization and offload is used as it is (moved to the right depth by the model's own
/// slope), real runs before test-drives; those of others correct the estimate by the ratio of measured to estimated speed.
/// </para>
/// Immutable; safe for any number of threads.
/// </summary>
public sealed partial class SpeedEstimator
{
    private readonly SpeedHardware hardware;
    private readonly EstimationTarget target;
    private readonly SpeedModel model;
    private readonly SpeedIntervals intervals;
    private readonly float[] evenSplits;
    private readonly SpeedMeasurement[] measurements;
    private readonly Correction cpuCorrection;
    private readonly Correction gpuCorrection;
    private readonly SpeedConstants constants = SpeedConstants.Default;
    private readonly SpeedCalibration? cpuCalibration;
    private readonly SpeedCalibration? gpuCalibration;

    /// <summary>Prepares the estimator for a machine.</summary>
    /// <param name="machine">The machine; its CPU alone is used for <see cref="EstimationTarget.CpuOnly"/>.</param>
    /// <param name="target">Where models run; null for what the machine offers (<see cref="MachineBudget"/>).</param>
    /// <param name="measurements">What was measured on this very machine; entries of unknown variants are ignored.</param>
    public SpeedEstimator(MachineProfile machine, EstimationTarget? target = null, IReadOnlyList<SpeedMeasurement>? measurements = null)
    {
        MachineBudget budget = MachineBudget.Of(machine);
        this.target = target ?? budget.Target;
        hardware = SpeedHardware.Of(machine, this.target, budget.DevicesOf(this.target), constants);
        SpeedMeasurement[] newest = measurements is null ? [] : Newest(measurements);
        if (Array.Exists(newest, m => m.OneLayer))
        {
            cpuCalibration = SpeedCalibration.Of(newest, gpu: false, hardware.Cpu, constants);
            gpuCalibration = hardware.Gpus.Length > 0 ? SpeedCalibration.Of(newest, gpu: true, hardware.Gpus[0], constants) : null;
            constants = constants.With([.. cpuCalibration?.Costs() ?? [], .. gpuCalibration?.Costs() ?? []]);
            hardware = hardware.With(cpuCalibration?.Apply(hardware.Cpu), gpuCalibration is { } of ? [.. hardware.Gpus.Select(of.Apply)] : null);
        }

        model = new SpeedModel(hardware, constants);
        intervals = new SpeedIntervals(hardware, constants);
        evenSplits = SpeedPlacement.Splits(this.target, null);
        this.measurements = [.. newest.Where(m => !m.OneLayer)];
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
        SpeedLayout sums = Sums(layout);
        float[] splits = options.TensorSplit is null ? evenSplits : SpeedPlacement.Splits(target, options.TensorSplit);
        SpeedTokens tokens = SpeedTokens.Of(use, variant);
        SpeedFigure figure = Figure(sums, options, splits, tokens);
        SpeedMeasurement? measured = FindMeasurement(variant, layout.Quantization, sums.Layers, options, tokens);
        return Describe(figure, measured, sums, options, splits, tokens);
    }

    /// <summary>A layout's sums, with the costs of this machine.</summary>
    internal SpeedLayout Sums(ModelLayout layout) => constants.Layout(layout);

    /// <summary>The same as bare figures, without words: for the planner's inner loop. Measurements of this configuration are used. The sums are those of <see cref="Sums"/>.</summary>
    internal SpeedFigure Figure(SpeedLayout sums, string variant, string quantization, RuntimeOptions options, in SpeedTokens tokens)
    {
        SpeedFigure figure = Figure(sums, options, evenSplits, tokens);
        SpeedMeasurement? measured = measurements.Length == 0 ? null : FindMeasurement(variant, quantization, sums.Layers, options, tokens);
        return measured is null ? figure : Apply(figure, measured, sums, options, evenSplits, tokens);
    }

    private SpeedFigure Figure(SpeedLayout sums, RuntimeOptions options, float[] splits, in SpeedTokens tokens)
    {
        SpeedFigure raw = intervals.Figure(sums, Seconds(sums, options, splits, tokens, tokens.MiddleDepth));
        Correction correction = CorrectionOf(options);
        return correction.Count == 0 ? raw : raw.Corrected(correction);
    }

    /// <summary>The uncorrected model at one depth.</summary>
    private SpeedSeconds Seconds(SpeedLayout sums, RuntimeOptions options, float[] splits, in SpeedTokens tokens, double depth) =>
        model.Seconds(sums, options, splits, tokens.Prompt, depth);
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
        Basis = EstimateBasis.Calibrated,
        PromptTps = PromptTps * by.Prompt,
        GenerationTps = GenerationTps * by.Generation,
        PromptLow = -by.HalfWidth,
        PromptHigh = by.HalfWidth,
        GenerationLow = -by.HalfWidth,
        GenerationHigh = by.HalfWidth,
    };
}
