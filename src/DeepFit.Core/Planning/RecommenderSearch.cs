using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning;

/// <summary>One run of the recommender.</summary>
internal sealed class RecommenderSearch
{
    private readonly MachineProfile machine;
    private readonly RecommendRequest request;
    private readonly UseProfile use;
    private readonly MachineBudget budget;
    private readonly SpeedEstimator speeds;
    private readonly IReadOnlyList<ModelVariant> variants;
    private readonly IReadOnlyList<Quantization> quantizations;
    private readonly Quantization knee = Quantizations.Find("Q4_K_M");
    private readonly double floor;

    public RecommenderSearch(MachineProfile machine, RecommendRequest request)
    {
        this.machine = machine;
        this.request = request;
        use = request.Use;
        budget = MachineBudget.Of(machine);
        speeds = new SpeedEstimator(machine, budget.Target, request.Measurements);
        variants = request.Variants ?? ModelCatalog.Default.Variants;
        quantizations = request.Quantizations ?? [.. Quantizations.All.Where(q => q.BaseType != GgmlType.F32)];
        floor = request.MinTps ?? use.MinTokensPerSecond;
    }

    public Recommendation Run()
    {
        var outcomes = new VariantOutcome[variants.Count];
        Parallel.For(0, outcomes.Length, i => outcomes[i] = Search(i));

        var best = new (Candidate Candidate, OffloadPlan Plan)?[variants.Count];
        var quick = new (Candidate Candidate, OffloadPlan Plan)?[variants.Count];
        for (int i = 0; i < best.Length; i++)
        {
            (Candidate Candidate, OffloadPlan Plan)? any = FirstThatHolds(outcomes[i], 0);
            quick[i] = FirstThatHolds(outcomes[i], floor);

            // A quantization that is only there to reach the least speed does not speak for its variant in the table; better to say that the variant is slow.
            best[i] = request.MinTps is null && quick[i] is { } q && any is { } a && q.Candidate.Utility < a.Candidate.Utility - 5 ? a : quick[i] ?? any;
        }

        // It may be the pick all the same: what counts there is only what is fast enough.
        int pick = PickOf(quick);
        if (pick >= 0)
        {
            best[pick] = quick[pick];
        }

        bool relaxed = false;
        if (pick < 0 && request.MinTps is null)
        {
            // Nothing reaches the use's own limit: the fastest that runs is still better than nothing, and the reason says so.
            pick = FastestOf(best);
            relaxed = pick >= 0;
        }

        var words = new RecommenderWords(machine, request, budget, floor, relaxed);
        Configuration? picked = pick < 0 ? null : Build(pick, best[pick]!.Value, null, c => words.Pick(c));
        var rows = new Configuration[variants.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i == pick ? picked!
                : best[i] is { } holds ? Build(i, holds, holds.Candidate.Speed.GenerationTps < floor ? "speed" : null, c => words.Other(c, picked))
                : Unfit(i, outcomes[i], words);
        }

        return new Recommendation
        {
            Machine = machine.Name,
            Use = use,
            Pick = picked,
            Alternatives = picked is null ? [] : Alternatives(pick, best, outcomes[pick], picked),
            Configurations = rows,
            Explanation = picked is not null ? picked.Reason : words.Nothing(rows),
            Considered = outcomes.Sum(outcome => outcome.Considered),
        };
    }

    /// <summary>Every configuration of a variant that fits by the quick estimate.</summary>
    private VariantOutcome Search(int index)
    {
        ModelVariant variant = variants[index];
        var outcome = new VariantOutcome();
        var fit = new MemoryFit(budget);
        int needed = request.Context ?? Math.Min(use.ContextFor(variant.Id).Comfortable, variant.ContextLength);
        if (needed > variant.ContextLength)
        {
            outcome.ContextTooLong = true;
            return outcome;
        }

        ModelLayout reference = variant.Layout(knee);
        double full = QualityEstimator.FullScore(variant.Id, use)?.Score ?? 0;
        SpeedTokens tokens = SpeedTokens.Of(use, variant.Id);
        Span<Offload> offloads = stackalloc Offload[MemoryFit.MostOffloads];
        foreach (Quantization quantization in quantizations)
        {
            ModelLayout layout = variant.Layout(quantization);
            (double share, double parameters, bool moe) = QualityEstimator.WeightLossShare(layout);
            if (share > Recommender.MostLoss)
            {
                continue;
            }

            if (outcome.SmallestFile is not { } smallest || layout.FileBytes < smallest.Bytes)
            {
                outcome.SmallestFile = (layout.FileBytes, quantization.Name);
            }

            SpeedLayout sums = speeds.Sums(layout);
            bool disk = budget.DiskUsable is not { } usable || layout.FileBytes <= usable;
            double sizeRatio = (double)layout.FileBytes.Bytes / reference.FileBytes.Bytes;
            for (int context = needed; ; context /= 2)
            {
                int found = 0;
                foreach (GgmlType kv in request.KvTypes)
                {
                    var options = new RuntimeOptions { Context = checked(context * request.Users), KvTypeK = kv, KvTypeV = kv, Parallel = request.Users };
                    int count = fit.Find(layout, sums, reference, options, offloads);
                    outcome.Considered += Math.Max(1, count);
                    found += count;
                    if (!disk)
                    {
                        outcome.DiskInTheWay |= count > 0;
                        continue;
                    }

                    double score = full * (1 - share) * (1 - QuantizationLoss.CacheShare(kv, parameters, moe));
                    for (int i = 0; i < count; i++)
                    {
                        SpeedFigure speed = speeds.Figure(sums, variant.Id, quantization.Name, offloads[i].Apply(options), tokens);
                        double seconds = speed.SecondsToAnswer(tokens);
                        double utility = Recommender.Utility(use, score, seconds, sizeRatio, (double)needed / context, kv.IsQuantized());
                        outcome.Candidates.Add(new Candidate(index, quantization, context, kv, offloads[i], score, speed, seconds, utility));
                    }
                }

                // A shorter context only where the needed one does not fit, and never shorter than a typical exchange.
                if (found > 0 || request.Context is not null || context / 2 < use.ContextFor(variant.Id).Least)
                {
                    break;
                }
            }
        }

        outcome.Candidates.Sort(static (a, b) => b.Utility.CompareTo(a.Utility));
        return outcome;
    }

