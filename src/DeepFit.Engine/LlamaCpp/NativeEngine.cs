using System.Reflection;
using System.Runtime.InteropServices;
using DeepFit.Core.Gguf;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>
/// llama.cpp in this process: found, loaded and checked once. Only the engine's child process loads it; everything else asks that child
/// (<see cref="EngineClient"/>).
/// </summary>
public static class NativeEngine
{
    /// <summary>The llama.cpp version that the binding is written for.</summary>
    public const string Version = "0.4.0";

    /// <summary>The engine's name as results carry it.</summary>
    public const string Name = "llama.cpp v" + Version;

    private static readonly Lock Gate = new();
    private static EngineLibraries? loaded;

    /// <summary>Whether an engine for this platform lies beside the program. Cheap; loads nothing.</summary>
    public static bool IsPresent => EngineLibraries.Find(EngineLibraries.DefaultFolder) is not null;

    /// <summary>The libraries, or the reason why there are none.</summary>
    /// <exception cref="EngineUnavailableException">No engine exists for the platform, or none lies beside the program.</exception>
    public static EngineLibraries Locate() => EngineLibraries.Find(EngineLibraries.DefaultFolder) ?? throw Unavailable(EngineLibraries.Platform);

    /// <summary>Loads the engine and its best back ends into this process, and checks that its structs are laid out as the binding thinks.</summary>
    /// <exception cref="EngineUnavailableException">There is no engine, it does not load, or it is another version.</exception>
    internal static void Load()
    {
        lock (Gate)
        {
            if (loaded is not null)
            {
                return;
            }

            EngineLibraries libraries = Locate();
            nint ggmlBase = Open(libraries.GgmlBase);
            nint ggml = Open(libraries.Ggml);
            nint llama = Open(libraries.Llama);
            NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name switch
            {
                Llama.Library => llama,
                Ggml.Library => ggml,
                Ggml.BaseLibrary => ggmlBase,
                _ => 0,
            });
            EngineLog.Attach();
            Check();
            Llama.BackendInit();
            Ggml.LoadAllFromPath(libraries.Folder);
            loaded = libraries;
        }
    }

    /// <summary>Text of a C string that the engine owns.</summary>
    internal static unsafe string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary>What to say when a platform has no engine.</summary>
    internal static EngineUnavailableException Unavailable(string platform)
    {
        bool supported = platform is "linux-x64" or "linux-arm64" or "osx-x64" or "osx-arm64" or "win-x64" or "win-arm64";
        return new EngineUnavailableException(supported
            ? new BilingualText(
                $"The engine for {platform} is not beside the program, so that nothing can be simulated or test-driven; estimates still work. It is restored when DeepFit is built with npm on the PATH and a network: install Node.js 20 or later and build again.",
                $"程序旁边没有 {platform} 的推理引擎，因此无法模拟或试跑；估算仍然可用。构建 DeepFit 时会通过 npm 自动取回引擎：请安装 Node.js 20 或更高版本，联网后重新构建。")
            : new BilingualText(
                $"There is no prebuilt engine for {platform}, so that nothing can be simulated or test-driven; estimates still work. Prebuilt engines exist for Linux (x64 and arm64 with glibc), macOS (x64, arm64) and Windows (x64, arm64).",
                $"没有适用于 {platform} 的预编译推理引擎，因此无法模拟或试跑；估算仍然可用。预编译引擎支持 Linux（x64、arm64，glibc）、macOS（x64、arm64）和 Windows（x64、arm64）。"));
    }

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new EngineUnavailableException(
                new BilingualText(
                    $"The engine's library {Path.GetFileName(path)} does not load: {e.Message.Trim()} Delete the folder it lies in and build again, or install what it misses.",
                    $"无法加载推理引擎库 {Path.GetFileName(path)}：{e.Message.Trim()} 请删除其所在文件夹后重新构建，或安装它所缺少的依赖。"),
                e);
        }
    }

    /// <summary>Compares the defaults that the library returns with those of the version that the structs were written from, first and last members included.</summary>
    private static unsafe void Check()
    {
        string version = Text(Llama.Version()); // the prebuilt libraries say 0.4.0-dev
        LlamaModelParams m = Llama.ModelDefaultParams();
        LlamaContextParams c = Llama.ContextDefaultParams();
        bool model = m is { devices: 0, n_gpu_layers: -1, split_mode: 1, load_mode: (int)LlamaLoadMode.Auto, main_gpu: 0, kv_overrides: 0, vocab_only: 0, check_tensors: 0, use_extra_bufts: 1, no_host: 0, no_alloc: 0, load_mtp: 0 }
            && m.tensor_buft_overrides is null && m.tensor_split is null;
        bool context = c is
        {
            n_ctx: 512, n_batch: 2048, n_ubatch: 512, n_seq_max: 1, n_outputs_max: 0, n_outputs_max_per_seq: 1, rope_scaling_type: -1, flash_attn_type: -1,
            yarn_beta_slow: -1, yarn_orig_ctx: 0, defrag_thold: -1, cb_eval: 0, type_k: (int)GgmlType.F16, type_v: (int)GgmlType.F16, abort_callback: 0,
            embeddings: 0, offload_kqv: 1, no_perf: 1, op_offload: 1, swa_full: 1, kv_unified: 0, samplers: 0, n_samplers: 0, ctx_other: 0,
        };
        if (!(version + "-").StartsWith(Version + "-", StringComparison.Ordinal) || !model || !context)
        {
            throw new EngineUnavailableException(new BilingualText(
                $"The engine beside the program is llama.cpp {version}; this DeepFit is made for {Version} and will not guess at another layout. Build again to restore the right one.",
                $"程序旁边的推理引擎是 llama.cpp {version}，而本版 DeepFit 只适配 {Version}，不会猜测其他版本的结构。请重新构建以恢复正确的版本。"));
        }
    }
}
