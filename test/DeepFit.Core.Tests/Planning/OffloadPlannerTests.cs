using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;

namespace DeepFit.Core.Tests.Planning;

public class OffloadPlannerTests
{
    [Theory]
    [InlineData("7b", 1, 8)]
    [InlineData("14b", 1, 8)]
    [InlineData("32b", 1, 12)]
    [InlineData("32b", 2, 8)]
    [InlineData("70b", 2, 24)]
    public void The_plan_fits_and_one_layer_more_does_not(string variant, int gpus, double gib)
    {
        MachineBudget budget = MachineBudget.Of(Machines.WithGpus(128, gpus, gib, 500));
        ModelLayout layout = ModelCatalog.Default.Find(variant).Layout(Quantizations.Find("Q4_K_M"));
        OffloadPlan plan = new OffloadPlanner(budget).Best(layout, new RuntimeOptions { Context = 8192 });
        plan.Fits.ShouldBeTrue();
        budget.Fits(plan.Memory).ShouldBeTrue();
        plan.Options.GpuLayers.ShouldBeGreaterThan(0);
        if (plan.Options.GpuLayers <= layout.Architecture.LayerCount)
        {
            // The quick search may stop a little early, where compute buffers differ from the reference's; never by more than a few layers.
            RuntimeOptions more = plan.Options with { GpuLayers = Math.Min(layout.Architecture.LayerCount + 1, plan.Options.GpuLayers + 4) };
            budget.Fits(MemoryEstimator.Estimate(layout, more, budget.Target)).ShouldBeFalse();
        }
    }

    [Fact]
    public void Experts_stay_on_the_CPU_as_few_as_must()
    {
        MachineBudget budget = MachineBudget.Of(Machines.WithGpus(768, 2, 48, 900));
        ModelLayout layout = ModelCatalog.Default.Find("671b").Layout(Quantizations.Find("Q4_K_M"));
        OffloadPlan plan = new OffloadPlanner(budget).Best(layout, new RuntimeOptions { Context = 8192 });
        plan.Fits.ShouldBeTrue();
        plan.Options.GpuLayers.ShouldBe(62);
        plan.Options.CpuMoeLayers.ShouldBeInRange(30, 60);
    }

    [Fact]
    public void What_fits_nowhere_is_planned_on_the_CPU_and_says_so()
    {
        MachineBudget budget = MachineBudget.Of(Machines.WithGpus(16, 1, 8, 448));
        OffloadPlan plan = new OffloadPlanner(budget).Best(ModelCatalog.Default.Find("671b").Layout(Quantizations.Find("Q4_K_M")), new RuntimeOptions());
        plan.Fits.ShouldBeFalse();
        plan.Options.GpuLayers.ShouldBe(0);
    }

    [Fact]
    public void The_budget_keeps_something_free()
    {
        MachineBudget budget = MachineBudget.Of(Machines.Cpu(16, availableGiB: 12, diskGB: 100));
        budget.RamUsable.InGiB.ShouldBeInRange(10.5, 11.6);
        budget.DiskUsable!.Value.InGB.ShouldBeInRange(97, 98.5);
        MachineBudget.Of(Machines.Cpu(2, availableGiB: 2)).RamUsable.InGiB.ShouldBe(1, 1e-9);
    }
}
