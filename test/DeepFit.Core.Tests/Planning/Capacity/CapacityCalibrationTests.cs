using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Capacity;

namespace DeepFit.Core.Tests.Planning.Capacity;

/// <summary>How far the step's model and the simulation are from published throughput and latency of vLLM and SGLang.</summary>
public sealed class CapacityCalibrationTests(ITestOutputHelper output)
{
    private static readonly CapacityCalibration.Row[] Fitted = [.. CapacityCalibration.Rows.Where(r => !CapacityCalibration.NotFitted.Contains(r.Id))];

    [Fact]
    public void Published_runs_of_vLLM_and_SGLang_come_out_within_the_stated_bounds()
    {
        var errors = new List<double>();
        foreach (CapacityCalibration.Row row in CapacityCalibration.Rows)
        {
            double predicted = CapacityCalibration.Predict(row);
            string off = Math.Round(100 * ((predicted / row.Value) - 1)).ToString("+0;-0", CultureInfo.InvariantCulture);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Id} {row.Variant} {row.Engine} {row.Weights} {row.Tensor} x {row.Gpu.Name}, {row.Concurrency} at a time, {row.Prompt}/{row.Output}: {row.Metric} {row.Value:0.##}, predicted {predicted:0.##}, {off}%"));
            if (Fitted.Contains(row))
            {
                errors.Add(Math.Abs(Math.Log(predicted / row.Value)));
            }
        }

        errors.Sort();
        errors.Average().ShouldBeLessThan(0.09);
        errors[(int)(0.8 * errors.Count)].ShouldBeLessThan(0.18);
        errors[^1].ShouldBeLessThan(0.7); // a run of SGLang with hardly any cache, of which it makes less use than vLLM

        double half = CapacityData.Default.Get("interval", "general", "log_half_width");
        errors.Count(e => e <= half).ShouldBeGreaterThan((int)(0.9 * errors.Count));
    }

    [Fact]
    public void A_run_on_a_GPU_that_was_not_fitted_to_lies_within_the_interval()
    {
        CapacityCalibration.Row h20 = CapacityCalibration.Rows.Single(r => r.Id == "C50");

        double off = Math.Log(CapacityCalibration.Predict(h20) / h20.Value);
        Math.Abs(off).ShouldBeLessThan(CapacityData.Default.Get("interval", "general", "log_half_width"));
    }

    [Theory]
    [InlineData("general", "cache_efficiency")]
    [InlineData("bf16", "compute_efficiency")]
    [InlineData("bf16", "compute_efficiency_hopper")]
    [InlineData("fp8", "compute_efficiency")]
    [InlineData("4bit", "memory_efficiency")]
    [InlineData("int8", "memory_efficiency")]
    [InlineData("moe", "compute_efficiency")]
    [InlineData("dense", "layer_microseconds")]
    [InlineData("vllm", "moe_layer_microseconds")]
    [InlineData("sglang", "moe_layer_microseconds")]
    [InlineData("link", "between_nodes_microseconds")]
    public void A_fitted_constant_is_where_the_rows_put_it(string key, string name)
    {
        double at = CapacityData.Default.Get("speed", key, name);
        double here = Loss(CapacityData.Default);
        foreach (double factor in (double[])[0.6, 1.6])
        {
            Loss(CapacityData.Default.With("speed", key, name, at * factor)).ShouldBeGreaterThan(here, $"{key} {name} x {factor}");
        }
    }

    [Fact]
    public void Four_slots_of_llama_server_give_what_was_measured_on_the_two_core_machine()
    {
        // 1.5b Q4_K_M, llama-server v0.5.0: 12.1 tokens/s for one client, 26 in all for four
        LlamaServing server = LlamaServing.Create(
            "1.5b", ModelCatalog.Default.Find("1.5b").Layout(Quantizations.Find("Q4_K_M")), Machines.TwoCores(), [], UseProfile.Chat, 4096, 4);

        server.Slots.ShouldBe(4);
        server.Plan.Fits.ShouldBeTrue();
        (1 / server.Seconds(1, 0, 0, 0)).ShouldBe(12.1, 0.25 * 12.1);
        (4 / server.Seconds(4, 0, 0, 0)).ShouldBe(26, 0.25 * 26);
    }

    [Fact]
    public void A_step_never_gets_faster_with_more_to_do()
    {
        ServingModel model = ServingModel.Of(ModelCatalog.Default.Find("671b"), WeightFormat.Find("fp8"));
        Accelerator gpu = CapacityCalibration.Node("H200 SXM", 8);
        var layout = new ServingLayout(8);
        var speed = new ServingSpeed(model, ServingEngine.SgLang, gpu, layout, ServingMemory.Of(model, ServingEngine.SgLang, gpu, layout));
        double before = 0;
        for (int sequences = 1; sequences <= 1024; sequences *= 2)
        {
            double seconds = speed.Seconds(sequences, sequences * 1000.0, 0, 0);
            seconds.ShouldBeGreaterThan(before);
            speed.Seconds(sequences, sequences * 4000.0, 0, 0).ShouldBeGreaterThan(seconds);
            speed.Seconds(sequences, sequences * 1000.0, 512, 256).ShouldBeGreaterThan(seconds);
            before = seconds;
        }

        // and yet many at once get more done than one
        (1024 / speed.Seconds(1024, 1024e3, 0, 0)).ShouldBeGreaterThan(10 / speed.Seconds(1, 1000, 0, 0));
    }

    private static double Loss(CapacityData constants) =>
        Fitted.Average(row => Math.Min(0.8, Math.Abs(Math.Log(CapacityCalibration.Predict(row, constants) / row.Value))));
}
