using System.ComponentModel;
using System.Diagnostics;

namespace DeepFit.Engine.Verification;

/// <summary>How much of its cores a process gets.</summary>
public static class CpuShare
{
    private const double ShortestSeconds = 0.5;

    /// <summary>Begins to watch.</summary>
    /// <param name="process">The process's number.</param>
    /// <param name="threads">Threads that compute all the time while it computes; 0 for the physical cores.</param>
    /// <returns>Given the seconds in which it computed since then, tells the share of its threads' time that it got, 1 for all; null where that was too short, or cannot be known.</returns>
    public static Func<double, double?> Watch(int process, int threads)
    {
        int count = threads > 0 ? threads : LlamaCpp.EngineThreads.Default();
        TimeSpan? used = Used(process);
        return seconds => seconds >= ShortestSeconds && Used(process) is { } now && used is { } then ? (now - then).TotalSeconds / seconds / count : null;
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
