using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>
/// Where llama.cpp puts each tensor, and the bytes it takes there: the buffer types of the layer's device are tried in llama.cpp's order and the first
/// that the device can use for the tensor's operation wins (<c>make_cpu_buft_list</c> and <c>make_gpu_buft_list</c>, llama-model.cpp:1027-1135;
/// <c>select_weight_buft</c>, llama-model-loader.cpp:920-1071; sizes as in <c>ggml_backend_alloc_ctx_tensors_from_buft_size</c>, ggml-alloc.c:1168-1237;
/// llama.cpp v0.4.0). Runs where the engine is loaded.
/// </summary>
internal sealed class TensorPlacement
{
    private readonly ModelArchitecture architecture;
    private readonly EngineLogFacts facts;
    private readonly int cpuMoeLayers;
    private readonly List<(nint Device, nint BufferType)> cpuList;
    private readonly Dictionary<string, List<(nint Device, nint BufferType)>> lists = [];
    private readonly Dictionary<(string List, GgmlType Type, string Shape, Operation Operation), nint> chosen = [];

    public TensorPlacement(ModelArchitecture architecture, EngineLogFacts facts, int cpuMoeLayers)
    {
        this.architecture = architecture;
        this.facts = facts;
        this.cpuMoeLayers = cpuMoeLayers;
        cpuList = CpuList(facts.Devices);
    }

    private enum Operation
    {
        GetRows,
        MulMat,
        MulMatId,
        Mul,
        Add,
        Rope,
    }

    /// <summary>The weights' bytes by row of the result.</summary>
    public Dictionary<string, long> Weights(ModelLayout layout)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (GgufTensorInfo tensor in layout.Tensors)
        {
            foreach (nint bufferType in Place(tensor))
            {
                string row = RowOf(bufferType, facts.Devices);
                rows[row] = rows.GetValueOrDefault(row) + AllocatedBytes(bufferType, tensor.Type, tensor.Shape);
            }
        }

