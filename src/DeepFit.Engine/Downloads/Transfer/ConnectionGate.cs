namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// How many connections there may be: one more after every few pieces that went well, half as many when a server says that it is too much, and none until it wants to be asked
/// again.
/// </summary>
internal sealed class ConnectionGate(int first, int most, TimeProvider clock)
{
    private const int PiecesToGrow = 4;

    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private int limit = first;
    private int used;
    private int well;
    private DateTimeOffset openAt = DateTimeOffset.MinValue;

    /// <summary>Connections that are allowed now.</summary>
    public int Limit
    {
        get
        {
            lock (gate)
            {
                return limit;
            }
        }
    }

    /// <summary>Waits for a place.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                TimeSpan pause = openAt - clock.GetUtcNow();
                if (pause > TimeSpan.Zero)
                {
                    wait = Task.Delay(pause, clock, cancellationToken);
                }
                else if (used < limit)
                {
                    used++;
                    return;
                }
                else
                {
                    var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    waiting.Enqueue(turn);
                    wait = turn.Task.WaitAsync(cancellationToken);
                }
            }

            await wait.ConfigureAwait(false);
        }
    }

    /// <summary>Gives the place back.</summary>
    /// <param name="wentWell">Whether a piece arrived without a complaint.</param>
    public void Leave(bool wentWell)
    {
        lock (gate)
        {
            used--;
            if (wentWell && ++well >= PiecesToGrow && limit < most)
            {
                well = 0;
                limit++;
            }

            Wake();
        }
    }

    /// <summary>A server said that there are too many requests.</summary>
    public void Complained(TimeSpan? retryAfter)
    {
        lock (gate)
        {
            well = 0;
            limit = Math.Max(1, limit / 2);
            DateTimeOffset at = clock.GetUtcNow() + (retryAfter ?? TimeSpan.Zero);
            openAt = at > openAt ? at : openAt;
        }
    }

    private void Wake()
    {
        for (int free = limit - used; free > 0 && waiting.TryDequeue(out TaskCompletionSource? turn); free--)
        {
            turn.TrySetResult();
        }
    }
}
