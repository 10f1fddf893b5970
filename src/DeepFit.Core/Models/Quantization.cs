using DeepFit.Core.Gguf;

namespace DeepFit.Core.Models;

/// <summary>
/// A way to quantize a whole model, by llama.cpp's name for it. The members describe the recipe; <see cref="QuantizationMix"/> applies it.
/// Instances come from <see cref="Quantizations"/> and are compared by reference.
/// </summary>
public sealed class Quantization
{
    internal Quantization(string name, int ftype, GgmlType baseType, MixRule[] rules)
    {
        Name = name;
        Ftype = ftype;
        BaseType = baseType;
        Rules = rules;
    }

    /// <summary>The name, such as <c>Q4_K_M</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The number of llama.cpp's <c>llama_ftype</c> (<c>llama.h:117-158</c>, v0.4.0), written to <c>general.file_type</c>. The <c>_L</c> and
    /// <c>_XL</c> mixes have no number of their own and carry that of the quantization that they are built on.
    /// </summary>
    public int Ftype { get; }

    /// <summary>The type of every matrix that no rule singles out (<c>llama-quant.cpp:847-893</c>, llama.cpp v0.4.0).</summary>
    public GgmlType BaseType { get; }

    /// <summary>
    /// Whether the files that people ship are made with an importance matrix. It changes the types of some tensors in IQ3_XXS, IQ4_NL, IQ4_XS,
    /// Q4_0 and Q5_0; IQ1, IQ2, IQ3_XXS and Q2_K_S cannot be made without.
    /// </summary>
    public bool ImportanceMatrix { get; init; }

    /// <summary>
    /// The type of the embedding table and of the output matrix where the recipe fixes both, as the <c>_L</c> and <c>_XL</c> mixes do; otherwise null.
    /// </summary>
    public GgmlType? EmbeddingAndOutputType { get; init; }

    /// <summary>Whether llama.cpp's own <c>llama-quantize</c> knows the name; false for the <c>_L</c> and <c>_XL</c> mixes.</summary>
    public bool IsStandard => EmbeddingAndOutputType is null;

    /// <summary>Other names that are understood: <c>FP16</c>, <c>Q4_K</c>.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Position in <see cref="Quantizations.All"/>.</summary>
    public int Index { get; internal set; }

    internal MixRule[] Rules { get; }

    /// <summary>Average bits per parameter over all tensors of a variant: 4.91 for Q4_K_M of 7b.</summary>
    /// <param name="variant">The variant whose tensors are counted.</param>
    public double BitsPerWeight(ModelVariant variant)
    {
        ModelLayout layout = variant.Layout(this);
        return 8.0 * layout.TensorBytes.Bytes / layout.ParameterCount;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
