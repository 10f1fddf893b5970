using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;

namespace DeepFit.Engine.Verification;

/// <summary>Holds figures against promises.</summary>
internal static class PromiseChecks
{
    /// <summary>What the engine's printing (0.01 MiB for each of a handful of buffers) and the padding of buffers may hide.</summary>
    private const double Printed = 0.05 * ByteSize.MiB;

    private const double Padding = 0.001;

    /// <summary>What the program itself may take beside the engine that it runs in its process: 64 MiB.</summary>
    private const double Program = 64 * ByteSize.MiB;

    /// <summary>What the way through HTTP may add to the first token, in seconds.</summary>
    private const double Way = 0.05;

    /// <summary>Buffers, device by device; what neither was promised nor came is left out.</summary>
    public static IEnumerable<PromiseCheck> Buffers(MemoryEstimate promised, MemoryDocument actual)
    {
        for (int i = 0; i < Math.Max(promised.Devices.Count, actual.Devices.Count); i++)
        {
            DeviceMemoryDocument? came = i < actual.Devices.Count ? actual.Devices[i] : null;
            DeviceMemory? row = came is null ? promised.Devices[i]
                : promised.Devices.FirstOrDefault(d => d.Device == came.Device) ?? (i < promised.Devices.Count ? promised.Devices[i] : null);
            string device = came?.Device ?? row!.Device;
            foreach ((string name, long was, long is_) in ((string, long, long)[])
            [
                ("weights", row?.Weights.Bytes ?? 0, came?.WeightsBytes ?? 0),
                ("kv_cache", row?.KvCache.Bytes ?? 0, came?.KvCacheBytes ?? 0),
                ("compute", row?.Compute.Bytes ?? 0, came?.ComputeBytes ?? 0),
            ])
            {
                if (was > 0 || is_ > 0)
                {
                    yield return Bytes(name, device, was, Math.Max(Printed, was * Padding), is_);
                }
            }
        }
    }

    /// <summary>
    /// The memory that the process needs (<see cref="NeededMemory"/>) against the promise for system memory. What the cache has not held yet is not resident: less than promised is no news. Where the
    /// system does not tell what is needed apart from what is resident, more than promised proves nothing.
    /// </summary>
    public static PromiseCheck Process(MemoryEstimate promised, ServerStatusDocument status)
    {
        double was = promised.Devices[0].Total.Bytes;
        double? needed = NeededMemory.Of(status)?.Bytes;
        PromiseOutcome outcome = needed is null ? PromiseOutcome.Unknown
            : needed <= was + Program ? PromiseOutcome.Kept
            : NeededMemory.IsExact(status) ? PromiseOutcome.Broken
            : PromiseOutcome.Unknown;
        return new PromiseCheck("process_memory", null, PromiseUnit.Bytes, was, null, was + Program, needed, outcome);
    }

    /// <summary>A rate against a promise with an interval; what the rounds scattered by is allowed for.</summary>
    public static PromiseCheck Rate(string name, double? promised, double? low, double? high, double? actual, double spread)
    {
        PromiseOutcome outcome = promised is null || actual is null ? PromiseOutcome.Unknown
            : actual * (1 + spread) < low ? PromiseOutcome.Broken
            : actual / (1 + spread) > high ? PromiseOutcome.Better
            : PromiseOutcome.Kept;
        return new PromiseCheck(name, null, PromiseUnit.TokensPerSecond, promised, low, high, actual, outcome);
    }

    /// <summary>The time to the first token against a promise.</summary>
    public static PromiseCheck FirstToken(double? promised, double? low, double? high, double? actual, double spread)
    {
        PromiseOutcome outcome = promised is null || actual is null ? PromiseOutcome.Unknown
            : actual / (1 + spread) > high + Way ? PromiseOutcome.Broken
            : actual * (1 + spread) < low ? PromiseOutcome.Better
            : PromiseOutcome.Kept;
        return new PromiseCheck("seconds_to_first_token", null, PromiseUnit.Seconds, promised, low, high, actual, outcome);
    }

    private static PromiseCheck Bytes(string name, string device, double promised, double tolerance, double actual) => new(
        name, device, PromiseUnit.Bytes, promised, promised - tolerance, promised + tolerance, actual,
        actual > promised + tolerance ? PromiseOutcome.Broken : actual < promised - tolerance ? PromiseOutcome.Better : PromiseOutcome.Kept);
}
