using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection;

/// <summary>
/// Remembers measured rates between runs, one per key. The key is <see cref="MachineFingerprint.Id"/> for memory bandwidth, and that id followed by
/// <c>/disk/</c> and the device for a disk's read rate. Implementations are safe to call from several threads and degrade silently when they cannot write.
/// </summary>
public interface IBandwidthCache
{
    /// <summary>The rate kept under a key, or null.</summary>
    /// <param name="machineId">The key: an opaque text without personal data.</param>
    ByteRate? Get(string machineId);

    /// <summary>Keeps a rate, replacing an older one.</summary>
    /// <param name="machineId">The key.</param>
    /// <param name="rate">Bytes per second.</param>
    void Put(string machineId, ByteRate rate);
}

/// <summary>Keeps rates for the life of the process only.</summary>
public sealed class MemoryBandwidthCache : IBandwidthCache
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, ByteRate> _rates = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ByteRate? Get(string machineId) => _rates.TryGetValue(machineId, out ByteRate rate) ? rate : null;

    /// <inheritdoc/>
    public void Put(string machineId, ByteRate rate) => _rates[machineId] = rate;
}
