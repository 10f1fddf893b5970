using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit advise</c>.</summary>
internal sealed class AdviseCommand : CliCommand
{
    private readonly Option<string?> want;
    private readonly Option<string?> quantization;
    private readonly Option<string?> maxPrice;
    private readonly Option<string?> vendor;
    private readonly Option<string?> form;
    private readonly Option<string?> machine;

    public AdviseCommand(Language language)
        : base("advise", HelpTexts.Advise, language)
    {
        Add(want = CommandLine.Options.Text("--want", "VARIANT[,...]", AdviseTexts.WantHelp.In(language)));
        Add(quantization = CommandLine.Options.Text("--quant", "Q", AdviseTexts.QuantHelp.In(language)));
        Add(CommandLine.Options.Text("--min-tps", "X", HelpTexts.MinTps.In(language)));
        Add(CommandLine.Options.Text("--context", "N", HelpTexts.ContextForUse.In(language)));
        Add(UseOption.Create(language));
        Add(CommandLine.Options.Text("--users", "N", HelpTexts.Users.In(language)));
        Add(maxPrice = CommandLine.Options.Text("--max-price", "USD", AdviseTexts.MaxPriceHelp.In(language)));
        Add(vendor = CommandLine.Options.Text("--vendor", "NAME", AdviseTexts.VendorHelp.In(language)));
        Add(form = CommandLine.Options.Text("--form", string.Join('|', HardwareGoal.Forms), AdviseTexts.FormHelp.In(language)));
        Add(machine = MachineOption.Create(language));
    }

    public override IReadOnlyList<string> Examples =>
        ["deepfit advise --want 32b --min-tps 20 --context 32k", "deepfit advise --want 671b --form mac", "deepfit advise --machine pc.json"];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        RecommendRequest request = OptionReader.Recommend(line.Options());
        return line.GetValue(want) is null ? LiftAsync(line, request, context) : Task.FromResult(Reach(line, context));
    }

    private int Reach(ParseResult line, CommandContext context)
    {
        HardwareGoal goal = line.GetValue(machine) is null ? OptionReader.Goal(line.Options()) : throw CliException.Usage(AdviseTexts.WantAndMachine);
        HardwareAdvice advice = HardwareAdvisor.Advise(goal);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, advice.ToDocument(context.Language)));
        }
        else
        {
            new AdviseScreen(advice, context).Write();
        }

        return advice.Options.Count == 0 ? ExitCode.NothingFits : ExitCode.Done;
    }

    private async Task<int> LiftAsync(ParseResult line, RecommendRequest request, CommandContext context)
    {
        if (((Option<string?>[])[quantization, maxPrice, vendor, form]).FirstOrDefault(o => line.GetValue(o) is not null) is { } lone)
        {
            throw CliException.Usage(AdviseTexts.OnlyWithWant(lone.Name));
        }

        string? file = line.GetValue(machine);
        var query = new RecommendQuery { Request = request, Machine = file };
        UpgradeAdvice advice = await new Planner(context.Services).AdviseUpgradeAsync(query, context.CancellationToken).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, advice.ToDocument(context.Language)));
        }
        else
        {
            new UpgradeScreen(advice, context).Write();
        }

        return ExitCode.Done;
    }
}
