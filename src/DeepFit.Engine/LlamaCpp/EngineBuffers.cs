using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>Under which device a buffer of the engine counts. Runs where the engine is loaded.</summary>
internal static class EngineBuffers
{
    /// <summary>The ending of buffers that are parts of the mapped file (ggml-backend.cpp, <c>ggml_backend_cpu_buffer_from_ptr_type</c>; Metal's likewise).</summary>
    public const string Mapped = "_Mapped";

    /// <summary>Sums sizes by device.</summary>
    /// <param name="sizes">MiB by buffer name.</param>
    /// <param name="rowOfBuffer">The device of each buffer that is a device's own.</param>
    public static Dictionary<string, long> ByRow(IEnumerable<KeyValuePair<string, double>> sizes, IReadOnlyDictionary<string, string> rowOfBuffer)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string buffer, double mebibytes) in sizes)
        {
            string name = buffer.EndsWith(Mapped, StringComparison.Ordinal) ? buffer[..^Mapped.Length] : buffer;
            string row = rowOfBuffer.GetValueOrDefault(name, DryRunVerb.Cpu);
            rows[row] = rows.GetValueOrDefault(row) + ByteSize.FromMiB(mebibytes).Bytes;
        }

        return rows;
    }

    /// <summary>Device buffers go by their device; host buffers (<c>CPU</c>, <c>Vulkan_Host</c>, <c>CUDA_Host</c>) are the CPU's.</summary>
    public static unsafe Dictionary<string, string> Rows(IReadOnlyList<string> devices)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in devices)
        {
            nint device = Ggml.DeviceByName(name);
            nint bufferType = device == 0 ? 0 : Ggml.DeviceBufferType(device);
            if (bufferType != 0)
            {
                rows[NativeEngine.Text(Ggml.BufferTypeName(bufferType))] = TensorPlacement.RowOf(bufferType, devices);
            }
        }

        return rows;
    }
}
