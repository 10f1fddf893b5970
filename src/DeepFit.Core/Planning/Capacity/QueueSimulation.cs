namespace DeepFit.Core.Planning.Capacity;

/// <summary>
/// A discrete-event simulation of one copy of the model under a stream of requests: continuous batching as vLLM, SGLang and llama-server do it. A request
/// passes the front end, waits for a place and for cache, has its prompt computed in chunks beside the running sequences, and then gets a token a step.
/// Where the cache runs out, the sequence that came last gives way and is computed anew later (vLLM's preemption by recomputation, SGLang's retraction).
/// Events are changes of the batch, not tokens: between two of them all running sequences advance together. Equal inputs give equal results.
/// </summary>
public sealed class QueueSimulation
{
    private const int LongestLeap = 256; // steps between looks at the clock of the step time, which grows with the cache
    private const int MostWaiting = 5_000; // an unstable queue has been seen by then

    private readonly IStepTime engine;
    private readonly ServingWorkload workload;
    private readonly SimulationRandom random;
    private readonly int requests;
    private readonly int warmUp;
    private readonly PriorityQueue<double, double> arrivals = new();
    private readonly LinkedList<Request> waiting = new();
    private readonly LinkedList<Request> prompts = new(); // admitted ones whose prompt is not yet computed
    private readonly PriorityQueue<Request, long> generating = new(); // by the token at which they end
    private readonly List<Request> admitted = []; // both, oldest first: the last gives way
    private readonly List<Request> done = [];

    private double now;
    private double busy;
    private double frontEndFree;
    private double countFrom;
    private double sequenceSeconds;
    private long token; // tokens that a sequence would have that ran from the beginning
    private long cached;
    private long peakCached;
    private int peakSequences;
    private int rejected;
    private int truncated;
    private int preempted;
    private int arrived;
    private (int Done, int Rejected, int Truncated, int Preempted) before; // during the warm-up

    private QueueSimulation(IStepTime engine, ServingWorkload workload, ulong seed, int requests, int warmUp)
    {
        this.engine = engine;
        this.workload = workload;
        random = new SimulationRandom(seed);
        this.requests = requests;
        this.warmUp = warmUp;
    }

    /// <summary>Runs a simulation.</summary>
    /// <param name="engine">The engine's step times and limits.</param>
    /// <param name="workload">What is asked of it.</param>
    /// <param name="seed">The seed; equal seeds give equal results.</param>
    /// <param name="requests">Requests that are counted.</param>
    /// <param name="warmUp">Requests before that, which are not; 0 for a burst.</param>
    public static QueueOutcome Run(IStepTime engine, ServingWorkload workload, ulong seed = 1, int requests = 1500, int warmUp = 300) =>
        new QueueSimulation(engine, workload, seed, requests, workload.Burst ? 0 : warmUp).Run();

    private QueueOutcome Run()
    {
        int goal = workload.Burst ? workload.Users : requests + warmUp;
        Begin();
        while (done.Count + rejected < goal && waiting.Count < MostWaiting)
        {
            Take();
            Admit();
            if (admitted.Count == 0)
            {
                double next = NextEvent();
                if (double.IsInfinity(next))
                {
                    break; // nothing runs and nothing comes
                }

                now = Math.Max(now, next);
            }
            else
            {
                Step();
            }
        }

        return Outcome();
    }

    private void Begin()
    {
        if (workload.Burst)
        {
            for (int i = 0; i < workload.Users; i++)
            {
                arrivals.Enqueue(0, 0);
            }
        }
        else if (workload.ArrivalRate is { } rate)
        {
            Schedule(random.Exponential(1 / rate));
        }
        else
        {
            for (int i = 0; i < workload.Users; i++)
            {
                Schedule(random.Exponential(workload.ThinkSeconds));
            }
        }
    }

    private void Schedule(double at) => arrivals.Enqueue(at, at);

