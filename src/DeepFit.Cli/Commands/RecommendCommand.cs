using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit recommend</c>.</summary>
internal class RecommendCommand : CliCommand
{
    /// <summary>The uses.</summary>
    public static readonly string[] Uses = ["chat", "reasoning", "coding", "long-context", "batch"];

    private const int MostUsers = 256;

    private readonly Option<string?> use;
    private readonly Option<string?> tokens;
    private readonly Option<string?> minTps;
    private readonly Option<string?> users;
    private readonly Option<string?> machine;

    public RecommendCommand(Language language)
        : this("recommend", HelpTexts.Recommend, language)
    {
    }

    protected RecommendCommand(string name, BilingualText description, Language language)
        : base(name, description, language)
    {
        Add(use = CommandLine.Options.Text("--use", string.Join('|', Uses), HelpTexts.Use.In(language)));
        Add(tokens = CommandLine.Options.Text("--context", "N", HelpTexts.ContextForUse.In(language)));
        Add(minTps = CommandLine.Options.Text("--min-tps", "X", HelpTexts.MinTps.In(language)));
        Add(users = CommandLine.Options.Text("--users", "N", HelpTexts.Users.In(language)));
        Add(machine = MachineOption.Create(language));
    }

    public override IReadOnlyList<string> Examples =>
        ["deepfit recommend --use coding --context 32k", "deepfit recommend --machine server.json --users 4 --json"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        var wish = new Wish(
            OptionValues.Word("--use", line.GetValue(use), Uses) ?? Uses[0],
            OptionValues.Tokens("--context", line.GetValue(tokens)),
            OptionValues.Positive("--min-tps", line.GetValue(minTps)),
            OptionValues.Whole("--users", line.GetValue(users), 1, MostUsers) ?? 1);
        string? file = line.GetValue(machine);
        MachineProfile profile = await MachineOption.ResolveAsync(file, context).ConfigureAwait(false);
        Advice advice = context.Services.Planner.Recommend(profile, wish, file is null ? context.Services.Measurements(profile) : []);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, Document(advice, context.Language)));
        }
        else
        {
            new RecommendScreen(advice, file is null, context).Write();
        }

        return advice.Pick is null ? ExitCode.NothingFits : ExitCode.Done;
    }

    private static RecommendationDocument Document(Advice advice, Language language) => new()
    {
        Machine = advice.Machine.ToDocument(),
        Use = advice.Wish.Use,
        Pick = advice.Pick?.ToDocument(language),
        Reason = advice.Reason.In(language),
        Alternatives = [.. advice.Alternatives.Select(a => new AlternativeDocument(a.Label, a.Configuration.ToDocument(language)))],
        Configurations = [.. advice.Configurations.Select(c => c.ToDocument(language))],
    };
}

/// <summary>Plain <c>deepfit</c>: the same, and the place of the other commands.</summary>
internal sealed class RootRecommendCommand(Language language) : RecommendCommand("deepfit", HelpTexts.Tool, language)
{
    public override IReadOnlyList<string> Examples =>
    [
        "deepfit", "deepfit --use coding", "deepfit estimate 14b --quant Q4_K_M --context 16k", "deepfit testdrive 7b", "deepfit compare 14b 32b:Q3_K_M",
    ];
}
