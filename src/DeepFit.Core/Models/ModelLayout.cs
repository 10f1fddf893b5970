using DeepFit.Core.Gguf;
using DeepFit.Core.Units;

namespace DeepFit.Core.Models;

/// <summary>
/// A model as a file holds it: the architecture and every tensor with its type. Comes from the catalogue (variant and quantization) or from
/// the header of a GGUF file; the estimators take nothing else.
/// </summary>
public sealed record ModelLayout
{
    /// <summary>The hyperparameters.</summary>
    public required ModelArchitecture Architecture { get; init; }

    /// <summary>The tensors in file order.</summary>
    public required IReadOnlyList<GgufTensorInfo> Tensors { get; init; }

    /// <summary>Size of the whole file, header and vocabulary included.</summary>
    public required ByteSize FileBytes { get; init; }

    /// <summary>The quantization's name, such as <c>Q4_K_M</c>; for a file what its metadata say.</summary>
    public required string Quantization { get; init; }

    /// <summary>Sum of the tensors' bytes: what the weights take in memory.</summary>
    public ByteSize TensorBytes => new(Tensors.Sum(t => t.Bytes));

    /// <summary>Parameters, all experts counted.</summary>
    public long ParameterCount => Tensors.Sum(t => t.Elements);
}
