using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DeepFit.Engine.Deployments;

/// <summary>Ends processes, gently or not.</summary>
internal static partial class ProcessSignals
{
    private const int Terminate = 15;
    private const int Kill = 9;

    /// <summary>Asks a process to end in good order. Windows has no such signal: there, the process finds the wish in the store.</summary>
    /// <returns>False where it belongs to another user.</returns>
    public static bool AskToEnd(ProcessIdentity process) => OperatingSystem.IsWindows() || !process.IsAlive || SendSignal(process.Id, Terminate) == 0;

    /// <summary>Ends a process at once.</summary>
    /// <returns>False where it belongs to another user.</returns>
    public static bool End(ProcessIdentity process)
    {
        if (!process.IsAlive)
        {
            return true;
        }

        if (!OperatingSystem.IsWindows())
        {
            return SendSignal(process.Id, Kill) == 0;
        }

        try
        {
            using Process running = Process.GetProcessById(process.Id);
            running.Kill(entireProcessTree: true);
            return true;
        }
        catch (ArgumentException)
        {
            return true; // it went meanwhile
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
