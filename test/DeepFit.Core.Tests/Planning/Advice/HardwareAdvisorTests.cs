using CsCheck;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Planning.Advice;

public class HardwareAdvisorTests
{
    private static readonly Lazy<HardwareCandidate[][]> GeForce = new(() =>
        [.. HardwareCandidates.Ladders().Select(l => l.ToArray()).Where(l => l[0] is { Vendor: "nvidia", Form: "desktop", PriceUsd: not null })]);

    private static readonly Lazy<HardwareCandidate[][]> Macs = new(() =>
        [.. HardwareCandidates.Ladders().Select(l => l.ToArray()).Where(l => l[0] is { Form: "mac" } && l.Length > 1)]);

    [Fact]
    public void A_32B_at_4_bits_with_32768_tokens_at_20_tokens_a_second_takes_a_card_of_the_24_GB_class_or_two_smaller_ones()
    {
        HardwareAdvice advice = HardwareAdvisor.Advise(Goal("32b", "Q4_K_M", 20, 32768));
        HardwareOption[] single = [.. advice.Options.Where(o => o.Candidate.Group == "one_gpu")];
        single.ShouldNotBeEmpty();
        single.ShouldAllBe(o => o.Candidate.Memory.InGiB >= 22 && o.Candidate.Memory.InGiB <= 48);
        single.Where(o => o.Candidate.Memory.InGiB <= 24).ShouldAllBe(o => o.Slowest.Options.KvTypeK == GgmlType.Q8_0);
        advice.Options.Where(o => o.Candidate.Group == "two_gpus").ShouldAllBe(o => o.Candidate.Memory.InGiB >= 22);
        advice.Options.ShouldAllBe(o => o.Configurations.All(c => c.Quantization == "Q4_K_M" && c.Options.Context == 32768 && c.Speed!.GenerationTps >= 20));
        advice.Options.Where(o => o.Surely).ShouldAllBe(o => o.Slowest.Speed!.GenerationTpsLow >= 20);
        advice.Explanation.En.ShouldContain(advice.Options[0].Candidate.Name);
    }

    [Fact]
    public void R1_itself_takes_a_Mac_with_512_GB_a_server_or_a_node_of_many_cards()
    {
        HardwareAdvice advice = HardwareAdvisor.Advise(Goal("671b", "Q4_K_M", 4, 8192));
        advice.Options.Where(o => o.Candidate.Form == "mac").ShouldNotBeEmpty();
        advice.Options.Where(o => o.Candidate.Form == "mac").ShouldAllBe(o => o.Candidate.Memory.InGiB >= 512);
        HardwareOption[] servers = [.. advice.Options.Where(o => o.Candidate.Group == "cpu")];
        servers.ShouldNotBeEmpty();
        servers.ShouldAllBe(o => o.Candidate.Form == "server" && o.Candidate.Memory.InGiB >= 384);
        advice.Options.ShouldContain(o => o.Candidate.Group == "several_gpus");
        advice.Options.ShouldAllBe(o => o.Candidate.Form != "laptop");
    }

    [Fact]
    public void Hardware_that_merely_stands_in_a_machine_that_does_the_work_is_not_named()
    {
        HardwareAdvice advice = HardwareAdvisor.Advise(Goal("7b", "Q4_K_M", 4, 8192));
        advice.Options.Where(o => o.Candidate.Group.EndsWith("gpu", StringComparison.Ordinal) || o.Candidate.Group.EndsWith("gpus", StringComparison.Ordinal))
            .ShouldAllBe(o => o.Slowest.Options.GpuLayers > 0);
        advice.Options.Where(o => o.Bottleneck == "layers_on_cpu" && o.Candidate.Group.Contains("gpu", StringComparison.Ordinal)).ShouldAllBe(o => o.Candidate.Name.EndsWith("GB RAM", StringComparison.Ordinal));
    }

