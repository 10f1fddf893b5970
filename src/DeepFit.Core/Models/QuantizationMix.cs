using DeepFit.Core.Gguf;

namespace DeepFit.Core.Models;

/// <summary>
/// Chooses the type of each tensor when a model is quantized, as <c>llama-quantize</c> does (<c>llama-quant.cpp:372-739</c>, llama.cpp v0.4.0):
/// the quantization's rules, what depends on the model alone, and the fallback for rows that are no whole number of blocks.
/// </summary>
public static class QuantizationMix
{
    /// <summary>The types of a model's tensors in one quantization.</summary>
    /// <param name="architecture">The model's hyperparameters.</param>
    /// <param name="tensors">
    /// The tensors in <c>llama-quantize</c>'s order (<see cref="ModelTensors.ListF16"/> gives it): some rules count the tensors of a role as they come.
    /// </param>
    /// <param name="quantization">The quantization.</param>
    /// <param name="importanceMatrix">Whether it is made with an importance matrix; null for what is customary.</param>
    /// <returns>One type per tensor, in the same order.</returns>
    public static GgmlType[] Types(
        ModelArchitecture architecture, IReadOnlyList<GgufTensorInfo> tensors, Quantization quantization, bool? importanceMatrix = null) =>
        Types(new TensorPlan(architecture, tensors), quantization, importanceMatrix ?? quantization.ImportanceMatrix);

    internal static GgmlType[] Types(TensorPlan plan, Quantization quantization, bool importanceMatrix)
    {
        var types = new GgmlType[plan.Tensors.Length];
        bool quantized = quantization.BaseType.IsQuantized();
        var context = new Context(plan, quantization, importanceMatrix);
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = plan.Roles[i] == TensorRole.Kept ? plan.Tensors[i].Type
                : quantized ? FitToRows(context.Choose(i), plan.Columns[i])
                : quantization.BaseType;
        }

        return types;
    }

    /// <summary>
    /// A type whose block divides the row: 256-element blocks give way to a 32-element kind of about the same precision, and where that does
    /// not fit either, to F16 (<c>llama-quant.cpp:372-425</c>).
    /// </summary>
    /// <param name="type">The wanted type.</param>
    /// <param name="columns">Elements of one row.</param>
    internal static GgmlType FitToRows(GgmlType type, long columns)
    {
        if (columns % type.BlockSize() == 0)
        {
            return type;
        }

        GgmlType small = type switch
        {
            GgmlType.Q2_K or GgmlType.Q3_K => GgmlType.Q4_0,
            GgmlType.Q4_K => GgmlType.Q5_0,
            GgmlType.Q5_K => GgmlType.Q5_1,
            GgmlType.Q6_K => GgmlType.Q8_0,
            _ when type.BlockSize() > 32 => GgmlType.IQ4_NL,
            _ => type,
        };
        return columns % small.BlockSize() == 0 ? small : GgmlType.F16;
    }

    /// <summary>The state of one pass over the tensors.</summary>
    private sealed class Context
    {
        private readonly TensorPlan plan;
        private readonly Quantization quantization;
        private readonly When holds;
        private readonly int layers;
        private readonly int valueTensors;
        private readonly bool isLlama70B;
        private readonly bool eightExperts;
        private readonly bool layerFromName;
        private readonly bool belowThreeBits;
        private readonly bool tiedEmbeddings = true;
        private readonly int[] seen = new int[(int)TensorRole.Other + 1];

        public Context(TensorPlan plan, Quantization quantization, bool importanceMatrix)
        {
            ModelArchitecture architecture = plan.Architecture;
            this.plan = plan;
            this.quantization = quantization;
            layers = architecture.LayerCount;
            int experts = architecture.Experts?.ExpertCount ?? 0;
            bool groups = architecture.HeadCount / architecture.HeadCountKv >= 4;
            eightExperts = experts == 8;
            holds = (importanceMatrix ? When.WithImportance : When.WithoutImportance)
                | (groups ? When.GroupsOfFour : 0)
                | (groups || experts >= 4 ? When.GroupsOfFourOrExperts : 0)
                | (eightExperts ? When.EightExperts : 0);
            belowThreeBits = quantization.Ftype is 19 or 20 or 24 or 28 or 29 or 31; // IQ2_XXS, IQ2_XS, IQ1_S, IQ2_S, IQ2_M, IQ1_M
            layerFromName = experts > 1 && !belowThreeBits;
            isLlama70B = layers == 80 && architecture.HeadCount != architecture.HeadCountKv
                && architecture.Name is "llama" or "qwen2"; // models/llama.cpp:28 and qwen2.cpp:14 call both LLM_TYPE_70B
            foreach (TensorRole role in plan.Roles)
            {
                valueTensors += role == TensorRole.AttentionV ? 1 : 0;
                tiedEmbeddings &= role != TensorRole.Output;
            }
        }

        public GgmlType Choose(int index)
        {
            TensorRole role = plan.Roles[index];
            if (role is TensorRole.Output or TensorRole.TokenEmbedding)
            {
                return ChooseOutside(role, plan.Columns[index]);
            }

            int count = role == TensorRole.AttentionV ? valueTensors : layers;
            int layer = layerFromName && role is TensorRole.FfnDown or TensorRole.FfnGate or TensorRole.FfnUp
                ? plan.Layers[index]
                : seen[(int)role];
            seen[(int)role]++;
            GgmlType type = Match(role, layer, count) ?? quantization.BaseType;
            return belowThreeBits ? type : Favour(role, type);
        }

        /// <summary>
        /// The output matrix, and the embedding table when it serves as one, get six bits or more (<c>llama-quant.cpp:454-477</c>); a separate
        /// embedding table follows the rules.
        /// </summary>
        private GgmlType ChooseOutside(TensorRole role, long columns)
        {
            if (quantization.EmbeddingAndOutputType is { } both)
            {
                return both;
            }

            if (role == TensorRole.TokenEmbedding && !tiedEmbeddings)
            {
                return Match(role, 0, layers) ?? quantization.BaseType;
            }

            return columns % quantization.BaseType.BlockSize() != 0 || quantization.BaseType == GgmlType.Q8_0
                ? GgmlType.Q8_0
                : Match(TensorRole.Output, 0, layers) ?? GgmlType.Q6_K;
        }

        /// <summary>Small matrices that many others lean on get more bits in some models (<c>llama-quant.cpp:559-577</c>).</summary>
        private GgmlType Favour(TensorRole role, GgmlType type) => role switch
        {
            TensorRole.AttentionV or TensorRole.AttentionK when eightExperts => GgmlType.Q8_0,
            TensorRole.AttentionV when isLlama70B && type is GgmlType.Q3_K or GgmlType.Q4_K => GgmlType.Q5_K,
            _ => type,
        };

        private GgmlType? Match(TensorRole role, int layer, int count)
        {
            foreach (MixRule rule in quantization.Rules)
            {
                if (rule.Role == role && (rule.When & ~holds) == 0 && IsIn(rule.Where, layer, count))
                {
                    return rule.Type;
                }
            }

            return null;
        }

        private static bool IsIn(Where where, int layer, int count) => where switch
        {
            Where.FirstSixteenth => layer < count / 16,
            Where.FirstEighth => layer < count / 8,
            Where.Middle => layer >= count / 8 && layer < 7 * count / 8,
            Where.FirstTwo => layer < 2,
            Where.FirstFour => layer < 4,
            Where.MoreBits => layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2,
            _ => true,
        };
    }
}
