using System.CommandLine;
using DeepFit.Charts;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Guide;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit compare A B [C ...]</c>.</summary>
internal sealed class CompareCommand : CliCommand
{
    private const int MostMore = 3;

    private readonly Argument<string> left;
    private readonly Argument<string> right;
    private readonly Argument<string[]> more;
    private readonly Option<string?> tokens;
    private readonly Option<string?> use;
    private readonly Option<string?> machine;
    private readonly ChartOption chart;

    public CompareCommand(Language language)
        : base("compare", HelpTexts.Compare, language)
    {
        Add(left = new Argument<string>("A") { Description = HelpTexts.Side.In(language) });
        Add(right = new Argument<string>("B") { Description = HelpTexts.Side.In(language) });
        Add(more = new Argument<string[]>("C") { Description = HelpTexts.MoreSides.In(language), Arity = new ArgumentArity(0, MostMore) });
        Add(tokens = CommandLine.Options.Text("--context", "8192", HelpTexts.Context.In(language)));
        Add(use = UseOption.Create(language));
        Add(machine = MachineOption.Create(language));
        chart = new ChartOption(this, ChartKind.Memory, language);
    }

    public override IReadOnlyList<string> Examples => ["deepfit compare 7b 14b", "deepfit compare 7b 14b 32b --use coding", "deepfit compare 14b:Q8_0 32b:Q3_K_M --context 32k --chart memory.png"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        int length = OptionValues.Tokens("--context", line.GetValue(tokens)) ?? new RuntimeOptions().Context;
        UseProfile wanted = UseOption.Read(line.GetValue(use));
        ChartOption.Asked? drawing = chart.Read(line);
        string? file = line.GetValue(machine);
        var models = new List<PlannedModel>();
        foreach (string side in (string[])[line.GetRequiredValue(left), line.GetRequiredValue(right), .. line.GetValue(more) ?? []])
        {
            models.Add(await ModelReference.ResolveAsync(side, null, context.Services, context.CancellationToken).ConfigureAwait(false));
        }

        foreach (PlannedModel model in models)
        {
            new RuntimeRequest(new RuntimeOptions { Context = length }, null, false).CheckAgainst(model);
        }

        MachineProfile profile = await MachineOption.ResolveAsync(file, context).ConfigureAwait(false);
        var judge = new Judge(profile, file is null ? context.Services.Measurements(profile) : [], wanted, file is null ? context.Services.Memories(profile) : null);
        Configuration[] results = [.. models.Select(model => Estimate(model, length, judge))];
        GuidePair[] pairs =
        [
            .. Enumerable.Range(1, results.Length - 1)
                .Select(i => GuideClaims.Pair(models[i - 1].Variant, results[i - 1], models[i].Variant, results[i])).OfType<GuidePair>(),
        ];
        ChartOption.Outcome? drawn = drawing?.Write(
            new ChartSubject { Configurations = results, Machine = profile.Name, Use = wanted, Language = context.Language });
        if (context.Json)
        {
            ComparisonDocument document = ContractComparison.Of([.. results.Select(result => result.ToDocument(context.Language))]);
            StepDocument[] steps = [.. pairs.SelectMany(pair => pair.Steps).DistinctBy(step => step.To.Id).Select(step => step.ToDocument())];
            context.WriteDocument(stream => ContractJson.Write(
                stream, document with { Steps = steps, Pairs = [.. pairs.Select(pair => pair.ToDocument(context.Language))] }));
        }
        else
        {
            if (file is not null)
            {
                MachineScreen.WriteBrief(profile, context);
            }

            new CompareScreen(models, results, pairs, wanted, file is null, context).Write();
        }

        drawn?.Say(context);
        return drawn?.ExitCode ?? ExitCode.Done;
    }

    private static Configuration Estimate(PlannedModel model, int length, Judge judge)
    {
        RuntimeOptions options = judge.Place(model.Layout, new RuntimeOptions { Context = length });
        return judge.Of(model, options, MemoryEstimator.Estimate(model.Layout, options, judge.Target));
    }
}
