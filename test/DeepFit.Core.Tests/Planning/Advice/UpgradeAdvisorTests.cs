using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;

namespace DeepFit.Core.Tests.Planning.Advice;

public class UpgradeAdvisorTests
{
    [Fact]
    public void A_desktop_without_a_card_is_lifted_most_by_one()
    {
        UpgradeAdvice advice = UpgradeAdvisor.Advise(Machines.Cpu(16, 60));
        UpgradeOption best = advice.Changes[0];
        best.Kind.ShouldBe("gpu");
        best.MovesUp.ShouldBeTrue();
        best.After.Speed!.SecondsToAnswer.ShouldBeLessThan(advice.Before.Pick!.Speed!.SecondsToAnswer);
        best.PriceUsd.ShouldNotBeNull();
        best.PriceSource.ShouldNotBeNullOrWhiteSpace();
        advice.Explanation.En.ShouldContain(best.Name.En);
        advice.Notes.ShouldContain(n => n.En.Contains("memory bandwidth", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_said_to_move_up_does_and_every_change_brings_something()
    {
        foreach (MachineProfile machine in (MachineProfile[])[Machines.Cpu(16, 60), Machines.WithGpus(32, 1, 12, 360, "NVIDIA GeForce RTX 3060"), Machines.Mac(16, 120, 9), Machines.Cpu(4)])
        {
            UpgradeAdvice advice = UpgradeAdvisor.Advise(machine);
            long before = advice.Before.Pick is { } pick ? ModelCatalog.Default.Find(pick.Variant).ParameterCount : 0;
            advice.Changes.ShouldNotBeEmpty(machine.Name);
            advice.Changes.Count.ShouldBeLessThanOrEqualTo(8);
            foreach (UpgradeOption change in advice.Changes)
            {
                change.Gain.ShouldBeGreaterThanOrEqualTo(0.5);
                change.MovesUp.ShouldBe(ModelCatalog.Default.Find(change.After.Variant).ParameterCount > before);
                change.Reason.Zh.ShouldContain(change.After.Variant);
            }
        }
    }

    [Fact]
    public void A_machine_with_a_card_may_take_one_more_of_the_same()
    {
        UpgradeAdvice advice = UpgradeAdvisor.Advise(Machines.WithGpus(32, 1, 12, 360, "NVIDIA GeForce RTX 3060"));
        UpgradeOption second = advice.Changes.Single(c => c.Kind == "second_gpu");
        second.Machine.Gpus.Count.ShouldBe(2);
        second.Name.En.ShouldBe("one more NVIDIA GeForce RTX 3060");
        advice.Changes.Where(c => c.Kind == "gpu").ShouldAllBe(c => c.Machine.Gpus.Count == 1 && c.Name.En.EndsWith("in place of NVIDIA GeForce RTX 3060", StringComparison.Ordinal));
    }

    [Fact]
    public void A_Mac_s_memory_cannot_be_changed_so_the_next_models_are_named()
    {
        UpgradeAdvice advice = UpgradeAdvisor.Advise(Machines.Mac(16, 120, 9));
        advice.Changes.ShouldAllBe(c => c.Kind == "machine" && c.Machine.Gpus[0].Vendor == "apple");
        advice.Notes.ShouldContain(n => n.En.Contains("soldered", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_prices_the_largest_machine_is_not_the_best_just_for_being_the_largest()
    {
        UpgradeAdvice advice = UpgradeAdvisor.Advise(Machines.Mac(16, 200, 10));
        advice.Changes.ShouldAllBe(c => c.PriceUsd == null);
        advice.Changes[0].Machine.Memory.Total.ShouldBeLessThan(advice.Changes.Max(c => c.Machine.Memory.Total));
    }

    [Fact]
    public void Where_nothing_fits_more_memory_alone_helps()
    {
        UpgradeAdvice advice = UpgradeAdvisor.Advise(Machines.Cpu(2, availableGiB: 1.6));
        advice.Before.Pick.ShouldBeNull();
        advice.Changes.ShouldContain(c => c.Kind == "ram" && c.MovesUp);
    }

    [Fact]
    public void Memory_grows_only_to_what_such_machines_take()
    {
        var changes = new UpgradeChanges(Machines.Cpu(128, 80));
        double[] sizes = [.. changes.All().Where(c => c.Kind == "ram").Select(c => c.Machine.Memory.Total.InGiB)];
        sizes.ShouldBe([256]);
        new UpgradeChanges(Machines.Server(512)).All().Where(c => c.Kind == "ram").Select(c => c.Machine.Memory.Total.InGiB).ShouldBe([1024]);
    }

    [Theory]
    [InlineData(1, 2, 4)]
    [InlineData(2, 4, 8)]
    [InlineData(3.7, 8, 16)] // of 4, some is the firmware's
    [InlineData(15.5, 32, 64)]
    public void The_sizes_are_twice_and_four_times_what_is_there(double total, double twice, double fourTimes)
    {
        UpgradeChanges.Change[] ram = [.. new UpgradeChanges(Machines.Cpu(total, 1)).All().Where(c => c.Kind == "ram")];
        ram.Select(c => c.Machine.Memory.Total.InGiB).ShouldBe([twice, fourTimes]);
        ram[1].Name.En.ShouldContain("4 times as much");
    }

    [Fact]
    public void What_was_measured_here_does_not_make_another_card_look_slow()
    {
        MachineProfile machine = Machines.Cpu(16, 60);
        UpgradeAdvice plain = UpgradeAdvisor.Advise(machine);
        UpgradeAdvice measured = UpgradeAdvisor.Advise(machine, new RecommendRequest
        {
            Measurements = [new("7b", "Q4_K_M", 0, 0, 400, 40, 0.01, 0.01, Core.Estimation.EstimateBasis.Measured, "test", "llama.cpp", DateTimeOffset.UnixEpoch)],
        });
        measured.Changes.Select(c => (c.Name.En, c.Gain)).ShouldBe(plain.Changes.Select(c => (c.Name.En, c.Gain)));
    }
}
