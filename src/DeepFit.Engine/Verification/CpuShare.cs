using System.ComponentModel;
using System.Diagnostics;

namespace DeepFit.Engine.Verification;

/// <summary>How much of its cores a process gets.</summary>
public static class CpuShare
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>Begins to watch.</summary>
    /// <param name="process">The process's number.</param>
    /// <param name="threads">Threads that compute all the time; 0 for the physical cores.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Tells the share since then, 1 for all; null where too little time has passed, or it cannot be known.</returns>
    public static Func<double?> Watch(int process, int threads, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        int count = threads > 0 ? threads : LlamaCpp.EngineThreads.Default();
        long begun = time.GetTimestamp();
        TimeSpan? used = Used(process);
        return () => time.GetElapsedTime(begun) is var wall && wall >= Shortest && Used(process) is { } now && used is { } then ? (now - then) / wall / count : null;
    }

    private static TimeSpan? Used(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return process.TotalProcessorTime;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
