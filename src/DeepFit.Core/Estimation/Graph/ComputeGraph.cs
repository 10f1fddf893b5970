using DeepFit.Core.Gguf;

namespace DeepFit.Core.Estimation.Graph;

/// <summary>
/// A compute graph under construction: creates tensors with the shapes that ggml's operators give them, and keeps the order of evaluation
/// (depth first, sources left to right: <c>ggml_visit_parents_graph</c>, ggml.c).
/// </summary>
internal sealed class ComputeGraph
{
    public List<GraphTensor> Nodes { get; } = new(512);

    public List<GraphTensor> Leafs { get; } = new(256);

    /// <summary>Appends everything that <paramref name="tensor"/> needs and that is not in the graph yet.</summary>
    public void Expand(GraphTensor tensor)
    {
        if (tensor.Visited)
        {
            return;
        }

        tensor.Visited = true;
        for (int i = 0; i < 4; i++)
        {
            if (tensor.Source(i) is { } source)
            {
                Expand(source);
            }
        }

        (tensor.Op == GraphOp.None ? Leafs : Nodes).Add(tensor);
    }

    public static GraphTensor New(GraphOp op, GgmlType type, long ne0, long ne1 = 1, long ne2 = 1, long ne3 = 1)
    {
        long row = type.RowSize(ne0);
        return new GraphTensor
        {
            Op = op,
            Type = type,
            Ne0 = ne0,
            Ne1 = ne1,
            Ne2 = ne2,
            Ne3 = ne3,
            Nb0 = type.TypeSize(),
            Nb1 = row,
            Nb2 = row * ne1,
            Nb3 = row * ne1 * ne2,
        };
    }

    public static GraphTensor Input(GgmlType type, long ne0, long ne1 = 1, long ne2 = 1, long ne3 = 1)
    {
        GraphTensor tensor = New(GraphOp.None, type, ne0, ne1, ne2, ne3);
        tensor.IsInput = true;
        return tensor;
    }

    public static GraphTensor Weight(int device, GgmlType type, long ne0, long ne1 = 1, long ne2 = 1)
    {
        GraphTensor tensor = New(GraphOp.None, type, ne0, ne1, ne2);
        tensor.HeldBy = device;
        tensor.IsWeight = true;
        return tensor;
    }

    public static GraphTensor Cache(int device, GgmlType type, long ne0, long ne1, long ne2)
    {
        GraphTensor tensor = New(GraphOp.None, type, ne0, ne1, ne2);
        tensor.HeldBy = device;
        return tensor;
    }

    public static GraphTensor MatMul(GraphTensor a, GraphTensor b)
    {
        GraphTensor result = New(GraphOp.MatMul, GgmlType.F32, a.Ne1, b.Ne1, b.Ne2, b.Ne3);
        result.Src0 = a;
        result.Src1 = b;
        return result;
    }

    public static GraphTensor MatMulId(GraphTensor experts, GraphTensor b, GraphTensor ids)
    {
        GraphTensor result = New(GraphOp.MatMulId, GgmlType.F32, experts.Ne1, ids.Ne0, b.Ne2);
        result.Src0 = experts;
        result.Src1 = b;
        result.Src2 = ids;
        return result;
    }

    /// <summary>An element-wise operation whose result has the shape of <paramref name="a"/>, contiguous.</summary>
    public static GraphTensor Elementwise(GraphOp op, GraphTensor a, GraphTensor? b = null, GraphTensor? c = null)
    {
        GraphTensor result = New(op, a.Type, a.Ne0, a.Ne1, a.Ne2, a.Ne3);
        result.Src0 = a;
        result.Src1 = b;
        result.Src2 = c;
        return result;
    }

    public static GraphTensor GetRows(GraphTensor a, GraphTensor ids)
    {
        GraphTensor result = New(GraphOp.GetRows, GgmlType.F32, a.Ne0, ids.Ne0, ids.Ne1, ids.Ne2);
        result.Src0 = a;
        result.Src1 = ids;
        return result;
    }

    /// <summary><c>ggml_set_rows</c>: a view of <paramref name="target"/>; sources in ggml's order.</summary>
    public static GraphTensor SetRows(GraphTensor target, GraphTensor rows, GraphTensor ids)
    {
        GraphTensor result = ViewOf(GraphOp.SetRows, target);
        result.Src0 = rows;
        result.Src1 = ids;
        result.Src2 = target;
        return result;
    }

