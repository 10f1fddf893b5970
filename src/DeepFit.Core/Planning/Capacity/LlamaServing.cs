using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>
/// One <c>llama-server</c> on one node: <c>--parallel</c> slots that share <c>--ctx-size</c> evenly (llama-context.cpp:288-294), memory by the exact
/// estimate, speed by <see cref="SpeedEstimator"/> at the use's middle depth for one, two, four ... busy slots.
/// </summary>
public sealed class LlamaServing : IStepTime
{
    private readonly double[] stepSeconds; // by 2^i busy slots
    private readonly double promptSeconds;

    private LlamaServing(OffloadPlan plan, int slots, int context, double[] stepSeconds, double promptSeconds, double halfWidth)
    {
        Plan = plan;
        Slots = slots;
        Context = context;
        this.stepSeconds = stepSeconds;
        this.promptSeconds = promptSeconds;
        HalfWidth = halfWidth;
    }

    /// <summary>Options, memory, and whether it fits the node.</summary>
    public OffloadPlan Plan { get; }

    /// <summary><c>--parallel</c>.</summary>
    public int Slots { get; }

    /// <summary>Context of one slot, in tokens.</summary>
    public int Context { get; }

    /// <summary>Logarithmic half-width of the speed's 80% interval.</summary>
    public double HalfWidth { get; }

    /// <inheritdoc/>
    public int PromptTokens => Plan.Options.Batch;

    /// <inheritdoc/>
    public int MostSequences => Slots;

    /// <inheritdoc/>
    public long CacheTokens => ((long)Context * Slots) + 1; // slots never borrow from one another, so the sum is no limit of its own

    /// <inheritdoc/>
    public long SequenceTokens => Context;

    /// <inheritdoc/>
    public double RequestSeconds => 0;

    /// <summary>The server with as many slots as asked for, or as fit.</summary>
    /// <param name="variant">Catalogue id, for how long it thinks.</param>
    /// <param name="layout">The model.</param>
    /// <param name="machine">The node.</param>
    /// <param name="measurements">What was measured on it.</param>
    /// <param name="use">The use.</param>
    /// <param name="context">Context of one slot.</param>
    /// <param name="slots">Slots wanted; halved until they fit.</param>
    public static LlamaServing Create(
        string variant, ModelLayout layout, MachineProfile machine, IReadOnlyList<SpeedMeasurement> measurements, UseProfile use, int context, int slots)
    {
        MachineBudget budget = MachineBudget.Of(machine);
        var planner = new OffloadPlanner(budget);
        OffloadPlan plan;
        while (true)
        {
            plan = planner.Best(layout, new RuntimeOptions { Context = checked(context * slots), Parallel = slots });
            if (plan.Fits || slots == 1)
            {
                break;
            }

            slots /= 2;
        }

        var speeds = new SpeedEstimator(machine, budget.Target, measurements);
        var steps = new List<double>();
        double prompt = 0;
        double half = 0;
        for (int busy = 1; busy < 2 * slots; busy *= 2)
        {
            SpeedEstimate speed = speeds.Estimate(variant, layout, plan.Options with { Parallel = busy }, use);
            steps.Add(1 / speed.GenerationTps);
            prompt = busy == 1 ? 1 / speed.PromptTps : prompt;
            half = Math.Max(half, Math.Max(Math.Log(speed.GenerationTpsHigh / speed.GenerationTps), Math.Log(speed.GenerationTps / speed.GenerationTpsLow)));
        }

        return new LlamaServing(plan, slots, context, [.. steps], prompt, half);
    }

    /// <inheritdoc/>
    public double Seconds(int sequences, double cachedTokens, int promptTokens, double promptDepth)
    {
        double generation = 0;
        if (sequences > 0)
        {
            double position = Math.Log2(sequences);
            int below = Math.Min((int)position, stepSeconds.Length - 1);
            int above = Math.Min(below + 1, stepSeconds.Length - 1);
            double share = ((double)sequences / (1 << below)) - 1; // linear in the number of slots between two powers of two
            generation = stepSeconds[below] + ((stepSeconds[above] - stepSeconds[below]) * Math.Clamp(share, 0, 1));
        }

        return generation + (promptTokens * promptSeconds);
    }
}
