using System.CommandLine;
using DeepFit.Charts;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit recommend</c>.</summary>
internal class RecommendCommand : CliCommand
{
    private readonly Option<string?> rate;
    private readonly Option<string?> goal;
    private readonly Option<string?> machine;
    private readonly ChartOption chart;

    public RecommendCommand(Language language)
        : this("recommend", HelpTexts.Recommend, language)
    {
    }

    protected RecommendCommand(string name, BilingualText description, Language language)
        : base(name, description, language)
    {
        Add(UseOption.Create(language));
        Add(CommandLine.Options.Text("--context", "N", HelpTexts.ContextForUse.In(language)));
        Add(CommandLine.Options.Text("--min-tps", "X", HelpTexts.MinTps.In(language)));
        Add(CommandLine.Options.Text("--users", "N", HelpTexts.Users.In(language)));
        Add(rate = CommandLine.Options.Text("--arrival-rate", "R", HelpTexts.ArrivalRate.In(language)));
        Add(goal = CommandLine.Options.Text("--latency-goal", "S", HelpTexts.LatencyGoal.In(language)));
        Add(machine = MachineOption.Create(language));
        chart = new ChartOption(this, ChartKind.SpeedQuality, language);
    }

    public override IReadOnlyList<string> Examples =>
        ["deepfit recommend --use coding --context 32k", "deepfit recommend --machine server.json --users 4 --json", "deepfit recommend --chart speed.svg"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        RecommendRequest request = OptionReader.Recommend(line.Options());
        double? perMinute = OptionValues.Positive("--arrival-rate", line.GetValue(rate));
        double? seconds = OptionValues.Positive("--latency-goal", line.GetValue(goal));
        ChartOption.Asked? drawing = chart.Read(line);
        string? file = line.GetValue(machine);
        var query = new RecommendQuery { Request = request, Machine = file };
        (Recommendation advice, MachineProfile profile, request) = await new Planner(context.Services).RecommendAsync(query, context.CancellationToken).ConfigureAwait(false);
        CapacityPlan? team = perMinute is null && seconds is null ? null : Team(advice, profile, request, perMinute, seconds);
        ChartOption.Outcome? drawn = drawing?.Write(new ChartSubject
        {
            Configurations = [.. advice.Configurations, .. advice.Alternatives.Select(a => a.Configuration)],
            Pick = advice.Pick,
            Machine = profile.Name,
            Use = request.Use,
            Language = context.Language,
        });
        if (context.Json)
        {
            RecommendationDocument document = advice.ToDocument(profile, context.Language) with { Team = team?.ToDocument(context.Language) };
            context.WriteDocument(stream => ContractJson.Write(stream, document));
        }
        else
        {
            new RecommendScreen(advice, profile, file, context).Write();
            if (team is not null)
            {
                new CapacityScreen(team, context).WriteSection(file);
            }
        }

        drawn?.Say(context);
        return advice.Pick is null ? ExitCode.NothingFits : drawn?.ExitCode ?? ExitCode.Done;
    }

    // how the pick itself serves the team: llama-server on as many such machines as it takes
    private static CapacityPlan? Team(Recommendation advice, MachineProfile profile, RecommendRequest request, double? perMinute, double? seconds) => advice.Pick is not { } pick
        ? null
        : CapacityPlanner.Plan(new CapacityRequest
        {
            Variant = ModelCatalog.Default.Find(pick.Variant),
            Machine = profile,
            Use = advice.Use,
            Users = request.Users > 1 || perMinute is null ? request.Users : null,
            RequestsPerMinute = perMinute,
            AnswerGoal = seconds,
            Context = pick.Options.Context / pick.Options.Parallel,
            Weights = pick.Quantization,
            Engine = ServingEngine.LlamaCpp,
            Measurements = request.Measurements,
        });
}

/// <summary>Plain <c>deepfit</c>: the same, and the place of the other commands.</summary>
internal sealed class RootRecommendCommand(Language language) : RecommendCommand("deepfit", HelpTexts.Tool, language)
{
    public override IReadOnlyList<string> Examples =>
    [
        "deepfit", "deepfit --use coding", "deepfit estimate 14b --quant Q4_K_M --context 16k", "deepfit testdrive 7b", "deepfit compare 14b 32b:Q3_K_M",
    ];
}
