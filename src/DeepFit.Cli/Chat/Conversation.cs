using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Chat;

/// <summary>A question and what was answered.</summary>
/// <param name="Question">The question.</param>
/// <param name="Reasoning">The thoughts before the answer.</param>
/// <param name="Answer">The answer; what there was of it, where it was stopped.</param>
/// <param name="ThoughtSeconds">Seconds from the first thought to the answer, 0 without thoughts.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record Exchange(string Question, string Reasoning, string Answer, double ThoughtSeconds, ChatOutcome Outcome);

/// <summary>What was said so far, and how much of it is still sent to the model.</summary>
/// <param name="system">Instructions, or null: R1 is best used without.</param>
internal sealed class Conversation(string? system)
{
    private readonly List<Exchange> exchanges = [];

    /// <summary>Everything that was said.</summary>
    public IReadOnlyList<Exchange> Exchanges => exchanges;

    /// <summary>Instructions, or null.</summary>
    public string? System => system;

    /// <summary>Exchanges, the oldest ones, that are no longer sent because the context has no room for them.</summary>
    public int Dropped { get; private set; }

    /// <summary>Keeps an exchange.</summary>
    public void Add(Exchange exchange) => exchanges.Add(exchange);

    /// <summary>Takes back the last exchange.</summary>
    public Exchange? TakeLast()
    {
        if (exchanges.Count == 0)
        {
            return null;
        }

        Exchange last = exchanges[^1];
        exchanges.RemoveAt(exchanges.Count - 1);
        Dropped = Math.Min(Dropped, exchanges.Count);
        return last;
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        exchanges.Clear();
        Dropped = 0;
    }

    /// <summary>The turns to send with a question, or of what was said when there is none. Earlier thoughts are not sent: R1 was made to be used without them.</summary>
    public IReadOnlyList<ChatTurn> Turns(string? question = null)
    {
        var turns = new List<ChatTurn>();
        if (!string.IsNullOrWhiteSpace(system))
        {
            turns.Add(ChatTurn.System(system));
        }

        foreach (Exchange exchange in exchanges.Skip(Dropped))
        {
            turns.Add(ChatTurn.User(exchange.Question));
            turns.Add(ChatTurn.Assistant(exchange.Answer));
        }

        if (question is not null)
        {
            turns.Add(ChatTurn.User(question));
        }

        return turns;
    }

    /// <summary>Leaves the oldest exchange out from now on.</summary>
    /// <returns>Whether there was one.</returns>
    public bool DropOldest()
    {
        if (Dropped == exchanges.Count)
        {
            return false;
        }

        Dropped++;
        return true;
    }
}
