using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using Spectre.Console;

namespace DeepFit.Cli.Chat;

/// <content>The commands.</content>
internal sealed partial class ChatLoop
{
    // false ends the chat
    private async Task<bool> ObeyAsync(ChatCommand command)
    {
        switch (command.Name)
        {
            case "bye":
                return false;
            case "new":
                conversation.Clear();
                lastQuestion = null;
                lastReasoning = "";
                Aside(RunTexts.Began);
                break;
            case "retry" when lastQuestion is { } question:
                if (conversation.Exchanges.Count > 0 && conversation.Exchanges[^1].Question == question)
                {
                    conversation.TakeLast();
                }

                // the same seed would give the same answer
                await AnswerAsync(question, settings.Sampling with { Seed = null }).ConfigureAwait(false);
                return true;
            case "retry":
                Aside(RunTexts.NothingYet);
                break;
            case "think":
                Think(command.Argument);
                break;
            case "context":
                WriteContext();
                break;
            case "stats":
                WriteStatistics();
                break;
            case "save":
                Save(command.Argument);
                break;
            case "help":
                WriteHelp();
                break;
            default:
                Complain(RunTexts.UnknownCommand(command.Name, command.Near()));
                break;
        }

        context.Console.Out.WriteLine();
        return true;
    }

    private void Think(string argument)
    {
        if (argument.Length == 0)
        {
            Aside(lastReasoning.Length > 0 ? "" : context.Say(lastQuestion is null ? RunTexts.NothingYet : RunTexts.NoThoughts));
            foreach (string line in lastReasoning.Length > 0 ? TerminalText.Safe(lastReasoning).Split('\n') : [])
            {
                context.Console.Out.WriteLine(AnswerView.Dim(line, colour));
            }
        }
        else if (ThinkModes.Find(argument) is { } mode)
        {
            think = mode;
            Aside(RunTexts.ThinkIs(ThinkModes.Names[(int)mode]));
        }
        else
        {
            Complain(RunTexts.ThinkTakes(argument));
        }
    }

    private void WriteContext()
    {
        var rows = new FactRows();
        int? used = conversation.Exchanges.Count == 0 && conversation.System is null ? 0 : CountOrNull();
        rows.Add(context.Say(RunTexts.UsedWord), context.Say(used is { } tokens && backend.Model.Context is { } most
            ? RunTexts.Used(tokens, most, Figures.Percent((double)tokens / most))
            : RunTexts.UsedUnknown(backend.Model.Context)));
        rows.Add(context.Say(RunTexts.SaidWord), context.Say(RunTexts.Kept(conversation.Exchanges.Count, conversation.Dropped)));
        foreach ((BilingualText name, string value) in settings.Facts)
        {
            rows.Add(context.Say(name), value);
        }

        context.Screen.Write(rows);
    }

    private int? CountOrNull()
    {
        try
        {
            return backend.CountTokens(conversation.Turns());
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private void WriteStatistics()
    {
        if (totals.Last is not { } last)
        {
            Aside(RunTexts.NothingYet);
            return;
        }

        var rows = new FactRows();
        rows.Add(context.Say(RunTexts.LastWord), OutcomeText.Line(last, more: true, context.Language));
        rows.Add(context.Say(RunTexts.SessionWord), string.Join(" · ", Session().Select(context.Say)));
        if (settings.ExpectedTps is { } expected)
        {
            rows.Add(context.Say(RunTexts.ExpectedWord), context.Say(RunTexts.ExpectedRate(Figures.Rate(expected))));
        }

        context.Screen.Write(rows);
    }

    private IEnumerable<BilingualText> Session()
    {
        yield return RunTexts.Answers(totals.Answers);
        yield return RunTexts.Tokens(totals.GeneratedTokens);
        if (totals.Rate is { } rate)
        {
            yield return RunTexts.Rate(Figures.Rate(rate));
        }

        if (totals.PromptTokens > 0)
        {
            yield return RunTexts.PromptFigures((int)Math.Min(int.MaxValue, totals.PromptTokens), (int)Math.Min(int.MaxValue, totals.CachedTokens), null);
        }
    }

    private void Save(string argument)
    {
        if (conversation.Exchanges.Count == 0)
        {
            Aside(RunTexts.NothingYet);
            return;
        }

        try
        {
            string name = argument.Length > 0 ? argument : Transcript.DefaultName(clock.GetLocalNow());
            Aside(RunTexts.Saved(Transcript.Save(name, conversation, backend.Model, context.Language)));
        }
        catch (UserErrorException e)
        {
            Complain(e.Text);
        }
    }

    private void WriteHelp()
    {
        var rows = new FactRows();
        foreach ((string command, BilingualText meaning) in RunTexts.Help)
        {
            rows.Add(command, context.Say(meaning));
        }

        context.Screen.Write(rows);
        Aside(RunTexts.HelpInput);
    }
}