        return rows;
    }

    /// <summary>The key/value cache's bytes by row of the result (<c>llama_kv_cache</c>, llama-kv-cache.cpp:163-245).</summary>
    public Dictionary<string, long> Cache(GgmlType typeK, GgmlType typeV)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((int _, string deviceName) in facts.CacheLayerDevices)
        {
            nint device = Ggml.DeviceByName(deviceName);
            nint bufferType = device == 0 || (GgmlDeviceType)Ggml.DeviceType(device) == GgmlDeviceType.Cpu ? Ggml.CpuBufferType() : Ggml.DeviceBufferType(device);
            long bytes = AllocatedBytes(bufferType, typeK, [(long)architecture.KeyLength * architecture.HeadCountKv, facts.CacheCells, facts.CacheStreams]);
            if (!architecture.IsMla)
            {
                bytes += AllocatedBytes(bufferType, typeV, [(long)architecture.ValueLength * architecture.HeadCountKv, facts.CacheCells, facts.CacheStreams]);
            }

            string row = RowOf(bufferType, facts.Devices);
            rows[row] = rows.GetValueOrDefault(row) + bytes;
        }

        return rows;
    }

    /// <summary>The row that a buffer type counts under: one of the model's devices, or the CPU for host memory, pinned and repacked buffers included.</summary>
    public static unsafe string RowOf(nint bufferType, IReadOnlyList<string> devices)
    {
        nint device = Ggml.BufferTypeIsHost(bufferType) ? 0 : Ggml.BufferTypeDevice(bufferType);
        string name = device == 0 ? "" : NativeEngine.Text(Ggml.DeviceName(device));
        return devices.Contains(name) ? name : DryRunVerb.Cpu;
    }

    /// <summary>Bytes of one tensor in a buffer, padded to the buffer's alignment.</summary>
    private static long AllocatedBytes(nint bufferType, GgmlType type, IReadOnlyList<long> shape)
    {
        nint context = NewContext();
        try
        {
            long bytes = (long)Ggml.BufferTypeAllocSize(bufferType, NewTensor(context, type, shape));
            long alignment = (long)Ggml.BufferTypeAlignment(bufferType);
            return (bytes + alignment - 1) / alignment * alignment;
        }
        finally
        {
            Ggml.Free(context);
        }
    }

    private static nint NewContext() => Ggml.Init(new GgmlInitParams { mem_size = 16 * Ggml.TensorOverhead, no_alloc = 1 });

    private static nint NewTensor(nint context, GgmlType type, IReadOnlyList<long> shape) =>
        Ggml.NewTensor(context, (int)type, shape[0], Extent(shape, 1), Extent(shape, 2), Extent(shape, 3));

    private static long Extent(IReadOnlyList<long> shape, int dimension) => dimension < shape.Count ? shape[dimension] : 1;

    private static unsafe List<(nint Device, nint BufferType)> CpuList(IReadOnlyList<string> devices)
    {
        var list = new List<(nint, nint)>();
        nint cpu = 0;
        for (nuint i = 0; i < Ggml.DeviceCount(); i++)
        {
            nint device = Ggml.DeviceGet(i);
            var type = (GgmlDeviceType)Ggml.DeviceType(device);
            if (type == GgmlDeviceType.Cpu)
            {
                cpu = cpu == 0 ? device : cpu;
            }
            else if (type == GgmlDeviceType.Accelerator && Ggml.DeviceBufferType(device) is var bufferType && bufferType != Ggml.CpuBufferType())
            {
                list.Add((device, bufferType));
            }
        }

        foreach (string name in devices)
        {
            nint device = Ggml.DeviceByName(name);
            if (device != 0 && Ggml.DeviceHostBufferType(device) is var host && host != 0)
            {
                list.Add((device, host));
                break;
            }
        }

        AddExtra(list, cpu);
        list.Add((cpu, Ggml.DeviceBufferType(cpu)));
        return list;
    }

    private static unsafe void AddExtra(List<(nint Device, nint BufferType)> list, nint device)
    {
        nint registry = Ggml.DeviceRegistry(device);
        nint function = registry == 0 ? 0 : Ggml.RegistryGetProcAddress(registry, "ggml_backend_dev_get_extra_bufts");
        if (function == 0)
        {
            return;
        }

        for (nint* extra = ((delegate* unmanaged[Cdecl]<nint, nint*>)function)(device); extra is not null && *extra != 0; extra++)
        {
            list.Add((device, *extra));
        }
    }

    private static Operation OperationOf(string name) => name switch
    {
        "token_embd.weight" => Operation.GetRows,
        "rope_freqs.weight" => Operation.Rope,
        _ when name.EndsWith(".bias", StringComparison.Ordinal) => Operation.Add,
        _ when name.EndsWith("_norm.weight", StringComparison.Ordinal) => Operation.Mul,
        _ when name.EndsWith("_exps.weight", StringComparison.Ordinal) => Operation.MulMatId,
        _ => Operation.MulMat,
    };

    private List<nint> Place(GgufTensorInfo tensor)
    {
        Operation operation = OperationOf(tensor.Name);
        if (operation == Operation.Rope)
        {
            // Every layer has its own view of it; one copy in each buffer type (llama.cpp, TENSOR_DUPLICATED).
            return [.. facts.LayerDevices.Where(l => l.Key < architecture.LayerCount).Select(l => Choose(l.Value, tensor, operation)).Distinct()];
        }

        if (operation == Operation.GetRows)
        {
            nint input = Choose(DryRunVerb.Cpu, tensor, operation);
            nint output = architecture.TiedEmbeddings ? Choose(OutputDevice(), tensor, Operation.MulMat) : input;
            return input == output ? [input] : [input, output];
        }

        int number = GgufTensorName.LayerOf(tensor.Name);
        if (number < 0)
        {
            return [Choose(OutputDevice(), tensor, operation)];
        }

        bool kept = operation == Operation.MulMatId && number < cpuMoeLayers;
        return [Choose(kept ? DryRunVerb.Cpu : facts.LayerDevices.GetValueOrDefault(number, DryRunVerb.Cpu), tensor, operation)];
    }

    private string OutputDevice() => facts.LayerDevices.GetValueOrDefault(architecture.LayerCount, DryRunVerb.Cpu);

    private nint Choose(string deviceName, GgufTensorInfo tensor, Operation operation)
    {
        var key = (deviceName, tensor.Type, string.Join('x', tensor.Shape), operation);
        if (chosen.TryGetValue(key, out nint bufferType))
        {
            return bufferType;
        }

        foreach ((nint device, nint candidate) in ListOf(deviceName))
        {
            if (operation == Operation.Rope || Supports(device, candidate, tensor, operation))
            {
                chosen.Add(key, candidate);
                return candidate;
            }
        }

        throw new InvalidOperationException($"no buffer type for {tensor.Name} on {deviceName}");
    }

    private List<(nint Device, nint BufferType)> ListOf(string deviceName)
    {
        if (!facts.Devices.Contains(deviceName))
        {
            return cpuList;
        }

        if (!lists.TryGetValue(deviceName, out List<(nint, nint)>? list))
        {
            nint device = Ggml.DeviceByName(deviceName);
            list = [(device, Ggml.DeviceBufferType(device))];
            AddExtra(list, device);
            list.AddRange(cpuList);
            lists.Add(deviceName, list);
        }

        return list;
    }

    private unsafe bool Supports(nint device, nint bufferType, GgufTensorInfo tensor, Operation operation)
    {
        nint context = NewContext();
        nint buffer = Ggml.BufferTypeAllocate(bufferType, 0);
        try
        {
            nint weight = NewTensor(context, tensor.Type, tensor.Shape);
            IReadOnlyList<long> s = tensor.Shape;
            int used = Math.Max(1, architecture.Experts?.ExpertUsedCount ?? 1);
            nint result = operation switch
            {
                Operation.GetRows => Ggml.GetRows(context, weight, NewTensor(context, GgmlType.I32, [512])),
                Operation.MulMatId => Ggml.MulMatId(context, weight, NewTensor(context, GgmlType.F32, [s[0], used, 512]), NewTensor(context, GgmlType.I32, [used, 512])),
                Operation.Mul => Ggml.Mul(context, NewTensor(context, GgmlType.F32, s), weight),
                Operation.Add => Ggml.Add(context, NewTensor(context, GgmlType.F32, s), weight),
                _ => Ggml.MulMat(context, weight, NewTensor(context, GgmlType.F32, [s[0], 512, Extent(s, 2), Extent(s, 3)])),
            };
            ((GgmlTensorHead*)weight)->buffer = buffer;
            return Ggml.DeviceSupports(device, result);
        }
        finally
        {
            Ggml.Free(context);
            Ggml.BufferFree(buffer);
        }
    }
}
