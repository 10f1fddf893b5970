using System.Globalization;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection;

namespace DeepFit.Engine.Storage;

/// <summary>Transfer rates in the store: memory bandwidth and disks' read rates, one a key.</summary>
public sealed class RateCache : IBandwidthCache
{
    private const string Kind = "rate";

    private readonly MeasurementStore _store;

    internal RateCache(MeasurementStore store) => _store = store;

    /// <summary>The rate, or null when none was measured.</summary>
    /// <param name="machineId">The machine's fingerprint, with the disk's name for a disk.</param>
    public ByteRate? Get(string machineId) =>
        double.TryParse(_store.Get(Kind, machineId), NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate > 0 && double.IsFinite(rate)
            ? new ByteRate(rate)
            : null;

    /// <summary>Keeps a rate in place of the earlier one.</summary>
    /// <param name="machineId">The key.</param>
    /// <param name="rate">Bytes per second.</param>
    public void Put(string machineId, ByteRate rate) => _store.Put(Kind, machineId, rate.BytesPerSecond.ToString("R", CultureInfo.InvariantCulture));
}
