using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Exports;
using DeepFit.Core.Text;
using DeepFit.Engine.Exports;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit export VARIANT --target TARGET</c>.</summary>
internal sealed class ExportCommand : CliCommand
{
    private readonly Argument<string> model;
    private readonly Option<string?> quantization;
    private readonly Option<string?> machine;
    private readonly ExportOptionSet options;

    public ExportCommand(Language language)
        : base("export", ExportTexts.Export, language)
    {
        Add(model = new Argument<string>("VARIANT") { Description = HelpTexts.Variant.In(language) });
        Add(CommandLine.Options.Text("--target", string.Join('|', ExportTargets.Names), ExportTexts.Target.In(language)));
        Add(quantization = CommandLine.Options.Text("--quant", ModelReference.DefaultQuantization, HelpTexts.Quant.In(language)));
        _ = new RuntimeOptionSet(this, language);
        Add(machine = MachineOption.Create(language));
        options = new ExportOptionSet(this, language);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit export 14b --target docker-compose --context 32k",
        "deepfit export 7b --target systemd --model /srv/models/r1-7b.gguf --out r1.service",
        "deepfit export 671b --target kubernetes --machine node.json --nodes 2 --out k8s/",
        "deepfit export 70b --target llama-rpc --workers 10.0.0.2,10.0.0.3 --out rpc/",
    ];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        var query = new ExportQuery
        {
            Model = line.GetRequiredValue(model),
            Quantization = line.GetValue(quantization),
            Machine = line.GetValue(machine),
            Language = context.Language,
            Options = line.Options(),
        };
        ExportAnswer answer = await new ExportPlanner(context.Services, CliApplication.Version).PlanAsync(query, context.CancellationToken).ConfigureAwait(false);
        IReadOnlyList<string>? written = options.Out(line) is { } destination ? ExportWriter.Write(destination, answer.Files, options.Force(line)) : null;
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, answer.ToDocument(written, context.Language)));
        }
        else
        {
            new ExportScreen(answer.Files, written is null ? [.. answer.Files.Select(_ => (string?)null)] : [.. written], context).Write();
        }

        return ExitCode.Done;
    }
}
