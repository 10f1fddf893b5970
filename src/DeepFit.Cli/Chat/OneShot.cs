using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>One question and its answer.</summary>
/// <param name="backend">Answers.</param>
/// <param name="settings">How.</param>
/// <param name="context">The command's context.</param>
/// <param name="clock">The clock.</param>
internal sealed class OneShot(IChatBackend backend, ChatSettings settings, CommandContext context, TimeProvider clock)
{
    /// <summary>Asks and shows the answer; with <c>--json</c> nothing is shown.</summary>
    /// <exception cref="UserErrorException">It cannot be answered.</exception>
    public async Task<Exchange> RunAsync(string question)
    {
        AnswerPlace place = context.Json ? AnswerPlace.Document : context.Console.OutIsTerminal ? AnswerPlace.Terminal : AnswerPlace.Pipe;
        using var view = new AnswerView(context, place, settings.Think, clock);
        IReadOnlyList<ChatTurn> turns = new Conversation(settings.System).Turns(question);
        view.Begin(backend.CountTokens(turns) ?? 0);
        ChatOutcome? outcome = null;
        try
        {
            await foreach (ChatPiece piece in backend.AskAsync(turns, settings.Sampling, context.CancellationToken).ConfigureAwait(false))
            {
                view.Add(piece);
                outcome = piece.Outcome ?? outcome;
            }
        }
        finally
        {
            view.End();
        }

        if (outcome is null)
        {
            throw new InvalidOperationException("the answer ended without an outcome");
        }

        Tell(place, outcome, answered: view.Answer.Trim().Length > 0);
        return new Exchange(question, view.Reasoning, view.Answer, view.ThoughtSeconds, outcome);
    }

    private void Tell(AnswerPlace place, ChatOutcome outcome, bool answered)
    {
        if (place == AnswerPlace.Terminal)
        {
            bool colour = ScreenFactory.UsesColour(context.Console, context.NoColor);
            context.Console.Out.WriteLine();
            context.Console.Out.WriteLine(AnswerView.Dim("· " + OutcomeText.Line(outcome, settings.Verbose, context.Language), colour));
        }
        else if (settings.Verbose)
        {
            context.Console.Error.WriteLine(OutcomeText.Line(outcome, more: true, context.Language));
        }

        if (OutcomeText.CutOff(outcome, settings.Sampling, backend.Model, thinking: !answered) is { } cut)
        {
            context.Warn(cut);
        }
    }
}