    // moves what has arrived to the queue, one after another through the front end
    private void Take()
    {
        while (arrivals.TryPeek(out double at, out _) && Math.Max(at, frontEndFree) + engine.RequestSeconds <= now)
        {
            arrivals.Dequeue();
            frontEndFree = Math.Max(at, frontEndFree) + engine.RequestSeconds;
            if (!workload.Burst && workload.ArrivalRate is { } rate)
            {
                Schedule(at + random.Exponential(1 / rate));
            }

            RequestLength length = workload.Lengths(random);
            arrived++;
            long most = Math.Min(engine.SequenceTokens, engine.CacheTokens);
            if (length.Prompt >= most)
            {
                rejected++; // the engine answers 400
                Settle();
                Leave(at);
                continue;
            }

            int generated = (int)Math.Min(length.Generated, most - length.Prompt);
            truncated += generated < length.Generated ? 1 : 0;
            waiting.AddLast(new Request(at, length.Prompt, Math.Max(1, generated)));
        }
    }

    private void Leave(double at)
    {
        if (!workload.Burst && workload.ArrivalRate is null)
        {
            Schedule(Math.Max(at, now) + random.Exponential(workload.ThinkSeconds));
        }
    }

    private double NextEvent() =>
        waiting.Count > 0 ? now : arrivals.TryPeek(out double at, out _) ? Math.Max(at, frontEndFree) + engine.RequestSeconds : double.PositiveInfinity;

    // first come, first served: a place, and cache for the prompt (vLLM takes no more at admission; what is generated may preempt later)
    private void Admit()
    {
        while (waiting.First is { Value: { } next } && admitted.Count < engine.MostSequences
            && (admitted.Count == 0 || cached + Owed() + next.ToCompute + admitted.Count < engine.CacheTokens))
        {
            waiting.RemoveFirst();
            next.Started ??= now;
            next.PromptLeft = next.ToCompute;
            next.Size = 0;
            admitted.Add(next);
            prompts.AddLast(next);
        }
    }

    // cache that prompts will take that are admitted and not yet computed
    private long Owed()
    {
        long sum = 0;
        foreach (Request request in prompts)
        {
            sum += request.PromptLeft;
        }

        return sum;
    }

    private void Step()
    {
        if (prompts.Count > 0)
        {
            ComputePrompts();
        }
        else
        {
            Generate();
        }

        End();
        MakeRoom();
        peakCached = Math.Max(peakCached, cached);
        peakSequences = Math.Max(peakSequences, admitted.Count);
    }

    // one step: a chunk of the prompts, and a token for every sequence that generates
    private void ComputePrompts()
    {
        int budget = engine.PromptTokens;
        int prompt = 0;
        double depth = 0;
        long before = cached;
        int complete = 0;
        for (LinkedListNode<Request>? node = prompts.First; node is not null && budget > 0; node = node.Next)
        {
            Request request = node.Value;
            int part = Math.Min(budget, request.PromptLeft);
            depth += part * (request.Size + (part / 2.0));
            prompt += part;
            budget -= part;
            request.PromptLeft -= part;
            request.Size += part;
            cached += part;
            complete += request.PromptLeft == 0 ? 1 : 0;
        }

        Advance(1, engine.Seconds(generating.Count, before, prompt, depth / prompt));
        for (; complete > 0; complete--)
        {
            Request request = prompts.First!.Value;
            prompts.RemoveFirst();
            FirstToken(request);
        }
    }

    // all run on until one ends, somebody comes, or the cache is full
    private void Generate()
    {
        int sequences = generating.Count;
        generating.TryPeek(out _, out long end);
        long room = Math.Max(1, (engine.CacheTokens - cached) / sequences);
        long leap = Math.Clamp(Math.Min(end - token, room), 1, LongestLeap);
        double seconds = engine.Seconds(sequences, cached + (sequences * leap / 2.0), 0, 0);
        if (arrivals.TryPeek(out double at, out _) && admitted.Count < engine.MostSequences)
        {
            double until = Math.Max(at, frontEndFree) + engine.RequestSeconds - now;
            leap = (long)Math.Clamp(Math.Ceiling(until / seconds), 1, leap);
        }

        Advance(leap, leap * seconds);
    }

