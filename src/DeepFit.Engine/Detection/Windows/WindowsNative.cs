using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>The calls into Windows, each returning the raw bytes that a pure parser reads; empty when the call fails or this is not Windows.</summary>
internal static unsafe partial class WindowsNative
{
    private const int RelationAll = 0xffff;
    private const int JobObjectExtendedLimitInformation = 9;
    private const int JobExtendedLimitBytes = 144;
    private const uint QueryStorageProperty = 0x2D1400;

    /// <summary>MEMORYSTATUSEX.</summary>
    internal static byte[] MemoryStatus()
    {
        if (!OperatingSystem.IsWindows())
            return [];
        byte[] buffer = new byte[MemoryStatusParser.Bytes];
        buffer[0] = MemoryStatusParser.Bytes;
        fixed (byte* bytes = buffer)
            return GlobalMemoryStatusEx(bytes) ? buffer : [];
    }

    /// <summary>A list of SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, all relations.</summary>
    internal static byte[] LogicalProcessors()
    {
        if (!OperatingSystem.IsWindows())
            return [];
        uint length = 0;
        _ = GetLogicalProcessorInformationEx(RelationAll, null, ref length);
        if (length is 0 or > 16 << 20)
            return [];
        byte[] buffer = new byte[length];
        fixed (byte* bytes = buffer)
            return GetLogicalProcessorInformationEx(RelationAll, bytes, ref length) ? buffer : [];
    }

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION of this process's job; empty outside of one.</summary>
    internal static byte[] JobLimits()
    {
        if (!OperatingSystem.IsWindows())
            return [];
        byte[] buffer = new byte[JobExtendedLimitBytes];
        fixed (byte* bytes = buffer)
            return QueryInformationJobObject(0, JobObjectExtendedLimitInformation, bytes, JobExtendedLimitBytes, null) ? buffer : [];
    }

    /// <summary>Bits of XCR0: the register sets that the system saves; without them their instructions cannot be used.</summary>
    internal static ulong EnabledXState() => OperatingSystem.IsWindows() ? GetEnabledXStateFeatures() : 0;

    /// <summary>Whether a PF_… feature is there.</summary>
    internal static bool HasFeature(uint feature) => OperatingSystem.IsWindows() && IsProcessorFeaturePresent(feature);

    /// <summary>A storage property of the volume with a drive letter; empty when the volume does not say. Needs no rights.</summary>
    /// <param name="letter">Drive letter.</param>
    /// <param name="property">STORAGE_PROPERTY_ID.</param>
    internal static byte[] StorageProperty(char letter, uint property)
    {
        if (!OperatingSystem.IsWindows())
            return [];
        using SafeFileHandle volume = CreateFile($@"\\.\{letter}:", 0, 3, 0, 3, 0, 0);
        if (volume.IsInvalid)
            return [];
        Span<uint> query = [property, 0, 0];
        byte[] buffer = new byte[64];
        uint returned = 0;
        fixed (uint* input = query)
        fixed (byte* output = buffer)
            return DeviceIoControl(volume, QueryStorageProperty, input, 12, output, 64, ref returned, 0) ? buffer[..(int)Math.Min(returned, 64)] : [];
    }

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GlobalMemoryStatusEx(byte* status);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetLogicalProcessorInformationEx(int relation, byte* buffer, ref uint length);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryInformationJobObject(nint job, int information, byte* buffer, uint length, uint* returned);

    [LibraryImport("kernel32")]
    private static partial ulong GetEnabledXStateFeatures();

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool IsProcessorFeaturePresent(uint feature);

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeviceIoControl(
        SafeFileHandle device, uint code, uint* input, uint inputBytes, byte* output, uint outputBytes, ref uint returned, nint overlapped);
}
