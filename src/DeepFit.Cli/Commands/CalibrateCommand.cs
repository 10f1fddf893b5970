using System.CommandLine;
using System.Diagnostics;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp.Calibration;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit calibrate</c>.</summary>
internal sealed class CalibrateCommand : CliCommand
{
    // as for a test-drive: with less of the cores, other programs took the rest
    private const double AtRest = 0.75;
    private const int DefaultSeconds = 50;
    private static readonly string[] Shown = ["1.5b", "7b", "14b", "32b", "70b"];
    private static readonly string[] ShownTypes = ["Q4_K_M", "Q6_K", "Q8_0"];

    private readonly Option<string?> seconds;
    private readonly Option<string?> device;

    public CalibrateCommand(Language language)
        : base("calibrate", HelpTexts.Calibrate, language)
    {
        Add(seconds = CommandLine.Options.Text("--seconds", "50", HelpTexts.CalibrateSeconds.In(language)));
        Add(device = CommandLine.Options.Text("--device", "auto|cpu|gpu", HelpTexts.CalibrateDevice.In(language)));
    }

    public override IReadOnlyList<string> Examples => ["deepfit calibrate", "deepfit calibrate --device cpu --seconds 30"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        int limit = OptionValues.Whole("--seconds", line.GetValue(seconds), 1, 3600) ?? DefaultSeconds;
        string where = OptionValues.Word("--device", line.GetValue(device), "auto", "cpu", "gpu") ?? "auto";
        MachineProfile machine = await context.Services.DetectAsync(DetectionDepth.Plan, context.CancellationToken).ConfigureAwait(false);
        MachineBudget budget = MachineBudget.Of(machine);
        bool hasGpu = budget.Target.Gpus.Count > 0;
        if (where == "gpu" && !hasGpu)
        {
            throw CliException.Usage(CalibrateTexts.NoGpu);
        }

        bool onGpu = where == "gpu" || (where == "auto" && hasGpu);
        var request = new CalibrationRequest
        {
            Probes = CalibrationPlan.Of(onGpu ? budget.GpuUsable[0] ?? budget.RamUsable : budget.RamUsable),
            OnGpu = onGpu,
            Seconds = limit,
        };
        IReadOnlyList<SpeedMeasurement> before = context.Services.Measurements(machine);
        long start = Stopwatch.GetTimestamp();
        List<CalibratedLayer> layers = await MeasureAsync(request, context).ConfigureAwait(false);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double share = layers.Min(l => l.CpuShare ?? 1);
        bool kept = share >= AtRest;
        if (kept)
        {
            context.Services.Keep(machine, layers, onGpu);
        }
        else
        {
            context.Warn(CalibrateTexts.Disturbed(Figures.Percent(share)));
        }

        CalibrationEffect[] effects = kept ? Effects(machine, before, context.Services.Measurements(machine)) : [];
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, Document(layers, effects, onGpu, kept, elapsed)));
        }
        else
        {
            CalibrateScreen.Write(layers, request, effects, elapsed, context);
        }

        return ExitCode.Done;
    }

    private static async Task<List<CalibratedLayer>> MeasureAsync(CalibrationRequest request, CommandContext context)
    {
        using var progress = new ProgressLine(context.Console);
        var layers = new List<CalibratedLayer>();
        await foreach (CalibrationProgress step in context.Services.CalibrateAsync(request, context.CancellationToken).ConfigureAwait(false))
        {
            progress.Report(step.Fraction, step.Probe is { } probe ? context.Say(CalibrateTexts.Measuring(probe.Variant.Id, probe.Type.ToString(), probe.ContextDepth)) : context.Say(CommonTexts.Done));
            if (step.Layer is { } layer)
            {
                layers.Add(layer);
            }
        }

        return layers.Count > 0 ? layers : throw new CliException("failed", ExitCode.Failed, CalibrateTexts.TooBusy);
    }

    /// <summary>What the calibration changed for configurations that people run.</summary>
    private static CalibrationEffect[] Effects(MachineProfile machine, IReadOnlyList<SpeedMeasurement> before, IReadOnlyList<SpeedMeasurement> after)
    {
        Judge old = new(machine, before), now = new(machine, after);
        var effects = new List<CalibrationEffect>();
        foreach (ModelVariant variant in Shown.Select(ModelCatalog.Default.Find))
        {
            foreach (string type in ShownTypes)
            {
                var model = new PlannedModel(variant.Id, variant.Layout(Quantizations.Find(type)), variant, null);
                RuntimeOptions options = now.Place(model.Layout, new RuntimeOptions());
                SpeedEstimate speed = now.Speed(model, options);
                if (now.Fits(model, options) && speed.Basis is EstimateBasis.Calibrated)
                {
                    effects.Add(new CalibrationEffect(variant.Id, type, old.Speed(model, options), speed));
                }
            }
        }

        return [.. effects];
    }

    private static CalibrationDocument Document(List<CalibratedLayer> layers, CalibrationEffect[] effects, bool onGpu, bool kept, double elapsed) => new()
    {
        Device = onGpu ? "gpu" : "cpu",
        Engine = layers[0].Engine,
        Kept = kept,
        ElapsedSeconds = ContractNumbers.Significant(elapsed),
        Layers =
        [
            .. layers.Select(l => new CalibratedLayerDocument(
                l.Probe.Variant.Id, l.Probe.Type.ToString(), l.Probe.ContextDepth, ContractNumbers.Significant(l.GenerationSeconds), ContractNumbers.Significant(l.PromptSeconds), ContractNumbers.Significant(l.Spread, 3))),
        ],
        Estimates =
        [
            .. effects.Select(e => new CalibratedEstimateDocument(
                e.Variant, e.Quantization, ContractMap.Basis(e.After.Basis), ContractNumbers.Significant(e.Before.GenerationTps), ContractNumbers.Significant(e.After.GenerationTps),
                ContractNumbers.Significant(e.Before.PromptTps), ContractNumbers.Significant(e.After.PromptTps))),
        ],
    };
}

/// <summary>A configuration's estimate before and after a calibration.</summary>
internal sealed record CalibrationEffect(string Variant, string Quantization, SpeedEstimate Before, SpeedEstimate After);
