using DeepFit.Core.Gguf;
using DeepFit.Core.Text;
using static DeepFit.Core.Gguf.GgmlType;
using static DeepFit.Core.Models.TensorRole;
using static DeepFit.Core.Models.When;
using static DeepFit.Core.Models.Where;

namespace DeepFit.Core.Models;

/// <summary>
/// Every quantization that people ship: llama.cpp's own, and the <c>_L</c> and <c>_XL</c> mixes that keep the embedding table and the output
/// matrix at Q8_0. The rules restate <c>llama-quant.cpp:428-680</c> (llama.cpp v0.4.0) as a table; what depends on the model alone is in
/// <see cref="QuantizationMix"/>.
/// </summary>
public static class Quantizations
{
    /// <summary>How the formats of other engines are named, and who can say more of them.</summary>
    private static readonly (string Part, string En, string Zh, string WayEn, string WayZh)[] OtherEngines =
    [
        .. new[] { "FP8", "AWQ", "GPTQ", "W4A16", "W8A8", "INT8", "INT4" }.Select(part => (
            part, "a format of vLLM and SGLang", " vLLM 和 SGLang 的格式",
            "; `deepfit capacity VARIANT --weights fp8|int8|awq|w4a16` plans with those", "；vLLM 和 SGLang 的格式用 `deepfit capacity VARIANT --weights fp8|int8|awq|w4a16` 规划")),
        ("MLX", "a format of Apple's MLX", " Apple MLX 的格式", ", which the same Mac runs through Metal", "，同一台 Mac 可经 Metal 运行"),
        ("UD-", "a publisher's own mix, different in every file", "发布者自己的混合方案，每个文件都不同",
            ", or give the file's address: its header says which tensor has which type", "，或直接给出文件地址：其文件头写明了每个张量的类型"),
    ];

    private static readonly Quantization[] Ordered = Build();
    private static readonly Dictionary<string, Quantization> ByName = IndexNames();

    /// <summary>All quantizations, from small to large (by the size of 7b).</summary>
    public static IReadOnlyList<Quantization> All => Ordered;

    /// <summary>Finds a quantization by name or alias, in any case, with <c>-</c> for <c>_</c> if need be.</summary>
    /// <param name="name">The name, such as <c>q4_k_m</c>.</param>
    /// <exception cref="UserErrorException">There is no such quantization; the message offers the nearest names.</exception>
    public static Quantization Find(string name) => TryFind(name, out Quantization? found) ? found : throw Unknown(name);

