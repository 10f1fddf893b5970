using System.Runtime.InteropServices;

namespace DeepFit.Engine.LlamaCpp.Native;

#pragma warning disable SA1307, IDE1006, CA1051 // fields carry llama.cpp's own names, in its order

/// <summary><c>llama_model_params</c> (llama.h:287-327, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaModelParams
{
    public nint devices;
    public LlamaTensorBuftOverride* tensor_buft_overrides;
    public int n_gpu_layers;
    public int split_mode;
    public int load_mode;
    public int lazy_mode;
    public int main_gpu;
    public float* tensor_split;
    public delegate* unmanaged[Cdecl]<float, void*, byte> progress_callback;
    public void* progress_callback_user_data;
    public nint kv_overrides;
    public byte vocab_only;
    public byte check_tensors;
    public byte use_extra_bufts;
    public byte no_host;
    public byte no_alloc;
    public byte load_mtp;
}

/// <summary><c>llama_model_tensor_buft_override</c> (llama.h:282-285): a regular expression over tensor names, and where they go.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaTensorBuftOverride
{
    public byte* pattern;
    public nint buft;
}

/// <summary><c>llama_context_params</c> (llama.h:336-397, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaContextParams
{
    public uint n_ctx;
    public uint n_batch;
    public uint n_ubatch;
    public uint n_seq_max;
    public uint n_rs_seq;
    public uint n_outputs_max;
    public uint n_outputs_max_per_seq;
    public int n_threads;
    public int n_threads_batch;
    public int ctx_type;
    public int rope_scaling_type;
    public int pooling_type;
    public int attention_type;
    public int flash_attn_type;
    public float rope_freq_base;
    public float rope_freq_scale;
    public float yarn_ext_factor;
    public float yarn_attn_factor;
    public float yarn_beta_fast;
    public float yarn_beta_slow;
    public uint yarn_orig_ctx;
    public float defrag_thold;
    public nint cb_eval;
    public nint cb_eval_user_data;
    public int type_k;
    public int type_v;
    public nint abort_callback;
    public nint abort_callback_data;
    public byte embeddings;
    public byte offload_kqv;
    public byte no_perf;
    public byte op_offload;
    public byte swa_full;
    public byte kv_unified;
    public nint samplers;
    public nuint n_samplers;
    public nint ctx_other;
}

/// <summary><c>llama_batch</c> (llama.h:245-254); null arrays mean what llama.h says: sequence 0, running positions, logits of the last token.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int n_tokens;
    public int* token;
    public float* embd;
    public int* pos;
    public int* n_seq_id;
    public int** seq_id;
    public byte* logits;
}

/// <summary><c>ggml_backend_dev_props</c> (ggml-backend.h:145-179, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GgmlDeviceProps
{
    public byte* name;
    public byte* description;
    public nuint memory_free;
    public nuint memory_total;
    public int type;
    public byte* device_id;
    public byte caps_async;
    public byte caps_host_buffer;
    public byte caps_buffer_from_host_ptr;
    public byte caps_events;
    public byte caps_mmap_support;
}

/// <summary><c>ggml_init_params</c> (ggml.h:666-671).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GgmlInitParams
{
    public nuint mem_size;
    public nint mem_buffer;
    public byte no_alloc;
}

/// <summary>The head of <c>ggml_tensor</c> (ggml.h:674-703): what DeepFit reads and writes of it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GgmlTensorHead
{
    public int type;
    public nint buffer;
    public fixed long ne[4];
}

#pragma warning restore SA1307, IDE1006, CA1051

/// <summary><c>ggml_backend_dev_type</c> (ggml-backend.h).</summary>
internal enum GgmlDeviceType
{
    Cpu = 0,
    Gpu = 1,
    IntegratedGpu = 2,
    Accelerator = 3,
    Meta = 4,
}

/// <summary><c>llama_load_mode</c> (llama.h:206-213).</summary>
internal enum LlamaLoadMode
{
    Auto = -1,
    None = 0,
    Mmap = 1,
}
