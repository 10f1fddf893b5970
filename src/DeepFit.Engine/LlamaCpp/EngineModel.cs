using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>How a model is loaded.</summary>
internal sealed record EngineLoading
{
    /// <summary>Whether nothing is allocated (<c>no_alloc</c>).</summary>
    public bool Simulate { get; init; }

    /// <summary>Whether the file is mapped; a hole that is mapped would double the memory, while reading it backs every page.</summary>
    public bool Map { get; init; }

    /// <summary>Threads for generation; 0 for the engine's default.</summary>
    public int Threads { get; init; }

    /// <summary>Threads for prompts; 0 for as many.</summary>
    public int BatchThreads { get; init; }

    /// <summary>One cache for all sequences (<c>kv_unified</c>).</summary>
    public bool UnifiedCache { get; init; }

    /// <summary>Told the share that is loaded, 0 to 1, on the loading thread.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Ends loading.</summary>
    public CancellationToken CancellationToken { get; init; }
}

/// <summary>One loaded model and one context, in the process that has the engine loaded; parameters as <c>llama-server</c> would set them.</summary>
internal sealed unsafe class EngineModel : IDisposable
{
    private readonly List<nint> allocations = [];
    private nint model;
    private nint context;

    private EngineModel()
    {
    }

    /// <summary>The llama_context.</summary>
    public nint Context => context;

    /// <summary>The llama_model.</summary>
    public nint Model => model;

    /// <summary>Loads a model and creates a context.</summary>
    /// <param name="path">The GGUF file.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="simulate">Whether nothing is allocated (<c>no_alloc</c>).</param>
    /// <param name="threads">Threads; 0 for the engine's default.</param>
    /// <exception cref="EngineFailedException">Out of memory, refused, or failed.</exception>
    public static EngineModel Load(string path, RuntimeOptions options, bool simulate, int threads = 0) =>
        Load(path, options, new EngineLoading { Simulate = simulate, Threads = threads, BatchThreads = threads });

