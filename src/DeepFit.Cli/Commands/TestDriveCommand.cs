using System.CommandLine;
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
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.Storage;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit testdrive VARIANT</c>.</summary>
internal sealed class TestDriveCommand : CliCommand
{
    // below the estimate's low end by so much that something is unlike what was assumed
    private const double MuchSlower = 2;

    // the engine's threads spin while they wait: with less of the cores than this, other programs took the rest, and the result is theirs as much as the model's
    private const double AtRest = 0.75;

    private readonly Argument<string> model;
    private readonly Option<string?> quantization;
    private readonly Option<string?> depth;
    private readonly Option<string?> gpuLayers;

    public TestDriveCommand(Language language)
        : base("testdrive", HelpTexts.TestDrive, language)
    {
        Add(model = new Argument<string>("VARIANT") { Description = HelpTexts.CatalogueVariant.In(language) });
        Add(quantization = CommandLine.Options.Text("--quant", ModelReference.DefaultQuantization, HelpTexts.Quant.In(language)));
        Add(depth = CommandLine.Options.Text("--context-depth", "N", HelpTexts.ContextDepth.In(language)));
        Add(gpuLayers = CommandLine.Options.Text("--gpu-layers", "N|auto", HelpTexts.TestDriveGpuLayers.In(language)));
    }

    public override IReadOnlyList<string> Examples => ["deepfit testdrive 14b --quant Q4_K_M", "deepfit testdrive 671b --context-depth 4k"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        int tokens = OptionValues.Tokens("--context-depth", line.GetValue(depth), least: 0) ?? 0;
        int? layers = OptionReader.Layers(line.GetValue(gpuLayers));
        (ModelVariant variant, Quantization quant) = ModelReference.FromCatalogue(line.GetRequiredValue(model), line.GetValue(quantization));
        var planned = new PlannedModel(variant.Id, variant.Layout(quant), variant, null);
        var asked = new RuntimeRequest(new RuntimeOptions { Context = Math.Max(tokens, 1) }, layers, false);
        asked.CheckAgainst(planned);
        MachineProfile machine = await context.Services.DetectAsync(DetectionDepth.Plan, context.CancellationToken).ConfigureAwait(false);
        var judge = new Judge(machine, []);
        RuntimeOptions options = asked.On(judge, planned);
        var request = new TestDriveRequest { Variant = variant.Id, Layout = planned.Layout, Options = options, ContextDepth = tokens };
        TestDriveResult outcome = await DriveAsync(request, context).ConfigureAwait(false);
        SpeedEstimate expected = judge.Speed(planned, options);
        bool kept = outcome.CpuShare is not < AtRest;
        if (kept)
        {
            context.Services.Keep(machine, outcome);
        }

        if (!kept)
        {
            context.Warn(TestDriveTexts.Disturbed(Figures.Percent(outcome.CpuShare!.Value)));
        }
        else if (outcome.GenerationTps < expected.GenerationTpsLow / MuchSlower)
        {
            context.Warn(TestDriveTexts.MuchSlower(Figures.Rate(outcome.GenerationTps), Figures.Rate(expected.GenerationTps)));
        }

        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, outcome.ToDocument()));
        }
        else
        {
            TestDriveScreen.Write(variant, outcome, expected, kept, context);
        }

        return ExitCode.Done;
    }

    private static async Task<TestDriveResult> DriveAsync(TestDriveRequest request, CommandContext context)
    {
        using var progress = new ProgressLine(context.Console);
        TestDriveResult? result = null;
        await foreach (TestDriveProgress step in context.Services.TestDriveAsync(request, context.CancellationToken).ConfigureAwait(false))
        {
            progress.Report(step.Fraction, context.Say(TestDriveTexts.Phase(step.Phase)) + (step.Detail is { } detail ? $" · {detail}" : ""));
            result = step.Result ?? result;
        }

        return result ?? throw new InvalidOperationException("the test-drive ended without a result");
    }
}
