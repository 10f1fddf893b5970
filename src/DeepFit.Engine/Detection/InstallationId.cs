using DeepFit.Engine.Detection.Windows;

namespace DeepFit.Engine.Detection;

/// <summary>The operating system installation's own random id. Only ever used hashed.</summary>
internal static class InstallationId
{
    /// <summary>The id, or null where there is none (most containers) or none is read (macOS, whose id is the hardware's serial number in disguise).</summary>
    internal static string? Read(IProbeHost host)
    {
        if (OperatingSystem.IsWindows())
            return WindowsRegistry.Read(host, @"SOFTWARE\Microsoft\Cryptography", "MachineGuid", isPrivate: true);
        return OperatingSystem.IsLinux() ? ProbeLine.FirstLine(host.ReadFile("/etc/machine-id") ?? host.ReadFile("/var/lib/dbus/machine-id")) : null;
    }
}
