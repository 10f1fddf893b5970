using DeepFit.Core.Gguf;

namespace DeepFit.Core.Estimation.Graph;

/// <summary>The operations whose kind matters to allocation; everything else is <see cref="Other"/>.</summary>
internal enum GraphOp
{
    /// <summary>A leaf: input, weight or cache.</summary>
    None,

    /// <summary>View, reshape, permute or transpose: no memory of its own.</summary>
    View,

    /// <summary>Writes rows into an existing tensor (the cache).</summary>
    SetRows,

    /// <summary>May overwrite a parent of the same layout (<c>ggml_op_can_inplace</c>, ggml-alloc.c:21-49).</summary>
    Inplace,

    /// <summary>Rotary embedding: in place, and its frequency table never decides the device.</summary>
    Rope,

    /// <summary>Fused attention; some devices need scratch behind its result.</summary>
    FlashAttention,

    /// <summary>Matrix product with weights or cache.</summary>
    MatMul,

    /// <summary>Matrix product with routed experts.</summary>
    MatMulId,

    /// <summary>Row look-up; never offloaded on its own.</summary>
    GetRows,

    /// <summary>Sorting of router scores; Metal needs twice the memory.</summary>
    Argsort,

    /// <summary>Any operation with memory of its own.</summary>
    Other,
}

/// <summary>One tensor of a compute graph: what ggml's allocator and scheduler look at, no more.</summary>
internal sealed class GraphTensor
{
    public GraphOp Op;
    public GgmlType Type;

    // extents in elements and strides in bytes, as ggml's ne and nb
    public long Ne0, Ne1, Ne2, Ne3;
    public long Nb0, Nb1, Nb2, Nb3;

    public GraphTensor? ViewSource;
    public GraphTensor? Src0, Src1, Src2, Src3;

    public bool IsInput;
    public bool IsOutput;

    /// <summary>Device that already holds the data (weights, cache); -1 for what the allocator must place.</summary>
    public int HeldBy = -1;

    /// <summary>Whether the data are weights, as opposed to cache.</summary>
    public bool IsWeight;

    /// <summary>Device that computes it; -1 while undecided.</summary>
    public int Device = -1;

    public bool Visited;

    // state of the allocator
    public int Children;
    public int Views;
    public bool Allocated;
    public int Buffer;
    public int Chunk;
    public long Offset;

    /// <summary>Its copies on other devices, by device.</summary>
    public GraphTensor?[]? Copies;

    /// <summary>Bytes between the first and the last element (<c>ggml_nbytes</c>, ggml.c).</summary>
    public long Bytes
    {
        get
        {
            int block = Type.BlockSize();
            long bytes = block == 1 ? Type.TypeSize() + ((Ne0 - 1) * Nb0) : Ne0 * Nb0 / block;
            return bytes + ((Ne1 - 1) * Nb1) + ((Ne2 - 1) * Nb2) + ((Ne3 - 1) * Nb3);
        }
    }

    public long Elements => Ne0 * Ne1 * Ne2 * Ne3;

    public bool IsContiguous =>
        Nb0 == Type.TypeSize()
        && (Ne1 == 1 || Nb1 == Type.RowSize(Ne0))
        && (Ne2 == 1 || Nb2 == Type.RowSize(Ne0) * Ne1)
        && (Ne3 == 1 || Nb3 == Type.RowSize(Ne0) * Ne1 * Ne2);

    public bool SameLayout(GraphTensor other) =>
        Type == other.Type
        && Ne0 == other.Ne0 && Ne1 == other.Ne1 && Ne2 == other.Ne2 && Ne3 == other.Ne3
        && Nb0 == other.Nb0 && Nb1 == other.Nb1 && Nb2 == other.Nb2 && Nb3 == other.Nb3;

    public GraphTensor? Source(int index) => index switch
    {
        0 => Src0,
        1 => Src1,
        2 => Src2,
        _ => Src3,
    };

    public void SetSource(int index, GraphTensor source)
    {
        switch (index)
        {
            case 0: Src0 = source; break;
            case 1: Src1 = source; break;
            case 2: Src2 = source; break;
            default: Src3 = source; break;
        }
    }
}