    /// <summary>Finds a quantization by name or alias without an error.</summary>
    /// <param name="name">The name, such as <c>q4_k_m</c>.</param>
    /// <param name="quantization">The quantization, or null.</param>
    public static bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Quantization? quantization) =>
        ByName.TryGetValue(name.Trim().Replace('-', '_'), out quantization);

    private static UserErrorException Unknown(string name)
    {
        if (OtherEngines.FirstOrDefault(o => name.Contains(o.Part, StringComparison.OrdinalIgnoreCase)) is { Part: not null } other)
        {
            return new UserErrorException(new(
                $"'{name}' is not a quantization of GGUF files: it is {other.En}. Choose a GGUF quantization such as Q4_K_M or Q8_0{other.WayEn}.",
                $"“{name}”不是 GGUF 文件的量化格式，而是{other.Zh}。请选择 Q4_K_M、Q8_0 等 GGUF 量化{other.WayZh}。"));
        }

        IReadOnlyList<string> near = NearestNames.Suggest(name.Trim().Replace('-', '_'), Array.ConvertAll(Ordered, q => q.Name));
        return near.Count > 0
            ? new UserErrorException(new(
                $"There is no quantization '{name}'. Did you mean {string.Join(", ", near)}?",
                $"没有名为“{name}”的量化格式。您要找的是 {string.Join("、", near)} 吗？"))
            { Suggestions = near }
            : new UserErrorException(new(
                $"There is no quantization '{name}'. Common ones are Q4_K_M, Q5_K_M, Q8_0 and F16.",
                $"没有名为“{name}”的量化格式。常用的有 Q4_K_M、Q5_K_M、Q8_0 和 F16。"));
    }

    private static Dictionary<string, Quantization> IndexNames()
    {
        var names = new Dictionary<string, Quantization>(64, StringComparer.OrdinalIgnoreCase);
        foreach (Quantization quantization in Ordered)
        {
            names.Add(quantization.Name, quantization);
            foreach (string alias in quantization.Aliases)
            {
                names.Add(alias, quantization);
            }
        }

        return names;
    }

    private static Quantization[] Build()
    {
        Quantization q2K = Plain("Q2_K", 10, Q2_K,
            [new(AttentionV, Q4_K, When: GroupsOfFour), new(AttentionV, Q3_K), new(FfnDown, Q3_K), MixtralOutput, new(AttentionOutput, Q3_K)]);
        Quantization q3KL = Plain("Q3_K_L", 13, Q3_K, [new(AttentionV, Q5_K), new(FfnDown, Q5_K), MixtralPlainOutput(Q3_K), new(AttentionOutput, Q5_K)]);
        Quantization q4KM = Plain("Q4_K_M", 15, Q4_K, [new(AttentionV, Q6_K, MoreBits), new(FfnDown, Q6_K, MoreBits), MixtralOutput], "Q4_K");
        Quantization q5KM = Plain("Q5_K_M", 17, Q5_K, [new(AttentionV, Q6_K, MoreBits), new(FfnDown, Q6_K, MoreBits)], "Q5_K");
        Quantization q6K = Plain("Q6_K", 18, Q6_K, []);
        Quantization[] all =
        [
            WithImatrix("IQ1_S", 24, IQ1_S, LowBits(embedding: Q2_K, sensitive: Q2_K, attentionOutput: IQ2_XXS)),
            WithImatrix("IQ1_M", 31, IQ1_M, LowBits(embedding: Q2_K, sensitive: Q2_K, attentionOutput: IQ2_XXS)),
            WithImatrix("IQ2_XXS", 19, IQ2_XXS, LowBits(embedding: Q2_K, sensitive: Q2_K, attentionOutput: IQ2_XXS)),
            WithImatrix("IQ2_XS", 20, IQ2_XS, LowBits(embedding: Q2_K, sensitive: Q2_K, attentionOutput: IQ2_XS)),
            WithImatrix("IQ2_S", 28, IQ2_XS, LowBits(embedding: IQ3_S, sensitive: IQ3_S, attentionOutput: IQ3_S)),
            WithImatrix("IQ2_M", 29, IQ2_S, LowBits(embedding: IQ3_S, sensitive: IQ3_S, attentionOutput: IQ3_S)),
            WithImatrix("Q2_K_S", 21, Q2_K, [new(AttentionV, Q4_K, When: GroupsOfFour), new(FfnDown, Q4_K, FirstEighth)]),
            q2K,
            WithImatrix("IQ3_XXS", 23, IQ3_XXS,
            [
                new(Output, Q5_K), new(TokenEmbedding, IQ3_S),
                new(AttentionV, Q4_K, When: GroupsOfFour), new(AttentionV, IQ3_S, When: WithoutImportance),
                new(AttentionK, IQ2_S), new(AttentionQ, IQ2_S),
                new(FfnDown, Q4_K, FirstEighth, WithoutImportance), new(FfnDown, Q3_K, When: WithoutImportance),
                MixtralOutput, new(AttentionOutput, IQ3_S),
            ]),
            WithImatrix("IQ3_XS", 22, IQ3_S,
            [
                new(AttentionV, Q4_K, When: GroupsOfFour), new(AttentionK, IQ3_XXS), new(AttentionQ, IQ3_XXS),
                new(FfnGate, IQ3_XXS, Middle), new(FfnUp, IQ3_XXS, Middle), MixtralOutput,
            ]),
            Plain("Q3_K_S", 11, Q3_K, [MixtralOutput]),
            WithImatrix("IQ3_S", 26, IQ3_S, [new(AttentionV, Q4_K, When: GroupsOfFour), MixtralOutput]),
            Large("Q2_K_L", q2K),
            WithImatrix("IQ3_M", 27, IQ3_S,
            [
                new(AttentionV, Q4_K), new(FfnDown, Q4_K, FirstEighth), new(FfnDown, Q4_K, MoreBits, EightExperts),
                MixtralOutput, new(AttentionOutput, Q4_K),
            ]),
            Plain("Q3_K_M", 12, Q3_K,
            [
                new(AttentionV, Q5_K, FirstTwo), new(AttentionV, Q4_K), new(FfnDown, Q5_K, FirstSixteenth), new(FfnDown, Q4_K),
                MixtralOutput, new(AttentionOutput, Q4_K),
            ], "Q3_K"),
            q3KL,
            WithImatrix("IQ4_XS", 30, IQ4_XS,
                [new(AttentionV, Q5_K, When: GroupsOfFour), new(FfnDown, Q5_K, FirstEighth, WithoutImportance), MixtralOutput]),
            WithImatrix("IQ4_NL", 25, IQ4_NL,
                [new(AttentionV, Q5_K, When: GroupsOfFour), new(FfnDown, Q5_K, FirstEighth, WithoutImportance), MixtralOutput]),
            WithImatrix("Q4_0", 2, Q4_0, [new(FfnDown, Q4_1, FirstEighth, WithImportance)]),
            Plain("Q4_K_S", 14, Q4_K, [new(AttentionV, Q5_K, FirstFour), new(FfnDown, Q5_K, FirstEighth), MixtralOutput]),
            Large("Q3_K_XL", q3KL),
            q4KM,
            Plain("Q4_1", 3, Q4_1, []),
            Large("Q4_K_L", q4KM),
            Plain("Q5_K_S", 16, Q5_K, []),
            WithImatrix("Q5_0", 8, Q5_0, [new(FfnDown, Q5_1, FirstEighth, WithImportance)]),
            q5KM,
            Plain("Q5_1", 9, Q5_1, []),
            Large("Q5_K_L", q5KM),
            q6K,
            Large("Q6_K_L", q6K),
            Plain("Q8_0", 7, Q8_0, [], "Q8"),
            Plain("F16", 1, F16, [], "FP16"),
            Plain("BF16", 32, BF16, []),
            Plain("F32", 0, F32, [], "FP32"),
        ];
        for (int i = 0; i < all.Length; i++)
        {
            all[i].Index = i;
        }

        return all;
    }

    /// <summary>With eight experts the attention's output matrix is cheap beside them and gets Q5_K (<c>llama-quant.cpp:637-643</c>).</summary>
    private static MixRule MixtralOutput => new(AttentionOutput, Q5_K, When: EightExperts);

    /// <summary>With eight experts Q3_K_L leaves the attention's output matrix at the base type (same lines: it is not in their list).</summary>
    private static MixRule MixtralPlainOutput(GgmlType baseType) => new(AttentionOutput, baseType, When: EightExperts);

    /// <summary>
    /// The mixes below three bits share their rules (<c>llama-quant.cpp:469-473, 495-500, 509-535</c>). "Sensitive" is the type of value matrices without
    /// grouped heads and of the first down projections.
    /// </summary>
    private static MixRule[] LowBits(GgmlType embedding, GgmlType sensitive, GgmlType attentionOutput) =>
    [
        new(Output, Q5_K), new(TokenEmbedding, embedding),
        new(AttentionV, Q4_K, When: GroupsOfFourOrExperts), new(AttentionV, sensitive),
        new(AttentionK, Q4_K, When: EightExperts),
        new(FfnDown, sensitive, FirstEighth),
        MixtralOutput, new(AttentionOutput, attentionOutput),
    ];

    private static Quantization Plain(string name, int ftype, GgmlType baseType, MixRule[] rules, params string[] aliases) =>
        new(name, ftype, baseType, rules) { Aliases = aliases };

    private static Quantization WithImatrix(string name, int ftype, GgmlType baseType, MixRule[] rules) =>
        new(name, ftype, baseType, rules) { ImportanceMatrix = true };

    /// <summary>The mixes with embedding and output at Q8_0, as the model cards of bartowski's repositories describe them.</summary>
    private static Quantization Large(string name, Quantization from) =>
        new(name, from.Ftype, from.BaseType, from.Rules) { EmbeddingAndOutputType = Q8_0, ImportanceMatrix = from.ImportanceMatrix };
}
