using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit capacity VARIANT</c>.</summary>
internal sealed class CapacityCommand : CliCommand
{
    private const string Auto = "auto";

    private readonly Argument<string> model;
    private readonly Option<string?> weights;
    private readonly Option<string?> users;
    private readonly Option<string?> rate;
    private readonly Option<string?> goal;
    private readonly Option<string?> firstToken;
    private readonly Option<string?> tokens;
    private readonly Option<string?> use;
    private readonly Option<string?> engine;
    private readonly Option<string?> machine;
    private readonly Option<string?> nodes;

    public CapacityCommand(Language language)
        : base("capacity", HelpTexts.Capacity, language)
    {
        Add(model = new Argument<string>("VARIANT") { Description = HelpTexts.CatalogueVariant.In(language) });
        Add(weights = CommandLine.Options.Text("--weights", "fp8|awq|Q4_K_M...", HelpTexts.TeamWeights.In(language), "--quant"));
        Add(users = CommandLine.Options.Text("--users", "N", HelpTexts.TeamUsers.In(language)));
        Add(rate = CommandLine.Options.Text("--arrival-rate", "R", HelpTexts.ArrivalRate.In(language)));
        Add(goal = CommandLine.Options.Text("--latency-goal", "S", HelpTexts.LatencyGoal.In(language)));
        Add(firstToken = CommandLine.Options.Text("--first-token-goal", "S", HelpTexts.FirstTokenGoal.In(language)));
        Add(tokens = CommandLine.Options.Text("--context", "N", HelpTexts.ContextForUse.In(language)));
        Add(use = UseOption.Create(language));
        Add(engine = CommandLine.Options.Text("--engine", "auto|llama.cpp|vllm|sglang", HelpTexts.ServingEngine.In(language)));
        Add(machine = MachineOption.Create(language));
        Add(nodes = CommandLine.Options.Text("--nodes", "N|auto", HelpTexts.TeamNodes.In(language)));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit capacity 671b --users 50 --latency-goal 180 --machine node.json",
        "deepfit capacity 70b --arrival-rate 30 --engine vllm --machine node.json",
        "deepfit capacity 7b --users 8 --use coding",
    ];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        (ModelVariant variant, string? quantization) = Model(line.GetRequiredValue(model), line.GetValue(weights));
        string? file = line.GetValue(machine);
        var request = new CapacityRequest
        {
            Variant = variant,
            Weights = quantization,
            Use = UseOption.Read(line.GetValue(use)),
            Users = OptionValues.Whole("--users", line.GetValue(users), 1, CapacityRequest.MostUsers),
            RequestsPerMinute = OptionValues.Positive("--arrival-rate", line.GetValue(rate)),
            AnswerGoal = OptionValues.Positive("--latency-goal", line.GetValue(goal)),
            FirstTokenGoal = OptionValues.Positive("--first-token-goal", line.GetValue(firstToken)),
            Context = OptionValues.Tokens("--context", line.GetValue(tokens), least: RequestLimits.LeastContext),
            Engine = Engine(line.GetValue(engine)),
            Nodes = Nodes(line.GetValue(nodes)),
            Machine = Placeholder,
        };
        request.Check(); // before the machine is looked at
        MachineProfile profile = await MachineOption.ResolveAsync(file, context).ConfigureAwait(false);
        CapacityPlan plan = CapacityPlanner.Plan(request with { Machine = profile, Measurements = file is null ? context.Services.Measurements(profile) : [] });
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, plan.ToDocument(context.Language)));
        }
        else
        {
            new CapacityScreen(plan, context).Write();
        }

        return plan.Pick is null ? ExitCode.NothingFits : ExitCode.Done;
    }

    private static MachineProfile Placeholder { get; } = new()
    {
        Name = "",
        Cpu = new CpuInfo { Model = "", PhysicalCores = 1, LogicalCores = 1 },
        Memory = new MemoryInfo { Total = default, Available = default },
    };

    // a weight format is kept as it is; anything else must be a GGUF quantization
    private static (ModelVariant Variant, string? Weights) Model(string text, string? given)
    {
        if (given is not null && WeightFormat.TryFind(given, out WeightFormat? format))
        {
            return (ModelReference.FromCatalogue(text, null).Variant, format.Id);
        }

        (ModelVariant variant, Quantization quantization) = FromCatalogue(text, given);
        return (variant, given is null && !text.Contains(quantization.Name, StringComparison.OrdinalIgnoreCase) ? null : quantization.Name);
    }

    private static (ModelVariant Variant, Quantization Quantization) FromCatalogue(string text, string? given)
    {
        try
        {
            return ModelReference.FromCatalogue(text, given);
        }
        catch (UserErrorException e) when (given is not null && ModelCatalog.Default.TryFind(text, out _))
        {
            string formats = string.Join(", ", WeightFormat.All.Select(f => f.Id));
            throw CliException.Usage(
                new($"{e.Text.En} Or a format of vLLM and SGLang: {formats}.", $"{e.Text.Zh}也可使用 vLLM 和 SGLang 的格式：{formats}。"),
                [.. NearestNames.Suggest(given, WeightFormat.All.Select(f => f.Id)), .. e.Suggestions]);
        }
    }

    private static ServingEngine? Engine(string? value) => OptionValues.Word("--engine", value, Auto, "llama.cpp", "vllm", "sglang") switch
    {
        "llama.cpp" => ServingEngine.LlamaCpp,
        "vllm" => ServingEngine.Vllm,
        "sglang" => ServingEngine.SgLang,
        _ => null,
    };

    private static int? Nodes(string? value) => value is null || value.Trim().Equals(Auto, StringComparison.OrdinalIgnoreCase)
        ? null
        : OptionValues.Whole("--nodes", value, 1, CapacityRequest.MostNodes);
}
