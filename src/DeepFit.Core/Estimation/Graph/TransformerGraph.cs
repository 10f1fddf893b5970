using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using static DeepFit.Core.Estimation.Graph.ComputeGraph;

namespace DeepFit.Core.Estimation.Graph;

/// <summary>
/// Builds the compute graph of the family's architectures (llama.cpp v0.4.0: src/models/qwen2.cpp, qwen3.cpp, llama.cpp, deepseek2.cpp;
/// attention, experts and norms in src/llama-graph.cpp), with the shapes that decide how much memory it needs.
/// </summary>
internal sealed partial class TransformerGraph
{
    private readonly ModelArchitecture _model;
    private readonly GraphShape _shape;
    private readonly LayerPlacement _placement;
    private readonly Func<int, bool> _expertsOnCpu;
    private readonly Func<int, bool> _isDense;
    private readonly Func<string, GgmlType> _typeOf;
    private readonly DeviceTraits[] _devices;
    private readonly ComputeGraph _graph = new();
    private readonly GraphTensor _positions;
    private readonly GraphTensor _outputIds;
    private readonly GraphTensor _kIndices;
    private readonly GraphTensor? _vIndices;
    private readonly GraphTensor _mask;
    private readonly GraphTensor? _kRotation;
    private readonly GraphTensor? _vRotation;
    private readonly GraphTensor? _ropeFactors;

    private TransformerGraph(
        ModelArchitecture model,
        GraphShape shape,
        LayerPlacement placement,
        DeviceTraits[] devices,
        Func<string, GgmlType> typeOf,
        Func<int, bool> isDense,
        Func<int, bool> expertsOnCpu)
    {
        _model = model;
        _shape = shape;
        _placement = placement;
        _devices = devices;
        _typeOf = typeOf;
        _isDense = isDense;
        _expertsOnCpu = expertsOnCpu;

        _positions = Input(GgmlType.I32, shape.Tokens);
        _outputIds = Input(GgmlType.I32, shape.Outputs);
        _kIndices = Input(GgmlType.I64, shape.Tokens);
        _mask = Input(shape.FlashAttention ? GgmlType.F16 : GgmlType.F32, shape.Cells, shape.Tokens / shape.Streams, 1, shape.Streams);
        if (!model.IsMla)
        {
            long valueWidth = (long)model.HeadCountKv * model.ValueLength;
            _vIndices = Input(GgmlType.I64, shape.FlashAttention ? shape.Tokens : shape.Tokens * valueWidth);
            _kRotation = Rotation(shape.TypeK, model.KeyLength, largest: true);
            _vRotation = Rotation(shape.TypeV, model.ValueLength, largest: false);
        }

        if (model.HasRopeFreqs)
        {
            _ropeFactors = Weight(placement.Layers[0], GgmlType.F32, model.RopeDimensionCount / 2);
        }
    }

    /// <summary>The graph of one batch.</summary>
    /// <param name="model">The hyperparameters; the layer count is the placement's.</param>
    /// <param name="shape">The batch.</param>
    /// <param name="placement">Where the layers are.</param>
    /// <param name="devices">The devices; the CPU is the last.</param>
    /// <param name="typeOf">Type of a weight by its name without layer, such as <c>attn_q.weight</c>: matters where weights are copied to a GPU.</param>
    /// <param name="isDense">Whether a layer of a mixture of experts has a plain feed-forward network.</param>
    /// <param name="expertsOnCpu">Whether a layer's routed experts stay on the CPU.</param>
    public static ComputeGraph Build(
        ModelArchitecture model,
        GraphShape shape,
        LayerPlacement placement,
        DeviceTraits[] devices,
        Func<string, GgmlType> typeOf,
        Func<int, bool> isDense,
        Func<int, bool> expertsOnCpu) =>
        new TransformerGraph(model, shape, placement, devices, typeOf, isDense, expertsOnCpu).Build();

    // llama-kv-cache.cpp:321-345, 1435-1475: a quantized cache is rotated by a Hadamard matrix
    private static GraphTensor? Rotation(GgmlType type, int headLength, bool largest)
    {
        if (!type.IsQuantized() || headLength % 64 != 0)
        {
            return null;
        }

        int side = 64;
        while (largest && headLength % (side * 2) == 0)
        {
            side *= 2;
        }

        return Input(GgmlType.F32, side, side);
    }

