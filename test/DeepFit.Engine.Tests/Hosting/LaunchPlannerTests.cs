using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Tests.Hosting;

public class LaunchPlannerTests
{
    [Fact]
    public async Task What_was_named_is_taken_from_where_it_lies()
    {
        PlannedServices services = PlannedServices.Laptop().With("7b", "Q5_K_M", ModelOwner.Ollama);

        LaunchPlan plan = await Plan(services, new LaunchQuery { Model = "7b:Q5_K_M" });

        plan.Path.ShouldBe("/models/Ollama/7b-Q5_K_M.gguf");
        plan.Pull.ShouldBeNull();
        plan.Configuration.Quantization.ShouldBe("Q5_K_M");
        InferenceSettings settings = plan.Settings();
        settings.ModelPath.ShouldBe(plan.Path);
        settings.Options.ShouldBe(plan.Configuration.Options);
        settings.Budget.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_not_here_is_to_be_pulled_as_named_or_as_recommended()
    {
        PlannedServices services = PlannedServices.Laptop();

        LaunchPlan named = await Plan(services, new LaunchQuery { Model = "7b", Quantization = "Q8_0" });
        named.Path.ShouldBeNull();
        named.Pull!.Variant!.Id.ShouldBe("7b");
        named.Pull.Quantization!.Name.ShouldBe("Q8_0");
        Should.Throw<InvalidOperationException>(() => named.Settings());
        named.Settings("/pulled.gguf").ModelPath.ShouldBe("/pulled.gguf");

        LaunchPlan free = await Plan(services, new LaunchQuery { Model = "7b" });
        ModelFileCatalog.PublishedQuantizations(ModelCatalog.Default.Find("7b")).ShouldContain(free.Pull!.Quantization!);
        free.Configuration.Fits.ShouldBeTrue();
    }

    [Fact]
    public async Task A_quantization_that_is_here_is_preferred_to_a_recommended_one_that_is_not()
    {
        PlannedServices services = PlannedServices.Laptop();
        string recommended = (await Plan(services, new LaunchQuery { Model = "7b" })).Configuration.Quantization;
        recommended.ShouldNotBe("Q5_K_S");

        services.With("7b", "Q5_K_S");
        (await Plan(services, new LaunchQuery { Model = "7b" })).Path.ShouldEndWith("7b-Q5_K_S.gguf");

        services.With("7b", recommended);
        (await Plan(services, new LaunchQuery { Model = "7b" })).Path.ShouldEndWith($"7b-{recommended}.gguf");
    }

    [Fact]
    public async Task Of_several_that_are_here_the_largest_that_is_fast_enough_is_taken()
    {
        // 60 GB/s: F16 of 7B (15 GB) is below the 4 tokens/s that a chat needs, Q6_K (6 GB) is above
        PlannedServices services = PlannedServices.Laptop().With("7b", "F16").With("7b", "Q6_K").With("7b", "Q3_K_M");

        LaunchPlan plan = await Plan(services, new LaunchQuery { Model = "7b" });

        plan.Configuration.Quantization.ShouldBe("Q6_K");
        plan.Configuration.Speed!.GenerationTps.ShouldBeGreaterThanOrEqualTo(UseProfile.Chat.MinTokensPerSecond);
        (await Plan(PlannedServices.Laptop().With("7b", "F16"), new LaunchQuery { Model = "7b" })).Configuration.Quantization.ShouldBe("F16");
    }

    [Fact]
    public async Task A_full_disk_does_not_stand_in_the_way_of_a_model_that_is_here()
    {
        PlannedServices services = PlannedServices.Laptop(diskGB: 1).With("7b", "Q8_0");

        foreach (string? model in (string?[])["7b", null])
        {
            LaunchPlan plan = await Plan(services, new LaunchQuery { Model = model });
            plan.Path.ShouldEndWith("7b-Q8_0.gguf");
            plan.ThrowIfItDoesNotFit();
        }

        LaunchPlan other = await Plan(services, new LaunchQuery { Model = "14b" });
        other.Configuration.LimitedBy.ShouldBe("disk");
        Should.Throw<DoesNotFitException>(other.ThrowIfItDoesNotFit).LimitedBy.ShouldBe("disk");
    }

    [Fact]
    public async Task Without_a_model_the_machines_best_is_planned_and_a_quantization_that_was_named_holds()
    {
        PlannedServices services = PlannedServices.Laptop();

        LaunchPlan best = await Plan(services, new LaunchQuery());
        best.Model.Name.ShouldBe(Recommender.Recommend(best.Machine).Pick!.Variant);

        LaunchPlan given = await Plan(services, new LaunchQuery { Quantization = "Q8_0" });
        given.Configuration.Quantization.ShouldBe("Q8_0");
        given.Configuration.Fits.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_nothing_fits_that_is_said_and_force_overrules_it()
    {
        PlannedServices small = PlannedServices.Laptop(availableGiB: 0.6);
        (await Should.ThrowAsync<NothingFitsException>(() => Plan(small, new LaunchQuery()))).Text.Zh.ShouldContain("deepfit advise");

        LaunchPlan plan = await Plan(small.With("7b", "Q8_0").With("7b", "Q3_K_M"), new LaunchQuery { Model = "7b" });
        DoesNotFitException refused = Should.Throw<DoesNotFitException>(plan.ThrowIfItDoesNotFit);
        refused.LimitedBy.ShouldBe("ram");
        refused.Text.En.ShouldContain("--force");
        plan.Path.ShouldEndWith("7b-Q3_K_M.gguf", customMessage: "the smallest of what is here");

        LaunchPlan forced = await Plan(small, new LaunchQuery { Model = "7b", Force = true });
        forced.ThrowIfItDoesNotFit();
        forced.Settings().Force.ShouldBeTrue();
    }

    [Fact]
    public async Task The_context_is_what_a_long_thought_needs_then_the_cache_is_quantized_then_the_context_shrinks()
    {
        ContextNeed need = UseProfile.Reasoning.ContextFor("8b");
        need.Comfortable.ShouldBeGreaterThan(need.Least);
        var seen = new List<(int Context, GgmlType Type)>();
        for (double available = 20; available >= 4; available -= 0.1)
        {
            LaunchPlan plan = await Plan(PlannedServices.Laptop(available).With("8b", "Q4_K_M"), new LaunchQuery { Model = "8b:Q4_K_M", Use = UseProfile.Reasoning });
            if (!plan.Configuration.Fits)
            {
                break;
            }

            RuntimeOptions options = plan.Configuration.Options;
            options.KvTypeV.ShouldBe(options.KvTypeK);
            seen.Add((options.Context, options.KvTypeK));
        }

        // as memory shrinks: never more context again, and of each context first F16, then Q8_0
        seen.Distinct().ShouldBe(seen.Distinct().OrderByDescending(s => s.Context).ThenBy(s => s.Type == GgmlType.F16 ? 0 : 1));
        seen[0].ShouldBe((need.Comfortable, GgmlType.F16));
        seen.ShouldContain((need.Comfortable, GgmlType.Q8_0));
        seen[^1].ShouldBe((need.Least, GgmlType.Q8_0));
    }

    [Fact]
    public async Task A_context_or_a_cache_type_that_was_asked_for_is_kept()
    {
        PlannedServices services = PlannedServices.Laptop(availableGiB: 8).With("8b", "Q4_K_M");
        var f16 = new RuntimeRequest(new RuntimeOptions { KvTypeK = GgmlType.F16, KvTypeV = GgmlType.F16 }, null, false);

        LaunchPlan given = await Plan(services, new LaunchQuery { Model = "8b:Q4_K_M", Context = 65536, Runtime = f16, CacheTypeGiven = true });
        (given.Configuration.Options.Context, given.Configuration.Options.KvTypeK).ShouldBe((65536, GgmlType.F16));
        given.Configuration.Fits.ShouldBeFalse();

        LaunchPlan free = await Plan(services, new LaunchQuery { Model = "8b:Q4_K_M", Context = 26000 });
        (free.Configuration.Options.Context, free.Configuration.Options.KvTypeK).ShouldBe((26000, GgmlType.Q8_0));
        free.Configuration.Fits.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_flash_attention_no_quantized_cache_is_tried()
    {
        PlannedServices services = PlannedServices.Laptop(availableGiB: 6.8).With("8b", "Q4_K_M");
        var off = new RuntimeRequest(new RuntimeOptions { FlashAttention = false }, null, false);

        LaunchPlan plan = await Plan(services, new LaunchQuery { Model = "8b:Q4_K_M", Use = UseProfile.Reasoning, Runtime = off });

        plan.Configuration.Options.KvTypeV.ShouldBe(GgmlType.F16);
    }

    [Fact]
    public async Task Each_slot_gets_the_context_and_the_models_limit_is_each_slots_own()
    {
        PlannedServices services = PlannedServices.Laptop().With("1.5b", "Q4_K_M");

        LaunchPlan four = await Plan(services, new LaunchQuery { Model = "1.5b:Q4_K_M", Context = 40000, Parallel = 4 });
        (four.Configuration.Options.Context, four.Configuration.Options.Parallel).ShouldBe((160_000, 4));

        UserErrorException error = await Should.ThrowAsync<UserErrorException>(() => Plan(services, new LaunchQuery { Model = "1.5b:Q4_K_M", Context = 200_000, Parallel = 256 }));
        error.Text.En.ShouldContain("131072");
    }

    [Fact]
    public async Task A_file_is_planned_by_its_own_tensors_and_an_address_is_pulled()
    {
        PlannedServices services = PlannedServices.Laptop();
        ModelLayout layout = ModelCatalog.Default.Find("1.5b").Layout(Quantizations.Find("Q8_0"));
        services.Files["./mine.gguf"] = layout;
        services.Files["https://example.org/mine.gguf"] = layout;

        LaunchPlan file = await Plan(services, new LaunchQuery { Model = "./mine.gguf" });
        file.Path.ShouldBe(Path.GetFullPath("./mine.gguf"));
        file.Configuration.FileBytes.ShouldBe(layout.FileBytes);

        LaunchPlan address = await Plan(services, new LaunchQuery { Model = "https://example.org/mine.gguf" });
        address.Path.ShouldBeNull();
        address.Pull!.Address.ShouldBe(new Uri("https://example.org/mine.gguf"));

        (await Should.ThrowAsync<UserErrorException>(() => Plan(services, new LaunchQuery { Model = "./mine.gguf", Quantization = "Q4_0" }))).Text.En.ShouldContain("--quant");
    }

    [Fact]
    public async Task What_was_measured_of_a_file_is_found_however_its_path_is_typed()
    {
        PlannedServices services = PlannedServices.Laptop();
        string full = Path.GetFullPath("mine.gguf");
        services.Measured.Add(new SpeedMeasurement(full, "Q8_0", 2048, 0, 90, 12.5, 0.01, 0.01, EstimateBasis.Verified, "", "llama.cpp", DateTimeOffset.UnixEpoch));
        foreach (string typed in (string[])["mine.gguf", "./mine.gguf", full])
        {
            services.Files[typed] = ModelCatalog.Default.Find("1.5b").Layout(Quantizations.Find("Q8_0"));
            (await Plan(services, new LaunchQuery { Model = typed })).Configuration.Speed!.Basis.ShouldBe(EstimateBasis.Verified, typed);
        }
    }

    [Theory]
    [InlineData("7c", "7b")]
    [InlineData("7b:Q4_K_N", "Q4_K_M")]
    public async Task An_unknown_name_gets_the_nearest(string model, string near)
    {
        UserErrorException error = await Should.ThrowAsync<UserErrorException>(() => Plan(PlannedServices.Laptop(), new LaunchQuery { Model = model }));
        error.Suggestions.ShouldContain(near);
    }

    [Fact]
    public async Task Gpu_layers_without_a_gpu_are_refused()
    {
        var layers = new RuntimeRequest(new RuntimeOptions(), 10, false);
        UserErrorException error = await Should.ThrowAsync<UserErrorException>(() => Plan(PlannedServices.Laptop(), new LaunchQuery { Model = "7b", Runtime = layers }));
        error.Text.En.ShouldContain("--gpu-layers");
    }

    private static Task<LaunchPlan> Plan(PlannedServices services, LaunchQuery query) => new LaunchPlanner(services).PlanAsync(query, TestContext.Current.CancellationToken);
}
