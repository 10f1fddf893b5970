using System.CommandLine;
using DeepFit.Cli.Chat;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit up</c>: from nothing to a chat with a verified server.</summary>
internal sealed class UpCommand : CliCommand
{
    private const int MostPort = 65535;

    private readonly Argument<string?> variant;
    private readonly Option<string?> port;
    private readonly Option<string?> parallel;
    private readonly Option<bool> noVerify;
    private readonly Option<bool> noChat;
    private readonly Option<bool> web;
    private readonly LaunchOptionSet launch;
    private readonly ChatOptionSet chat;

    public UpCommand(Language language)
        : base("up", HelpTexts.Up, language)
    {
        Add(variant = new Argument<string?>("VARIANT") { Description = HelpTexts.RunVariant.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(port = CommandLine.Options.Text("--port", "N", HelpTexts.UpPort.In(language)));
        Add(parallel = CommandLine.Options.Text("--parallel", "N", HelpTexts.UpParallel.In(language)));
        Add(noVerify = new Option<bool>("--no-verify") { Description = HelpTexts.NoVerify.In(language) });
        Add(noChat = new Option<bool>("--no-chat") { Description = HelpTexts.NoChat.In(language) });
        Add(web = new Option<bool>("--web") { Description = UpTexts.Web.In(language) });
        launch = new LaunchOptionSet(this, language);
        chat = new ChatOptionSet(this, language);
    }

    public override IReadOnlyList<string> Examples => ["deepfit up", "deepfit up 7b", "deepfit up --web", "deepfit up 14b --use reasoning --no-chat --json"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        bool onThePage = line.GetValue(web);
        if (onThePage && (context.Json || line.GetValue(noChat)))
        {
            throw new UserErrorException(UpTexts.WebNotWith(context.Json ? "--json" : "--no-chat"));
        }

        if (onThePage)
        {
            PageRun.ThrowIfThereIsNone();
        }

        LaunchQuery query = launch.Read(line, line.GetValue(variant)) with
        {
            Parallel = OptionValues.Whole("--parallel", line.GetValue(parallel), 1, EngineLimits.MaxSequences) ?? 1,
        };
        ChatSettings settings = chat.Read(line, context.Console.OutIsTerminal);
        var run = new UpRun(query, context)
        {
            Port = OptionValues.Whole("--port", line.GetValue(port), 1, MostPort) ?? 0,
            Verifies = !line.GetValue(noVerify),
            Given = launch.Given(line),
        };
        int exitCode = await StepsAsync(run, context).ConfigureAwait(false);
        if (run.Deployment is not { } deployment || exitCode != ExitCode.Done)
        {
            return exitCode;
        }

        if (onThePage)
        {
            context.Console.Out.WriteLine();
            var page = new PageRun(context);
            await page.ServeAsync(address => page.Tell(new Uri(address, "chat?deployment=" + Uri.EscapeDataString(deployment.Id)), open: true)).ConfigureAwait(false);
        }

        bool chats = !onThePage && !line.GetValue(noChat) && !context.Json && context.Console is { InIsTerminal: true, OutIsTerminal: true };
        if (chats)
        {
            context.Console.Out.WriteLine();
            exitCode = await ChatAsync(deployment, settings, query.Use, context).ConfigureAwait(false);
        }

        if (!context.Json)
        {
            context.Warn(UpTexts.GoesOn(deployment.Id, AddressOf(deployment)));
        }

        return exitCode;
    }

    private static async Task<int> StepsAsync(UpRun run, CommandContext context)
    {
        Failure? failure = null;
        try
        {
            await run.RunAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            failure = new Failure(ErrorReporter.Cancelled, ExitCode.Interrupted, UpTexts.Again(ModelLauncher.CommandLine(context)), []);
        }
        catch (UserErrorException e)
        {
            failure = ErrorReporter.FailureOf(e);
        }

        if (context.Json)
        {
            UpDocument document = run.ToDocument(failure?.ToDocument(context.Language).Error);
            context.WriteDocument(stream => ContractJson.Write(stream, document));
        }

        if (failure is null)
        {
            return ExitCode.Done;
        }

        ErrorReporter.Tell(failure, context.Console, context.Language);
        if (run.DidSomething && failure.Kind != ErrorReporter.Cancelled)
        {
            context.Warn(UpTexts.AgainAfterFailure(ModelLauncher.CommandLine(context)));
        }

        return failure.ExitCode;
    }

    private static async Task<int> ChatAsync(Deployment deployment, ChatSettings settings, UseProfile use, CommandContext context)
    {
        string address = AddressOf(deployment);
        using HttpClient client = DeepFitServices.NewServerClient(address);
        await using ServerChatBackend backend = await ServerChatBackend.ConnectAsync(
            client, address, DeploymentFiles.KeyOf(deployment), null, TimeProvider.System, context.CancellationToken).ConfigureAwait(false);
        string name = deployment.Variant ?? deployment.Model;
        return await RunCommand.ChatAsync(
            backend,
            settings with
            {
                Where = address,
                ExpectedTps = deployment.Plan?.Speed?.GenerationTps,
                Reserve = use.ReasoningTokensOf(name) + use.AnswerTokens,
                Facts = [(RunTexts.ServerWord, $"{address} ({deployment.Id})")],
            },
            context).ConfigureAwait(false);
    }

    private static string AddressOf(Deployment deployment) => deployment.Url!.GetLeftPart(UriPartial.Authority);
}
