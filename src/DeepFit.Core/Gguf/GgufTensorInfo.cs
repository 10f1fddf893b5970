namespace DeepFit.Core.Gguf;

/// <summary>One tensor of a GGUF file: its name, shape, type and place.</summary>
/// <param name="Name">The tensor's name, such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The extents in ggml's order (<c>ne[0]</c>, the contiguous one, first); one to four of them.</param>
/// <param name="Offset">Byte offset from the start of the tensor data section; 0 for a tensor that is not in a file.</param>
public sealed record GgufTensorInfo(string Name, GgmlType Type, IReadOnlyList<long> Shape, long Offset = 0)
{
    /// <summary>Number of elements.</summary>
    public long Elements
    {
        get
        {
            long product = 1;
            for (int i = 0; i < Shape.Count; i++)
            {
                product = checked(product * Shape[i]);
            }

            return product;
        }
    }

    /// <summary>Size in bytes, without padding (<c>ggml_nbytes</c> of a contiguous tensor).</summary>
    public long Bytes => checked(Type.RowSize(Shape[0]) * (Elements / Shape[0]));
}
