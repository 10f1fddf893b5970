namespace DeepFit.Engine.Detection.Windows;

/// <summary>Reads the answers to IOCTL_STORAGE_QUERY_PROPERTY (ntddstor.h).</summary>
internal static class StoragePropertyParser
{
    /// <summary>STORAGE_PROPERTY_ID of STORAGE_ADAPTER_DESCRIPTOR.</summary>
    internal const uint AdapterProperty = 1;

    /// <summary>STORAGE_PROPERTY_ID of DEVICE_SEEK_PENALTY_DESCRIPTOR.</summary>
    internal const uint SeekPenaltyProperty = 7;

    private const byte BusVirtual = 14;
    private const byte BusFileBackedVirtual = 15;
    private const byte BusNvme = 17;

    /// <summary><c>nvme</c>, <c>ssd</c>, <c>hdd</c>, or null when it cannot be told.</summary>
    internal static string? Kind(ReadOnlySpan<byte> adapter, ReadOnlySpan<byte> seekPenalty)
    {
        byte bus = adapter.Length > 24 ? adapter[24] : (byte)0;
        if (bus == BusNvme)
            return "nvme";
        if (bus is BusVirtual or BusFileBackedVirtual || seekPenalty.Length < 9)
            return null;
        return seekPenalty[8] == 0 ? "ssd" : "hdd";
    }
}
