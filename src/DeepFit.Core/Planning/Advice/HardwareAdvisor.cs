using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Advice;

/// <summary>
/// Finds the least hardware that reaches a goal. Machines are composed of catalogue parts and judged by the planner itself. A machine reaches the goal when the
/// middle of the estimated speed does (<em>probably</em>); where the low end of the 80% interval does too, it does so <em>surely</em>. Of one product the smallest that
/// reaches it is enough, and the smallest that surely does, if that is another. What the same maker sells smaller and faster is left out with its price. The order is by launch price where one
/// is known, then by class (memory × bandwidth).
/// </summary>
public static class HardwareAdvisor
{
    private const int MostClosest = 3;

    // the search leaves out what the bandwidth rules out, with room for whatever a speed model may count differently
    private const double RateMargin = 1.25;

    /// <summary>The least hardware that reaches a goal.</summary>
    /// <param name="goal">The goal.</param>
    /// <exception cref="UserErrorException">The goal makes no sense.</exception>
    public static HardwareAdvice Advise(HardwareGoal goal) => Advise(goal, HardwareCandidates.Ladders());

    /// <summary>The same over given hardware.</summary>
    internal static HardwareAdvice Advise(HardwareGoal goal, IEnumerable<IEnumerable<HardwareCandidate>> ladders)
    {
        goal.Check();
        RecommendRequest[] requests = [.. goal.Variants.Select(goal.Request)];
        long[] needs = [.. goal.Variants.Select((v, i) => LeastBytes(v, requests[i]))];
        long most = needs.Max();
        double reads = goal.Variants.Select((v, i) => LeastRead(v, requests[i])).Max();
        var options = new List<HardwareOption>();
        var rest = new List<HardwareCandidate>();
        int considered = 0;
        foreach (IEnumerable<HardwareCandidate> ladder in ladders)
        {
            bool reached = false;
            foreach (HardwareCandidate candidate in ladder)
            {
                if (!Admits(goal, candidate))
                {
                    continue;
                }

                considered++;
                long usable = Usable(candidate.Machine);
                bool tooSlow = Rate(candidate.Machine) is { } rate && rate * RateMargin < reads * goal.LeastTps;
                if (usable < most || tooSlow || Judge(goal, requests, candidate) is not { } option)
                {
                    rest.Add(candidate);
                    if (candidate.Group == "cpu" && (tooSlow || usable > 2 * most))
                    {
                        break; // more memory makes no processor faster
                    }

                    continue;
                }

                if (!reached || option.Surely)
                {
                    options.Add(option);
                }

                reached = true;
                if (option.Surely)
                {
                    break;
                }
            }
        }

        HardwareOption[] kept = [.. Order(options.Where(o => !options.Exists(other => Dominates(other, o))))];
        HardwareOption[] shown = Shown(kept);
        IReadOnlyList<HardwareGap> closest = shown.Length > 0 ? [] : [.. Dearer(goal, ladders).Concat(Closest(goal, requests, needs, rest)).Take(MostClosest)];
        return new HardwareAdvice
        {
            Goal = goal,
            Options = shown,
            Closest = closest,
            Considered = considered,
            Reached = options.Count,
            Explanation = shown.Length > 0 ? AdviceWords.Least(goal, shown) : AdviceWords.Nothing(goal, closest, considered),
        };
    }

    /// <summary>The order in which hardware is the less: a known price before none, then price, then class, then name.</summary>
    internal static IOrderedEnumerable<HardwareOption> Order(IEnumerable<HardwareOption> options) => options
        .OrderBy(o => o.Candidate.PriceUsd is null)
        .ThenBy(o => o.Candidate.PriceUsd ?? o.Candidate.Class)
        .ThenBy(o => o.Candidate.Class)
        .ThenBy(o => o.Candidate.Name, StringComparer.Ordinal);

    private static bool Admits(HardwareGoal goal, HardwareCandidate candidate) =>
        (goal.Vendor is null || candidate.Vendor == goal.Vendor)
        && (goal.Form is null || candidate.Form == goal.Form)
        && (goal.MaxPriceUsd is not { } limit || candidate.PriceUsd <= limit);

