using System.Runtime.InteropServices;
using DeepFit.Core.Hardware;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>The distribution, and what it runs inside of.</summary>
internal static class LinuxOsDetector
{
    /// <summary>Reads the system's description.</summary>
    internal static OperatingSystemInfo Detect(IProbeHost host) => new()
    {
        Family = "linux",
        Description = Describe(host.ReadFile("/etc/os-release") ?? host.ReadFile("/usr/lib/os-release")),
        Architecture = ArchitectureName.Of(RuntimeInformation.OSArchitecture),
        Container = LinuxContainer.Detect(host),
        Wsl = LinuxContainer.IsWsl(host.ReadFile("/proc/version"), host.Environment("WSL_INTEROP") ?? host.Environment("WSL_DISTRO_NAME")),
    };

    /// <summary>The distribution's name and version from <c>os-release</c>, or null.</summary>
    internal static string? Describe(string? text)
    {
        string? pretty = null, name = null, version = null;
        foreach (ReadOnlySpan<char> line in (text ?? "").AsSpan().EnumerateLines())
        {
            if (!ProbeLine.TryKeyValue(line, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value, '='))
                continue;
            string text1 = value.Trim("\"'").ToString();
            switch (key)
            {
                case "PRETTY_NAME":
                    pretty = text1;
                    break;
                case "NAME":
                    name = text1;
                    break;
                case "VERSION" or "VERSION_ID" when version is null:
                    version = text1;
                    break;
                default:
                    break;
            }
        }

        return !string.IsNullOrWhiteSpace(pretty) ? pretty
            : string.IsNullOrWhiteSpace(name) ? null
            : $"{name} {version}".TrimEnd();
    }
}
