// How well do estimates that stand on calibrated layers meet the test-drives of other configurations? First the layers are measured, then each configuration is test-driven.
//   dotnet run -c Release --project bench/DeepFit.CalibrationCheck -- [SECONDS [VARIANT:QUANTIZATION ...]]
using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Calibration;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] defaults = ["1.5b:Q4_K_M", "1.5b:Q8_0", "7b:Q4_K_M", "7b:Q6_K", "7b:Q5_K_M", "8b:Q4_K_M", "8b:Q8_0", "14b:Q4_K_M", "14b:IQ4_XS", "32b:Q4_K_M"];
try
{
    double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 50;
    int cores = Environment.ProcessorCount;
    var machine = new MachineProfile
    {
        Name = "this machine",
        Cpu = new CpuInfo { Model = "CPU", PhysicalCores = cores, LogicalCores = cores },
        Memory = new MemoryInfo { Total = ByteSize.FromGiB(256), Available = ByteSize.FromGiB(250), Bandwidth = ByteRate.FromGBPerSecond(30), BandwidthBasis = "measured" },
    };
    var kept = new List<SpeedMeasurement>();
    Console.WriteLine("layer, microseconds: generation, prompt, spread, share of the cores");
    await foreach (CalibrationProgress step in new Calibrator().RunAsync(new CalibrationRequest { Probes = CalibrationPlan.Of(ByteSize.FromGiB(16)), Seconds = seconds }, CancellationToken.None))
    {
        if (step.Layer is { } layer)
        {
            kept.Add(layer.ToMeasurement(onGpu: false, "here", DateTimeOffset.UnixEpoch));
            Console.WriteLine(
                $"  {layer.Probe.Variant.Id,-5} {layer.Probe.Type,-8} at {layer.Probe.ContextDepth,-5} {layer.GenerationSeconds * 1e6,9:0} {layer.PromptSeconds * 1e6,9:0}  ±{layer.Spread:0%}  {layer.CpuShare:0%}");
        }
    }

    var calibrated = new SpeedEstimator(machine, null, kept);
    var generations = new List<double>();
    var prompts = new List<double>();
    foreach (string name in args.Length > 1 ? args[1..] : defaults)
    {
        ModelVariant variant = ModelCatalog.Default.Find(name.Split(':')[0]);
        ModelLayout layout = variant.Layout(Quantizations.Find(name.Split(':')[1]));
        UseProfile use = UseProfile.Chat with { PromptTokens = 64, ReasoningTokens = 0, AnswerTokens = 0 };
        SpeedEstimate expected = calibrated.Estimate(variant.Id, layout, new RuntimeOptions(), use);
        await foreach (TestDriveProgress step in new TestDrive().RunAsync(new TestDriveRequest { Variant = variant.Id, Layout = layout, ContextDepth = 64, PromptTokens = 64, Seconds = 10 }, CancellationToken.None))
        {
            if (step.Result is { } drive)
            {
                generations.Add((expected.GenerationTps / drive.GenerationTps) - 1);
                prompts.Add((expected.PromptTps / drive.PromptTps) - 1);
                Console.WriteLine(
                    $"{name,-14} generation {expected.GenerationTps,7:0.00} for {drive.GenerationTps,7:0.00} ({generations[^1]:+0%;-0%})   prompt {expected.PromptTps,7:0.0} for {drive.PromptTps,7:0.0} "
                    + $"({prompts[^1]:+0%;-0%})   {drive.CpuShare:0%} of the cores");
            }
        }
    }

    Console.WriteLine($"median of the absolute errors: generation {Median(generations):0.0%}, prompt {Median(prompts):0.0%}");
    return 0;
}
catch (UserErrorException wrong)
{
    Console.Error.WriteLine(wrong.Text.En);
    return 1;
}

static double Median(List<double> errors)
{
    double[] sorted = [.. errors.Select(Math.Abs).Order()];
    return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