    [Fact]
    public void No_row_is_dearer_and_slower_than_another_of_the_same_maker()
    {
        HardwareAdvice advice = HardwareAdvisor.Advise(Goal("14b", null, 15, 16384));
        advice.Options.Count.ShouldBeInRange(3, 12);
        foreach (HardwareOption a in advice.Options)
        {
            advice.Options.ShouldNotContain(b => b != a && a.Candidate.PriceUsd != null && b.Candidate.PriceUsd > a.Candidate.PriceUsd && b.Candidate.Vendor == a.Candidate.Vendor
                && b.Candidate.Group == a.Candidate.Group && b.Candidate.Form == a.Candidate.Form && b.Slowest.Speed!.GenerationTps < a.Slowest.Speed!.GenerationTps && (a.Surely || !b.Surely));
        }
    }

    [Fact]
    public void Price_maker_and_form_narrow_the_choice()
    {
        HardwareGoal goal = Goal("14b", null, 10, 8192);
        HardwareAdvice cheap = HardwareAdvisor.Advise(goal with { MaxPriceUsd = 600 });
        cheap.Options.ShouldNotBeEmpty();
        cheap.Options.ShouldAllBe(o => o.Candidate.PriceUsd <= 600 && o.Candidate.PriceSource != null);
        HardwareAdvisor.Advise(goal with { Vendor = "amd", Form = "desktop" }).Options.ShouldAllBe(o => o.Candidate.Vendor == "amd" && o.Candidate.Form == "desktop");
        HardwareAdvisor.Advise(goal with { Form = "laptop" }).Options.ShouldContain(o => o.Candidate.Name.Contains("Laptop", StringComparison.Ordinal) || o.Candidate.Group == "cpu");
    }

    [Fact]
    public void Several_versions_are_reached_by_hardware_that_runs_each()
    {
        HardwareAdvice both = HardwareAdvisor.Advise(Goal("7b", null, 10, 8192) with { Variants = [ModelCatalog.Default.Find("7b"), ModelCatalog.Default.Find("32b")] }, GeForce.Value);
        both.Options.ShouldAllBe(o => o.Configurations.Count == 2 && o.Configurations[0].Variant == "7b" && o.Configurations[1].Variant == "32b");
        both.Options[0].Candidate.PriceUsd!.Value.ShouldBeGreaterThanOrEqualTo(HardwareAdvisor.Advise(Goal("7b", null, 10, 8192), GeForce.Value).Options[0].Candidate.PriceUsd!.Value);
    }

    [Fact]
    public void What_nothing_reaches_names_the_closest_and_how_far_it_is()
    {
        HardwareAdvice fast = HardwareAdvisor.Advise(Goal("70b", "Q4_K_M", 5000, 8192), GeForce.Value);
        fast.Options.ShouldBeEmpty();
        fast.Closest.ShouldNotBeEmpty();
        fast.Closest.ShouldAllBe(g => g.SpeedShare > 0 && g.SpeedShare < 1 && g.Configuration != null);
        HardwareAdvice large = HardwareAdvisor.Advise(Goal("671b", "F16", 1, 8192), [[.. GeForce.Value.SelectMany(l => l).Where(c => c.Count == 1)]]);
        large.Options.ShouldBeEmpty();
        large.Closest.ShouldAllBe(g => g.MissingBytes!.Value.Bytes > 0 && g.Configuration == null);
        large.Explanation.En.ShouldContain("missing");
    }

    [Fact]
    public void A_larger_goal_never_has_cheaper_hardware() => Gen.Select(Gen.Int[0, 4], Gen.Double[1, 60], Gen.Double[1, 3]).Sample(
        (which, least, times) =>
        {
            string variant = ((string[])["1.5b", "7b", "14b", "32b", "70b"])[which];
            HardwareAdvice low = HardwareAdvisor.Advise(Goal(variant, null, least, 8192), GeForce.Value);
            HardwareAdvice high = HardwareAdvisor.Advise(Goal(variant, null, least * times, 8192), GeForce.Value);
            if (high.Options.Count > 0)
            {
                high.Options[0].Candidate.PriceUsd!.Value.ShouldBeGreaterThanOrEqualTo(low.Options[0].Candidate.PriceUsd!.Value);
            }
        },
        iter: 12);