    /// <summary>What the smallest acceptable quantization needs at the very least: its tensors and a q8_0 cache.</summary>
    private static long LeastBytes(ModelVariant variant, RecommendRequest request) => request.Quantizations!.Min(q =>
    {
        ModelLayout layout = variant.Layout(q);
        var options = new RuntimeOptions { Context = request.Context!.Value * request.Users, Parallel = request.Users, KvTypeK = GgmlType.Q8_0, KvTypeV = GgmlType.Q8_0 };
        MemoryEstimate memory = MemoryEstimator.Estimate(layout, options, EstimationTarget.CpuOnly);
        return memory.Devices[0].Weights.Bytes + memory.Devices[0].KvCache.Bytes;
    });

    /// <summary>What the smallest acceptable quantization reads for each token, in bytes: tensors that take part, no cache.</summary>
    private static double LeastRead(ModelVariant variant, RecommendRequest request) => request.Quantizations!.Min(q =>
    {
        SpeedLayout sums = SpeedLayout.Of(variant.Layout(q));
        return sums.Dense[^1] + (sums.Experts[^1] * sums.ExpertShare) + sums.OutputBytes;
    });

    /// <summary>All bandwidth of a machine together, in bytes per second, which no generation can pass; null when a part is unknown.</summary>
    private static double? Rate(MachineProfile machine)
    {
        double? rate = machine.Memory.Bandwidth?.BytesPerSecond;
        foreach (GpuDevice gpu in machine.Gpus)
        {
            rate += gpu.Bandwidth?.BytesPerSecond;
        }

        return rate;
    }

    private static long Usable(MachineProfile machine)
    {
        MachineBudget budget = MachineBudget.Of(machine);
        return budget.RamUsable.Bytes + budget.VramUsable.Bytes;
    }

    private static HardwareOption? Judge(HardwareGoal goal, RecommendRequest[] requests, HardwareCandidate candidate)
    {
        var configurations = new Configuration[requests.Length];
        for (int i = 0; i < configurations.Length; i++)
        {
            if (Recommender.Recommend(candidate.Machine, requests[i]).Pick is not { } pick)
            {
                return null;
            }

            configurations[i] = pick;
        }

        Configuration slowest = configurations.MinBy(c => c.Speed!.GenerationTps)!;
        bool cards = candidate.Group is "one_gpu" or "two_gpus" or "several_gpus";
        if (cards && slowest.Options.GpuLayers == 0)
        {
            return null; // the assumed machine around the cards does it, not they
        }

        (string id, BilingualText text) = AdviceWords.Bottleneck(slowest, candidate);
        return new HardwareOption
        {
            Candidate = cards && id == "layers_on_cpu" ? candidate with { Name = FormattableString.Invariant($"{candidate.Name} + {candidate.Machine.Memory.Total.InGiB:0} GB RAM") } : candidate,
            Configurations = configurations,
            Surely = configurations.All(c => c.Speed!.GenerationTpsLow >= goal.LeastTps),
            Bottleneck = id,
            BottleneckText = text,
        };
    }

    // the same maker's and kind's, no dearer, no slower, no less sure: and better in one of these
    private static bool Dominates(HardwareOption other, HardwareOption o)
    {
        HardwareCandidate a = other.Candidate, b = o.Candidate;
        if (ReferenceEquals(other, o) || a.Vendor != b.Vendor || a.Group != b.Group || a.Form != b.Form || (o.Surely && !other.Surely))
        {
            return false;
        }

        bool priced = a.PriceUsd is not null && b.PriceUsd is not null;
        if (!priced && a.PriceUsd is null != b.PriceUsd is null)
        {
            return false; // a price and none cannot be compared
        }

        double costA = priced ? a.PriceUsd!.Value : a.Class, costB = priced ? b.PriceUsd!.Value : b.Class;
        double fast = other.Slowest.Speed!.GenerationTps, slow = o.Slowest.Speed!.GenerationTps;
        return costA <= costB && fast >= slow && (costA < costB || fast > slow || string.CompareOrdinal(a.Name, b.Name) < 0);
    }

