using DeepFit.Core.Models;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>
/// Plans for a team: for every engine that can run on the node, the weight formats and layouts that fit, the fewest copies of each that meet the goal by
/// simulation, and of these the one on the fewest nodes; of equals the one with more bits a weight, then with fewer GPUs, then the faster one. Where nothing
/// meets the goal, it says what is in the way and what comes closest.
/// </summary>
public sealed class CapacityPlanner
{
    private const int SearchRequests = 500;
    private const int MostPerCopy = 4_000; // people per copy beyond which no simulation is needed to see that it is too many
    private const ulong Seed = 20250120;
    private const double NearlyAsGood = 1.5; // where the goal is out of reach, so much longer a wait is taken for fewer nodes

    private static readonly string[] DenseFormats = ["bf16", "fp8", "int8", "awq", "w4a16"];
    private static readonly string[] DeepSeekFormats = ["fp8", "int8", "awq", "bf16"];

    private readonly CapacityRequest request;
    private readonly CapacityGoal goal;
    private readonly double? thinkSeconds;
    private readonly Accelerator? gpu;
    private readonly int requests;
    private readonly double meanTokens;
    private int considered;

    private CapacityPlanner(CapacityRequest request)
    {
        this.request = request;
        gpu = Accelerator.Of(request.Machine);
        requests = (int)CapacityData.Default.Get("workload", "general", "requests");
        goal = new CapacityGoal(
            request.AnswerGoal ?? request.Use.ComfortableSeconds,
            request.AnswerGoal is not null ? 0.95 : 0.5,
            request.FirstTokenGoal);
        var random = new SimulationRandom(Seed);
        Func<SimulationRandom, RequestLength> lengths = ServingWorkload.LengthsOf(request.Use, request.Variant.Id);
        meanTokens = Enumerable.Range(0, SearchRequests).Average(_ => Math.Min(lengths(random).Generated, request.ContextTokens));
        thinkSeconds = request.Users is not { } users ? null
            : request.RequestsPerMinute is { } rate ? users * 60 / rate
            : CapacityData.Default.Get("workload", "general", "think_seconds");
    }

    /// <summary>Plans.</summary>
    /// <param name="request">What is wanted; checked first.</param>
    /// <exception cref="Text.UserErrorException">The request makes no sense, or the engine it names cannot run on the node at all.</exception>
    public static CapacityPlan Plan(CapacityRequest request)
    {
        request.Check();
        return new CapacityPlanner(request).Run();
    }

    private CapacityPlan Run()
    {
        List<CapacityOption> options = [];
        foreach (ServingEngine engine in (ReadOnlySpan<ServingEngine>)[ServingEngine.Vllm, ServingEngine.SgLang, ServingEngine.LlamaCpp])
        {
            if (request.Engine is null || request.Engine == engine)
            {
                options.Add(BestOf(engine));
            }
        }

        CapacityOption? pick = options.Where(o => o.Meets).OrderBy(o => o.Nodes).ThenBy(o => goal.AnswerOf(o.Outcome!)).FirstOrDefault();
        CapacityOption? closest = pick is not null ? null
            : options.Where(o => o.Fits && o.Outcome is not null).OrderBy(o => goal.Distance(o.Outcome!)).ThenByDescending(o => o.TokensPerSecond).FirstOrDefault();
        return new CapacityPlan
        {
            Request = request,
            Pick = pick,
            Closest = closest,
            Options = options,
            Explanation = CapacityWords.Explain(request, pick, closest, options, goal),
            ThinkSeconds = thinkSeconds,
            AnswerGoal = (goal.Answer, goal.AnswerShare),
            Considered = considered,
        };
    }

