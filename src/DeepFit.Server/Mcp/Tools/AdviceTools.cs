using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Server.Mcp.Tools;

/// <summary><c>advise_hardware</c>.</summary>
internal sealed class AdviseHardwareTool(ToolHost host)
    : DeepFitTool(host, new ToolDefinition("advise_hardware", McpTexts.AdviseHardwareTitle, McpTexts.AdviseHardware, ToolParameters.Goal))
{
    protected override Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        (IReadOnlyList<ModelVariant> variants, Quantization? quantization) = ModelReference.ManyFromCatalogue(arguments.Texts("variants"), arguments.Text("quantization"));
        HardwareAdvice advice = HardwareAdvisor.Advise(new HardwareGoal
        {
            Variants = variants,
            Quantization = quantization,
            MinTps = arguments.Number("min_tps"),
            Context = arguments.Whole("context"),
            Use = UseProfile.Find(arguments.Word("use")),
            Users = arguments.Whole("users") ?? 1,
            MaxPriceUsd = arguments.Number("max_price_usd"),
            Vendor = arguments.Text("vendor")?.ToLowerInvariant(),
            Form = arguments.Text("form")?.ToLowerInvariant(),
        });
        AdviceDocument document = advice.ToDocument(Language);
        IEnumerable<string> options = advice.Options.Select(o => "- " + Option(o).In(Language));
        IEnumerable<string> closest = advice.Closest.Select(g => $"- {g.Candidate.Name}: {g.Text.In(Language)}");
        return Task.FromResult(new ToolAnswer(string.Join('\n', options.Concat(closest).Prepend(advice.Explanation.In(Language))), stream => ContractJson.Write(stream, document)));
    }

    private static BilingualText Option(HardwareOption option)
    {
        Configuration slowest = option.Slowest;
        string price = option.Candidate.PriceUsd is { } usd ? Figures.Invariant($", {usd:0} USD") : "";
        string speed = Figures.Rate(slowest.Speed!.GenerationTps);
        return new(
            $"{option.Candidate.Name}{price}: {slowest.Variant} {slowest.Quantization} at {speed} tokens/s. {option.BottleneckText.En}",
            $"{option.Candidate.Name}{price}：{slowest.Variant} {slowest.Quantization}，{speed} token/秒。{option.BottleneckText.Zh}");
    }
}

/// <summary><c>advise_upgrade</c>.</summary>
internal sealed class AdviseUpgradeTool(ToolHost host)
    : DeepFitTool(host, new ToolDefinition("advise_upgrade", McpTexts.AdviseUpgradeTitle, McpTexts.AdviseUpgrade, ToolParameters.Recommendation))
{
    protected override async Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        UpgradeAdvice advice = await new Planner(Services).AdviseUpgradeAsync(arguments.ToRecommendQuery(), cancellationToken).ConfigureAwait(false);
        UpgradeDocument document = advice.ToDocument(Language);
        IEnumerable<string> changes = advice.Changes.Select(c => $"- {c.Name.In(Language)}: {ToolSummaries.Line(c.After).In(Language)}");
        return new ToolAnswer(string.Join('\n', changes.Prepend(advice.Explanation.In(Language))), stream => ContractJson.Write(stream, document));
    }
}