    public static GraphTensor Concat0(GraphTensor a, GraphTensor b)
    {
        GraphTensor result = New(GraphOp.Other, a.Type, a.Ne0 + b.Ne0, a.Ne1, a.Ne2, a.Ne3);
        result.Src0 = a;
        result.Src1 = b;
        return result;
    }

    public static GraphTensor SumRows(GraphTensor a)
    {
        GraphTensor result = New(GraphOp.Other, a.Type, 1, a.Ne1, a.Ne2, a.Ne3);
        result.Src0 = a;
        return result;
    }

    /// <summary><c>ggml_argsort_top_k</c>: a full sort and a view of its first <paramref name="k"/> columns.</summary>
    public static GraphTensor TopK(GraphTensor a, long k)
    {
        GraphTensor sorted = New(GraphOp.Argsort, GgmlType.I32, a.Ne0, a.Ne1, a.Ne2, a.Ne3);
        sorted.Src0 = a;
        return View(sorted, k, sorted.Ne1, sorted.Ne2, sorted.Ne3, sorted.Nb1, sorted.Nb2, sorted.Nb3);
    }

    public static GraphTensor FlashAttention(GraphTensor q, GraphTensor k, GraphTensor v, GraphTensor mask)
    {
        GraphTensor result = New(GraphOp.FlashAttention, GgmlType.F32, v.Ne0, q.Ne2, q.Ne1, q.Ne3);
        result.Src0 = q;
        result.Src1 = k;
        result.Src2 = v;
        result.Src3 = mask;
        return result;
    }

    public static GraphTensor Contiguous(GraphTensor a) => Elementwise(GraphOp.Other, a);

    public static GraphTensor Contiguous2D(GraphTensor a, long ne0, long ne1)
    {
        GraphTensor result = New(GraphOp.Other, a.Type, ne0, ne1);
        result.Src0 = a;
        return result;
    }

    public static GraphTensor Reshape(GraphTensor a, long ne0, long ne1 = 1, long ne2 = 1, long ne3 = 1)
    {
        GraphTensor result = New(GraphOp.View, a.Type, ne0, ne1, ne2, ne3);
        result.Src0 = a;
        result.ViewSource = a.ViewSource ?? a;
        return result;
    }

    public static GraphTensor View(GraphTensor a, long ne0, long ne1, long ne2, long ne3, long nb1, long nb2, long nb3)
    {
        GraphTensor result = ViewOf(GraphOp.View, a);
        result.Src0 = a;
        (result.Ne0, result.Ne1, result.Ne2, result.Ne3) = (ne0, ne1, ne2, ne3);
        (result.Nb1, result.Nb2, result.Nb3) = (nb1, nb2, nb3);
        return result;
    }

    /// <summary><c>ggml_permute(a, 0, 2, 1, 3)</c>: swaps heads and tokens.</summary>
    public static GraphTensor SwapHeadsAndTokens(GraphTensor a)
    {
        GraphTensor result = ViewOf(GraphOp.View, a);
        result.Src0 = a;
        (result.Ne1, result.Ne2) = (a.Ne2, a.Ne1);
        (result.Nb1, result.Nb2) = (a.Nb2, a.Nb1);
        return result;
    }

    public static GraphTensor Transpose(GraphTensor a)
    {
        GraphTensor result = ViewOf(GraphOp.View, a);
        result.Src0 = a;
        (result.Ne0, result.Ne1) = (a.Ne1, a.Ne0);
        (result.Nb0, result.Nb1) = (a.Nb1, a.Nb0);
        return result;
    }

    private static GraphTensor ViewOf(GraphOp op, GraphTensor a) => new()
    {
        Op = op,
        Type = a.Type,
        Ne0 = a.Ne0,
        Ne1 = a.Ne1,
        Ne2 = a.Ne2,
        Ne3 = a.Ne3,
        Nb0 = a.Nb0,
        Nb1 = a.Nb1,
        Nb2 = a.Nb2,
        Nb3 = a.Nb3,
        ViewSource = a.ViewSource ?? a,
    };
}
