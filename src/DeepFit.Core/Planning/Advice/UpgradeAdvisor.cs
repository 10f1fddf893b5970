using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Advice;

/// <summary>
/// Finds the single change that lifts a machine: more memory, a card, one more card of the same kind, or, where the memory is a part of the board, another machine. Each is
/// judged by the recommender for the machine as it would be. Of changes of one kind that lead to the same version the cheapest is kept (by launch price, else by class). The best has the
/// largest gain, less <c>points_per_price_doubling</c> for every doubling of its launch price beyond <c>price_unit</c> (<c>Data/advice.csv</c>); where no source has a price, a doubling
/// of memory × bandwidth over the least such change stands for a doubling of the price.
/// </summary>
public static class UpgradeAdvisor
{
    /// <summary>What would lift a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="request">What it is for; null for chat.</param>
    /// <exception cref="UserErrorException">The request makes no sense.</exception>
    public static UpgradeAdvice Advise(MachineProfile machine, RecommendRequest? request = null)
    {
        request ??= new RecommendRequest();
        Recommendation before = Recommender.Recommend(machine, request);
        RecommendRequest unmeasured = request with { Measurements = [] };
        // what was measured here says nothing of another card: before and after must stand on the same rung
        Configuration? compared = request.Measurements.Count == 0 ? before.Pick : Recommender.Recommend(machine, unmeasured).Pick;
        double own = compared is null ? 0 : Value(request, compared);
        var changes = new UpgradeChanges(machine);
        var judged = new List<(UpgradeOption Option, double Class)>();
        int considered = 0;
        foreach (UpgradeChanges.Change change in changes.All())
        {
            considered++;
            Recommendation after = Recommender.Recommend(change.Machine, unmeasured);
            if (after.Pick is not { } pick)
            {
                continue;
            }

            double gain = Value(request, pick) - own;
            if (gain < AdviceAssumptions.Number("least_gain"))
            {
                continue;
            }

            judged.Add((
                new UpgradeOption
                {
                    Kind = change.Kind,
                    Name = change.Name,
                    PriceUsd = change.PriceUsd,
                    PriceSource = change.PriceSource,
                    Machine = change.Machine,
                    After = pick,
                    MovesUp = compared is null || Parameters(pick) > Parameters(compared),
                    Gain = gain,
                    Reason = UpgradeWords.Reason(compared, pick),
                },
                change.Class));
        }

        UpgradeOption[] kept = Keep(judged);
        return new UpgradeAdvice
        {
            Machine = machine,
            Before = before,
            Changes = kept,
            Notes = UpgradeWords.Notes(machine, changes, before.Pick, kept),
            Explanation = UpgradeWords.Best(machine, compared, kept),
            Considered = considered,
        };
    }

    private static UpgradeOption[] Keep(List<(UpgradeOption Option, double Class)> judged)
    {
        IEnumerable<(UpgradeOption Option, double Class)> least = judged
            .GroupBy(j => (j.Option.Kind, j.Option.After.Variant))
            .Select(g => g.OrderBy(j => j.Option.PriceUsd is null).ThenBy(j => j.Option.PriceUsd ?? j.Class).ThenBy(j => j.Class).First());
        (UpgradeOption Option, double Class)[] all = [.. least];
        double dearest = all.Max(j => j.Option.PriceUsd) ?? AdviceAssumptions.Number("price_unit");
        double smallest = all.Where(j => Unpriced(j.Option)).Select(j => j.Class).DefaultIfEmpty(1).Min();
        return
        [
            .. all.OrderByDescending(j => j.Option.Gain - Penalty(j.Option.PriceUsd ?? (Unpriced(j.Option) ? dearest * j.Class / smallest : 0)))
                .ThenBy(j => j.Option.PriceUsd ?? double.MaxValue).ThenBy(j => j.Option.Name.En, StringComparer.Ordinal)
                .Take((int)AdviceAssumptions.Number("upgrade_rows")).Select(j => j.Option),
        ];
    }

    // memory has no launch price and costs little beside a card; the least of what else has none is taken for as dear as the dearest that has one
    private static bool Unpriced(UpgradeOption option) => option.PriceUsd is null && option.Kind != "ram";

    private static double Penalty(double price)
    {
        double unit = AdviceAssumptions.Number("price_unit");
        return price <= unit ? 0 : AdviceAssumptions.Number("points_per_price_doubling") * Math.Log2(price / unit);
    }

    private static double Value(RecommendRequest request, Configuration c)
    {
        int needed = request.Context ?? request.Use.ContextNeeded;
        double context = Math.Max(1, (double)needed / (c.Options.Context / c.Options.Parallel));
        return Recommender.Utility(request.Use, c.Quality.Score ?? 0, c.Speed!.SecondsToAnswer, 1, context, false);
    }

    private static long Parameters(Configuration c) => ModelCatalog.Default.TryFind(c.Variant, out ModelVariant? variant) ? variant.ParameterCount : 0;
}