    /// <summary>The best candidate that is fast enough and stands up to the exact estimate.</summary>
    private (Candidate Candidate, OffloadPlan Plan)? FirstThatHolds(VariantOutcome outcome, double least)
    {
        foreach (Candidate candidate in outcome.Candidates)
        {
            if (candidate.Speed.GenerationTps < least)
            {
                continue;
            }

            ModelLayout layout = variants[candidate.Variant].Layout(candidate.Quantization);
            SpeedLayout sums = speeds.Sums(layout);
            if (OffloadPlanner.Verify(budget, layout, sums, candidate.Options(request.Users)) is not { } plan)
            {
                continue;
            }

            plan = plan with { Memory = MemoryMeasurement.Correct(request.Memories, variants[candidate.Variant].Id, layout, plan.Options, plan.Memory) };
            if (!budget.Fits(plan.Memory))
            {
                continue; // a real run took more than was estimated
            }

            var settled = new Offload(plan.Options.GpuLayers, plan.Options.CpuMoeLayers);
            if (settled == candidate.Offload)
            {
                return (candidate, plan);
            }

            SpeedTokens tokens = SpeedTokens.Of(use, variants[candidate.Variant].Id);
            SpeedFigure speed = speeds.Figure(sums, variants[candidate.Variant].Id, candidate.Quantization.Name, plan.Options, tokens);
            if (speed.GenerationTps >= least)
            {
                double seconds = speed.SecondsToAnswer(tokens);
                return (candidate with { Offload = settled, Speed = speed, Seconds = seconds }, plan);
            }
        }

        return null;
    }

    private static int PickOf((Candidate Candidate, OffloadPlan Plan)?[] quick)
    {
        int pick = -1;
        for (int i = 0; i < quick.Length; i++)
        {
            if (quick[i] is { } q && (pick < 0 || q.Candidate.Utility > quick[pick]!.Value.Candidate.Utility))
            {
                pick = i;
            }
        }

        return pick;
    }

    private static int FastestOf((Candidate Candidate, OffloadPlan Plan)?[] best)
    {
        int pick = -1;
        for (int i = 0; i < best.Length; i++)
        {
            if (best[i] is { } b && (pick < 0 || b.Candidate.Speed.GenerationTps > best[pick]!.Value.Candidate.Speed.GenerationTps))
            {
                pick = i;
            }
        }

        return pick;
    }

    private List<Alternative> Alternatives(
        int pick, (Candidate Candidate, OffloadPlan Plan)?[] best, VariantOutcome own, Configuration picked)
    {
        Candidate chosen = best[pick]!.Value.Candidate;
        (Candidate Candidate, OffloadPlan Plan)? faster = null, smarter = null;
        for (int i = 0; i < best.Length; i++)
        {
            if (i == pick || best[i] is not { } other)
            {
                continue;
            }

            Candidate c = other.Candidate;
            bool quicker = c.Speed.GenerationTps >= 1.25 * chosen.Speed.GenerationTps && c.Seconds <= 0.75 * chosen.Seconds;
            bool better = c.Score >= chosen.Score + 2 && c.Speed.GenerationTps >= (request.MinTps ?? Math.Min(1, floor));
            if (quicker && (request.MinTps is null || c.Speed.GenerationTps >= floor) && (faster is null || c.Utility > faster.Value.Candidate.Utility))
            {
                faster = other;
            }

            if (better && (smarter is null || c.Utility > smarter.Value.Candidate.Utility))
            {
                smarter = other;
            }
        }

        // Without another variant, a smaller quantization of the same one may still be truly faster.
        if (faster is null)
        {
            var quicker = new VariantOutcome();
            quicker.Candidates.AddRange(own.Candidates.Where(c =>
                c.Speed.GenerationTps >= 1.25 * chosen.Speed.GenerationTps && c.Seconds <= 0.75 * chosen.Seconds && c.Context == chosen.Context));
            faster = FirstThatHolds(quicker, floor);
        }

        var list = new List<Alternative>(2);
        if (faster is { } f)
        {
            list.Add(new Alternative("faster", Build(f.Candidate.Variant, f, null, c => RecommenderWords.Faster(c, picked))));
        }

        if (smarter is { } s)
        {
            list.Add(new Alternative("smarter", Build(s.Candidate.Variant, s, s.Candidate.Speed.GenerationTps < floor ? "speed" : null, c => RecommenderWords.Smarter(c, picked))));
        }

        return list;
    }

