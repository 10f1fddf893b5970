using System.Text.Json;
using System.Text.Json.Serialization;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Storage;

/// <summary>
/// The engine's device lists in the store. The child process that lists devices takes longer than all else in a plain start; the devices change only
/// with the engine, the drivers and the cards, which the key names. Free memory is that of the time of asking.
/// </summary>
public sealed class EngineDeviceCache
{
    private const string Kind = "engine_devices";

    private readonly MeasurementStore _store;

    internal EngineDeviceCache(MeasurementStore store) => _store = store;

    /// <summary>The devices, or null when they were not asked for with this key or cannot be read.</summary>
    /// <param name="key">Engine version, drivers and cards in one text.</param>
    public IReadOnlyList<EngineDevice>? Get(string key)
    {
        if (_store.Get(Kind, key) is not { } json)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(json, EngineDeviceJson.Default.EngineDeviceDocumentArray) is { } documents
                && Array.TrueForAll(documents, d => d is { Name: not null, Description: not null, Type: not null })
                ? Array.ConvertAll(documents, d => new EngineDevice(
                    d.Name, d.Description, d.Type, new ByteSize(d.MemoryFreeBytes), new ByteSize(d.MemoryTotalBytes)))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps a list in place of the earlier one.</summary>
    /// <param name="key">Engine version, drivers and cards in one text.</param>
    /// <param name="devices">What the engine listed.</param>
    public void Put(string key, IReadOnlyList<EngineDevice> devices)
    {
        EngineDeviceDocument[] documents =
        [
            .. devices.Select(d => new EngineDeviceDocument(d.Name, d.Description, d.Type, d.MemoryFree.Bytes, d.MemoryTotal.Bytes)),
        ];
        _store.Put(Kind, key, JsonSerializer.Serialize(documents, EngineDeviceJson.Default.EngineDeviceDocumentArray));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EngineDeviceDocument[]))]
internal sealed partial class EngineDeviceJson : JsonSerializerContext;
