using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Win32;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>The few values that are read from the registry.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsRegistry
{
    /// <summary>A value of HKEY_LOCAL_MACHINE as text, or null.</summary>
    /// <param name="host">Keeps what was read.</param>
    /// <param name="key">Path below the hive.</param>
    /// <param name="name">Value's name.</param>
    /// <param name="isPrivate">Whether it identifies the installation, and is used but not shown.</param>
    internal static string? Read(IProbeHost host, string key, string name, bool isPrivate = false)
    {
        string probe = $@"HKLM\{key}\{name}";
        try
        {
            using RegistryKey? opened = Registry.LocalMachine.OpenSubKey(key);
            string? text = Convert.ToString(opened?.GetValue(name), CultureInfo.InvariantCulture);
            host.Record(probe, isPrivate ? "(private, not shown)" : text);
            return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.SecurityException or ObjectDisposedException)
        {
            host.Record(probe, null, e.Message);
            return null;
        }
    }
}