    private Configuration Build(int index, (Candidate Candidate, OffloadPlan Plan) of, string? limitedBy, Func<Configuration, BilingualText> reason)
    {
        ModelVariant variant = variants[index];
        ModelLayout layout = variant.Layout(of.Candidate.Quantization);
        RuntimeOptions options = of.Plan.Options;
        int needed = request.Context ?? Math.Min(use.ContextFor(variant.Id).Comfortable, variant.ContextLength);
        var configuration = new Configuration
        {
            Variant = variant.Id,
            Quantization = layout.Quantization,
            Options = options,
            FileBytes = layout.FileBytes,
            Fits = true,
            LimitedBy = limitedBy ?? (of.Candidate.Context < needed ? "context" : null),
            Reason = RecommenderWords.None,
            Memory = of.Plan.Memory,
            Speed = speeds.Estimate(variant.Id, layout, options, use),
            LongSpeed = speeds.Estimate(variant.Id, layout, options, use.LongEnd),
            Need = use.ContextFor(variant.Id),
            ReasoningSource = ReasoningLengths.Default.SourceOf(variant.Id),
            Quality = QualityEstimator.Estimate(variant, layout, options, use),
        };
        configuration = configuration with { Reason = reason(configuration) };

        // What was shortened to fit says so already; a context that was asked for may be too short too.
        return request.Context is { } asked && configuration.Need!.Value.Warning(asked, variant.ContextLength) is { } warning
            ? configuration with { LimitedBy = configuration.LimitedBy ?? "context", Reason = configuration.Reason.Then(warning) }
            : configuration;
    }

    /// <summary>The row of a variant that does not fit: its Q4_K_M (or the nearest that was asked for) on the CPU, with what is missing.</summary>
    private Configuration Unfit(int index, VariantOutcome outcome, RecommenderWords words)
    {
        ModelVariant variant = variants[index];
        Quantization shown = quantizations.Contains(knee) ? knee : quantizations[^1];
        ModelLayout layout = variant.Layout(shown);
        int context = request.Context ?? Math.Min(use.ContextFor(variant.Id).Comfortable, variant.ContextLength);
        var options = new RuntimeOptions { Context = checked(Math.Min(context, variant.ContextLength) * request.Users), Parallel = request.Users };
        MemoryEstimate memory = MemoryEstimator.Estimate(layout, options, budget.Target);
        string limit = outcome.ContextTooLong ? "context"
            : outcome.DiskInTheWay ? "disk"
            : budget.VramUsable > budget.RamUsable ? "vram" : "ram";
        MemoryEstimate? least = LeastMemory(variant, outcome);
        return new Configuration
        {
            Variant = variant.Id,
            Quantization = shown.Name,
            Options = options,
            FileBytes = layout.FileBytes,
            Fits = false,
            LimitedBy = limit,
            Reason = words.Unfit(variant, limit, context, memory, layout.FileBytes, least, outcome.SmallestFile),
            Memory = memory,
            Need = use.ContextFor(variant.Id),
            ReasoningSource = ReasoningLengths.Default.SourceOf(variant.Id),
            Quality = QualityEstimator.Estimate(variant, layout, options, use),
        };
    }

    /// <summary>What the smallest acceptable quantization takes, with the shortest context and the smallest cache.</summary>
    private MemoryEstimate? LeastMemory(ModelVariant variant, VariantOutcome outcome)
    {
        if (outcome.SmallestFile is not { } smallest)
        {
            return null;
        }

        int context = Math.Min(request.Context ?? use.ContextFor(variant.Id).Least, variant.ContextLength);
        GgmlType kv = request.KvTypes.MinBy(t => t.BitsPerElement());
        var options = new RuntimeOptions { Context = checked(context * request.Users), KvTypeK = kv, KvTypeV = kv, Parallel = request.Users };
        return MemoryEstimator.Estimate(variant.Layout(Quantizations.Find(smallest.Name)), options, EstimationTarget.CpuOnly);
    }
}
