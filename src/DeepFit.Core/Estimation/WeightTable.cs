using System.Collections.Concurrent;
using DeepFit.Core.Estimation.Graph;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Estimation;

/// <summary>A model's tensors summed by layer, so that placing them costs a pass over the layers and not over the tensors.</summary>
internal sealed class WeightTable
{
    private static readonly ConcurrentDictionary<object, int> Ids = new();
    private static int _lastId;

    private readonly long[] _layers;
    private readonly long[] _routedExperts;
    private readonly IReadOnlyList<GgufTensorInfo> _tensors;
    private readonly Dictionary<string, GgmlType> _types = new(StringComparer.Ordinal);
    private readonly long _input;
    private readonly long _output;
    private readonly long _largest;

    public WeightTable(ModelLayout model)
    {
        int count = model.Architecture.LayerCount;
        _layers = new long[count];
        _routedExperts = new long[count];
        _tensors = model.Tensors;
        foreach (GgufTensorInfo tensor in model.Tensors)
        {
            long bytes = tensor.Bytes;
            int layer = GgufTensorName.LayerOf(tensor.Name);
            if (layer >= count)
            {
                continue; // next-token-prediction layers are not loaded
            }

            _largest = Math.Max(_largest, bytes);
            Note(layer < 0 ? tensor.Name : tensor.Name[(tensor.Name.IndexOf('.', 4) + 1)..], tensor.Type);
            if (layer >= 0)
            {
                (IsRoutedExpert(tensor.Name) ? _routedExperts : _layers)[layer] += bytes;
            }
            else if (IsOutput(tensor.Name))
            {
                _output += bytes;
            }
            else if (tensor.Name == "rope_freqs.weight" && count > 0)
            {
                _layers[0] += bytes;
            }
            else
            {
                _input += bytes;
                if (model.Architecture.TiedEmbeddings && tensor.Name == "token_embd.weight")
                {
                    TiedOutput = bytes;
                }
            }
        }

        ArchitectureId = Ids.GetOrAdd(model.Architecture with { LayerCount = 0, ContextLength = 0 }, static _ => Interlocked.Increment(ref _lastId));
        TypesId = Ids.GetOrAdd(string.Join(',', _types.Select(t => $"{t.Key}={(int)t.Value}")), static _ => Interlocked.Increment(ref _lastId));
    }

    /// <summary>A number that stands for the shapes of a layer; equal for equal shapes.</summary>
    public int ArchitectureId { get; }

    /// <summary>A number that stands for the types of <see cref="TypeOf"/>; equal for equal types.</summary>
    public int TypesId { get; }

    /// <summary>Bytes of an embedding table that also serves as the output matrix: copied when the output is on a GPU.</summary>
    public long TiedOutput { get; }

    /// <summary>Whether a tensor holds the routed experts of a layer: what <c>--n-cpu-moe</c> keeps on the CPU (common/arg.cpp, <c>ffn_(up|down|gate)_exps</c>).</summary>
    public static bool IsRoutedExpert(string name) => name.Contains("_exps.", StringComparison.Ordinal);

    /// <summary>Type of a weight by its name without layer; where layers differ, the widest. F16 for a weight that the file does not have.</summary>
    public GgmlType TypeOf(string name) => _types.GetValueOrDefault(name, GgmlType.F16);

    /// <summary>Bytes on each device; the CPU's last.</summary>
    public long[] Place(LayerPlacement placement, DeviceTraits[] devices, int cpuMoeLayers)
    {
        int cpu = placement.Cpu;
        long[] bytes = new long[cpu + 1];
        bytes[cpu] += _input;
        if (placement.Output != cpu)
        {
            bytes[placement.Output] += TiedOutput;
        }

        if (Array.Exists(devices, d => d.MaxTensorBytes < _largest))
        {
            PlaceEach(placement, devices, cpuMoeLayers, bytes);
            return bytes;
        }

        bytes[placement.Output] += _output;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            int device = placement.Layers[layer];
            bytes[device] += _layers[layer];
            bytes[layer < cpuMoeLayers ? cpu : device] += _routedExperts[layer];
        }

        return bytes;
    }

    private static bool IsOutput(string name) => name.StartsWith("output", StringComparison.Ordinal);

    // a tensor that a device cannot bind stays on the CPU (done_getting_tensors, llama-model-loader.cpp)
    private void PlaceEach(LayerPlacement placement, DeviceTraits[] devices, int cpuMoeLayers, long[] bytes)
    {
        foreach (GgufTensorInfo tensor in _tensors)
        {
            int layer = GgufTensorName.LayerOf(tensor.Name);
            if (layer >= _layers.Length || (layer < 0 && !IsOutput(tensor.Name) && tensor.Name != "rope_freqs.weight"))
            {
                continue;
            }

            int device = layer >= 0 ? placement.Layers[layer] : IsOutput(tensor.Name) ? placement.Output : placement.Layers[0];
            bool stays = (layer < cpuMoeLayers && IsRoutedExpert(tensor.Name)) || tensor.Bytes > devices[device].MaxTensorBytes;
            bytes[stays ? placement.Cpu : device] += tensor.Bytes;
        }
    }

    private void Note(string name, GgmlType type)
    {
        if (!_types.TryGetValue(name, out GgmlType known) || known.BitsPerElement() < type.BitsPerElement())
        {
            _types[name] = type;
        }
    }
}
