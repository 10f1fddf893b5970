using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Tests.Support;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace DeepFit.Cli.Tests.Mcp;

/// <summary><c>deepfit mcp</c> in this process on services of the tests' making, and the SDK's client at the other end of its pipes.</summary>
internal sealed class McpSession : IAsyncDisposable
{
    private readonly Pipe toServer = new();
    private readonly Pipe toClient = new();
    private readonly Task<int> server;

    private McpSession(FakeServices services, string language)
    {
        Services = services;
        var console = new CliConsole
        {
            Out = TextWriter.Null,
            OpenOut = () => toClient.Writer.AsStream(),
            OpenIn = () => toServer.Reader.AsStream(),
            Error = Error,
            Environment = _ => null,
        };
        server = new CliApplication(console, _ => services).RunAsync(["mcp", "--lang", language], CancellationToken.None);
    }

    public FakeServices Services { get; }

    public StringWriter Error { get; } = new();

    public McpClient Client { get; private set; } = null!;

    /// <summary>The exit code, once the client is gone.</summary>
    public Task<int> ExitCode => server;

    public static async Task<McpSession> StartAsync(FakeServices? services = null, string language = "en")
    {
        var session = new McpSession(services ?? new FakeServices(), language);
        var transport = new StreamClientTransport(session.toServer.Writer.AsStream(), session.toClient.Reader.AsStream());
        session.Client = await McpClient.CreateAsync(transport, cancellationToken: TestContext.Current.CancellationToken);
        return session;
    }

    /// <summary>Calls a tool.</summary>
    public async Task<CallToolResult> CallAsync(string tool, object? arguments = null) =>
        await Client.CallToolAsync(tool, Arguments(arguments), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>An anonymous object's members as arguments.</summary>
    public static Dictionary<string, object?> Arguments(object? arguments) =>
        JsonSerializer.SerializeToElement(arguments ?? new object()).EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await toServer.Writer.CompleteAsync();
        await server.WaitAsync(TimeSpan.FromSeconds(20));
    }
}

/// <summary>Reads results as a client does.</summary>
internal static class McpResults
{
    /// <summary>The text.</summary>
    public static string Text(this CallToolResult result) => result.Content.ShouldHaveSingleItem().ShouldBeOfType<TextContentBlock>().Text;

    /// <summary>The structured content in one spelling, to be compared.</summary>
    public static string Document(this CallToolResult result) => Normal(result.StructuredContent.ShouldNotBeNull());

    /// <summary>A document in the same spelling.</summary>
    public static string Normal(JsonElement document)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
