using DeepFit.Cli.Hosting;
using DeepFit.Cli.LineEditing;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>A chat in the terminal: reads messages and commands, shows answers, keeps the conversation within the context.</summary>
/// <param name="backend">Answers.</param>
/// <param name="reader">Reads what is typed.</param>
/// <param name="settings">How the chat goes.</param>
/// <param name="context">The command's context.</param>
/// <param name="clock">The clock.</param>
internal sealed partial class ChatLoop(IChatBackend backend, IInputReader reader, ChatSettings settings, CommandContext context, TimeProvider clock)
{
    /// <summary>What stands before a message that is typed.</summary>
    public const string Prompt = ">>> ";

    /// <summary>What stands before its further lines.</summary>
    public const string Continuation = "... ";

    private readonly Conversation conversation = new(settings.System);
    private readonly ChatTotals totals = new();
    private readonly bool colour = ScreenFactory.UsesColour(context.Console, context.NoColor);
    private ThinkMode think = settings.Think;
    private string? lastQuestion;
    private string lastReasoning = "";

    /// <summary>Chats until the person ends it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        WriteBanner();
        bool armed = false;
        while (true)
        {
            Input input = reader.Read(MessageText.Continued, context.CancellationToken);
            switch (input.End)
            {
                case InputEnd.EndOfInput:
                case InputEnd.Interrupted when armed && input.Text.Length == 0:
                    return ExitCode.Done;
                case InputEnd.Interrupted:
                    armed = input.Text.Length == 0;
                    if (armed)
                    {
                        Aside(RunTexts.AgainToEnd);
                    }

                    break;
                default:
                    armed = false;
                    if (!await TakeAsync(input.Text).ConfigureAwait(false))
                    {
                        return ExitCode.Done;
                    }

                    break;
            }
        }
    }

    // false ends the chat
    private async Task<bool> TakeAsync(string typed)
    {
        string message = MessageText.Of(typed);
        if (message.Length == 0)
        {
            return true;
        }

        if (ChatCommand.Parse(typed) is { } command)
        {
            return await ObeyAsync(command).ConfigureAwait(false);
        }

        await AnswerAsync(message, settings.Sampling).ConfigureAwait(false);
        return true;
    }

    private async Task AnswerAsync(string question, ChatSampling sampling)
    {
        lastQuestion = question;
        using IDisposable? hushed = reader.Hush();
        try
        {
            int tokens = MakeRoom(question);
            while (!await TryAnswerAsync(question, sampling, tokens).ConfigureAwait(false))
            {
                // a server that does not tell its tokens: one exchange less, until there is room
                Aside(RunTexts.Dropped(conversation.Dropped, backend.Model.Context));
            }
        }
        catch (UserErrorException e)
        {
            Complain(e.Text);
        }

        context.Console.Out.WriteLine();
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    // false: it does not fit the context, and the oldest exchange was left out
    private async Task<bool> TryAnswerAsync(string question, ChatSampling sampling, int tokens)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using IDisposable taken = context.Console.Interrupts.Take(() =>
        {
            if (stop.IsCancellationRequested)
            {
                return false; // a second one while the first has no effect yet: the program's own way
            }

            stop.Cancel();
            return true;
        });
        using var view = new AnswerView(context, AnswerPlace.Terminal, think, clock);
        view.Begin(tokens);
        ChatOutcome? outcome = null;
        UserErrorException? failure = null;
        try
        {
            await foreach (ChatPiece piece in backend.AskAsync(conversation.Turns(question), sampling, stop.Token).ConfigureAwait(false))
            {
                view.Add(piece);
                outcome = piece.Outcome ?? outcome;
            }
        }
        catch (GenerationRequestException e) when (e.Code == "context_length_exceeded" && conversation.DropOldest())
        {
            return false;
        }
        catch (UserErrorException e)
        {
            failure = e;
        }

        view.End();
        lastReasoning = view.Reasoning;
        if (failure is not null)
        {
            Complain(failure.Text);
        }

        Keep(question, sampling, view, outcome);
        return true;
    }

    private void Keep(string question, ChatSampling sampling, AnswerView view, ChatOutcome? outcome)
    {
        bool answered = view.Answer.Trim().Length > 0;
        if (outcome is null)
        {
            return; // it broke off: what came stands on the screen, the conversation is as it was
        }

        totals.Add(outcome);
        if (answered)
        {
            conversation.Add(new Exchange(question, view.Reasoning, view.Answer, view.ThoughtSeconds, outcome));
        }

        if (context.Console.OutIsTerminal)
        {
            context.Console.Out.WriteLine();
        }

        Aside("· " + OutcomeText.Line(outcome, settings.Verbose, context.Language));
        if (OutcomeText.CutOff(outcome, sampling, backend.Model, thinking: !answered) is { } cut)
        {
            Aside(cut);
        }
        else if (!answered && outcome.Finish == FinishReason.Cancelled)
        {
            Aside(RunTexts.StoppedThinking);
        }
    }

    // the oldest exchanges are left out until an answer of typical length has room, as far as half of the context goes
    private int MakeRoom(string question)
    {
        int dropped = 0;
        int? tokens = backend.CountTokens(conversation.Turns(question));
        if (backend.Model.Context is { } most)
        {
            int room = most - Math.Min(most / 2, settings.Reserve);
            while (tokens > room && conversation.DropOldest())
            {
                dropped++;
                tokens = backend.CountTokens(conversation.Turns(question));
            }
        }

        if (dropped > 0)
        {
            Aside(RunTexts.Dropped(conversation.Dropped, backend.Model.Context));
        }

        return tokens ?? 0;
    }

    private void WriteBanner()
    {
        string title = context.Say(RunTexts.Title(backend.Model.Title, backend.Model.Context, settings.Where));
        string expected = settings.ExpectedTps is { } rate ? " · " + context.Say(RunTexts.ExpectedRate(Figures.Rate(rate))) : "";
        context.Screen.Write(new FlowText(Ink.Title(title), Ink.Dim(expected)));
        Aside(RunTexts.Hint);
        context.Console.Out.WriteLine();
    }

    private void Aside(BilingualText text) => Aside(context.Say(text));

    private void Aside(string text)
    {
        foreach (string line in TextWrapper.Wrap(text, ScreenFactory.WidthOf(context.Console)))
        {
            context.Console.Out.WriteLine(AnswerView.Dim(line, colour));
        }

        context.Console.Out.Flush();
    }

    private void Complain(BilingualText text) =>
        context.Screen.Write(new FlowText(Ink.Bad(context.Say(ErrorTexts.Prefix)), Ink.Plain(context.Say(text))));
}