    // the first token comes with the prompt's last chunk
    private void FirstToken(Request request)
    {
        request.FirstToken ??= now;
        request.Left--;
        request.Size++;
        cached++;
        request.Since = token;
        request.EndsAt = token + request.Left;
        generating.Enqueue(request, request.EndsAt);
    }

    private void Advance(long steps, double seconds)
    {
        now += seconds;
        busy += seconds;
        sequenceSeconds += seconds * admitted.Count;
        token += steps;
        cached += steps * generating.Count;
    }

    private void End()
    {
        while (generating.TryPeek(out Request? request, out long end) && end <= token)
        {
            generating.Dequeue();
            admitted.Remove(request);
            cached -= request.Size + (token - request.Since);
            request.Ended = now;
            done.Add(request);
            Settle();
            Leave(now);
        }
    }

    // a request is answered or refused: with the last of the warm-up the counting begins
    private void Settle()
    {
        if (done.Count + rejected == warmUp)
        {
            countFrom = now;
            busy = 0;
            sequenceSeconds = 0;
            before = (done.Count, rejected, truncated, preempted);
        }
    }

    private void MakeRoom()
    {
        while (cached + generating.Count > engine.CacheTokens && admitted.Count > 1)
        {
            Request last = admitted[^1];
            admitted.RemoveAt(admitted.Count - 1);
            cached -= last.Size;
            if (generating.Remove(last, out _, out long end))
            {
                cached -= token - last.Since;
                last.Left = (int)(end - token);
            }
            else
            {
                prompts.Remove(last);
            }

            preempted++;
            waiting.AddFirst(last);
        }
    }

    private QueueOutcome Outcome()
    {
        (int Done, int Rejected, int Truncated, int Preempted) from = done.Count + rejected > warmUp ? before : default;
        List<Request> counted = done.GetRange(from.Done, done.Count - from.Done);
        double span = Math.Max(now - countFrom, 1e-12);
        long tokens = counted.Sum(r => (long)r.Generated);

        // unstable: the queue at the end is long, and most of those who came in were still waiting
        bool stable = waiting.Count < MostWaiting && (workload.Burst || workload.ArrivalRate is null || waiting.Count <= 10 + (0.1 * arrived));
        return new QueueOutcome
        {
            FirstToken = Quantiles.Of(counted.Select(r => r.FirstToken!.Value - r.Arrived)),
            Answer = Quantiles.Of(counted.Select(r => r.Ended - r.Arrived)),
            Wait = Quantiles.Of(counted.Select(r => r.Started!.Value - r.Arrived)),
            TokenSeconds = Quantiles.Of(counted.Where(r => r.Generated > 1).Select(r => (r.Ended - r.FirstToken!.Value) / (r.Generated - 1))),
            RequestsPerSecond = counted.Count / span,
            TokensPerSecond = tokens / span,
            Utilization = Math.Min(1, busy / span),
            MeanSequences = sequenceSeconds / span,
            PeakSequences = peakSequences,
            PeakCacheShare = engine.CacheTokens == 0 ? 0 : (double)peakCached / engine.CacheTokens,
            Seconds = span,
            Counted = counted.Count,
            Rejected = rejected - from.Rejected,
            Truncated = truncated - from.Truncated,
            Preempted = preempted - from.Preempted,
            Stable = stable,
        };
    }

    private sealed class Request(double arrived, int prompt, int generated)
    {
        public double Arrived { get; } = arrived;

        public int Generated { get; } = generated;

        /// <summary>Tokens still to generate.</summary>
        public int Left { get; set; } = generated;

        /// <summary>The prompt, and after a preemption what had been generated.</summary>
        public int ToCompute => prompt + (Generated - Left);

        public int PromptLeft { get; set; }

        /// <summary>Tokens in the cache when generation began.</summary>
        public long Size { get; set; }

        /// <summary>The engine's token at which it began to generate.</summary>
        public long Since { get; set; }

        public long EndsAt { get; set; }

        public double? Started { get; set; }

        public double? FirstToken { get; set; }

        public double Ended { get; set; }
    }
}
