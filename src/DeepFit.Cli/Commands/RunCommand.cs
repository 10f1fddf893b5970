using System.CommandLine;
using System.Text;
using DeepFit.Cli.Chat;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.LineEditing;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit run VARIANT</c>: a chat in the terminal, or one answer.</summary>
internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string?> variant;
    private readonly Argument<string[]> words;
    private readonly Option<string?> file;
    private readonly Option<string?> connect;
    private readonly Option<string?> apiKey;
    private readonly LaunchOptionSet launch;
    private readonly ChatOptionSet chat;

    public RunCommand(Language language)
        : base("run", HelpTexts.Run, language)
    {
        Add(variant = new Argument<string?>("VARIANT") { Description = HelpTexts.RunVariant.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(words = new Argument<string[]>("QUESTION") { Description = HelpTexts.RunQuestion.In(language), Arity = ArgumentArity.ZeroOrMore });
        Add(file = CommandLine.Options.Text("--model", "FILE", HelpTexts.RunModel.In(language)));
        Add(connect = CommandLine.Options.Text("--connect", "URL", HelpTexts.Connect.In(language)));
        Add(apiKey = CommandLine.Options.Text("--api-key", "KEY", HelpTexts.ApiKey.In(language)));
        launch = new LaunchOptionSet(this, language);
        chat = new ChatOptionSet(this, language);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit run 7b", "deepfit run 7b \"Why is the sky blue?\"", "cat report.txt | deepfit run 14b \"Summarise this\" > summary.txt",
        "deepfit run --model DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf --think fold",
    ];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        string? url = line.GetValue(connect);
        string? path = line.GetValue(file);
        string? named = line.GetValue(variant);
        IEnumerable<string> said = line.GetValue(words) ?? [];
        if ((path is not null || url is not null) && named is not null)
        {
            said = said.Prepend(named); // the model is known: every word is the question's
            named = null;
        }

        LaunchQuery query = launch.Read(line, path ?? named);
        ChatSettings settings = chat.Read(line, context.Console.OutIsTerminal);
        if (url is not null && (path is not null || launch.Given(line) is not null))
        {
            throw CliException.Usage(RunTexts.ModelTwice);
        }

        // the model runs in a process that is watched: this one tells of a crash
        if (url is null && context.Console.Guard is { } guard)
        {
            return await guard(context.Arguments, crash => ErrorReporter.Report(crash, context.Console, context.Language, context.Json)).ConfigureAwait(false);
        }

        string question = await QuestionAsync(string.Join(' ', said), context).ConfigureAwait(false);
        if (question.Length == 0)
        {
            CheckChat(context);
        }

        return url is null
            ? await LoadedAsync(query, settings, question, context).ConfigureAwait(false)
            : await ConnectedAsync(url, line.GetValue(apiKey) ?? context.Console.Environment("DEEPFIT_API_KEY"), settings, question, context).ConfigureAwait(false);
    }

    private static void CheckChat(CommandContext context)
    {
        if (context.Json)
        {
            throw CliException.Usage(RunTexts.NoTerminal);
        }

        if (!context.Console.InIsTerminal || !context.Console.OutIsTerminal)
        {
            throw CliException.Usage(RunTexts.NoQuestion);
        }
    }

    private static async Task<int> LoadedAsync(LaunchQuery query, ChatSettings settings, string question, CommandContext context)
    {
        LaunchPlan plan = await ModelLauncher.PrepareAsync(query, context).ConfigureAwait(false);
        (InferenceEngine engine, double seconds) = await ModelLauncher.LoadAsync(plan, context).ConfigureAwait(false);
        string name = plan.Model.Variant is null ? engine.Model.Name : plan.Model.DisplayName;
        await using var backend = new EngineChatBackend(engine, name, plan.Configuration.Quantization);
        settings = ModelLauncher.With(settings, plan, query, context.Language);
        if (question.Length == 0)
        {
            backend.CountTokens([ChatTurn.User("?")]); // a template that is not known is told now rather than at the first question
            return await ChatAsync(backend, settings, context).ConfigureAwait(false);
        }

        return await AnswerAsync(backend, settings, question, context, answered => Document(plan.Model.Name, plan.Configuration.Quantization, seconds, answered) with
        {
            Path = plan.Path,
            Configuration = plan.Configuration.ToDocument(context.Language),
        }).ConfigureAwait(false);
    }

    private static async Task<int> ConnectedAsync(string url, string? key, ChatSettings settings, string question, CommandContext context)
    {
        using HttpClient client = DeepFitServices.NewServerClient(url);
        await using ServerChatBackend backend = await ServerChatBackend.ConnectAsync(client, url, key, null, TimeProvider.System, context.CancellationToken).ConfigureAwait(false);
        settings = settings with { Where = url, Facts = [(RunTexts.ServerWord, url)] };
        return question.Length == 0
            ? await ChatAsync(backend, settings, context).ConfigureAwait(false)
            : await AnswerAsync(backend, settings, question, context, answered => Document(backend.Model.Name, null, null, answered) with { Server = url }).ConfigureAwait(false);
    }

    /// <summary>Chats in the terminal.</summary>
    internal static async Task<int> ChatAsync(IChatBackend backend, ChatSettings settings, CommandContext context)
    {
        using ITerminal? terminal = context.Console.OpenTerminal();
        IInputReader reader = terminal is not null
            ? new LineEditor(terminal, ChatLoop.Prompt, ChatLoop.Continuation)
            : new PlainReader(context.Console, ChatLoop.Prompt, ChatLoop.Continuation);
        return await new ChatLoop(backend, reader, settings, context, TimeProvider.System).RunAsync().ConfigureAwait(false);
    }

    private static async Task<int> AnswerAsync(
        IChatBackend backend, ChatSettings settings, string question, CommandContext context, Func<Exchange, RunDocument> document)
    {
        Exchange answered = await new OneShot(backend, settings, context, TimeProvider.System).RunAsync(question).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, document(answered)));
        }

        return answered.Outcome.Finish == FinishReason.Cancelled ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static RunDocument Document(string model, string? quantization, double? loadSeconds, Exchange answered) => new()
    {
        Model = model,
        Quantization = quantization,
        Path = null,
        Server = null,
        Answer = answered.Answer,
        Reasoning = answered.Reasoning,
        Finish = answered.Outcome.Finish.ToString().ToLowerInvariant(),
        Seed = answered.Outcome.Seed,
        Usage = new RunUsageDocument(
            answered.Outcome.PromptTokens, answered.Outcome.CachedTokens, answered.Outcome.ReasoningTokens, answered.Outcome.GeneratedTokens),
        Timings = new RunTimingsDocument(
            loadSeconds, answered.Outcome.FirstTokenSeconds, answered.ThoughtSeconds, answered.Outcome.GenerationSeconds, answered.Outcome.PromptTps, answered.Outcome.GenerationTps),
        Configuration = null,
    };

    // the words, and behind them what is piped in
    private static async Task<string> QuestionAsync(string said, CommandContext context)
    {
        if (context.Console.InIsTerminal)
        {
            return said.Trim();
        }

        using Stream input = context.Console.OpenIn();
        using var bytes = new MemoryStream();
        await input.CopyToAsync(bytes, context.CancellationToken).ConfigureAwait(false);
        string piped;
        try
        {
            piped = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.GetBuffer(), 0, (int)bytes.Length).TrimStart('\uFEFF').Trim();
        }
        catch (DecoderFallbackException)
        {
            throw new UserErrorException(RunTexts.NotText);
        }

        return string.Join("\n\n", ((string[])[said.Trim(), piped]).Where(part => part.Length > 0));
    }
}