    private CapacityOption BestOf(ServingEngine engine)
    {
        List<CapacityCandidate> candidates;
        if (engine == ServingEngine.LlamaCpp)
        {
            if (request.Weights is { } format && WeightFormat.TryFind(format, out _))
            {
                return CapacityWords.Refused(engine, format, "hardware", CapacityWords.NotForLlama(format));
            }

            LlamaServing server = Llama(out CapacityCandidate llama);
            if (!server.Plan.Fits)
            {
                return CapacityWords.Refused(engine, llama.Weights, "memory", CapacityWords.LlamaTooSmall(server, request)) with
                {
                    WeightBytes = llama.WeightBytes,
                    Devices = server.Plan.Memory,
                };
            }

            candidates = [llama];
        }
        else
        {
            if (CapacityWords.EngineRefusal(engine, request, gpu) is { } refusal)
            {
                return refusal;
            }

            candidates = Candidates(engine, out CapacityOption? tooSmall);
            if (candidates.Count == 0)
            {
                return tooSmall!;
            }
        }

        (CapacityCandidate Candidate, int Replicas)? best = null;
        (CapacityCandidate Candidate, int Replicas, double Distance)? nearest = null;
        foreach (CapacityCandidate candidate in candidates)
        {
            int most = MostReplicas(candidate);
            if (best is { } found)
            {
                // a later format has fewer bits, a later layout more GPUs: only fewer nodes would make up for that
                most = Math.Min(most, candidate.ReplicasOn(found.Candidate.NodesFor(found.Replicas) - 1));
            }

            if (most < 1)
            {
                continue;
            }

            (int replicas, double distance) = Search(candidate, most, goal);
            if (distance <= 1)
            {
                best = (candidate, replicas);
            }
            else if (nearest is null || distance < nearest.Value.Distance * 0.98)
            {
                nearest = (candidate, replicas, distance);
            }
        }

        return best is { } chosen
            ? Describe(chosen.Candidate, chosen.Replicas, reached: true)
            : nearest is { } close
                ? Describe(close.Candidate, close.Replicas, reached: false)
                : CapacityWords.Refused(engine, candidates[0].Weights, "memory", CapacityWords.NotOnSoFewNodes(candidates[0], request.Nodes ?? CapacityRequest.MostNodes));
    }

    private int MostReplicas(CapacityCandidate candidate)
    {
        int most = candidate.ReplicasOn(request.Nodes ?? CapacityRequest.MostNodes);
        return request.Users is { } users ? Math.Min(most, users) : most;
    }

    /// <summary>The fewest copies that meet the goal; where none do, the fewest that are nearly as good as the most.</summary>
    private (int Replicas, double Distance) Search(CapacityCandidate candidate, int most, CapacityGoal wanted)
    {
        double atMost = wanted.Distance(Simulate(candidate, most, SearchRequests));
        if (double.IsInfinity(atMost))
        {
            return (most, atMost);
        }

        double enough = Math.Max(1, atMost * NearlyAsGood);
        int low = Math.Min(most, Least(candidate, enough)) - 1, high = most;
        for (int step = 1; low + step < high; step *= 2)
        {
            if (wanted.Distance(Simulate(candidate, low + step, SearchRequests)) <= enough)
            {
                high = low + step;
                break;
            }

            low += step;
        }

        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = wanted.Distance(Simulate(candidate, middle, SearchRequests)) <= enough ? (low, middle) : (middle, high);
        }

