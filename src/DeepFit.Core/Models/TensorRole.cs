namespace DeepFit.Core.Models;

/// <summary>
/// What a tensor is to the quantizer: llama.cpp chooses types by these broad roles, not by exact names (<c>llama-quant.cpp:26-39, 119-156</c>,
/// llama.cpp v0.4.0).
/// </summary>
public enum TensorRole
{
    /// <summary>Kept as it is in every quantization: one-dimensional tensors, norms, biases and the experts' router.</summary>
    Kept = 0,

    /// <summary>The embedding table, <c>token_embd.weight</c>.</summary>
    TokenEmbedding,

    /// <summary>The output matrix, <c>output.weight</c>.</summary>
    Output,

    /// <summary>Query projection, <c>attn_q.weight</c>.</summary>
    AttentionQ,

    /// <summary>Key projection, <c>attn_k.weight</c>.</summary>
    AttentionK,

    /// <summary>Value projection and its kin: <c>attn_v.weight</c>, <c>attn_qkv.weight</c>, <c>attn_kv_b.weight</c>.</summary>
    AttentionV,

    /// <summary>The attention's output projection, <c>attn_output.weight</c>.</summary>
    AttentionOutput,

    /// <summary>Feed-forward up projection, dense, of the experts or shared.</summary>
    FfnUp,

    /// <summary>Feed-forward gate projection, dense, of the experts or shared.</summary>
    FfnGate,

    /// <summary>Feed-forward down projection, dense, of the experts or shared.</summary>
    FfnDown,

    /// <summary>Any other matrix: it gets the quantization's base type. MLA's low-rank matrices belong here.</summary>
    Other,
}

/// <summary>Finds a tensor's role from its name and shape.</summary>
public static class TensorRoles
{
    /// <summary>
    /// The role of a tensor. Only matrices (two dimensions or more) whose name ends in <c>weight</c> are quantized, and of these neither norms
    /// nor the router (<c>llama-quant.cpp:287-309</c>, llama.cpp v0.4.0); the rest of that list concerns other model families.
    /// </summary>
    /// <param name="name">The tensor's name, such as <c>blk.0.attn_q.weight</c>.</param>
    /// <param name="dimensions">The tensor's number of dimensions, trailing ones of extent 1 not counted.</param>
    public static TensorRole Of(string name, int dimensions)
    {
        if (dimensions < 2
            || !name.EndsWith("weight", StringComparison.Ordinal)
            || name.EndsWith("_norm.weight", StringComparison.Ordinal)
            || name.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal))
        {
            return TensorRole.Kept;
        }

        if (name == "output.weight")
        {
            return TensorRole.Output;
        }

        if (name == "token_embd.weight")
        {
            return TensorRole.TokenEmbedding;
        }

        ReadOnlySpan<char> tail = name.AsSpan(name.AsSpan(0, name.Length - ".weight".Length).LastIndexOf('.') + 1);
        return tail switch
        {
            "attn_v.weight" or "attn_qkv.weight" or "attn_kv_b.weight" => TensorRole.AttentionV,
            "attn_k.weight" => TensorRole.AttentionK,
            "attn_q.weight" => TensorRole.AttentionQ,
            "attn_output.weight" => TensorRole.AttentionOutput,
            _ when tail.StartsWith("ffn_up", StringComparison.Ordinal) => TensorRole.FfnUp,
            _ when tail.StartsWith("ffn_gate", StringComparison.Ordinal) => TensorRole.FfnGate,
            _ when tail.StartsWith("ffn_down", StringComparison.Ordinal) => TensorRole.FfnDown,
            _ => TensorRole.Other,
        };
    }
}