    private ComputeGraph Build()
    {
        GraphTensor layerInput = GetRows(Weight(_placement.Cpu, _typeOf("token_embd.weight"), _model.EmbeddingLength, _model.VocabularySize), Input(GgmlType.I32, _shape.Tokens));
        _graph.Expand(layerInput);
        _graph.Expand(Input(GgmlType.F32, _model.EmbeddingLength, _shape.Tokens)); // the unused path for given embeddings

        int layers = _placement.Layers.Length;
        for (int layer = 0; layer < layers; layer++)
        {
            int device = _placement.Layers[layer];
            GraphTensor residual = layerInput;
            GraphTensor current = Norm(layerInput, device, _model.EmbeddingLength);
            current = _model.IsMla ? LatentAttention(current, device)
                : _model.DecompressedMla is { } ranks ? DecompressedAttention(current, device, ranks)
                : GroupedAttention(current, device);
            if (layer == layers - 1)
            {
                current = GetRows(current, _outputIds);
                residual = GetRows(residual, _outputIds);
            }

            GraphTensor attended = Elementwise(GraphOp.Inplace, current, residual);
            current = Norm(attended, device, _model.EmbeddingLength);
            current = _model.Experts is { } experts && !_isDense(layer)
                ? Experts(current, experts, device, _expertsOnCpu(layer) ? _placement.Cpu : device)
                : FeedForward(current, device, _model.FeedForwardLength, "");
            layerInput = Elementwise(GraphOp.Inplace, current, attended);
        }

        GraphTensor normed = Norm(layerInput, _placement.Output, _model.EmbeddingLength);
        normed.IsOutput = true;
        GraphTensor logits = Product(_placement.Output, "output.weight", _model.EmbeddingLength, _model.VocabularySize, normed);
        logits.IsOutput = true;
        _graph.Expand(logits);
        return _graph;
    }

    private GraphTensor Product(int device, string weight, long inputs, long outputs, GraphTensor x) => MatMul(Matrix(device, weight, inputs, outputs), x);

    // a weight that the device cannot bind stays on the CPU
    private GraphTensor Matrix(int device, string weight, long inputs, long outputs, long matrices = 1)
    {
        GraphTensor matrix = Weight(device, _typeOf(weight), inputs, outputs, matrices);
        if (matrix.Bytes > _devices[device].MaxTensorBytes)
        {
            matrix.HeldBy = _placement.Cpu;
        }

        return matrix;
    }

    private static GraphTensor Norm(GraphTensor x, int device, long width) =>
        Elementwise(GraphOp.Inplace, Elementwise(GraphOp.Inplace, x), Weight(device, GgmlType.F32, width));

    private GraphTensor FeedForward(GraphTensor x, int device, long width, string suffix)
    {
        GraphTensor up = Product(device, $"ffn_up{suffix}.weight", _model.EmbeddingLength, width, x);
        GraphTensor gate = Product(device, $"ffn_gate{suffix}.weight", _model.EmbeddingLength, width, x);
        return Product(device, $"ffn_down{suffix}.weight", width, _model.EmbeddingLength, Elementwise(GraphOp.Other, gate, up));
    }

    private GraphTensor GroupedAttention(GraphTensor x, int device)
    {
        int tokens = _shape.Tokens;
        GraphTensor q = Projection(x, device, "attn_q.weight", _model.HeadCount, _model.KeyLength);
        GraphTensor k = Projection(x, device, "attn_k.weight", _model.HeadCountKv, _model.KeyLength);
        GraphTensor v = Projection(x, device, "attn_v.weight", _model.HeadCountKv, _model.ValueLength);
        q = Reshape(q, _model.KeyLength, _model.HeadCount, tokens);
        k = Reshape(k, _model.KeyLength, _model.HeadCountKv, tokens);
        v = Reshape(v, _model.ValueLength, _model.HeadCountKv, tokens);
        if (_model.QkNorm)
        {
            q = Norm(q, device, _model.KeyLength);
            k = Norm(k, device, _model.KeyLength);
        }

        q = Elementwise(GraphOp.Rope, q, _positions, _ropeFactors);
        k = Elementwise(GraphOp.Rope, k, _positions, _ropeFactors);
        return StoreAndAttend(q, k, v, device);
    }

