using CsCheck;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Planning;

public class RecommenderTests
{
    [Theory]
    [InlineData(1.6)]
    [InlineData(2.0)]
    public void Two_GiB_of_RAM_hold_nothing_and_it_says_what_would(double available)
    {
        Recommendation r = Recommender.Recommend(Machines.Cpu(2, availableGiB: available));
        r.Pick.ShouldBeNull();
        r.Alternatives.ShouldBeEmpty();
        r.Configurations.ShouldAllBe(c => !c.Fits && c.LimitedBy == "ram" && c.Speed == null);
        r.Explanation.En.ShouldContain("1.5b");
        r.Explanation.En.ShouldContain("of free memory (a machine with 4 GB) would run it");
        r.Explanation.Zh.ShouldContain("1.5b");
        Recommender.Recommend(Machines.Cpu(4)).Pick.ShouldNotBeNull();
    }

    [Fact]
    public void Every_variant_has_a_row_in_catalogue_order_with_reasons_in_both_languages()
    {
        foreach (MachineProfile machine in All())
        {
            Recommendation r = Recommender.Recommend(machine);
            r.Configurations.Select(c => c.Variant).ShouldBe(ModelCatalog.Default.Variants.Select(v => v.Id));
            foreach (Configuration c in r.Configurations)
            {
                c.Reason.En.ShouldNotBeNullOrWhiteSpace();
                c.Reason.Zh.ShouldNotBeNullOrWhiteSpace();
                (c.Speed is null).ShouldBe(!c.Fits);
                if (!c.Fits)
                {
                    c.LimitedBy.ShouldNotBeNull();
                }
            }

            if (r.Pick is { } pick)
            {
                r.Configurations.ShouldContain(pick);
            }
        }
    }

    [Fact]
    public void A_24_GB_card_gets_the_32b_at_four_bits_wholly_on_the_card()
    {
        Configuration pick = Recommender.Recommend(Machines.WithGpus(32, 1, 24, 1008)).Pick.ShouldNotBeNull();
        pick.Variant.ShouldBe("32b");
        pick.Quantization.ShouldBe("Q4_K_M");
        pick.Options.GpuLayers.ShouldBe(65);
        pick.LimitedBy.ShouldBeNull();
    }

    [Fact]
    public void Eight_H100_run_R1_itself_on_the_cards()
    {
        Configuration pick = Recommender.Recommend(Machines.WithGpus(1024, 8, 80, 3350, "NVIDIA H100 80GB HBM3")).Pick.ShouldNotBeNull();
        pick.Variant.ShouldStartWith("671b");
        pick.Options.GpuLayers.ShouldBe(62);
        pick.Memory.Devices.Count(d => d.Total.Bytes > 0).ShouldBe(9);
    }

    [Fact]
    public void A_server_with_512_GB_runs_R1_itself_on_its_CPU()
    {
        Configuration pick = Recommender.Recommend(Machines.Server()).Pick.ShouldNotBeNull();
        pick.Variant.ShouldStartWith("671b");
        pick.Options.GpuLayers.ShouldBe(0);
    }

    [Fact]
    public void A_Mac_counts_its_memory_once()
    {
        MachineProfile mac = Machines.Mac(64, 546, 18.4);
        Configuration pick = Recommender.Recommend(mac).Pick.ShouldNotBeNull();
        pick.Options.GpuLayers.ShouldBeGreaterThan(0);
        pick.Memory.Total.ShouldBeLessThanOrEqualTo(MachineBudget.Of(mac).RamUsable);
    }

    [Fact]
    public void One_card_and_much_RAM_keep_the_experts_on_the_CPU()
    {
        var request = new RecommendRequest { Variants = [ModelCatalog.Default.Find("671b")], MinTps = 1 };
        Configuration pick = Recommender.Recommend(Machines.WithGpus(768, 1, 24, 1008), request).Pick.ShouldNotBeNull();
        pick.Options.GpuLayers.ShouldBe(62);
        pick.Options.CpuMoeLayers.ShouldBeGreaterThan(30);
        pick.Reason.En.ShouldContain("experts");
    }