    private static HardwareOption[] Shown(HardwareOption[] ordered)
    {
        int each = (int)AdviceAssumptions.Number("rows_per_group");
        var shown = new List<HardwareOption>();
        foreach (IGrouping<string, HardwareOption> group in ordered.GroupBy(o => o.Candidate.Group))
        {
            List<HardwareOption> first = [.. group.Take(each)];
            if (!first.Exists(o => o.Surely) && group.FirstOrDefault(o => o.Surely) is { } sure)
            {
                first[^1] = sure;
            }

            shown.AddRange(first);
        }

        // with more groups than rows the largest of a group give way, never its least
        int most = (int)AdviceAssumptions.Number("rows_most");
        while (shown.Count > most)
        {
            HardwareOption last = shown.GroupBy(o => o.Candidate.Group).MaxBy(g => g.Count())!.Last();
            shown.Remove(last);
        }

        return [.. Order(shown)];
    }

    private static List<HardwareGap> Closest(HardwareGoal goal, RecommendRequest[] requests, long[] needs, List<HardwareCandidate> candidates)
    {
        var slow = new List<HardwareGap>();
        var small = new List<HardwareGap>();
        int hardest = Array.IndexOf(needs, needs.Max());
        foreach (HardwareCandidate candidate in candidates)
        {
            long usable = Usable(candidate.Machine);
            if (usable >= needs[hardest] && Slowest(requests, candidate) is { } configuration)
            {
                double share = configuration.Speed!.GenerationTps / goal.LeastTps;
                slow.Add(new HardwareGap(candidate, configuration, AdviceWords.TooSlow(configuration, share), share, null));
            }
            else
            {
                ByteSize missing = new(Math.Max(ByteSize.MiB, needs[hardest] - usable));
                small.Add(new HardwareGap(candidate, null, AdviceWords.TooSmall(missing), null, missing));
            }
        }

        return slow.Count > 0
            ? [.. slow.OrderByDescending(g => g.SpeedShare).ThenBy(g => g.Candidate.Class).DistinctBy(g => g.Candidate.Machine.Gpus.Count > 0 ? g.Candidate.Machine.Gpus[0].Name : g.Candidate.Name).Take(MostClosest)]
            : [.. small.OrderBy(g => g.MissingBytes!.Value.Bytes).ThenBy(g => g.Candidate.Class).Take(MostClosest)];
    }

    /// <summary>What reaches the goal for more money than it allows, the cheapest first.</summary>
    private static IEnumerable<HardwareGap> Dearer(HardwareGoal goal, IEnumerable<IEnumerable<HardwareCandidate>> ladders) =>
        goal.MaxPriceUsd is not { } limit ? [] : Advise(goal with { MaxPriceUsd = null }, ladders).Options
            .Where(o => o.Candidate.PriceUsd is not null)
            .Select(o => new HardwareGap(o.Candidate, o.Slowest, AdviceWords.TooDear(o.Slowest, o.Candidate.PriceUsd!.Value, limit), o.Slowest.Speed!.GenerationTps / goal.LeastTps, null));

    private static Configuration? Slowest(RecommendRequest[] requests, HardwareCandidate candidate)
    {
        Configuration? slowest = null;
        foreach (RecommendRequest request in requests)
        {
            // the fastest that it has, whatever it loses by that among what is worth running
            Recommendation r = Recommender.Recommend(candidate.Machine, request with { MinTps = 0 });
            if (r.Pick is not { } pick)
            {
                return null;
            }

            Configuration best = r.Alternatives.Where(a => a.Label == "faster").Select(a => a.Configuration).Append(pick).MaxBy(c => c.Speed!.GenerationTps)!;
            slowest = slowest is null || best.Speed!.GenerationTps < slowest.Speed!.GenerationTps ? best : slowest;
        }

        return slowest;
    }
}
