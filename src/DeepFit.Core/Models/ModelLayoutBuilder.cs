using System.Text;
using DeepFit.Core.Gguf;

namespace DeepFit.Core.Models;

/// <summary>Lays tensors out as a GGUF file does, each at a multiple of 32 bytes, and adds up the file's size.</summary>
internal static class ModelLayoutBuilder
{
    private const long Alignment = 32; // GGUF_DEFAULT_ALIGNMENT, gguf.h:45
    private const long FixedHeaderBytes = 4 + 4 + 8 + 8; // magic, version, tensor count, key/value count

    /// <summary>Builds a layout.</summary>
    /// <param name="architecture">The hyperparameters.</param>
    /// <param name="tensors">Names and shapes, in file order.</param>
    /// <param name="types">One type per tensor.</param>
    /// <param name="quantization">The quantization's name.</param>
    /// <param name="metadataBytes">Bytes of the key/value section.</param>
    public static ModelLayout Build(
        ModelArchitecture architecture, IReadOnlyList<GgufTensorInfo> tensors, GgmlType[] types, string quantization, long metadataBytes)
    {
        var placed = new GgufTensorInfo[tensors.Count];
        long header = FixedHeaderBytes + metadataBytes;
        long offset = 0;
        for (int i = 0; i < placed.Length; i++)
        {
            GgufTensorInfo tensor = tensors[i];
            placed[i] = new GgufTensorInfo(tensor.Name, types[i], tensor.Shape, offset);
            header += 8 + Encoding.UTF8.GetByteCount(tensor.Name) + 4 + (8L * tensor.Shape.Count) + 4 + 8; // name, rank, extents, type, offset
            offset += Align(placed[i].Bytes);
        }

        return new ModelLayout
        {
            Architecture = architecture,
            Tensors = placed,
            FileBytes = new(Align(header) + offset),
            Quantization = quantization,
        };
    }

    private static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
