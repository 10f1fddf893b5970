using System.Globalization;
using System.Text.RegularExpressions;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>What llama.cpp v0.4.0 logs while it lays a model out: the facts that its C API does not return.</summary>
internal static partial class EngineLogParser
{
    /// <summary>Reads the log of one model and one context.</summary>
    /// <param name="lines">The lines, in order; unknown ones are skipped.</param>
    public static EngineLogFacts Parse(IEnumerable<string> lines)
    {
        var facts = new EngineLogFacts();
        foreach (string line in lines)
        {
            if (UsingDevice().Match(line) is { Success: true } device)
            {
                facts.Devices.Add(device.Groups[1].Value);
            }
            else if (LayerDevice().Match(line) is { Success: true } layer)
            {
                facts.LayerDevices[Int(layer.Groups[1])] = layer.Groups[2].Value;
            }
            else if (CacheLayerDevice().Match(line) is { Success: true } cacheLayer)
            {
                facts.CacheLayerDevices[Int(cacheLayer.Groups[1])] = cacheLayer.Groups[2].Value;
            }
            else if (CacheShape().Match(line) is { Success: true } cache)
            {
                facts.CacheCells = Int(cache.Groups[1]);
                facts.CacheStreams = Int(cache.Groups[2]);
            }
            else if (BufferSize().Match(line) is { Success: true } buffer)
            {
                Dictionary<string, double> sizes = buffer.Groups[2].Value switch
                {
                    "compute" => facts.ComputeMiB,
                    "output" => facts.OutputMiB,
                    "KV" => facts.CacheMiB,
                    _ => facts.ModelMiB,
                };
                string name = buffer.Groups[1].Value;
                sizes[name] = sizes.GetValueOrDefault(name) + double.Parse(buffer.Groups[3].ValueSpan, CultureInfo.InvariantCulture);
            }
        }

        return facts;
    }

    private static int Int(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    // src/llama.cpp:307
    [GeneratedRegex(@"^llama_prepare_model_devices: using device (\S+) \(", RegexOptions.CultureInvariant)]
    private static partial Regex UsingDevice();

    // src/llama-model.cpp:1480-1485
    [GeneratedRegex(@"^load_tensors: layer\s+(\d+) assigned to device (\S+),", RegexOptions.CultureInvariant)]
    private static partial Regex LayerDevice();

    // src/llama-kv-cache.cpp:223
    [GeneratedRegex(@"^llama_kv_cache: layer\s+(\d+): dev = (\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex CacheLayerDevice();

    // src/llama-kv-cache.cpp:300
    [GeneratedRegex(@"^llama_kv_cache: size = .*\(\s*(\d+) cells,\s*\d+ layers,\s*\d+/(\d+) seqs\)", RegexOptions.CultureInvariant)]
    private static partial Regex CacheShape();

    // src/llama-context.cpp:379,690, src/llama-kv-cache.cpp:291, src/llama-model.cpp:1806
    [GeneratedRegex(@"^\w+:\s+(\S+)\s+(compute|output|KV|model) buffer size =\s+([0-9.]+) MiB", RegexOptions.CultureInvariant)]
    private static partial Regex BufferSize();
}

/// <summary>The facts that <see cref="EngineLogParser"/> finds; sizes in MiB by buffer name, as printed (two decimals).</summary>
internal sealed class EngineLogFacts
{
    /// <summary>The devices that the model may use, in order; the CPU is not among them.</summary>
    public List<string> Devices { get; } = [];

    /// <summary>The device of each layer; the output layer counts as one after the last.</summary>
    public Dictionary<int, string> LayerDevices { get; } = [];

    /// <summary>The device of each layer's key/value cache.</summary>
    public Dictionary<int, string> CacheLayerDevices { get; } = [];

    /// <summary>Cells (tokens) of the cache in each stream.</summary>
    public int CacheCells { get; set; }

    /// <summary>Streams of the cache: one, or one a sequence.</summary>
    public int CacheStreams { get; set; }

    /// <summary>Compute buffers.</summary>
    public Dictionary<string, double> ComputeMiB { get; } = [];

    /// <summary>Output buffers (logits).</summary>
    public Dictionary<string, double> OutputMiB { get; } = [];

    /// <summary>Key/value cache buffers; 0 in a dry run.</summary>
    public Dictionary<string, double> CacheMiB { get; } = [];

    /// <summary>Weight buffers; 0 in a dry run.</summary>
    public Dictionary<string, double> ModelMiB { get; } = [];
}
