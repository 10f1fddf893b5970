using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>Says of one configuration whether it runs on a machine, how fast and how well.</summary>
public sealed class Judge
{
    private readonly MachineBudget budget;
    private readonly UseProfile use;
    private readonly SpeedEstimator speeds;
    private readonly IReadOnlyList<MemoryMeasurement> memories;

    /// <summary>Creates the judge of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="measurements">What was measured on it before; empty for another machine than this.</param>
    /// <param name="use">What the model is for; default chat.</param>
    /// <param name="memories">What real runs took on it; null for another machine than this.</param>
    public Judge(MachineProfile machine, IReadOnlyList<SpeedMeasurement> measurements, UseProfile? use = null, IReadOnlyList<MemoryMeasurement>? memories = null)
    {
        this.memories = memories ?? [];
        this.use = use ?? UseProfile.Chat;
        budget = MachineBudget.Of(machine);
        speeds = new SpeedEstimator(machine, budget.Target, measurements);
    }

    /// <summary>Where models run.</summary>
    public EstimationTarget Target => budget.Target;

    /// <summary>The options with the layers placed as suits the machine best.</summary>
    public RuntimeOptions Place(ModelLayout layout, RuntimeOptions options) => Plan(layout, options).Options;

    /// <summary>The same with what it takes, and whether it fits.</summary>
    public OffloadPlan Plan(ModelLayout layout, RuntimeOptions options) => new OffloadPlanner(budget).Best(layout, options);

    /// <summary>Whether a model fits.</summary>
    public bool Fits(PlannedModel model, RuntimeOptions options) => budget.Fits(Known(model, options, MemoryEstimator.Estimate(model.Layout, options, budget.Target)));

    /// <summary>The speed of a model, whether it fits or not.</summary>
    public SpeedEstimate Speed(PlannedModel model, RuntimeOptions options) => speeds.Estimate(model.Key, model.Layout, options, use);

    /// <summary>The figures of a configuration without their words, for tables of hundreds; each is that of <see cref="Of"/>.</summary>
    public Verdict Weigh(PlannedModel model, RuntimeOptions options, MemoryEstimate memory)
    {
        memory = Known(model, options, memory);
        string? limit = Limit(model, memory);
        bool tooShort = limit is null && TooShort(model, options) is not null;
        return new Verdict(
            limit is null,
            tooShort ? "context" : limit,
            limit is null || Streams(limit) ? Speed(model, options) : null,
            QualityEstimator.Score(model.Name, model.Layout, options, use));
    }

    /// <summary>The configuration with everything known about it; memory that a real run showed here replaces an estimate.</summary>
    public Configuration Of(PlannedModel model, RuntimeOptions options, MemoryEstimate memory)
    {
        memory = Known(model, options, memory);
        string? limit = Limit(model, memory);
        bool fits = limit is null;
        bool streams = Streams(limit);
        ContextNeed need = use.ContextFor(model.Name);
        BilingualText reason = Reason(model, memory, limit);
        BilingualText? tooShort = fits ? TooShort(model, options) : null;
        return new Configuration
        {
            Variant = model.Name,
            Quantization = model.Layout.Quantization,
            Options = options,
            FileBytes = model.Layout.FileBytes,
            Fits = fits,
            LimitedBy = tooShort is null ? limit : "context",
            Reason = tooShort is null ? reason : reason.Then(tooShort),
            Memory = memory,
            Speed = fits || streams ? speeds.Estimate(model.Key, model.Layout, options, use) : null,
            LongSpeed = fits || streams ? speeds.Estimate(model.Key, model.Layout, options, use.LongEnd) : null,
            Need = need,
            ReasoningSource = ReasoningLengths.Default.SourceOf(model.Name),
            Quality = QualityEstimator.Estimate(model.Name, model.Layout, options, use),
        };
    }

    // llama.cpp maps the file: what system memory does not hold comes from the disk, slowly; a GPU's memory knows no such way out
    private bool Streams(string? limit) => limit == "ram" && !budget.Unified;

    private BilingualText? TooShort(PlannedModel model, RuntimeOptions options) =>
        use.ContextFor(model.Name).Warning(options.Context / options.Parallel, model.Layout.Architecture.ContextLength);

    private MemoryEstimate Known(PlannedModel model, RuntimeOptions options, MemoryEstimate memory) => MemoryMeasurement.Correct(memories, model.Key, model.Layout, options, memory);

    private string? Limit(PlannedModel model, MemoryEstimate memory)
    {
        if (!budget.Fits(memory))
        {
            return Devices(memory).Any(d => d is { Gpu: { Unified: false }, Usable: { } usable } && d.Need > usable) ? "vram" : "ram";
        }

        return model.Path is null && budget.DiskUsable is { } disk && model.Layout.FileBytes > disk ? "disk" : null;
    }

    private BilingualText Reason(PlannedModel model, MemoryEstimate memory, string? limit)
    {
        switch (limit)
        {
            case null:
                return JudgeTexts.Fits(memory.Total);
            case "disk":
                return JudgeTexts.DiskTooSmall(model.Layout.FileBytes, budget.DiskUsable!.Value);
            case "vram":
                (GpuTarget? gpu, ByteSize need, ByteSize? usable) = Devices(memory).First(d => d.Usable is { } u && d.Need > u && d.Gpu is { Unified: false });
                return JudgeTexts.VramTooSmall(gpu!.Name, need, usable!.Value);
            default:
                ByteSize ram = memory.Devices[0].Total + new ByteSize(Devices(memory).Where(d => d.Gpu!.Unified).Sum(d => d.Need.Bytes));
                return budget.Unified ? JudgeTexts.RamTooSmall(ram, budget.RamUsable) : JudgeTexts.RamTooSmall(ram, budget.RamUsable).Then(JudgeTexts.Streams);
        }
    }

    private IEnumerable<(GpuTarget? Gpu, ByteSize Need, ByteSize? Usable)> Devices(MemoryEstimate memory)
    {
        for (int i = 0; i < budget.Target.Gpus.Count && i + 1 < memory.Devices.Count; i++)
        {
            yield return (budget.Target.Gpus[i], memory.Devices[i + 1].Total, budget.GpuUsable[i]);
        }
    }
}

/// <summary>How a configuration stands, in figures alone.</summary>
/// <param name="Fits">Whether it runs at all.</param>
/// <param name="LimitedBy">What is short, or what it runs with all the same; null when nothing is.</param>
/// <param name="Speed">Its speed; null where it cannot run.</param>
/// <param name="Score">Quality for the use, 0 to 100; null where nothing that matters is published.</param>
public readonly record struct Verdict(bool Fits, string? LimitedBy, SpeedEstimate? Speed, double? Score);
