using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning;

/// <summary>
/// What a model is wanted for: how long prompts, reasoning and answers are, how slow is too slow, and which benchmarks speak for it. Every figure comes
/// from <c>Data/uses.csv</c>, where it is marked as a fact with its source or as this project's assumption.
/// </summary>
public sealed record UseProfile
{
    private static readonly Lazy<UseProfile[]> Data = new(Load);

    /// <summary><c>chat reasoning coding long-context batch</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Tokens of a typical prompt, history included.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Tokens of a long prompt: what the context must hold.</summary>
    public required int PromptTokensHigh { get; init; }

    /// <summary>Tokens that R1 typically thinks before it answers.</summary>
    public required int ReasoningTokens { get; init; }

    /// <summary>Tokens of a long thought: what the context must hold so that it is not cut off.</summary>
    public required int ReasoningTokensHigh { get; init; }

    /// <summary>Tokens of a typical answer, without the reasoning.</summary>
    public required int AnswerTokens { get; init; }

    /// <summary>Tokens of a long answer.</summary>
    public required int AnswerTokensHigh { get; init; }

    /// <summary>Generation speed below which the use makes no sense, in tokens per second.</summary>
    public required double MinTokensPerSecond { get; init; }

    /// <summary>Seconds to the end of an answer that people wait without complaint.</summary>
    public required double ComfortableSeconds { get; init; }

    /// <summary>Points of quality taken off for every doubling of the wait beyond <see cref="ComfortableSeconds"/>.</summary>
    public required double PointsPerDoubling { get; init; }

    /// <summary>Benchmarks that speak for this use, with their weights (sum 1).</summary>
    public required IReadOnlyDictionary<string, double> BenchmarkWeights { get; init; }

    /// <summary>What the use is called.</summary>
    public required BilingualText Name { get; init; }

    /// <summary>Question and answer, with a short thought. <c>deepfit</c> without <c>--use</c> means this.</summary>
    public static UseProfile Chat => Find("chat");

    /// <summary>Mathematics, science, puzzles: long thoughts.</summary>
    public static UseProfile Reasoning => Find("reasoning");

    /// <summary>Programming.</summary>
    public static UseProfile Coding => Find("coding");

    /// <summary>Long documents.</summary>
    public static UseProfile LongContext => Find("long-context");

    /// <summary>Many items, nobody waiting.</summary>
    public static UseProfile Batch => Find("batch");

    /// <summary>All uses.</summary>
    public static IReadOnlyList<UseProfile> All => Data.Value;

    /// <summary>Context in tokens that one sequence of a model of unknown habits needs so that neither a long thought nor a long answer is cut off.</summary>
    public int ContextNeeded => ContextFor(string.Empty).Comfortable;

    /// <summary>The least context that still holds a typical exchange.</summary>
    public int ContextLeast => ContextFor(string.Empty).Least;

    /// <summary>Finds a use by its id, in any case.</summary>
    /// <exception cref="UserErrorException">There is no such use; the message offers the nearest names.</exception>
    public static UseProfile Find(string id)
    {
        UseProfile? found = Array.Find(Data.Value, u => string.Equals(u.Id, id.Trim(), StringComparison.OrdinalIgnoreCase));
        if (found is not null)
        {
            return found;
        }

        string all = string.Join(", ", All.Select(u => u.Id));
        string allZh = string.Join("、", All.Select(u => u.Id));
        IReadOnlyList<string> near = NearestNames.Suggest(id, All.Select(u => u.Id));
        throw new UserErrorException(near.Count > 0
            ? new($"There is no use '{id}'. Did you mean {string.Join(", ", near)}? All uses: {all}.", $"没有名为“{id}”的用途。您要找的是 {string.Join("、", near)} 吗？全部用途：{allZh}。")
            : new($"There is no use '{id}'. Choose one of {all}.", $"没有名为“{id}”的用途，请从以下用途中选择：{allZh}。"));
    }

    /// <summary>The same use at its long end: long prompt, long thought, long answer.</summary>
    public UseProfile LongEnd => this with { PromptTokens = PromptTokensHigh, ReasoningTokens = ReasoningTokensHigh, AnswerTokens = AnswerTokensHigh };

    /// <summary>Typical reasoning length of a variant for this use, in tokens: small models think longer, and the 0528 refresh longer still (<see cref="ReasoningLengths"/>).</summary>
    /// <param name="variant">Catalogue id, or any other name (no correction then).</param>
    public int ReasoningTokensOf(string variant) => (int)Math.Round(ReasoningTokens * ReasoningLengths.Default.Factor(variant));

    /// <summary>What one sequence of a variant needs of the context for this use.</summary>
    /// <param name="variant">Catalogue id, or any other name (lengths of the 32B then).</param>
    public ContextNeed ContextFor(string variant) => new(
        PromptTokens + ReasoningTokensOf(variant) + AnswerTokens, PromptTokensHigh + LongEnd.ReasoningTokensOf(variant) + AnswerTokensHigh);

    /// <summary>Rounds a token count up to a context size that people set.</summary>
    internal static int RoundContext(int tokens)
    {
        int size = 2048;
        while (size < tokens && size < 32768)
        {
            size *= 2;
        }

        return tokens <= size ? size : checked((tokens + 16383) / 16384 * 16384);
    }

    private static UseProfile[] Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("uses.csv");
        var values = new Dictionary<string, Dictionary<string, double>>(StringComparer.Ordinal);
        for (int i = 0; i < table.Count; i++)
        {
            string use = table.Text(i, "use");
            if (!values.TryGetValue(use, out Dictionary<string, double>? of))
            {
                values.Add(use, of = new(StringComparer.Ordinal));
            }

            of.Add(table.Text(i, "key"), table.Number(i, "value"));
        }

        return [.. values.Select(v => Create(v.Key, v.Value))];
    }

    private static UseProfile Create(string id, Dictionary<string, double> v) => new()
    {
        Id = id,
        PromptTokens = (int)v["prompt_tokens"],
        PromptTokensHigh = (int)v["prompt_tokens_high"],
        ReasoningTokens = (int)v["reasoning_tokens"],
        ReasoningTokensHigh = (int)v["reasoning_tokens_high"],
        AnswerTokens = (int)v["answer_tokens"],
        AnswerTokensHigh = (int)v["answer_tokens_high"],
        MinTokensPerSecond = v["min_tokens_per_second"],
        ComfortableSeconds = v["comfortable_seconds"],
        PointsPerDoubling = v["points_per_doubling"],
        BenchmarkWeights = v.Where(p => p.Key.StartsWith("weight:", StringComparison.Ordinal))
            .ToDictionary(p => p.Key["weight:".Length..], p => p.Value, StringComparer.Ordinal),
        Name = id switch
        {
            "chat" => new("chat", "日常对话"),
            "reasoning" => new("reasoning", "复杂推理"),
            "coding" => new("coding", "编程"),
            "long-context" => new("long documents", "长文档"),
            "batch" => new("batch work", "批量处理"),
            _ => new(id, id),
        },
    };
}
