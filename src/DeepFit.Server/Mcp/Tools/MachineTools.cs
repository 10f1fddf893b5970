using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Engine.Hosting;

namespace DeepFit.Server.Mcp.Tools;

/// <summary><c>detect</c>.</summary>
internal sealed class DetectTool(ToolHost host) : DeepFitTool(host, new ToolDefinition("detect", McpTexts.DetectTitle, McpTexts.Detect, []))
{
    protected override async Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        MachineProfile machine = await Services.DetectAsync(DetectionDepth.Full, cancellationToken).ConfigureAwait(false);
        MachineDocument document = machine.ToDocument(Language);
        return new ToolAnswer(ToolSummaries.Machine(machine).In(Language), stream => ContractJson.Write(stream, document));
    }
}

/// <summary><c>describe_machine</c>.</summary>
internal sealed class DescribeMachineTool(ToolHost host)
    : DeepFitTool(host, new ToolDefinition("describe_machine", McpTexts.DescribeMachineTitle, McpTexts.DescribeMachine, Parameters))
{
    private static readonly ToolParameter[] Parameters = [ToolParameters.Machine with { Required = true, Description = McpTexts.MachineToDescribe }];

    protected override Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        MachineProfile machine = MachineReference.Read(arguments.Text("machine")!, Services);
        MachineDocument document = machine.ToDocument(Language);
        return Task.FromResult(new ToolAnswer(ToolSummaries.Machine(machine).In(Language), stream => ContractJson.Write(stream, document)));
    }
}
