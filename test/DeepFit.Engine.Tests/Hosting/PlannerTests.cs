using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Engine.Tests.Hosting;

public class PlannerTests
{
    [Fact]
    public async Task A_recommendation_for_this_machine_counts_what_was_measured_on_it()
    {
        PlannedServices services = PlannedServices.Laptop();
        RecommendAnswer before = await new Planner(services).RecommendAsync(new RecommendQuery(), TestContext.Current.CancellationToken);
        Configuration picked = before.Advice.Pick!;
        services.Measured.Add(new SpeedMeasurement(
            picked.Variant, picked.Quantization, 0, 0, 100, 77.7, 0.01, 0.01, EstimateBasis.Measured, "test", "llama.cpp", DateTimeOffset.UnixEpoch));

        RecommendAnswer after = await new Planner(services).RecommendAsync(new RecommendQuery(), TestContext.Current.CancellationToken);
        Configuration elsewhere = (await new Planner(services).RecommendAsync(
            new RecommendQuery { Machine = "8 cores, 24 GB ddr4-3200 2ch" }, TestContext.Current.CancellationToken)).Advice.Configurations.First(c => c.Variant == picked.Variant);

        after.Request.Measurements.Count.ShouldBe(1);
        after.Advice.Configurations.First(c => c.Variant == picked.Variant).Speed!.Basis.ShouldNotBe(EstimateBasis.Estimated);
        elsewhere.Speed!.Basis.ShouldBe(EstimateBasis.Estimated);
    }

    [Fact]
    public async Task An_estimate_names_its_basis_and_a_simulation_knows_only_this_machine()
    {
        var planner = new Planner(PlannedServices.Laptop());
        EstimateAnswer estimated = await planner.EstimateAsync(new EstimateQuery { Model = "7b:Q5_K_M" }, TestContext.Current.CancellationToken);
        estimated.Configuration.Memory.Basis.ShouldBe(EstimateBasis.Estimated);
        estimated.Configuration.Quantization.ShouldBe("Q5_K_M");

        EstimateAnswer simulated = await planner.EstimateAsync(new EstimateQuery { Model = "7b", Simulate = true }, TestContext.Current.CancellationToken);
        simulated.Configuration.Memory.Basis.ShouldBe(EstimateBasis.Simulated);
        simulated.Configuration.Memory.Devices[0].Available.ShouldNotBeNull();

        await Should.ThrowAsync<UserErrorException>(() =>
            planner.EstimateAsync(new EstimateQuery { Model = "7b", Simulate = true, Machine = "rtx 4090" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_limit_of_the_context_is_each_sequences_own()
    {
        var planner = new Planner(PlannedServices.Laptop());
        EstimateAnswer two = await planner.EstimateAsync(Query(200_000, 2), TestContext.Current.CancellationToken);
        two.Configuration.Options.Context.ShouldBe(200_000);
        (await Should.ThrowAsync<UserErrorException>(() => planner.EstimateAsync(Query(200_000, 1), TestContext.Current.CancellationToken))).Text.En.ShouldContain("131072");

        static EstimateQuery Query(int context, int parallel) =>
            new() { Model = "1.5b", Runtime = new RuntimeRequest(new RuntimeOptions { Context = context, Parallel = parallel }, null, false) };
    }
}
