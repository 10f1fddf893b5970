using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Tests.Storage;

public class TestDriveRecordsTests : StoreFixture
{
    private static readonly TestDriveResult Result = new()
    {
        Variant = "14b",
        Quantization = "Q4_K_M",
        Depths = [2, 6],
        PromptTps = 6.34567,
        GenerationTps = 1.54321,
        PromptSpread = 0.0412345,
        GenerationSpread = 0.0123456,
        PromptTokens = 128,
        Rounds = 7,
        ContextDepth = 4096,
        Threads = 2,
        GpuLayers = 5,
        ElapsedSeconds = 19.87654,
        PeakRssBytes = 3_210_987_654,
        Devices = ["CPU"],
        Engine = "llama.cpp v0.4.0",
    };

    [Fact]
    public void A_test_drive_is_kept_as_measured()
    {
        using MeasurementStore store = Open();
        store.Add(Result.ToMeasurement("machine-a", Noon));
        store.Measurements("machine-a").ShouldHaveSingleItem().ShouldBe(new SpeedMeasurement(
            "14b", "Q4_K_M", 4096, 5, 6.34567, 1.54321, 0.0412345, 0.0123456, EstimateBasis.Measured, "machine-a", "llama.cpp v0.4.0", Noon));
    }

    [Fact]
    public void A_test_drive_is_printed_rounded_with_the_larger_spread()
    {
        TestDriveDocument document = Result.ToDocument();
        document.PromptTps.ShouldBe(6.346);
        document.GenerationTps.ShouldBe(1.543);
        document.Spread.ShouldBe(0.0412);
        document.ElapsedSeconds.ShouldBe(19.88);
        document.PeakRssBytes.ShouldBe(3_210_987_654);
        document.Depths.ShouldBe([2, 6]);
        document.Basis.ShouldBe("measured");
        document.ContextDepth.ShouldBe(4096);
    }
}
