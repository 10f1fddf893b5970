using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>One ggml thread pool for all contexts, as <c>llama-server</c> and <c>llama-bench</c> attach one: without it every token starts its threads anew.</summary>
internal sealed unsafe class ThreadPool : IDisposable
{
    private readonly delegate* unmanaged[Cdecl]<nint, void> free;
    private readonly nint pool;

    /// <summary>Creates the pool; the CPU back end has it.</summary>
    public ThreadPool(int threads)
    {
        nint cpu = Ggml.DeviceByName("CPU");
        nint registry = cpu == 0 ? 0 : Ggml.DeviceRegistry(cpu);
        nint create = registry == 0 ? 0 : Ggml.RegistryGetProcAddress(registry, "ggml_threadpool_new");
        free = (delegate* unmanaged[Cdecl]<nint, void>)(registry == 0 ? 0 : Ggml.RegistryGetProcAddress(registry, "ggml_threadpool_free"));
        if (create == 0 || free is null)
        {
            return;
        }

        byte* parameters = stackalloc byte[2048]; // ggml_threadpool_params (ggml.h:2944): a mask of 512 and a few words
        Ggml.ThreadPoolParamsInit(parameters, threads);
        pool = ((delegate* unmanaged[Cdecl]<byte*, nint>)create)(parameters);
    }

    /// <summary>Makes a context use it.</summary>
    public void Attach(nint context)
    {
        if (pool != 0)
        {
            Llama.AttachThreadPool(context, pool, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (pool != 0)
        {
            free(pool);
        }
    }
}
