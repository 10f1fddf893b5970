namespace DeepFit.Cli.Hosting;

/// <summary>Ctrl-C: ends the program, unless a part of it (an answer on its way) takes it for itself.</summary>
internal sealed class Interrupts
{
    private readonly Lock gate = new();
    private readonly List<Func<bool>> handlers = [];

    /// <summary>Takes Ctrl-C until what is returned is disposed of.</summary>
    /// <param name="handler">Told of Ctrl-C, on any thread; returns whether it dealt with it.</param>
    public IDisposable Take(Func<bool> handler)
    {
        lock (gate)
        {
            handlers.Add(handler);
        }

        return new Taken(this, handler);
    }

    /// <summary>Ctrl-C was pressed.</summary>
    /// <returns>Whether it was dealt with.</returns>
    public bool Raise()
    {
        Func<bool>? last;
        lock (gate)
        {
            last = handlers.LastOrDefault();
        }

        return last?.Invoke() ?? false;
    }

    private sealed class Taken(Interrupts interrupts, Func<bool> handler) : IDisposable
    {
        public void Dispose()
        {
            lock (interrupts.gate)
            {
                interrupts.handlers.Remove(handler);
            }
        }
    }
}