        return (high, atMost <= 1 ? 1 : atMost);
    }

    /// <summary>Copies below which the generated tokens alone are more than the largest batch yields, so that nothing needs to be simulated.</summary>
    private int Least(CapacityCandidate candidate, double slack)
    {
        IStepTime step = candidate.Step;
        int batch = (int)Math.Max(1, Math.Min(step.MostSequences, step.CacheTokens / meanTokens));
        double most = batch / step.Seconds(batch, 0, 0, 0);
        double demand = request.Users is { } users
            ? users * meanTokens / ((thinkSeconds ?? 0) + (2 * slack * goal.Answer)) // a mean wait beyond twice the goal would not meet it
            : request.RequestsPerMinute!.Value / 60 * meanTokens;
        return Math.Max(1, (int)Math.Floor(demand / most));
    }

    private QueueOutcome Simulate(CapacityCandidate candidate, int replicas, int count)
    {
        considered++;
        ServingWorkload workload = Workload() with
        {
            Users = ((request.Users ?? 1) + replicas - 1) / replicas,
            ArrivalRate = request.Users is null ? request.RequestsPerMinute / 60 / replicas : null,
        };
        if (request.Users is not null && workload.Users > MostPerCopy)
        {
            return Overrun;
        }

        int people = request.Users is null ? 0 : workload.Users;
        return QueueSimulation.Run(candidate.Step, workload, Seed, Math.Max(count, 2 * people), Math.Max(count / 4, 2 * people));
    }

    private ServingWorkload Workload() => new()
    {
        Lengths = ServingWorkload.LengthsOf(request.Use, request.Variant.Id),
        ThinkSeconds = thinkSeconds ?? 0,
    };

    private static QueueOutcome Overrun { get; } = new()
    {
        FirstToken = Quantiles.None,
        Answer = Quantiles.None,
        Wait = Quantiles.None,
        TokenSeconds = Quantiles.None,
        RequestsPerSecond = 0,
        TokensPerSecond = 0,
        Utilization = 1,
        MeanSequences = 0,
        PeakCacheShare = 1,
        PeakSequences = 0,
        Seconds = 0,
        Counted = 0,
        Rejected = 0,
        Truncated = 0,
        Preempted = 0,
        Stable = false,
    };

    private CapacityOption Describe(CapacityCandidate candidate, int replicas, bool reached)
    {
        QueueOutcome outcome = Simulate(candidate, replicas, requests);

        // the search's shorter runs may have been lucky
        int most = reached ? MostReplicas(candidate) : replicas;
        while (!goal.Met(outcome) && replicas < most)
        {
            replicas = Math.Min(most, Math.Max(replicas + 1, replicas * 21 / 20));
            outcome = Simulate(candidate, replicas, requests);
        }

        // one person alone, who never meets another: what no number of copies can better
        QueueOutcome alone = QueueSimulation.Run(candidate.Step, Workload() with { Users = 1, ThinkSeconds = 1 }, Seed, SearchRequests, 0);
        bool meets = goal.Met(outcome);
        string? limit = meets ? null : CapacityWords.Limit(goal, outcome, alone);
        int sequences = candidate.Llama?.Slots ?? Sequences(candidate, outcome);
        var option = new CapacityOption
        {
            Engine = candidate.Engine,
            Weights = candidate.Weights,
            WeightBytes = candidate.WeightBytes,
            Fits = true,
            Meets = meets,
            LimitedBy = limit,
            Reason = CapacityWords.Reason(goal, outcome, alone, limit, candidate, replicas),
            Layout = candidate.Layout,
            Replicas = replicas,
            Nodes = candidate.NodesFor(replicas),
            Memory = candidate.Memory,
            Devices = candidate.Llama?.Plan.Memory,
            CacheTokens = candidate.Llama is { } llama ? (long)llama.Context * llama.Slots : candidate.Memory!.CacheTokens,
            Sequences = sequences,
            Outcome = outcome,
            SingleTokensPerSecond = 1 / alone.TokenSeconds.P50,
            HalfWidth = candidate.HalfWidth,
        };
        return option with { Commands = EngineCommands.Of(option, candidate, request, gpu) };
    }

    // room for a quarter more than were ever there at once, in steps of 8, within the engine's own limit
    private static int Sequences(CapacityCandidate candidate, QueueOutcome outcome) =>
        Math.Clamp(((int)Math.Ceiling(1.25 * outcome.PeakSequences) + 7) / 8 * 8, 8, candidate.Step.MostSequences);

    private LlamaServing Llama(out CapacityCandidate candidate)
    {
        Quantization quantization = Quantizations.Find(request.Weights ?? "Q4_K_M");
        ModelLayout layout = request.Variant.Layout(quantization);
        int wanted = 1;
        while (wanted < 32 && wanted < (request.Users ?? 32))
        {
            wanted *= 2;
        }

        LlamaServing server = LlamaServing.Create(request.Variant.Id, layout, request.Machine, request.Measurements, request.Use, request.ContextTokens, wanted);
        candidate = new CapacityCandidate
        {
            Engine = ServingEngine.LlamaCpp,
            Weights = quantization.Name,
            WeightBytes = layout.FileBytes.Bytes,
            Step = server,
            HalfWidth = server.HalfWidth,
            NodeGpus = 1,
            Llama = server,
        };
        return server;
    }

    private List<CapacityCandidate> Candidates(ServingEngine engine, out CapacityOption? tooSmall)
    {
        tooSmall = null;
        var found = new List<CapacityCandidate>();
        string[] formats = request.Weights is { } asked ? [WeightFormat.Find(asked).Id] : request.Variant.Architecture.IsMla ? DeepSeekFormats : DenseFormats;
        foreach (string id in formats)
        {
            WeightFormat format = WeightFormat.Find(id);
            if (CapacityWords.FormatRefusal(engine, format, gpu!) is { } refusal)
            {
                tooSmall ??= CapacityWords.Refused(engine, id, "hardware", refusal);
                continue;
            }

            ServingModel model = ServingModel.Of(request.Variant, format);
            ServingMemory? nearest = null;
            foreach (ServingLayout layout in Layouts(engine))
            {
                ServingMemory memory = ServingMemory.Of(model, engine, gpu!, layout);
                if (memory.SequenceTokens < request.ContextTokens)
                {
                    nearest = memory;
                    continue;
                }

                found.Add(new CapacityCandidate
                {
                    Engine = engine,
                    Weights = id,
                    WeightBytes = model.CheckpointBytes.Bytes,
                    Step = new ContextLimited(new ServingSpeed(model, engine, gpu!, layout, memory), request.ContextTokens),
                    HalfWidth = CapacityData.Default.Get("interval", "general", "log_half_width"),
                    NodeGpus = gpu!.GpusPerNode,
                    Layout = layout,
                    Model = model,
                    Memory = memory,
                });
            }

            if (nearest is not null && (tooSmall is null || tooSmall.LimitedBy == "hardware"))
            {
                tooSmall = CapacityWords.TooSmall(engine, model, nearest, request, gpu!);
            }
        }

        return found;
    }

    // within a node every split of its GPUs; over nodes, whole nodes: vLLM a pipeline stage each (its guide), SGLang tensor-parallel over all
    private IEnumerable<ServingLayout> Layouts(ServingEngine engine)
    {
        ModelArchitecture architecture = request.Variant.Architecture;
        int node = gpu!.GpusPerNode;
        int nodes = request.Nodes ?? CapacityRequest.MostNodes;
        var all = new List<ServingLayout>();
        for (int tensor = 1; tensor <= node; tensor++)
        {
            if (tensor != node && !int.IsPow2(tensor))
            {
                continue;
            }

            for (int pipeline = 1; engine == ServingEngine.Vllm && tensor * pipeline <= node; pipeline *= 2)
            {
                all.Add(new ServingLayout(tensor, pipeline));
            }

            if (engine == ServingEngine.SgLang)
            {
                all.Add(new ServingLayout(tensor));
                if (architecture.IsMla && tensor > 1)
                {
                    all.Add(new ServingLayout(tensor, DataParallelAttention: true));
                }
            }
        }

        for (int count = 2; count <= Math.Min(nodes, 8); count = engine == ServingEngine.Vllm ? count + 1 : count * 2)
        {
            all.Add(engine == ServingEngine.Vllm ? new ServingLayout(node, count) : new ServingLayout(node * count));
        }

        return all.Where(l => l.Refusal(architecture) is null).OrderBy(l => l.Gpus).ThenBy(l => l.Pipeline);
    }
}
