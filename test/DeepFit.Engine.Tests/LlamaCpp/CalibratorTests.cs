using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Calibration;

namespace DeepFit.Engine.Tests.LlamaCpp;

[Collection(Engine.Collection)]
public class CalibratorTests
{
    [Fact]
    public void Every_probe_of_the_plan_can_be_measured_and_on_a_small_machine_all_but_the_smallest_types()
    {
        CalibrationPlan.Of(ByteSize.FromGiB(16)).ShouldAllBe(p => Calibrator.CanTell(p, false));
        CalibrationPlan.Of(ByteSize.FromGiB(16)).ShouldAllBe(p => Calibrator.CanTell(p, true));
        GgmlType[] left = [.. CalibrationPlan.Of(ByteSize.FromGiB(3)).Where(p => !Calibrator.CanTell(p, false)).Select(p => p.Type)];
        left.ShouldAllBe(t => t.BitsPerElement() < 4);
    }

    [Fact]
    public void A_layer_is_the_difference_of_the_deep_and_the_shallow_probe()
    {
        var probe = new CalibrationProbe(ModelCatalog.Default.Find("7b"), GgmlType.Q4_K, 0);
        CalibratedLayer layer = Calibrator.Layer(probe, Result(new("fixed", 1, 1, 0.01, 1, 0.02, 1), new("dense+8", 9, 9, 0.09, 4, 0.18, 4), new("dense+1", 2, 2, 0.02, -4, 0.04, -4)))!;
        layer.GenerationSeconds.ShouldBe(0.02, 1e-9);
        layer.PromptSeconds.ShouldBe(0.01, 1e-9);
        SpeedMeasurement kept = layer.ToMeasurement(onGpu: false, "here", DateTimeOffset.UnixEpoch);
        kept.OneLayer.ShouldBeTrue();
        kept.GenerationTps.ShouldBe(50, 1e-6);
        kept.Quantization.ShouldBe("Q4_K");
    }

    [Fact]
    public void A_deeper_probe_that_came_out_faster_tells_nothing()
    {
        var probe = new CalibrationProbe(ModelCatalog.Default.Find("7b"), GgmlType.Q4_K, 0);
        Calibrator.Layer(probe, Result(new("dense+8", 9, 9, 0.09, 4, 0.03, 4), new("dense+1", 2, 2, 0.02, -4, 0.04, -4))).ShouldBeNull();
    }

    [Fact]
    public async Task The_engine_measures_a_layer_of_a_small_model()
    {
        Engine.Require();
        var probe = new CalibrationProbe(ModelCatalog.Default.Find("1.5b"), GgmlType.Q4_K, 0);
        List<CalibratedLayer> layers = await Engine.WhenCalmAsync(async () =>
        {
            var found = new List<CalibratedLayer>();
            for (int attempt = 0; attempt < 3 && found.Count == 0; attempt++) // a busy machine may tell nothing once
            {
                await foreach (CalibrationProgress step in new Calibrator().RunAsync(new CalibrationRequest { Probes = [probe], Seconds = 5 }, TestContext.Current.CancellationToken))
                {
                    step.Fraction.ShouldBeInRange(0, 1);
                    if (step.Layer is { } layer)
                    {
                        found.Add(layer);
                    }
                }
            }

            return found;
        });

        CalibratedLayer measured = layers.ShouldHaveSingleItem();
        measured.GenerationSeconds.ShouldBeInRange(1e-6, 1);
        measured.PromptSeconds.ShouldBeInRange(1e-7, measured.GenerationSeconds * 2);
        measured.Engine.ShouldStartWith("llama.cpp");
    }

    private static TestDriveResult Result(params TestDrivePart[] parts) => new()
    {
        Variant = "7b",
        Quantization = "Q4_K",
        Depths = [1, 2, 9],
        Parts = parts,
        PromptTps = 1,
        GenerationTps = 1,
        PromptSpread = 0.01,
        GenerationSpread = 0.02,
        PromptTokens = 64,
        Rounds = 5,
        ContextDepth = 0,
        Threads = 2,
        GpuLayers = 0,
        ElapsedSeconds = 4,
        PeakRssBytes = 1,
        Devices = ["CPU"],
        Engine = "llama.cpp v0.4.0",
    };
}