    [Fact]
    public void More_memory_of_one_chip_never_loses_a_version() => Gen.Select(Gen.Int[0, 500], Gen.Int[0, 8], Gen.Double[0.5, 30]).Sample(
        (chip, which, least) =>
        {
            HardwareCandidate[] ladder = Macs.Value[chip % Macs.Value.Length];
            HardwareGoal goal = Goal(ModelCatalog.Default.Variants[which].Id, null, least, 8192);
            bool reached = false;
            foreach (HardwareCandidate candidate in ladder)
            {
                bool now = HardwareAdvisor.Advise(goal, [[candidate]]).Options.Count > 0;
                (reached && !now).ShouldBeFalse($"{candidate.Name} loses {goal.Variants[0].Id} at {least}");
                reached = now;
            }
        },
        iter: 40);

    [Theory]
    [InlineData("RTX 4060 Ti", 16, true)]
    [InlineData("RTX 4060 Ti", 8, false)]
    [InlineData("RTX 3090", 24, true)]
    public void A_product_s_price_is_that_of_its_largest_memory(string name, double gb, bool known) =>
        (HardwareCandidates.PriceOf(DeviceCatalog.Default.Devices.Single(d => d.Name == name), gb) is not null).ShouldBe(known);

    [Theory]
    [InlineData("RTX 4090 Laptop GPU", true)]
    [InlineData("RTX 2070 with Max-Q Design", true)]
    [InlineData("RX 7900M", true)]
    [InlineData("RTX 4090", false)]
    [InlineData("RTX 4090 D", false)]
    public void Laptops_are_told_by_their_names(string name, bool laptop) => HardwareCandidates.IsLaptop(name).ShouldBe(laptop);

    [Fact]
    public void Quantizations_of_few_bits_are_left_out_unless_named()
    {
        HardwareGoal goal = Goal("32b", null, 5, 8192);
        goal.Quantizations(goal.Variants[0]).ShouldAllBe(q => q.BitsPerWeight(goal.Variants[0]) >= 4);
        goal.Quantizations(goal.Variants[0]).ShouldContain(q => q.Name == "Q4_K_M");
        Goal("32b", "IQ2_M", 5, 8192).Quantizations(goal.Variants[0]).ShouldHaveSingleItem().Name.ShouldBe("IQ2_M");
    }

    [Fact]
    public void Where_money_is_too_little_the_closest_is_what_costs_least_beyond_it()
    {
        HardwareGoal goal = Goal("32b", null, 20, 8192);
        double least = HardwareAdvisor.Advise(goal).Options[0].Candidate.PriceUsd!.Value;
        foreach (double limit in (double[])[1, least - 1])
        {
            HardwareAdvice advice = HardwareAdvisor.Advise(goal with { MaxPriceUsd = limit });
            advice.Options.ShouldBeEmpty();
            advice.Closest[0].Candidate.PriceUsd.ShouldBe(least);
            advice.Closest[0].Text.En.ShouldContain($"${least}");
            advice.Explanation.En.ShouldContain(advice.Closest[0].Candidate.Name);
            advice.Explanation.En.ShouldNotContain("None of 0");
        }
    }

    [Fact]
    public void A_goal_that_makes_no_sense_is_refused()
    {
        Should.Throw<UserErrorException>(() => HardwareAdvisor.Advise(Goal("7b", null, 5, 8192) with { Variants = [] })).Text.En.ShouldContain("--want");
        Should.Throw<UserErrorException>(() => HardwareAdvisor.Advise(Goal("7b", null, 5, 200_000))).Text.En.ShouldContain("131072");
    }

    private static HardwareGoal Goal(string variant, string? quantization, double least, int context) => new()
    {
        Variants = [ModelCatalog.Default.Find(variant)],
        Quantization = quantization is null ? null : Quantizations.Find(quantization),
        MinTps = least,
        Context = context,
    };
}
