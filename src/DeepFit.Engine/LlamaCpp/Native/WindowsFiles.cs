using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace DeepFit.Engine.LlamaCpp.Native;

/// <summary>The one call that makes a file sparse on NTFS.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsFiles
{
    private const uint FsctlSetSparse = 0x000900C4;

    /// <summary>Marks a file sparse; a file system without sparse files ignores it.</summary>
    internal static void SetSparse(SafeFileHandle file) => DeviceIoControl(file, FsctlSetSparse, 0, 0, 0, 0, out _, 0);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeviceIoControl(SafeFileHandle file, uint code, nint input, uint inputSize, nint output, uint outputSize, out uint returned, nint overlapped);
}
