using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Advice;

/// <summary>What hardware is to reach.</summary>
public sealed record HardwareGoal
{
    /// <summary>The forms of computers that may be asked for.</summary>
    public static IReadOnlyList<string> Forms { get; } = ["desktop", "mac", "server", "laptop"];

    /// <summary>The versions that it must run, one at a time.</summary>
    public required IReadOnlyList<ModelVariant> Variants { get; init; }

    /// <summary>The quantization; null for the best that is worth running.</summary>
    public Quantization? Quantization { get; init; }

    /// <summary>Least generation speed for each user, in tokens per second; null for what the use needs.</summary>
    public double? MinTps { get; init; }

    /// <summary>Context for each user, in tokens; null for what the use needs.</summary>
    public int? Context { get; init; }

    /// <summary>The use. Default chat.</summary>
    public UseProfile Use { get; init; } = UseProfile.Chat;

    /// <summary>People at a time. Default 1.</summary>
    public int Users { get; init; } = 1;

    /// <summary>Highest launch price in US dollars; hardware without a known price is then left out. Null for any.</summary>
    public double? MaxPriceUsd { get; init; }

    /// <summary>The maker, one lower-case word; null for any.</summary>
    public string? Vendor { get; init; }

    /// <summary>One of <see cref="Forms"/>; null for any.</summary>
    public string? Form { get; init; }

    /// <summary>The least speed that counts, in tokens per second.</summary>
    public double LeastTps => MinTps ?? Use.MinTokensPerSecond;

    /// <summary>The context of a version for each user, in tokens.</summary>
    public int ContextOf(ModelVariant variant) => Context ?? Math.Min(Use.ContextNeeded, variant.ContextLength);

    /// <summary>Throws where the goal makes no sense.</summary>
    /// <exception cref="UserErrorException">Nothing is wanted, or a version cannot have the context.</exception>
    internal void Check()
    {
        if (Variants.Count == 0)
        {
            throw new UserErrorException(new("Say what is wanted, such as --want 32b.", "请指定想要运行的版本，例如 --want 32b。"));
        }

        foreach (ModelVariant variant in Variants)
        {
            if (ContextOf(variant) > variant.ContextLength)
            {
                throw new UserErrorException(new(
                    $"A context of {Context} tokens is longer than {variant.Id} was made for. Ask for at most {variant.ContextLength}.",
                    $"{variant.Id} 的上下文最长 {variant.ContextLength}，不能要求 {Context}。"));
            }
        }

        Request(Variants[0]).Check();
    }

    /// <summary>The goal for one version, as the recommender takes it.</summary>
    internal RecommendRequest Request(ModelVariant variant) => new()
    {
        Use = Use,
        Context = ContextOf(variant),
        MinTps = LeastTps,
        Users = Users,
        Variants = [variant],
        Quantizations = Quantizations(variant),
    };

    /// <summary>The quantizations that count for a version.</summary>
    internal IReadOnlyList<Quantization> Quantizations(ModelVariant variant)
    {
        if (Quantization is { } one)
        {
            return [one];
        }

        double limit = AdviceAssumptions.Number("loss_limit"), bits = AdviceAssumptions.Number("least_bits");
        return
        [
            .. Models.Quantizations.All.Where(q =>
                q.BaseType != Gguf.GgmlType.F32 && q.BitsPerWeight(variant) >= bits && QualityEstimator.WeightLossShare(variant.Layout(q)).Share <= limit),
        ];
    }
}
