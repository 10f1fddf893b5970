using System.Text;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>Where an answer is shown.</summary>
internal enum AnswerPlace
{
    /// <summary>A terminal: reasoning and figures beside the answer.</summary>
    Terminal = 0,

    /// <summary>A file or a pipe: the answer and nothing else; reasoning, where it is wanted, on standard error.</summary>
    Pipe = 1,

    /// <summary>Nowhere: it becomes part of a document.</summary>
    Document = 2,
}

/// <summary>Shows one answer as it comes: what it waits for, the reasoning as the mode says, then the answer. Only one line, the last, is ever rewritten.</summary>
internal sealed class AnswerView : IDisposable
{
    private const string DimOn = "\x1b[90m";
    private const string DimOff = "\x1b[0m";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private readonly CommandContext context;
    private readonly AnswerPlace place;
    private readonly ThinkMode think;
    private readonly bool colour;
    private readonly TimeProvider clock;
    private readonly ProgressLine line;
    private readonly Lock gate = new();
    private readonly StringBuilder reasoning = new();
    private readonly StringBuilder answer = new();
    private readonly long began;
    private ITimer? ticking;
    private long thoughtBegan;
    private int thoughtTokens;
    private int promptTokens;
    private bool lineOpen;

    public AnswerView(CommandContext context, AnswerPlace place, ThinkMode think, TimeProvider clock)
    {
        this.context = context;
        this.place = place;
        this.think = think;
        this.clock = clock;
        colour = ScreenFactory.UsesColour(context.Console, context.NoColor);
        line = new ProgressLine(context.Console);
        began = clock.GetTimestamp();
    }

    public string Reasoning => reasoning.ToString().Trim('\n');

    public string Answer => answer.ToString();

    /// <summary>Seconds from the first thought to the answer.</summary>
    public double ThoughtSeconds { get; private set; }

    /// <summary>Says that it is being waited for.</summary>
    /// <param name="tokens">Tokens of the prompt, or 0 when unknown.</param>
    public void Begin(int tokens)
    {
        promptTokens = tokens;
        ticking = clock.CreateTimer(_ => ShowStatus(), null, Tick, Tick);
    }

    /// <summary>Shows a piece.</summary>
    public void Add(ChatPiece piece)
    {
        lock (gate)
        {
            if (piece.Text.Length == 0)
            {
                return;
            }

            if (piece.Kind == ChunkKind.Reasoning)
            {
                AddReasoning(piece);
            }
            else
            {
                AddAnswer(piece.Text);
            }
        }
    }

    /// <summary>Ends the line that is being written.</summary>
    public void End()
    {
        lock (gate)
        {
            StopTicking();
            line.Clear();
            if (answer.Length == 0 && thoughtTokens > 0)
            {
                EndReasoning(); // it was stopped in the middle of its thoughts
            }

            EndLine();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            StopTicking();
            line.Dispose();
        }
    }

    /// <summary>A text in the colour of asides, where there is colour.</summary>
    public static string Dim(string text, bool colour) => colour && text.Length > 0 ? DimOn + text + DimOff : text;

    private void AddReasoning(ChatPiece piece)
    {
        if (thoughtTokens == 0)
        {
            thoughtBegan = clock.GetTimestamp();
        }

        thoughtTokens += Math.Max(piece.Tokens, thoughtTokens == 0 ? 1 : 0);
        string text = reasoning.Length == 0 ? piece.Text.TrimStart('\n') : piece.Text;
        reasoning.Append(text);
        ThoughtSeconds = clock.GetElapsedTime(thoughtBegan).TotalSeconds;
        if (think == ThinkMode.Show && place == AnswerPlace.Terminal)
        {
            Write(context.Console.Out, Dim(TerminalText.Safe(text), colour), text);
        }
        else if (think == ThinkMode.Show && place == AnswerPlace.Pipe)
        {
            Write(context.Console.Error, context.Console.ErrorIsTerminal ? TerminalText.Safe(text) : text, text);
        }
        else
        {
            ShowStatus();
        }
    }

    private void AddAnswer(string text)
    {
        if (answer.Length == 0)
        {
            text = text.TrimStart('\n');
            if (text.Length == 0)
            {
                return;
            }

            StopTicking();
            line.Clear();
            if (thoughtTokens > 0)
            {
                EndReasoning();
                if (place == AnswerPlace.Terminal && think != ThinkMode.Hide)
                {
                    context.Console.Out.WriteLine();
                }
            }
        }

        answer.Append(text);
        if (place != AnswerPlace.Document)
        {
            Write(context.Console.Out, place == AnswerPlace.Terminal ? TerminalText.Safe(text) : text, text);
        }
    }

    private void EndReasoning()
    {
        ThoughtSeconds = clock.GetElapsedTime(thoughtBegan).TotalSeconds;
        if (place == AnswerPlace.Document || think == ThinkMode.Hide)
        {
            return;
        }

        TextWriter to = place == AnswerPlace.Pipe ? context.Console.Error : context.Console.Out;
        if (lineOpen)
        {
            to.WriteLine();
            lineOpen = false;
        }

        BilingualText summary = RunTexts.Thought(Figures.FineDuration(ThoughtSeconds), thoughtTokens);
        string mark = think == ThinkMode.Fold ? "▸ " : "· ";
        to.WriteLine(Dim(mark + context.Say(summary), colour && place == AnswerPlace.Terminal));
        to.Flush();
    }

    private void EndLine()
    {
        if (lineOpen)
        {
            (answer.Length == 0 && place == AnswerPlace.Pipe ? context.Console.Error : context.Console.Out).WriteLine();
            lineOpen = false;
        }

        context.Console.Out.Flush();
    }

    private void Write(TextWriter to, string shown, string text)
    {
        StopTicking();
        line.Clear();
        to.Write(shown);
        to.Flush();
        lineOpen = !text.EndsWith('\n');
    }

    private void ShowStatus()
    {
        lock (gate)
        {
            if (ticking is null)
            {
                return;
            }

            BilingualText time = Figures.Duration(Math.Floor(clock.GetElapsedTime(thoughtTokens > 0 ? thoughtBegan : began).TotalSeconds));
            string status = context.Say(thoughtTokens > 0 ? RunTexts.Thinking(time, thoughtTokens) : RunTexts.Reading(time, promptTokens));
            if (think == ThinkMode.Fold && thoughtTokens > 0)
            {
                status += " · " + Tail(context.Console.TerminalWidth - Cells.Width(status) - 6);
            }

            line.Say(status);
        }
    }

    // the last words, as many as have room
    private string Tail(int width)
    {
        string text = TerminalText.Safe(reasoning.ToString()).ReplaceLineEndings(" ").Replace('\t', ' ').TrimEnd();
        int from = text.Length;
        int cells = 0;
        while (from > 0)
        {
            int start = from > 1 && char.IsLowSurrogate(text[from - 1]) ? from - 2 : from - 1;
            cells += Cells.Width(text.AsSpan(start, from - start));
            if (cells > width)
            {
                break;
            }

            from = start;
        }

        return text[from..].TrimStart();
    }

    private void StopTicking()
    {
        ticking?.Dispose();
        ticking = null;
    }
}
