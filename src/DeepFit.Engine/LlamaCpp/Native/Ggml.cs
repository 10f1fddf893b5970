using System.Runtime.InteropServices;

namespace DeepFit.Engine.LlamaCpp.Native;

/// <summary>ggml's C API (ggml.h, ggml-backend.h, llama.cpp v0.4.0): devices, buffer types and the few operators that placement asks about.</summary>
internal static unsafe partial class Ggml
{
    internal const string Library = "deepfit-ggml";
    internal const string BaseLibrary = "deepfit-ggml-base";

    /// <summary>Bytes that one tensor takes in a context's pool: generous against <c>ggml_tensor_overhead()</c> (about 400).</summary>
    internal const int TensorOverhead = 1024;

    [LibraryImport(Library, EntryPoint = "ggml_backend_load_all_from_path", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void LoadAllFromPath(string folder);

    [LibraryImport(Library, EntryPoint = "ggml_backend_dev_count")]
    internal static partial nuint DeviceCount();

    [LibraryImport(Library, EntryPoint = "ggml_backend_dev_get")]
    internal static partial nint DeviceGet(nuint index);

    [LibraryImport(Library, EntryPoint = "ggml_backend_dev_by_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint DeviceByName(string name);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_version")]
    internal static partial byte* Version();

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_name")]
    internal static partial byte* DeviceName(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_type")]
    internal static partial int DeviceType(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_get_props")]
    internal static partial void DeviceGetProps(nint device, GgmlDeviceProps* props);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_backend_reg")]
    internal static partial nint DeviceRegistry(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_buffer_type")]
    internal static partial nint DeviceBufferType(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_host_buffer_type")]
    internal static partial nint DeviceHostBufferType(nint device);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_dev_supports_op")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool DeviceSupports(nint device, nint operation);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_reg_get_proc_address", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint RegistryGetProcAddress(nint registry, string name);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_cpu_buffer_type")]
    internal static partial nint CpuBufferType();

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_name")]
    internal static partial byte* BufferTypeName(nint bufferType);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_is_host")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool BufferTypeIsHost(nint bufferType);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_get_device")]
    internal static partial nint BufferTypeDevice(nint bufferType);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_get_alignment")]
    internal static partial nuint BufferTypeAlignment(nint bufferType);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_get_alloc_size")]
    internal static partial nuint BufferTypeAllocSize(nint bufferType, nint tensor);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buft_alloc_buffer")]
    internal static partial nint BufferTypeAllocate(nint bufferType, nuint size);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_backend_buffer_free")]
    internal static partial void BufferFree(nint buffer);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_init")]
    internal static partial nint Init(GgmlInitParams parameters);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_free")]
    internal static partial void Free(nint context);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_new_tensor_4d")]
    internal static partial nint NewTensor(nint context, int type, long ne0, long ne1, long ne2, long ne3);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_get_rows")]
    internal static partial nint GetRows(nint context, nint a, nint b);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_mul_mat")]
    internal static partial nint MulMat(nint context, nint a, nint b);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_mul_mat_id")]
    internal static partial nint MulMatId(nint context, nint a, nint b, nint ids);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_mul")]
    internal static partial nint Mul(nint context, nint a, nint b);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_add")]
    internal static partial nint Add(nint context, nint a, nint b);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_set_abort_callback")]
    internal static partial nint SetAbortCallback(delegate* unmanaged[Cdecl]<byte*, void> callback);

    [LibraryImport(BaseLibrary, EntryPoint = "ggml_threadpool_params_init")]
    internal static partial void ThreadPoolParamsInit(byte* parameters, int threads);
}
