using DeepFit.Core.Estimation;
using DeepFit.Core.Models;

namespace DeepFit.Core.Planning;

/// <summary>Where a model's layers go.</summary>
/// <param name="Options">The options with <see cref="RuntimeOptions.GpuLayers"/> and <see cref="RuntimeOptions.CpuMoeLayers"/> set.</param>
/// <param name="Memory">What it takes.</param>
/// <param name="Fits">Whether it fits the budget; where nothing does, the plan is that of the CPU alone.</param>
public sealed record OffloadPlan(RuntimeOptions Options, MemoryEstimate Memory, bool Fits);

/// <summary>
/// Finds the best place for a model's layers: all on GPUs; else, for a mixture of experts, all but the experts of as few layers as must stay on the CPU; else as many layers
/// as fit; else the CPU alone. Layers are split over GPUs by their free memory, as llama.cpp does.
/// </summary>
public sealed class OffloadPlanner
{
    private readonly MachineBudget budget;
    private readonly MemoryFit fit;

    /// <summary>Prepares a planner for a budget.</summary>
    public OffloadPlanner(MachineBudget budget)
    {
        this.budget = budget;
        fit = new MemoryFit(budget);
    }

    /// <summary>The best plan for a model: what <c>--gpu-layers auto</c> means.</summary>
    /// <param name="layout">The model.</param>
    /// <param name="options">How it is run; its GPU layers and CPU experts are replaced.</param>
    /// <exception cref="ConfigurationRefusedException">The engine refuses the options.</exception>
    public OffloadPlan Best(ModelLayout layout, RuntimeOptions options)
    {
        Span<Offload> found = stackalloc Offload[MemoryFit.MostOffloads];
        SpeedLayout sums = SpeedLayout.Of(layout);
        int count = fit.Find(layout, sums, layout, options, found);
        for (int i = 0; i < count; i++)
        {
            if (Verify(budget, layout, sums, found[i].Apply(options)) is { } plan)
            {
                return plan;
            }
        }

        RuntimeOptions cpu = options with { GpuLayers = 0, CpuMoeLayers = 0 };
        return new OffloadPlan(cpu, MemoryEstimator.Estimate(layout, cpu, budget.Target), false);
    }

    /// <summary>Checks a plan against the exact estimate, and gives way by a layer or a few where the quick search was too hopeful; null when that does not help.</summary>
    internal static OffloadPlan? Verify(MachineBudget budget, ModelLayout layout, SpeedLayout sums, RuntimeOptions options)
    {
        for (int attempt = 0; attempt < 6; attempt++)
        {
            MemoryEstimate memory = MemoryEstimator.Estimate(layout, options, budget.Target);
            if (budget.Fits(memory))
            {
                return new OffloadPlan(options, memory, true);
            }

            int step = 1 << attempt;
            if (options.CpuMoeLayers > 0)
            {
                options = options with { CpuMoeLayers = options.CpuMoeLayers + step };
                if (options.CpuMoeLayers > sums.Layers)
                {
                    return null;
                }
            }
            else if (options.GpuLayers > step && options.GpuLayers <= sums.Layers)
            {
                options = options with { GpuLayers = options.GpuLayers - step };
            }
            else
            {
                return null;
            }
        }

        return null;
    }
}

/// <summary>One way to place layers.</summary>
/// <param name="GpuLayers">Layers on GPUs, the output counted.</param>
/// <param name="CpuMoeLayers">First layers whose experts stay on the CPU.</param>
internal readonly record struct Offload(int GpuLayers, int CpuMoeLayers)
{
    public RuntimeOptions Apply(RuntimeOptions options) => options with { GpuLayers = GpuLayers, CpuMoeLayers = CpuMoeLayers };
}
