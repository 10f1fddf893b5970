using DeepFit.Core.Gguf;

namespace DeepFit.Core.Models;

/// <summary>Lays tensors out as a GGUF file does, each at a multiple of 32 bytes, and adds up the file's size.</summary>
internal static class ModelLayoutBuilder
{
    private const long Alignment = 32; // GGUF_DEFAULT_ALIGNMENT, gguf.h:46

    /// <summary>Builds a layout.</summary>
    /// <param name="plan">The tensors.</param>
    /// <param name="types">One type per tensor.</param>
    /// <param name="quantization">The quantization's name.</param>
    /// <param name="metadataBytes">Bytes of the key/value section.</param>
    public static ModelLayout Build(TensorPlan plan, GgmlType[] types, string quantization, long metadataBytes)
    {
        var placed = new GgufTensorInfo[types.Length];
        long offset = 0;
        for (int i = 0; i < placed.Length; i++)
        {
            GgufTensorInfo tensor = plan.Tensors[i];
            placed[i] = new GgufTensorInfo(tensor.Name, types[i], tensor.Shape, offset);
            offset = checked(offset + Align(types[i].RowSize(plan.Columns[i]) * plan.Rows[i]));
        }

        return new ModelLayout
        {
            Architecture = plan.Architecture,
            Tensors = placed,
            FileBytes = new(Align(plan.HeaderBytes + metadataBytes) + offset),
            Quantization = quantization,
        };
    }

    private static long Align(long bytes) => (bytes + Alignment - 1) & -Alignment;
}