    /// <summary>Loads a model and creates a context.</summary>
    /// <param name="path">The GGUF file.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="loading">How to load it.</param>
    /// <exception cref="EngineFailedException">Out of memory, refused, or failed.</exception>
    /// <exception cref="OperationCanceledException">Loading was cancelled.</exception>
    public static EngineModel Load(string path, RuntimeOptions options, EngineLoading loading)
    {
        var loaded = new EngineModel();
        try
        {
            loaded.LoadModel(path, options, loading);
            loaded.CreateContext(options, loading);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (context != 0)
        {
            Llama.Free(context);
            context = 0;
        }

        if (model != 0)
        {
            Llama.ModelFree(model);
            model = 0;
        }

        foreach (nint allocation in allocations)
        {
            Marshal.FreeHGlobal(allocation);
        }

        allocations.Clear();
    }

    private static EngineFailedException Failed(IReadOnlyList<string> errors, bool refused)
    {
        if (EngineClient.IsOutOfMemory(errors))
        {
            return EngineClient.OutOfMemory(errors);
        }

        string said = errors.LastOrDefault(e => e.Contains("error loading", StringComparison.Ordinal)) ?? (errors.Count > 0 ? errors[^1] : "-");
        string? known = errors.FirstOrDefault(e => e.Contains("different K", StringComparison.Ordinal));
        if (refused && known is not null)
        {
            return new EngineFailedException(
                EngineFailure.Refused,
                new BilingualText(
                    "The engine refuses different cache types for K and V here: this model keeps one latent vector for both (MLA). Choose the same type for --kv-type-k and --kv-type-v.",
                    "推理引擎拒绝此配置：该模型（MLA）的 K 与 V 共用一个潜在向量，缓存类型不能不同。请把 --kv-type-k 和 --kv-type-v 设为同一类型。"),
                errors);
        }

        known = errors.FirstOrDefault(e => e.Contains("quantized V cache", StringComparison.Ordinal));
        if (refused && known is not null)
        {
            return new EngineFailedException(
                EngineFailure.Refused,
                new BilingualText(
                    "The engine refuses a quantized V cache without flash attention. Turn it on (--flash-attn on), or choose f16 for --kv-type-v.",
                    "推理引擎拒绝此配置：关闭 flash attention 时不能量化 V 缓存。请开启（--flash-attn on），或把 --kv-type-v 设为 f16。"),
                errors);
        }

        return new EngineFailedException(
            refused ? EngineFailure.Refused : EngineFailure.Failed,
            refused
                ? new BilingualText($"The engine refuses this configuration: {said}", $"推理引擎拒绝此配置：{said}")
                : new BilingualText($"The engine cannot load the model: {said}", $"推理引擎无法加载模型：{said}"),
            errors);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnProgress(float share, void* loading)
    {
        var told = (EngineLoading)GCHandle.FromIntPtr((nint)loading).Target!;
        told.Progress?.Report(share);
        return told.CancellationToken.IsCancellationRequested ? (byte)0 : (byte)1;
    }

    private void LoadModel(string path, RuntimeOptions options, EngineLoading loading)
    {
        LlamaModelParams parameters = Llama.ModelDefaultParams();
        parameters.n_gpu_layers = options.GpuLayers;
        parameters.load_mode = (int)(loading.Map ? LlamaLoadMode.Auto : LlamaLoadMode.None);
        parameters.no_alloc = loading.Simulate ? (byte)1 : (byte)0;
        if (options.GpuLayers == 0)
        {
            parameters.devices = NoDevices();
        }

        if (options.TensorSplit is { Count: > 0 } split)
        {
            int count = Math.Max(split.Count, (int)Llama.MaxDevices());
            var shares = (float*)Allocate(count * sizeof(float));
            for (int i = 0; i < count; i++)
            {
                shares[i] = i < split.Count ? (float)split[i] : 0;
            }

            parameters.tensor_split = shares;
        }

        if (options.CpuMoeLayers > 0)
        {
            parameters.tensor_buft_overrides = ExpertsOnCpu(options.CpuMoeLayers);
        }

        EngineLog.TakeErrors();
        GCHandle told = GCHandle.Alloc(loading);
        try
        {
            parameters.progress_callback = &OnProgress;
            parameters.progress_callback_user_data = (void*)GCHandle.ToIntPtr(told);
            model = Llama.ModelLoadFromFile(path, parameters);
        }
        finally
        {
            told.Free();
        }

        if (model == 0)
        {
            loading.CancellationToken.ThrowIfCancellationRequested();
            throw Failed(EngineLog.TakeErrors(), refused: false);
        }
    }

    private void CreateContext(RuntimeOptions options, EngineLoading loading)
    {
        LlamaContextParams parameters = Llama.ContextDefaultParams();
        parameters.n_ctx = (uint)options.Context;
        parameters.n_batch = (uint)options.Batch;
        parameters.n_ubatch = (uint)options.UBatch;
        parameters.n_seq_max = (uint)options.Parallel;
        parameters.flash_attn_type = options.FlashAttention ? 1 : 0;
        parameters.type_k = (int)options.KvTypeK;
        parameters.type_v = (int)options.KvTypeV;
        parameters.n_outputs_max = options.FewOutputs ? (uint)options.Parallel : 0;
        parameters.kv_unified = loading.UnifiedCache ? (byte)1 : (byte)0;
        if (loading.Threads > 0)
        {
            parameters.n_threads = loading.Threads;
            parameters.n_threads_batch = loading.BatchThreads > 0 ? loading.BatchThreads : loading.Threads;
        }

        context = Llama.InitFromModel(model, parameters);
        if (context == 0)
        {
            throw Failed(EngineLog.TakeErrors(), refused: true);
        }
    }

    /// <summary>
    /// An empty list of devices. Without one the engine takes every GPU for its context also where no layer is on it, and reserves buffers there to multiply long prompts with weights that it copies over each time
    /// (llama.cpp:181, llama-context.cpp:332, ggml-backend.cpp:970, v0.4.0): who says no layers wants the GPU left alone, and the plan counts nothing there.
    /// </summary>
    private nint NoDevices()
    {
        nint list = Allocate(sizeof(nint));
        *(nint*)list = 0;
        return list;
    }

    /// <summary>One override a layer, as <c>--n-cpu-moe</c> makes them (common/arg.cpp:2800, common/common.h:1131, llama.cpp v0.4.0), and the closing null.</summary>
    private LlamaTensorBuftOverride* ExpertsOnCpu(int layers)
    {
        var overrides = (LlamaTensorBuftOverride*)Allocate((layers + 1) * sizeof(LlamaTensorBuftOverride));
        for (int i = 0; i < layers; i++)
        {
            byte[] pattern = Encoding.ASCII.GetBytes(FormattableString.Invariant($@"blk\.{i}\.ffn_(up|down|gate|gate_up)_(ch|)exps"));
            nint text = Allocate(pattern.Length + 1);
            Marshal.Copy(pattern, 0, text, pattern.Length);
            ((byte*)text)[pattern.Length] = 0;
            overrides[i] = new LlamaTensorBuftOverride { pattern = (byte*)text, buft = Ggml.CpuBufferType() };
        }

        overrides[layers] = default;
        return overrides;
    }

    private nint Allocate(int bytes)
    {
        nint allocation = Marshal.AllocHGlobal(bytes);
        allocations.Add(allocation);
        return allocation;
    }
}
