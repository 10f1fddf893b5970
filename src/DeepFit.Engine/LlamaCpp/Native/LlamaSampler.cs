using System.Runtime.InteropServices;

namespace DeepFit.Engine.LlamaCpp.Native;

/// <summary>llama.cpp's C API (llama.h, v0.4.0): samplers.</summary>
internal static unsafe partial class LlamaSampler
{
    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_chain_default_params")]
    internal static partial LlamaSamplerChainParams ChainDefaultParams();

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_chain_init")]
    internal static partial nint ChainInit(LlamaSamplerChainParams parameters);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_chain_add")]
    internal static partial void ChainAdd(nint chain, nint sampler);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_free")]
    internal static partial void Free(nint sampler);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_apply")]
    internal static partial void Apply(nint sampler, LlamaTokenDataArray* candidates);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_accept")]
    internal static partial void Accept(nint sampler, int token);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_greedy")]
    internal static partial nint Greedy();

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_dist")]
    internal static partial nint Dist(uint seed);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_top_k")]
    internal static partial nint TopK(int k);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_top_p")]
    internal static partial nint TopP(float p, nuint least);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_min_p")]
    internal static partial nint MinP(float p, nuint least);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_temp")]
    internal static partial nint Temperature(float t);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_penalties")]
    internal static partial nint Penalties(int vocabulary, int last, float repeat, float frequency, float presence);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_logit_bias")]
    internal static partial nint LogitBias(int vocabulary, int count, LlamaLogitBias* biases);

    [LibraryImport(Llama.Library, EntryPoint = "llama_sampler_init_grammar", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Grammar(nint vocab, string grammar, string root);
}

/// <summary><c>llama_sampler_chain_params</c> (llama.h, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaSamplerChainParams
{
    public byte NoPerf;
}

/// <summary><c>llama_logit_bias</c> (llama.h, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaLogitBias
{
    public int Token;
    public float Bias;
}

/// <summary><c>llama_token_data</c> (llama.h:223-227, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlamaTokenData
{
    public int Id;
    public float Logit;
    public float Probability;
}

/// <summary><c>llama_token_data_array</c> (llama.h:229-236, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaTokenDataArray
{
    public LlamaTokenData* Data;
    public nuint Size;
    public long Selected;
    public byte Sorted;
}
