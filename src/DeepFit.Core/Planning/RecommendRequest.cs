using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning;

/// <summary>What a recommendation is asked for.</summary>
public sealed record RecommendRequest
{
    /// <summary>The use. Default <see cref="UseProfile.Chat"/>: questions and answers, R1's short thoughts counted; it is what plain <c>deepfit</c> means.</summary>
    public UseProfile Use { get; init; } = UseProfile.Chat;

    /// <summary>Context in tokens per user; null for what the use needs so that long thoughts are not cut off.</summary>
    public int? Context { get; init; }

    /// <summary>
    /// Generation speed below which nothing is recommended, in tokens per second; null for the use's own limit, which gives way (and says so) when nothing
    /// reaches it.
    /// </summary>
    public double? MinTps { get; init; }

    /// <summary>People who use it at the same time: parallel sequences, each with the whole context. Default 1.</summary>
    public int Users { get; init; } = 1;

    /// <summary>Variants to consider, in the order of the rows; null for the whole catalogue.</summary>
    public IReadOnlyList<ModelVariant>? Variants { get; init; }

    /// <summary>Quantizations to consider; null for all but F32.</summary>
    public IReadOnlyList<Quantization>? Quantizations { get; init; }

    /// <summary>Cache types to consider, K and V alike. Default F16 and Q8_0; a 4-bit cache only where it is asked for.</summary>
    public IReadOnlyList<GgmlType> KvTypes { get; init; } = [GgmlType.F16, GgmlType.Q8_0];

    /// <summary>What was measured on this very machine.</summary>
    public IReadOnlyList<SpeedMeasurement> Measurements { get; init; } = [];

    /// <summary>What real runs took of memory on this very machine.</summary>
    public IReadOnlyList<MemoryMeasurement> Memories { get; init; } = [];

    /// <summary>Throws where a figure makes no sense.</summary>
    /// <exception cref="UserErrorException">A count is not positive.</exception>
    internal void Check()
    {
        if (Context is < 256)
        {
            throw new UserErrorException(new(
                $"A context of {Context} tokens is too small to be of use; give at least 256.", $"{Context} 个 token 的上下文太小，请至少给 256。"));
        }

        if (Users is < 1 or > EngineLimits.MaxSequences)
        {
            throw new UserErrorException(new(
                $"The number of users must be between 1 and {EngineLimits.MaxSequences}; got {Users}.", $"用户数必须在 1 到 {EngineLimits.MaxSequences} 之间；现在是 {Users}。"));
        }

        if (MinTps is { } min && !(min >= 0 && double.IsFinite(min)))
        {
            throw new UserErrorException(new("The least speed must be a number of tokens per second, 0 or more.", "最低速度必须是不小于 0 的 token/秒数值。"));
        }
    }
}

/// <summary>What is recommended, and everything that was weighed.</summary>
public sealed record Recommendation
{
    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>The use.</summary>
    public required UseProfile Use { get; init; }

    /// <summary>The recommended configuration, or null when nothing can be recommended.</summary>
    public Configuration? Pick { get; init; }

    /// <summary>Alternatives, each only if it is truly so: <c>faster</c>, <c>smarter</c>.</summary>
    public IReadOnlyList<Alternative> Alternatives { get; init; } = [];

    /// <summary>The best configuration of every variant, in catalogue order, also of those that do not fit.</summary>
    public required IReadOnlyList<Configuration> Configurations { get; init; }

    /// <summary>The recommendation in a sentence or two; where nothing fits, what would be needed.</summary>
    public required BilingualText Explanation { get; init; }

    /// <summary>How many configurations were weighed.</summary>
    public required int Considered { get; init; }
}