    [Fact]
    public void Alternatives_are_truly_what_they_are_called()
    {
        int seen = 0;
        foreach (MachineProfile machine in All())
        {
            foreach (UseProfile use in UseProfile.All)
            {
                Recommendation r = Recommender.Recommend(machine, new RecommendRequest { Use = use });
                foreach (Alternative a in r.Alternatives)
                {
                    seen++;
                    a.Configuration.Fits.ShouldBeTrue();
                    if (a.Label == "faster")
                    {
                        a.Configuration.Speed!.GenerationTps.ShouldBeGreaterThan(r.Pick!.Speed!.GenerationTps);
                        a.Configuration.Speed.SecondsToAnswer.ShouldBeLessThan(r.Pick.Speed.SecondsToAnswer);
                    }
                    else
                    {
                        a.Label.ShouldBe("smarter");
                        a.Configuration.Quality.Score!.Value.ShouldBeGreaterThan(r.Pick!.Quality.Score!.Value + 1);
                    }
                }
            }
        }

        seen.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Context_is_sized_for_thinking()
    {
        UseProfile.Chat.ContextNeeded.ShouldBe(8192);
        UseProfile.Reasoning.ContextNeeded.ShouldBe(16384);
        UseProfile.Reasoning.ContextFor("671b-0528").Comfortable.ShouldBe(32768);
        UseProfile.LongContext.ContextNeeded.ShouldBe(65536);
        Recommender.Recommend(Machines.Server(), new RecommendRequest { Use = UseProfile.Reasoning, Variants = [ModelCatalog.Default.Find("671b-0528")] }).Pick!.Options.Context.ShouldBe(32768);
        foreach (UseProfile use in UseProfile.All)
        {
            use.ContextNeeded.ShouldBeGreaterThanOrEqualTo(use.PromptTokensHigh + use.ReasoningTokensHigh + use.AnswerTokensHigh);
            use.ContextLeast.ShouldBeLessThanOrEqualTo(use.ContextNeeded);
        }
    }

    [Fact]
    public void The_least_speed_that_is_asked_for_is_hard()
    {
        Recommendation r = Recommender.Recommend(Machines.Cpu(32), new RecommendRequest { MinTps = 15 });
        r.Pick.ShouldNotBeNull().Speed!.GenerationTps.ShouldBeGreaterThanOrEqualTo(15);
        r.Alternatives.ShouldAllBe(a => a.Configuration.Speed!.GenerationTps >= 15);
        Recommendation none = Recommender.Recommend(Machines.Cpu(32), new RecommendRequest { MinTps = 5000 });
        none.Pick.ShouldBeNull();
        none.Explanation.En.ShouldContain("5000");
        none.Configurations.Where(c => c.Fits).ShouldAllBe(c => c.LimitedBy == "speed");
    }

    [Fact]
    public void Where_nothing_reaches_the_uses_own_speed_the_fastest_is_offered_and_says_so()
    {
        Recommendation r = Recommender.Recommend(Machines.Cpu(8, bandwidth: 3, cores: 2));
        r.Pick.ShouldNotBeNull().Variant.ShouldBe("1.5b");
        r.Explanation.En.ShouldContain("the fastest that runs");
    }

    [Fact]
    public void A_full_disk_is_named_with_what_to_free()
    {
        Recommendation r = Recommender.Recommend(Machines.Cpu(64, diskGB: 12));
        Configuration large = r.Configurations.Single(c => c.Variant == "32b");
        r.Pick.ShouldNotBeNull().FileBytes.InGB.ShouldBeLessThan(10);
        r.Configurations.Single(c => c.Variant == "70b").LimitedBy.ShouldBe("disk");
        large.FileBytes.InGB.ShouldBeLessThan(25);
        Recommender.Recommend(Machines.Cpu(64, diskGB: 1)).Configurations.Single(c => c.Variant == "7b").Reason.En.ShouldContain("Free ");
    }

    [Fact]
    public void A_context_beyond_the_models_is_refused_by_name()
    {
        Recommendation r = Recommender.Recommend(Machines.Server(), new RecommendRequest { Context = 150_000 });
        r.Configurations.Single(c => c.Variant == "7b").LimitedBy.ShouldBe("context");
        r.Configurations.Single(c => c.Variant == "7b").Reason.En.ShouldContain("131072");
        r.Configurations.Single(c => c.Variant == "671b").LimitedBy.ShouldNotBe("context");
    }

    [Fact]
    public void More_users_get_their_own_context_each()
    {
        Configuration pick = Recommender.Recommend(Machines.WithGpus(64, 2, 24, 936), new RecommendRequest { Users = 4 }).Pick.ShouldNotBeNull();
        pick.Options.Parallel.ShouldBe(4);
        pick.Options.Context.ShouldBe(4 * 8192);
    }

    [Fact]
    public void A_four_bit_cache_only_where_it_is_asked_for()
    {
        foreach (MachineProfile machine in All())
        {
            foreach (Configuration c in Recommender.Recommend(machine, new RecommendRequest { Use = UseProfile.LongContext }).Configurations)
            {
                c.Options.KvTypeK.ShouldBeOneOf(GgmlType.F16, GgmlType.Q8_0);
                c.Options.KvTypeV.ShouldBe(c.Options.KvTypeK);
            }
        }
    }

    [Fact]
    public void Two_bits_of_a_small_model_are_never_picked() => Gen.Double[3, 12].Sample(
        gib =>
        {
            Configuration? pick = Recommender.Recommend(Machines.Cpu(gib)).Pick;
            if (pick is { Variant: "1.5b" or "7b" or "8b" or "8b-0528" })
            {
                pick.Quantization.ShouldNotContain("Q2");
                pick.Quantization.ShouldNotContain("Q1");
            }
        },
        iter: 150,
        threads: 1);

    [Fact]
    public void Measurements_show_as_their_basis()
    {
        var drive = new SpeedMeasurement(
            "1.5b", "Q6_K", 72, 0, 60, 40, 0.03, 0.03, EstimateBasis.Measured, "here", "llama.cpp", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Recommendation r = Recommender.Recommend(Machines.Cpu(4), new RecommendRequest { Measurements = [drive] });
        r.Pick.ShouldNotBeNull().Speed!.Basis.ShouldBe(r.Pick.Quantization == "Q6_K" ? EstimateBasis.Measured : EstimateBasis.Estimated);
        r.Pick.Variant.ShouldBe("1.5b");
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 100)]
    public void A_request_that_makes_no_sense_is_refused(int users, int? context) =>
        Should.Throw<UserErrorException>(() => Recommender.Recommend(Machines.Cpu(16), new RecommendRequest { Users = users, Context = context }));

    [Fact]
    public void An_unknown_use_offers_the_nearest() =>
        Should.Throw<UserErrorException>(() => UseProfile.Find("codding")).Text.En.ShouldContain("coding");

    [Fact]
    public void Nothing_recommended_exceeds_the_budget() => AnyMachine.Sample(
        machine =>
        {
            MachineBudget budget = MachineBudget.Of(machine);
            Recommendation r = Recommender.Recommend(machine);
            r.Configurations.Count.ShouldBe(ModelCatalog.Default.Variants.Count);
            foreach (Configuration c in r.Configurations.Concat(r.Alternatives.Select(a => a.Configuration)).Where(c => c.Fits))
            {
                long ram = c.Memory.Devices[0].Total.Bytes;
                for (int i = 0; i < budget.Target.Gpus.Count; i++)
                {
                    ByteSize need = c.Memory.Devices[i + 1].Total;
                    need.ShouldBeLessThanOrEqualTo(budget.GpuUsable[i]!.Value.Bytes > 0 || need.Bytes > 0 ? budget.GpuUsable[i]!.Value : need);
                    ram += budget.Target.Gpus[i].Unified ? need.Bytes : 0;
                }

                ram.ShouldBeLessThanOrEqualTo(budget.RamUsable.Bytes);
                if (budget.DiskUsable is { } disk)
                {
                    c.FileBytes.ShouldBeLessThanOrEqualTo(disk);
                }

                MemoryEstimate again = MemoryEstimator.Estimate(
                    ModelCatalog.Default.Find(c.Variant).Layout(Quantizations.Find(c.Quantization)), c.Options, budget.Target);
                again.Total.ShouldBe(c.Memory.Total);
            }
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void More_memory_never_gives_a_worse_pick() => Gen.Select(Gen.Double[2, 80], Gen.Double[0.5, 60], Gen.Double[5, 120], Gen.Int[0, 4].Select(i => UseProfile.All[i])).Sample(
        (gib, more, bandwidth, use) =>
        {
            double less = Worth(Recommender.Recommend(Machines.Cpu(gib, bandwidth), new RecommendRequest { Use = use }), use);
            double larger = Worth(Recommender.Recommend(Machines.Cpu(gib + more, bandwidth), new RecommendRequest { Use = use }), use);
            larger.ShouldBeGreaterThanOrEqualTo(less - 0.75); // a context that now fits whole may cost a breath of speed
        },
        iter: 60,
        threads: 1);

    private static readonly Gen<MachineProfile> AnyMachine = Gen.Select(
        Gen.Double[1, 1100], Gen.Double[4, 500], Gen.Int[1, 96], Gen.Int[0, 4], Gen.Double[2, 96], Gen.Double[5, 2000], Gen.Bool).Select(
        (ram, bandwidth, cores, gpus, vram, disk, unified) => unified && gpus > 0
            ? Machines.Mac(ram, bandwidth + 60, 10)
            : Machines.WithGpus(ram, gpus, vram, 300 + bandwidth) with
            {
                Cpu = Machines.Cpu(8, cores: cores).Cpu,
                Disk = new DiskInfo { Path = "/", Free = ByteSize.FromGB(disk) },
            });

    private static double Worth(Recommendation r, UseProfile use)
    {
        if (r.Pick is not { } pick)
        {
            return double.MinValue;
        }

        if (pick.Speed!.GenerationTps < use.MinTokensPerSecond)
        {
            return -1000 + pick.Speed.GenerationTps;
        }

        ModelVariant variant = ModelCatalog.Default.Find(pick.Variant);
        double size = (double)pick.FileBytes.Bytes / variant.Layout(Quantizations.Find("Q4_K_M")).FileBytes.Bytes;
        return Recommender.Utility(
            use, pick.Quality.Score!.Value, pick.Speed.SecondsToAnswer, size, (double)use.ContextNeeded / pick.Options.Context, pick.Options.KvTypeK.IsQuantized());
    }

    private static IEnumerable<MachineProfile> All() =>
    [
        Machines.Cpu(2), Machines.Cpu(8), Machines.Cpu(16), Machines.Cpu(32), Machines.Cpu(64), Machines.TwoCores(), Machines.WithGpus(32, 1, 8, 448),
        Machines.WithGpus(32, 1, 24, 1008), Machines.WithGpus(64, 2, 24, 936), Machines.Mac(16, 120, 4.6), Machines.Mac(64, 546, 18.4),
        Machines.WithGpus(1024, 8, 80, 3350, "NVIDIA H100 80GB HBM3"), Machines.Server(), Machines.WithGpus(768, 1, 24, 1008),
    ];
}
