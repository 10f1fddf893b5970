using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Contract;

/// <summary>From a recommendation to the contract's document.</summary>
public static class RecommendationMap
{
    /// <summary>A recommendation, its words in one language.</summary>
    /// <param name="recommendation">What the recommender found.</param>
    /// <param name="machine">The machine that it was asked about.</param>
    /// <param name="language">The language.</param>
    public static RecommendationDocument ToDocument(this Recommendation recommendation, MachineProfile machine, Language language) => new()
    {
        Machine = machine.ToDocument(language),
        Use = recommendation.Use.Id,
        Pick = recommendation.Pick?.ToDocument(language),
        Reason = recommendation.Explanation.In(language),
        Alternatives = [.. recommendation.Alternatives.Select(a => new AlternativeDocument(a.Label, a.Configuration.ToDocument(language)))],
        Considered = recommendation.Considered,
        Configurations = [.. recommendation.Configurations.Select(c => c.ToDocument(language))],
    };
}
