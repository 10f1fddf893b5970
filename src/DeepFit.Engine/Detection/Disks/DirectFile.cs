using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeepFit.Engine.Detection.Disks;

/// <summary>Opens a file for reading past the page cache.</summary>
internal static partial class DirectFile
{
    // FILE_FLAG_NO_BUFFERING of CreateFileW; .NET lets it through.
    private const FileOptions NoBuffering = (FileOptions)0x20000000;

    private const int CloseOnExec = 0x80000;

    /// <summary>A handle for aligned reads, or null where the system or the file system offers none.</summary>
    internal static SafeFileHandle? Open(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, NoBuffering);
        if (!OperatingSystem.IsLinux())
            return null;

        // O_DIRECT differs by architecture (fcntl.h of glibc and musl).
        int direct = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;
        int descriptor = OpenFile(path, direct | CloseOnExec);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    // open(2) is variadic only for its mode, which is not passed here.
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags);
}
