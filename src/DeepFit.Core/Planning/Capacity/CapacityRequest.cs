using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>A team, and what it wants of which model on which nodes.</summary>
public sealed record CapacityRequest
{
    /// <summary>Most people that are planned for.</summary>
    public const int MostUsers = 100_000;

    /// <summary>Most nodes that are planned with.</summary>
    public const int MostNodes = 64;

    /// <summary>Most requests a minute.</summary>
    public const double MostRequestsPerMinute = 100_000;

    /// <summary>The model.</summary>
    public required ModelVariant Variant { get; init; }

    /// <summary>One node; several are taken to be equal to it.</summary>
    public required MachineProfile Machine { get; init; }

    /// <summary>What it is used for.</summary>
    public UseProfile Use { get; init; } = UseProfile.Chat;

    /// <summary>People who use it at a time, or null where only <see cref="RequestsPerMinute"/> is known.</summary>
    public int? Users { get; init; }

    /// <summary>Requests a minute over all people, or null.</summary>
    public double? RequestsPerMinute { get; init; }

    /// <summary>Seconds to the whole answer, reasoning counted, that 19 of 20 answers keep to; null for the use's comfortable wait, kept by half of them.</summary>
    public double? AnswerGoal { get; init; }

    /// <summary>Seconds to the first token that 19 of 20 answers keep to; null for none.</summary>
    public double? FirstTokenGoal { get; init; }

    /// <summary>Context of one sequence in tokens; null for what the use needs.</summary>
    public int? Context { get; init; }

    /// <summary>A weight format (<c>fp8</c>), a GGUF quantization (<c>Q4_K_M</c>), or null for what suits each engine.</summary>
    public string? Weights { get; init; }

    /// <summary>The engine, or null for the one that does best.</summary>
    public ServingEngine? Engine { get; init; }

    /// <summary>The number of nodes, or null for as few as do.</summary>
    public int? Nodes { get; init; }

    /// <summary>What was measured on this very machine, for llama-server.</summary>
    public IReadOnlyList<SpeedMeasurement> Measurements { get; init; } = [];

    /// <summary>The context that is planned with.</summary>
    public int ContextTokens => Math.Min(Context ?? Use.ContextNeeded, Variant.ContextLength);

    /// <summary>Checks what was asked.</summary>
    /// <exception cref="UserErrorException">Something makes no sense.</exception>
    public void Check()
    {
        if (Users is null && RequestsPerMinute is null)
        {
            throw new UserErrorException(new(
                "How much is asked of it? Give --users N, --arrival-rate R (requests a minute), or both.",
                "未指定负载。请给出 --users N、--arrival-rate R（每分钟请求数），或两者都给。"));
        }

        if (Users is < 1 or > MostUsers)
        {
            throw new UserErrorException(new(
                $"--users takes 1 to {MostUsers} people, not {Users}.", $"--users 的值应为 1 到 {MostUsers}，而不是 {Users}。"));
        }

        Positive("--arrival-rate", RequestsPerMinute, MostRequestsPerMinute);
        Positive("--latency-goal", AnswerGoal, 86_400);
        Positive("--first-token-goal", FirstTokenGoal, 86_400);
        if (Nodes is < 1 or > MostNodes)
        {
            throw new UserErrorException(new(
                $"--nodes takes 1 to {MostNodes}, or auto, not {Nodes}.", $"--nodes 的值应为 1 到 {MostNodes} 或 auto，而不是 {Nodes}。"));
        }

        if (Context > Variant.ContextLength)
        {
            throw new UserErrorException(new(
                $"{Variant.DisplayName} was made for at most {Variant.ContextLength} tokens of context, not {Context}.",
                $"{Variant.DisplayName} 的上下文最多 {Variant.ContextLength} 个 token，而不是 {Context}。"));
        }
    }

    private static void Positive(string option, double? value, double most)
    {
        if (value is { } number && !(number > 0 && number <= most))
        {
            string limit = FormattableString.Invariant($"{most}");
            string given = FormattableString.Invariant($"{number}");
            throw new UserErrorException(new(
                $"{option} takes a number above 0 and up to {limit}, not {given}.", $"{option} 的值应大于 0 且不超过 {limit}，而不是 {given}。"));
        }
    }
}
