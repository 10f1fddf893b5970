using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Server.Mcp.Tools;

/// <summary><c>recommend</c>.</summary>
internal sealed class RecommendTool(ToolHost host)
    : DeepFitTool(host, new ToolDefinition("recommend", McpTexts.RecommendTitle, McpTexts.Recommend, ToolParameters.Recommendation))
{
    protected override async Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        RecommendAnswer answer = await new Planner(Services).RecommendAsync(arguments.ToRecommendQuery(), cancellationToken).ConfigureAwait(false);
        RecommendationDocument document = answer.Advice.ToDocument(answer.Machine, Language);
        return new ToolAnswer(ToolSummaries.Recommendation(answer.Advice, Language), stream => ContractJson.Write(stream, document));
    }
}

/// <summary><c>estimate</c>.</summary>
internal sealed class EstimateTool(ToolHost host)
    : DeepFitTool(host, new ToolDefinition("estimate", McpTexts.EstimateTitle, McpTexts.Estimate, Parameters) { OpenWorld = true })
{
    private static readonly ToolParameter[] Parameters =
    [
        ToolParameters.Variant with { Required = true },
        ToolParameters.Quantization,
        .. ToolParameters.Runtime,
        ToolParameters.Use,
        ToolParameters.Machine,
        new("basis", ToolValue.Text, McpTexts.Basis) { Choices = ["estimated", "simulated"], Default = "estimated" },
    ];

    protected override async Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        string variant = arguments.Text("variant")!;
        if (arguments.Text("quantization") is not null && ModelReference.IsFileOrAddress(variant))
        {
            throw new UserErrorException(McpErrorTexts.QuantizationOfFile(variant));
        }

        bool simulate = arguments.Word("basis") == "simulated";
        if (simulate && arguments.Text("machine") is not null)
        {
            throw new UserErrorException(McpErrorTexts.SimulatedElsewhere);
        }

        var query = new EstimateQuery
        {
            Model = variant,
            Quantization = arguments.Text("quantization"),
            Runtime = new RuntimeWishes
            {
                Context = arguments.Whole("context"),
                KvTypeK = CacheType(arguments.Word("kv_type_k")),
                KvTypeV = CacheType(arguments.Word("kv_type_v")),
                UBatch = arguments.Whole("ubatch"),
                Parallel = arguments.Whole("parallel"),
                FlashAttention = arguments.Flag("flash_attention"),
                GpuLayers = arguments.Whole("gpu_layers"),
                CpuMoeLayers = arguments.Whole("cpu_moe_layers"),
            }.ToRequest(),
            Simulate = simulate,
            Use = UseProfile.Find(arguments.Word("use")),
            Machine = arguments.Text("machine"),
        };
        EstimateAnswer answer = await new Planner(Services).EstimateAsync(query, cancellationToken).ConfigureAwait(false);
        ConfigurationDocument document = answer.Configuration.ToDocument(Language);
        return new ToolAnswer(ToolSummaries.Configuration(answer.Configuration).In(Language), stream => ContractJson.Write(stream, document));
    }

    private static GgmlType CacheType(string name) => EngineLimits.CacheTypes.First(type => type.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary><c>test_drive</c>.</summary>
internal sealed class TestDriveTool(ToolHost host)
    : DeepFitTool(host, new ToolDefinition("test_drive", McpTexts.TestDriveTitle, McpTexts.TestDrive, Parameters) { ReadOnly = false })
{
    private static readonly ToolParameter[] Parameters =
    [
        ToolParameters.Variant with { Required = true, Description = McpTexts.VariantToDrive, Examples = ["7b", "14b:Q5_K_M", "671b"] },
        ToolParameters.Quantization,
        new("context_depth", ToolValue.Whole, McpTexts.ContextDepth) { Least = 0, Most = RequestLimits.MostTokens, Default = 0 },
        ToolParameters.GpuLayers,
    ];

    protected override async Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        var query = new TestDriveQuery
        {
            Model = arguments.Text("variant")!,
            Quantization = arguments.Text("quantization"),
            ContextDepth = arguments.Whole("context_depth") ?? 0,
            GpuLayers = arguments.Whole("gpu_layers"),
        };
        TestDriveOutcome? outcome = null;
        await foreach (TestDriveStep step in new TestDriver(Services).RunAsync(query, cancellationToken).ConfigureAwait(false))
        {
            await progress.ReportAsync(step.Fraction, step.PhaseText.In(Language) + (step.Detail is { } detail ? $" · {detail}" : ""), cancellationToken).ConfigureAwait(false);
            outcome = step.Outcome ?? outcome;
        }

        return new ToolAnswer(Summary(outcome!).In(Language), stream => ContractJson.Write(stream, Engine.Storage.TestDriveRecords.ToDocument(outcome!.Result)));
    }

    private static BilingualText Summary(TestDriveOutcome outcome)
    {
        string name = $"{outcome.Variant.Id} {outcome.Result.Quantization}";
        string prompt = Figures.Rate(outcome.Result.PromptTps), generation = Figures.Rate(outcome.Result.GenerationTps), expected = Figures.Rate(outcome.Expected.GenerationTps);
        string range = Figures.RateRange(outcome.Expected.GenerationTpsLow, outcome.Expected.GenerationTpsHigh);
        var text = new BilingualText(
            $"{name} measured here: prompt {prompt} tokens/s, generation {generation} tokens/s (estimated before: {expected}, {range}).",
            $"{name} 本机实测：提示词 {prompt} token/秒，生成 {generation} token/秒（此前估算 {expected}，{range}）。");
        text = outcome.Kept ? text.Then(new("The result is kept; plans for this computer count with it from now on.", "结果已保存，本机之后的规划以此为准。")) : text;
        return outcome.Warning is { } warning ? text.Then(warning) : text;
    }
}
