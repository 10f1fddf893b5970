using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Planning;

public class TrainingPlannerTests
{
    private static readonly TrainingOptions Full = new() { Method = TrainingMethod.Full };
    private static readonly TrainingOptions QLoRA = new() { Method = TrainingMethod.QLoRA };

    [Fact]
    public void A_24_GB_card_trains_adapters_of_7B_and_not_its_weights()
    {
        MachineProfile machine = Machines.WithGpus(64, 1, 24, 1008);
        Planner(machine, "7b").Plan(QLoRA).Fits.ShouldBeTrue();
        TrainingPlan full = Planner(machine, "7b").Plan(Full);
        full.Fits.ShouldBeFalse();
        full.Remedies.ShouldContain(r => r.Id == "qlora" && r.Arguments == "--train qlora");
        full.Remedies.ShouldContain(r => r.Id == "gpus" && r.Arguments == null);
        full.Reason.En.ShouldContain("can be used");
    }

    [Fact]
    public void Every_remedy_with_options_truly_fits()
    {
        MachineProfile machine = Machines.WithGpus(64, 1, 24, 1008);
        TrainingOptions long7B = new() { Method = TrainingMethod.LoRA, SequenceLength = 8192, Batch = 2, Checkpointing = ActivationCheckpointing.Off };
        TrainingPlan plan = Planner(machine, "7b").Plan(long7B);
        plan.Fits.ShouldBeFalse();
        plan.Remedies.ShouldNotBeEmpty();
        foreach (TrainingRemedy remedy in plan.Remedies.Where(r => r.Arguments is not null))
        {
            remedy.Total.ShouldBeLessThanOrEqualTo(plan.Devices[0].Usable!.Value);
        }
    }

    [Fact]
    public void The_lowest_stage_that_fits_is_chosen_over_several_GPUs()
    {
        TrainingPlan plan = Planner(Machines.WithGpus(256, 4, 80, 2000), "14b").Plan(Full, chooseStage: true);
        plan.Fits.ShouldBeTrue();
        plan.Memory.Options.ShardingStage.ShouldBe(3);
        Planner(Machines.WithGpus(256, 4, 80, 2000), "7b").Plan(QLoRA, chooseStage: true).Memory.Options.ShardingStage.ShouldBe(0);
    }

    [Fact]
    public void The_driver_s_context_is_kept_free_on_a_GPU_and_not_on_a_Mac()
    {
        Planner(Machines.WithGpus(64, 1, 24, 1008), "7b").Plan(QLoRA).Memory.Reserve.InMiB.ShouldBe(457);
        TrainingPlan mac = Planner(Machines.Mac(64, 400, 26), "7b").Plan(QLoRA);
        mac.Memory.Reserve.Bytes.ShouldBe(0);
        mac.Notes.ShouldContain(n => n.En.Contains("mlx-lm", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_GPU_the_system_s_memory_counts_and_it_says_that_this_is_slow()
    {
        TrainingPlan plan = Planner(Machines.Cpu(64), "1.5b").Plan(new TrainingOptions());
        plan.Devices.ShouldHaveSingleItem().Device.ShouldBe("CPU");
        plan.Fits.ShouldBeTrue();
        plan.Notes.ShouldContain(n => n.En.Contains("CPU", StringComparison.Ordinal));
    }

    [Fact]
    public void Offloading_to_memory_that_is_the_GPU_s_own_saves_nothing()
    {
        MachineProfile mac = Machines.Mac(64, 400, 26);
        TrainingPlan kept = Planner(mac, "7b").Plan(QLoRA);
        TrainingPlan offloaded = Planner(mac, "7b").Plan(QLoRA with { Checkpointing = ActivationCheckpointing.Offload });
        offloaded.Devices[0].Need.ShouldBe(kept.Devices[0].Need);
    }

    [Fact]
    public void The_full_R1_is_shown_with_the_cluster_that_it_needs()
    {
        TrainingPlan plan = Planner(Machines.WithGpus(1024, 8, 80, 2000), "671b").Plan(Full, chooseStage: true);
        plan.Fits.ShouldBeFalse();
        plan.Remedies.ShouldContain(r => r.Id == "gpus" && r.Text.En.StartsWith("256 GPUs", StringComparison.Ordinal));
        plan.Notes.ShouldContain(n => n.En.Contains("workstation", StringComparison.Ordinal));
    }

    [Fact]
    public void Dividing_over_one_GPU_is_refused()
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Planner(Machines.WithGpus(64, 1, 24, 1008), "7b").Plan(Full with { ShardingStage = 2 }));
        error.Text.En.ShouldContain("--zero 2");
    }

    [Fact]
    public void Training_takes_more_than_running()
    {
        foreach (ModelVariant variant in ModelCatalog.Default.Variants)
        {
            TrainingPlan plan = new TrainingPlanner(Machines.Cpu(64), variant.Layout(Quantizations.Find("Q4_K_M")), variant.Id).Plan(Full);
            plan.Memory.Total.ShouldBeGreaterThan(plan.Running);
            plan.Memory.Total.ShouldBeGreaterThan(plan.Rule.At(4));
        }
    }

    private static TrainingPlanner Planner(MachineProfile machine, string variant) =>
        new(machine, ModelCatalog.Default.Find(variant).Layout(Quantizations.Find("Q4_K_M")), variant);
}
