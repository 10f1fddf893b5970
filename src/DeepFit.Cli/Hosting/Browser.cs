using System.ComponentModel;
using System.Diagnostics;

namespace DeepFit.Cli.Hosting;

/// <summary>Opens an address in the person's browser, where there is somebody to see it.</summary>
internal static class Browser
{
    /// <summary>The command that opens an address; null in CI, and where there is no screen.</summary>
    /// <param name="address">The address; one of ours.</param>
    /// <param name="environment">The environment.</param>
    public static IReadOnlyList<string>? Command(string address, Func<string, string?> environment)
    {
        bool IsSet(string name) => environment(name) is { Length: > 0 };
        return IsSet("CI") ? null
            : OperatingSystem.IsWindows() ? ["rundll32.exe", "url.dll,FileProtocolHandler", address]
            : OperatingSystem.IsMacOS() ? (IsSet("SSH_CONNECTION") ? null : ["open", address])
            : IsSet("DISPLAY") || IsSet("WAYLAND_DISPLAY") ? ["xdg-open", address]
            : null;
    }

    /// <summary>Runs the command; nothing is waited for.</summary>
    /// <returns>False where there is no such program.</returns>
    public static bool TryOpen(IReadOnlyList<string> command)
    {
        try
        {
            var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            using Process? process = Process.Start(start);
            return process is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
