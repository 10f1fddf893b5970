using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.Storage;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit testdrive VARIANT</c>.</summary>
internal sealed class TestDriveCommand : CliCommand
{
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
        var query = new TestDriveQuery
        {
            ContextDepth = OptionValues.Tokens("--context-depth", line.GetValue(depth), least: 0) ?? 0,
            GpuLayers = OptionReader.Layers(line.GetValue(gpuLayers)),
            Model = line.GetRequiredValue(model),
            Quantization = line.GetValue(quantization),
        };
        TestDriveOutcome outcome = await DriveAsync(query, context).ConfigureAwait(false);
        if (outcome.Warning is { } warning)
        {
            context.Warn(warning);
        }

        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, outcome.Result.ToDocument()));
        }
        else
        {
            TestDriveScreen.Write(outcome, context);
        }

        return ExitCode.Done;
    }

    private static async Task<TestDriveOutcome> DriveAsync(TestDriveQuery query, CommandContext context)
    {
        using var progress = new ProgressLine(context.Console);
        TestDriveOutcome? outcome = null;
        await foreach (TestDriveStep step in new TestDriver(context.Services).RunAsync(query, context.CancellationToken).ConfigureAwait(false))
        {
            progress.Report(step.Fraction, context.Say(step.PhaseText) + (step.Detail is { } detail ? $" · {detail}" : ""));
            outcome = step.Outcome ?? outcome;
        }

        return outcome!;
    }
}
