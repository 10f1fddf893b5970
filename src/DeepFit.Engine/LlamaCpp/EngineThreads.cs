using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>The number of threads that llama.cpp's programs take by default: the physical cores (<c>common/common.cpp:78-228</c>, v0.4.0).</summary>
internal static partial class EngineThreads
{
    /// <summary>Physical cores; on Apple's processors the performance cores.</summary>
    public static int Default()
    {
        int cores = OperatingSystem.IsLinux() ? LinuxCores() : OperatingSystem.IsMacOS() ? MacCores() : WindowsDefault();
        return Math.Clamp(cores, 1, Math.Max(1, Environment.ProcessorCount));
    }

    private static int WindowsDefault() => Environment.ProcessorCount <= 4 ? Environment.ProcessorCount : Environment.ProcessorCount / 2;

    private static int LinuxCores()
    {
        var siblings = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            for (int cpu = 0; ; cpu++)
            {
                string file = string.Create(CultureInfo.InvariantCulture, $"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings");
                if (!File.Exists(file))
                {
                    break;
                }

                siblings.Add(File.ReadAllText(file));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Environment.ProcessorCount;
        }

        return siblings.Count > 0 ? siblings.Count : Environment.ProcessorCount;
    }

    private static unsafe int MacCores()
    {
        foreach (string name in (string[])["hw.perflevel0.physicalcpu", "hw.physicalcpu"])
        {
            int cores = 0;
            nuint size = sizeof(int);
            if (SystemControl(Encoding.ASCII.GetBytes(name + "\0"), &cores, &size, null, 0) == 0 && cores > 0)
            {
                return cores;
            }
        }

        return Environment.ProcessorCount;
    }

    [LibraryImport("libc", EntryPoint = "sysctlbyname")]
    private static unsafe partial int SystemControl(byte[] name, void* value, nuint* size, void* newValue, nuint newSize);
}
