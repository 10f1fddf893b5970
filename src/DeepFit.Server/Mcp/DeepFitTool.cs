using System.Text.Json;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace DeepFit.Server.Mcp;

/// <summary>What a tool answers.</summary>
/// <param name="Text">The essentials, for a reader of text.</param>
/// <param name="Write">Writes the document that the command line prints for the same question.</param>
internal sealed record ToolAnswer(string Text, Action<Stream> Write);

/// <summary>Who a tool is: its name, its words, what it takes, what it does to the world.</summary>
internal sealed record ToolDefinition(string Name, BilingualText Title, BilingualText Description, IReadOnlyList<ToolParameter> Parameters)
{
    /// <summary>Whether it leaves everything as it was. Default true.</summary>
    public bool ReadOnly { get; init; } = true;

    /// <summary>Whether it may reach for an address that it is given. Default false.</summary>
    public bool OpenWorld { get; init; }
}

/// <summary>What all tools of one server share.</summary>
/// <param name="Services">The machine, the engine and the store.</param>
/// <param name="Language">The language of descriptions and answers.</param>
/// <param name="Ended">Stops what is under way when the session ends.</param>
internal sealed record ToolHost(IDeepFitServices Services, Language Language, CancellationToken Ended)
{
    /// <summary>One call at a time looks at the machine or loads it: a test-drive beside another call would measure both.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);
}

/// <summary>
/// A tool without reflection: its schema is written from its parameters, its arguments are checked against them, and whatever fails becomes a tool error with the message and the nearest right
/// names. The structured content is the document that the command line prints with <c>--json</c>.
/// </summary>
internal abstract class DeepFitTool(ToolHost host, ToolDefinition definition) : McpServerTool
{
    /// <summary>The argument that all tools with long documents have.</summary>
    public const string Brief = "brief";

    /// <inheritdoc/>
    public override Tool ProtocolTool { get; } = new()
    {
        Name = definition.Name,
        Title = definition.Title.In(host.Language),
        Description = definition.Description.In(host.Language),
        InputSchema = ToolParameter.Schema(definition.Parameters, host.Language),
        Annotations = new ToolAnnotations
        {
            Title = definition.Title.In(host.Language),
            ReadOnlyHint = definition.ReadOnly,
            DestructiveHint = false,
            IdempotentHint = true,
            OpenWorldHint = definition.OpenWorld,
        },
    };

    /// <inheritdoc/>
    public override IReadOnlyList<object> Metadata { get; } = [];

    /// <summary>The services.</summary>
    protected IDeepFitServices Services => host.Services;

    /// <summary>The language.</summary>
    protected Language Language => host.Language;

    /// <inheritdoc/>
    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.Ended);
        try
        {
            var arguments = new ToolArguments(definition.Name, definition.Parameters, request.Params.Arguments);
            bool brief = definition.Parameters.Any(p => p.Name == Brief) && arguments.Flag(Brief) == true;
            await host.Turn.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                ToolAnswer answer = await AnswerAsync(arguments, new ToolProgress(request), stop.Token).ConfigureAwait(false);
                return Result(answer.Text, brief ? null : answer.Write, false);
            }
            finally
            {
                host.Turn.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // the last resort: whatever fails is the tool's error, and the server goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failure failure = Failure.Of(e);
            BilingualText text = failure.Suggestions.Count > 0 && !failure.Text.En.Contains(failure.Suggestions[0], StringComparison.Ordinal)
                ? failure.Text.Then(McpErrorTexts.Nearest(failure.Suggestions))
                : failure.Text;
            return Result(text.In(host.Language), stream => Core.Contract.ContractJson.Write(stream, failure.ToDocument(host.Language)), true);
        }
    }

    /// <summary>Answers.</summary>
    /// <param name="arguments">The arguments, checked.</param>
    /// <param name="progress">Tells how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    protected abstract Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken);

    private static CallToolResult Result(string text, Action<Stream>? write, bool failed)
    {
        JsonElement? document = null;
        if (write is not null)
        {
            using var stream = new MemoryStream();
            write(stream);
            document = JsonElement.Parse(stream.ToArray());
        }

        return new CallToolResult { Content = [new TextContentBlock { Text = text }], StructuredContent = document, IsError = failed };
    }
}

/// <summary>Tells the caller how far a call is, where it asked to be told.</summary>
internal sealed class ToolProgress(RequestContext<CallToolRequestParams> request)
{
    private readonly ProgressToken? token = request.Params.ProgressToken;
    private double last = double.NegativeInfinity;

    /// <summary>Sends a notification, if the caller wants them and there is progress.</summary>
    /// <param name="fraction">0 to 1.</param>
    /// <param name="message">What is being done.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ReportAsync(double fraction, string message, CancellationToken cancellationToken)
    {
        // the protocol wants every value to be above the one before
        if (token is { } wanted && fraction > last)
        {
            last = fraction;
            await request.Server.NotifyProgressAsync(
                wanted, new ProgressNotificationValue { Progress = (float)fraction, Total = 1, Message = message }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }
}
