using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Server.Mcp.Tools;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace DeepFit.Server.Mcp;

/// <summary>
/// DeepFit for agents: a Model Context Protocol server whose tools ask what the command line asks. It speaks over two streams and writes nothing else to them.
/// </summary>
public static class McpToolServer
{
    /// <summary>Serves until the input ends or it is stopped.</summary>
    /// <param name="services">The machine, the engine and the store.</param>
    /// <param name="language">The language of descriptions and answers.</param>
    /// <param name="version">DeepFit's version.</param>
    /// <param name="input">Where requests come from, one JSON message a line.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task RunAsync(IDeepFitServices services, Language language, string version, Stream input, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(input);
        using var session = new SessionInput(input, cancellationToken);
        var options = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "deepfit", Title = "DeepFit", Version = version },
            ServerInstructions = McpTexts.Instructions.In(language),
            ToolCollection = [.. Tools(new ToolHost(services, language, session.Ended))],
        };
        await using var transport = new StreamServerTransport(session, output, "deepfit");
        await using McpServer server = McpServer.Create(transport, options);
        await server.RunAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The tools, in the order of their use.</summary>
    internal static IReadOnlyList<DeepFitTool> Tools(ToolHost host) =>
    [
        new DetectTool(host),
        new RecommendTool(host),
        new EstimateTool(host),
        new TestDriveTool(host),
        new ModelsTool(host),
        new LocalModelsTool(host),
        new MachinesTool(host),
        new DescribeMachineTool(host),
        new AdviseHardwareTool(host),
        new AdviseUpgradeTool(host),
    ];
}