    // llama-graph.cpp:2784-2857: K and V go into the cache, attention reads them from there
    private GraphTensor StoreAndAttend(GraphTensor q, GraphTensor k, GraphTensor v, int device)
    {
        int tokens = _shape.Tokens;
        q = Rotate(q, _kRotation);
        k = Rotate(k, _kRotation);
        v = Rotate(v, _vRotation);
        _graph.Expand(q);
        _graph.Expand(v);
        _graph.Expand(k);

        long keyWidth = (long)_model.HeadCountKv * _model.KeyLength;
        long valueWidth = (long)_model.HeadCountKv * _model.ValueLength;
        GraphTensor kCache = Cache(device, _shape.TypeK, keyWidth, _shape.Cells, _shape.Streams);
        GraphTensor vCache = Cache(device, _shape.TypeV, valueWidth, _shape.Cells, _shape.Streams);
        _graph.Expand(SetRows(Merged(kCache, keyWidth), View(k, keyWidth, tokens, 1, 1, k.Nb2, k.Nb2 * tokens, k.Nb2 * tokens), _kIndices));
        _graph.Expand(_shape.FlashAttention
            ? SetRows(Merged(vCache, valueWidth), View(v, valueWidth, tokens, 1, 1, v.Nb2, v.Nb2 * tokens, v.Nb2 * tokens), _vIndices!)
            : SetRows(Reshape(vCache, 1, vCache.Elements), Reshape(Reshape(v, valueWidth, tokens), 1, v.Elements), _vIndices!));

        GraphTensor keys = CacheView(kCache, _model.KeyLength, _model.HeadCountKv);
        GraphTensor values = _shape.FlashAttention ? CacheView(vCache, _model.ValueLength, _model.HeadCountKv) : TransposedCacheView(vCache);
        GraphTensor attended = Attend(q, keys, values, null);
        return Product(device, "attn_output.weight", (long)_model.HeadCount * _model.ValueLength, _model.EmbeddingLength, Rotate(attended, _vRotation));
    }

    private GraphTensor Projection(GraphTensor x, int device, string weight, int heads, int length)
    {
        long width = (long)heads * length;
        GraphTensor result = Product(device, weight, _model.EmbeddingLength, width, x);
        return _model.AttentionBias ? Elementwise(GraphOp.Inplace, result, Weight(device, GgmlType.F32, width)) : result;
    }

    // llama-impl.h:57-75
    private static GraphTensor Rotate(GraphTensor x, GraphTensor? rotation)
    {
        if (rotation is null)
        {
            return x;
        }

        long side = rotation.Ne0;
        GraphTensor rows = x.IsContiguous ? Reshape(x, side, x.Elements / side) : Contiguous2D(x, side, x.Elements / side);
        return Reshape(MatMul(rotation, rows), x.Ne0, x.Ne1, x.Ne2, x.Ne3);
    }

    private GraphTensor Merged(GraphTensor cache, long width) =>
        _shape.Streams > 1 ? Reshape(cache, width, (long)_shape.Cells * _shape.Streams) : cache;

    private GraphTensor CacheView(GraphTensor cache, int headLength, int heads) =>
        View(cache, headLength, heads, _shape.Cells, _shape.Streams, cache.Type.RowSize(headLength), cache.Nb1, cache.Nb2);

    private GraphTensor TransposedCacheView(GraphTensor cache)
    {
        long cells = cache.Type.RowSize(_shape.Cells);
        return View(
            cache, _shape.Cells, _model.HeadCountKv, _model.ValueLength, _shape.Streams, cells * _model.ValueLength, cells, cells * _model.ValueLength * _model.HeadCountKv);
    }

    // deepseek2.cpp, the absorbed form: one shared key head of rank + rope elements, whose first part is the value
    private GraphTensor LatentAttention(GraphTensor x, int device)
    {
        LatentAttention mla = _model.Mla!;
        int tokens = _shape.Tokens;
        int heads = _model.HeadCount;
        int rope = _model.RopeDimensionCount;
        int nope = mla.KeyLengthMla - rope;
        int rank = mla.KvLoraRank;

        GraphTensor q = Query(x, device, mla);
        (GraphTensor latent, GraphTensor keyRope) = Compress(x, device, rank);

        GraphTensor queryNope = View(q, nope, heads, tokens, 1, q.Nb1, q.Nb2, q.Nb2 * tokens);
        GraphTensor queryRope = View(q, rope, heads, tokens, 1, q.Nb1, q.Nb2, q.Nb2 * tokens);
        queryRope = Elementwise(GraphOp.Rope, queryRope, _positions);
        GraphTensor absorbed = MatMul(Matrix(device, "attn_k_b.weight", nope, rank, heads), SwapHeadsAndTokens(queryNope));
        GraphTensor query = Concat0(SwapHeadsAndTokens(absorbed), queryRope);
        latent = Reshape(latent, rank, 1, tokens);
        GraphTensor key = Concat0(latent, keyRope);
        _graph.Expand(query);
        _graph.Expand(latent);
        _graph.Expand(key);

        int keyWidth = rank + rope;
        GraphTensor cache = Cache(device, _shape.TypeK, keyWidth, _shape.Cells, _shape.Streams);
        _graph.Expand(SetRows(Merged(cache, keyWidth), View(key, keyWidth, tokens, 1, 1, key.Nb2, key.Nb2 * tokens, key.Nb2 * tokens), _kIndices));

        GraphTensor keys = CacheView(cache, keyWidth, 1);
        GraphTensor values = View(keys, rank, keys.Ne1, keys.Ne2, keys.Ne3, keys.Nb1, keys.Nb2, keys.Nb3);
        GraphTensor attended = Attend(query, keys, values, Matrix(device, "attn_v_b.weight", rank, mla.ValueLengthMla, heads));
        return Product(device, "attn_output.weight", (long)heads * mla.ValueLengthMla, _model.EmbeddingLength, attended);
    }

