using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit estimate VARIANT</c>.</summary>
internal sealed class EstimateCommand : CliCommand
{
    private readonly Argument<string> model;
    private readonly Option<string?> quantization;
    private readonly RuntimeOptionSet runtime;
    private readonly Option<string?> use;
    private readonly Option<string?> machine;
    private readonly Option<string?> basis;
    private readonly TrainingOptionSet training;

    public EstimateCommand(Language language)
        : base("estimate", HelpTexts.Estimate, language)
    {
        Add(model = new Argument<string>("VARIANT") { Description = HelpTexts.Variant.In(language) });
        Add(quantization = CommandLine.Options.Text("--quant", ModelReference.DefaultQuantization, HelpTexts.Quant.In(language)));
        runtime = new RuntimeOptionSet(this, language);
        Add(use = UseOption.Create(language));
        Add(machine = MachineOption.Create(language));
        Add(basis = CommandLine.Options.Text("--basis", "estimated|simulated", HelpTexts.Basis.In(language)));
        training = new TrainingOptionSet(this, language);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit estimate 14b --use reasoning --context 32k --kv-type q8_0",
        "deepfit estimate 671b --quant IQ1_S --machine server.json",
        "deepfit estimate model.gguf --basis simulated",
        "deepfit estimate 7b --train qlora --seq-len 4096",
    ];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        if (training.Read(line, runtime.ForRunning.Prepend(quantization).Append(basis), runtime.FlashAttention) is { } trained)
        {
            return await TrainAsync(line, trained, context).ConfigureAwait(false);
        }

        string? file = line.GetValue(machine);
        var query = new EstimateQuery
        {
            Model = line.GetRequiredValue(model),
            Quantization = line.GetValue(quantization),
            Runtime = RuntimeOptionSet.Read(line),
            Simulate = OptionValues.Word("--basis", line.GetValue(basis), "estimated", "simulated") == "simulated",
            Use = UseOption.Read(line.GetValue(use)),
            Machine = file,
        };
        (PlannedModel planned, Configuration result, MachineProfile profile) = await new Planner(context.Services).EstimateAsync(query, context.CancellationToken).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, result.ToDocument(context.Language)));
        }
        else
        {
            new EstimateScreen(planned, result, profile, file is null, context).Write();
        }

        return ExitCode.Done;
    }

    private async Task<int> TrainAsync(ParseResult line, TrainingOptionSet.Asked asked, CommandContext context)
    {
        PlannedModel planned = await ModelReference
            .ResolveAsync(line.GetRequiredValue(model), null, context.Services, context.CancellationToken).ConfigureAwait(false);
        asked.Options.Check(planned.Layout.Architecture, planned.DisplayName);
        string? file = line.GetValue(machine);
        MachineProfile profile = await MachineOption.ResolveAsync(file, context).ConfigureAwait(false);
        var planner = new TrainingPlanner(profile, planned.Layout, planned.DisplayName);
        TrainingPlan plan = planner.Plan(asked.Options, asked.ChooseStage);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, plan.ToDocument(planned.Name, context.Language)));
        }
        else
        {
            new TrainingScreen(planned, plan, planner, asked, file is null ? null : profile.Name, context).Write();
        }

        return ExitCode.Done;
    }
}
