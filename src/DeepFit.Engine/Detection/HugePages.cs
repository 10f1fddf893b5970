using System.Runtime.InteropServices;

namespace DeepFit.Engine.Detection;

/// <summary>Asks for large pages, which the kernel fills an order of magnitude sooner than small ones.</summary>
internal static unsafe partial class HugePages
{
    // MADV_HUGEPAGE of madvise(2), the same on all architectures that .NET runs on.
    private const int Advice = 14;

    /// <summary>A hint: where the system has none, or refuses, nothing happens.</summary>
    internal static void Advise(void* memory, long bytes)
    {
        if (memory is not null && OperatingSystem.IsLinux())
            _ = MemoryAdvise(memory, (nuint)bytes, Advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