    // deepseek2.cpp for files with one attn_kv_b: every head gets its own key and value before they are cached
    private GraphTensor DecompressedAttention(GraphTensor x, int device, LatentAttention ranks)
    {
        int tokens = _shape.Tokens;
        int heads = _model.HeadCount;
        int rope = _model.RopeDimensionCount;
        int nope = ranks.KeyLengthMla - rope;
        GraphTensor q = Query(x, device, ranks);
        (GraphTensor latent, GraphTensor keyRope) = Compress(x, device, ranks.KvLoraRank);

        GraphTensor kv = Product(device, "attn_kv_b.weight", ranks.KvLoraRank, (long)heads * (nope + ranks.ValueLengthMla), latent);
        long head = kv.Type.RowSize(nope + ranks.ValueLengthMla);
        GraphTensor keyNope = View(kv, nope, heads, tokens, 1, head, head * heads, head * heads * tokens);
        GraphTensor value = Contiguous(View(kv, ranks.ValueLengthMla, heads, tokens, 1, head, head * heads, head * heads * tokens));
        q = Elementwise(GraphOp.Rope, q, _positions);
        GraphTensor repeated = New(GraphOp.Other, GgmlType.F32, rope, heads, tokens);
        repeated.Src0 = keyRope;
        return StoreAndAttend(q, Concat0(keyNope, repeated), value, device);
    }

    private GraphTensor Query(GraphTensor x, int device, LatentAttention mla)
    {
        int inputs = _model.EmbeddingLength;
        string weight = "attn_q.weight";
        if (mla.QueryLoraRank > 0)
        {
            x = Norm(Product(device, "attn_q_a.weight", inputs, mla.QueryLoraRank, x), device, mla.QueryLoraRank);
            inputs = mla.QueryLoraRank;
            weight = "attn_q_b.weight";
        }

        return Reshape(Product(device, weight, inputs, (long)_model.HeadCount * mla.KeyLengthMla, x), mla.KeyLengthMla, _model.HeadCount, _shape.Tokens);
    }

    private (GraphTensor Latent, GraphTensor KeyRope) Compress(GraphTensor x, int device, int rank)
    {
        int tokens = _shape.Tokens;
        int rope = _model.RopeDimensionCount;
        GraphTensor compressed = Product(device, "attn_kv_a_mqa.weight", _model.EmbeddingLength, rank + rope, x);
        GraphTensor latent = View(compressed, rank, tokens, 1, 1, compressed.Nb1, compressed.Nb1 * tokens, compressed.Nb1 * tokens);
        GraphTensor keyRope = View(compressed, rope, 1, tokens, 1, compressed.Nb1, compressed.Nb1, compressed.Nb1 * tokens);
        keyRope = Elementwise(GraphOp.Rope, keyRope, _positions);
        return (Norm(latent, device, rank), keyRope);
    }

    // llama-graph.cpp:2536-2672
    private GraphTensor Attend(GraphTensor q, GraphTensor keys, GraphTensor values, GraphTensor? decompress)
    {
        bool valuesTransposed = values.Nb1 > values.Nb2;
        int streams = _shape.Streams;
        q = View(q, q.Ne0, q.Ne1, q.Ne2 / streams, streams, q.Nb1, q.Nb2, q.Nb3 / streams);
        q = SwapHeadsAndTokens(q);
        GraphTensor k = SwapHeadsAndTokens(keys);
        GraphTensor v = SwapHeadsAndTokens(values);
        GraphTensor result;
        if (_shape.FlashAttention)
        {
            result = FlashAttention(q, k, v, _mask);
            if (decompress is not null)
            {
                result = MatMul(decompress, SwapHeadsAndTokens(result));
                result = Contiguous(SwapHeadsAndTokens(result));
            }

            result = Reshape(result, result.Ne0 * result.Ne1, result.Ne2 * result.Ne3);
        }
        else
        {
            GraphTensor scores = Elementwise(GraphOp.Inplace, MatMul(k, q), _mask);
            if (!valuesTransposed)
            {
                v = Contiguous(Transpose(v));
            }

            result = MatMul(v, scores);
            if (decompress is not null)
            {
                result = MatMul(decompress, result);
            }

            result = SwapHeadsAndTokens(result);
            result = Contiguous2D(result, result.Ne0 * result.Ne1, result.Ne2 * result.Ne3);
        }

        _graph.Expand(result);
        return result;
    }
}
