using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
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
    private readonly Option<string?> minTps;
    private readonly Option<string?> tokens;
    private readonly Option<string?> use;
    private readonly Option<string?> users;
    private readonly Option<string?> maxPrice;
    private readonly Option<string?> vendor;
    private readonly Option<string?> form;
    private readonly Option<string?> machine;

    public AdviseCommand(Language language)
        : base("advise", HelpTexts.Advise, language)
    {
        Add(want = CommandLine.Options.Text("--want", "VARIANT[,...]", AdviseTexts.WantHelp.In(language)));
        Add(quantization = CommandLine.Options.Text("--quant", "Q", AdviseTexts.QuantHelp.In(language)));
        Add(minTps = CommandLine.Options.Text("--min-tps", "X", HelpTexts.MinTps.In(language)));
        Add(tokens = CommandLine.Options.Text("--context", "N", HelpTexts.ContextForUse.In(language)));
        Add(use = UseOption.Create(language));
        Add(users = CommandLine.Options.Text("--users", "N", HelpTexts.Users.In(language)));
        Add(maxPrice = CommandLine.Options.Text("--max-price", "USD", AdviseTexts.MaxPriceHelp.In(language)));
        Add(vendor = CommandLine.Options.Text("--vendor", "NAME", AdviseTexts.VendorHelp.In(language)));
        Add(form = CommandLine.Options.Text("--form", string.Join('|', HardwareGoal.Forms), AdviseTexts.FormHelp.In(language)));
        Add(machine = MachineOption.Create(language));
    }

    public override IReadOnlyList<string> Examples =>
        ["deepfit advise --want 32b --min-tps 20 --context 32k", "deepfit advise --want 671b --form mac", "deepfit advise --machine pc.json"];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        UseProfile chosen = UseOption.Read(line.GetValue(use));
        int? length = OptionValues.Tokens("--context", line.GetValue(tokens), least: RequestLimits.LeastContext);
        double? least = OptionValues.Positive("--min-tps", line.GetValue(minTps));
        int people = OptionValues.Whole("--users", line.GetValue(users), 1, EngineLimits.MaxSequences) ?? 1;
        return line.GetValue(want) is { } wanted
            ? Task.FromResult(Reach(line, wanted, chosen, length, least, people, context))
            : LiftAsync(line, new RecommendRequest { Use = chosen, Context = length, MinTps = least, Users = people }, context);
    }

    private int Reach(ParseResult line, string wanted, UseProfile chosen, int? length, double? least, int people, CommandContext context)
    {
        if (line.GetValue(machine) is not null)
        {
            throw CliException.Usage(AdviseTexts.WantAndMachine);
        }

        string[] names = wanted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
        {
            throw CliException.Usage(AdviseTexts.NothingWanted);
        }

        (IReadOnlyList<ModelVariant> variants, Quantization? quant) = ModelReference.ManyFromCatalogue(names, line.GetValue(quantization));
        var goal = new HardwareGoal
        {
            Variants = variants,
            Quantization = quant,
            MinTps = least,
            Context = length,
            Use = chosen,
            Users = people,
            MaxPriceUsd = OptionValues.Positive("--max-price", line.GetValue(maxPrice)),
            Vendor = OptionValues.Word("--vendor", line.GetValue(vendor), [.. MachineListing.Vendors]),
            Form = OptionValues.Word("--form", line.GetValue(form), [.. HardwareGoal.Forms]),
        };
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
