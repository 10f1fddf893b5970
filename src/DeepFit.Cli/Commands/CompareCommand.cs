using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit compare A B</c>.</summary>
internal sealed class CompareCommand : CliCommand
{
    private readonly Argument<string> left;
    private readonly Argument<string> right;
    private readonly Option<string?> tokens;
    private readonly Option<string?> machine;

    public CompareCommand(Language language)
        : base("compare", HelpTexts.Compare, language)
    {
        Add(left = new Argument<string>("A") { Description = HelpTexts.Side.In(language) });
        Add(right = new Argument<string>("B") { Description = HelpTexts.Side.In(language) });
        Add(tokens = CommandLine.Options.Text("--context", "8192", HelpTexts.Context.In(language)));
        Add(machine = MachineOption.Create(language));
    }

    public override IReadOnlyList<string> Examples => ["deepfit compare 7b 14b", "deepfit compare 14b:Q8_0 32b:Q3_K_M --context 32k"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        int length = OptionValues.Tokens("--context", line.GetValue(tokens)) ?? new RuntimeOptions().Context;
        string? file = line.GetValue(machine);
        PlannedModel[] models = [await ResolveAsync(line.GetRequiredValue(left), context).ConfigureAwait(false), await ResolveAsync(line.GetRequiredValue(right), context).ConfigureAwait(false)];
        foreach (PlannedModel model in models)
        {
            if (length > model.Layout.Architecture.ContextLength)
            {
                throw CliException.Usage(ErrorTexts.ContextTooLong(model.DisplayName, length, model.Layout.Architecture.ContextLength));
            }
        }

        MachineProfile profile = await MachineOption.ResolveAsync(file, context).ConfigureAwait(false);
        var judge = new Judge(profile, file is null ? context.Services.Measurements(profile) : []);
        Configuration[] results = [.. models.Select(model => Estimate(model, length, judge))];
        IReadOnlyList<GuideClaim> claims = GuideClaims.Between(models[0].Variant, models[1].Variant);
        if (context.Json)
        {
            ComparisonDocument document = ContractComparison.Of([.. results.Select(result => result.ToDocument(context.Language))]);
            context.WriteDocument(stream => ContractJson.Write(stream, document with { Steps = [.. claims.Select(claim => claim.ToDocument())] }));
        }
        else
        {
            if (file is not null)
            {
                MachineScreen.WriteBrief(profile, context);
            }

            new CompareScreen(models, results, claims, file is null, context).Write();
        }

        return ExitCode.Done;
    }

    private static Task<PlannedModel> ResolveAsync(string text, CommandContext context) =>
        VariantArgument.ResolveAsync(text, null, context.Services, context.CancellationToken);

    private static Configuration Estimate(PlannedModel model, int length, Judge judge)
    {
        RuntimeOptions options = judge.Place(model.Layout, new RuntimeOptions { Context = length });
        return judge.Of(model, options, MemoryEstimator.Estimate(model.Layout, options, judge.Target));
    }
}
