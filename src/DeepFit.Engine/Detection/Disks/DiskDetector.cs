using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Linux;
using DeepFit.Engine.Detection.Windows;

namespace DeepFit.Engine.Detection.Disks;

/// <summary>The disk that models go to: what is free, and what kind it is.</summary>
internal static class DiskDetector
{
    private static readonly string[] s_libraryFolders =
        OperatingSystem.IsLinux() ? ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/bin", "/opt", "/var/cache/apt"] : [];

    /// <summary>The disk, without its read rate; null when nothing of the path exists or the system refuses to say.</summary>
    /// <param name="host">Where to look.</param>
    /// <param name="folder">The models folder; it need not exist.</param>
    /// <param name="mounts">Linux: the mounts; empty elsewhere.</param>
    internal static DiskInfo? Detect(IProbeHost host, string folder, IReadOnlyList<LinuxMount> mounts)
    {
        string? existing = ModelsFolders.NearestExisting(folder);
        if (existing is null)
        {
            host.Record("disk of " + folder, null, "missing");
            return null;
        }

        try
        {
            // On Unix any folder will do (statvfs); on Windows the drive's letter is what counts, a share has none.
            DriveInfo drive = new(OperatingSystem.IsWindows() ? Path.GetPathRoot(existing)! : existing);
            ByteSize free = new(drive.AvailableFreeSpace);
            ByteSize total = new(drive.TotalSize);
            LinuxMount? mount = LinuxMountsParser.Of(mounts, existing);
            string? kind = mount is not null ? LinuxDiskKind.Detect(host, mount)
                : drive.DriveType == DriveType.Network ? "network"
                : OperatingSystem.IsWindows() ? WindowsKind(existing[0])
                : null;
            host.Record("disk of " + existing, $"free {free.Bytes}, total {total.Bytes}, {mount?.FileSystem ?? drive.DriveType.ToString()}, kind {kind ?? "unknown"}");
            return new DiskInfo { Path = folder, Free = free, Total = total, Kind = kind };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            host.Record("disk of " + existing, null, e.Message);
            return null;
        }
    }

    /// <summary>A short name of the device, for the cache of read rates.</summary>
    internal static string CacheKey(MachineFingerprint machine, string folder, IReadOnlyList<LinuxMount> mounts)
    {
        string existing = ModelsFolders.NearestExisting(folder) ?? folder;
        LinuxMount? mount = LinuxMountsParser.Of(mounts, existing);
        string device = mount is null ? Path.GetPathRoot(existing) ?? ""
            : mount.Source.StartsWith("/dev/", StringComparison.Ordinal) ? mount.Source
            : mount.FileSystem + ":" + mount.Device;
        return $"{machine.Id}/disk/{device}";
    }

    /// <summary>Folders on the same disk that may hold a large file: the models', then the program's, then the system's.</summary>
    internal static IEnumerable<string> CandidateFolders(string folder, IReadOnlyList<LinuxMount> mounts)
    {
        string? existing = ModelsFolders.NearestExisting(folder);
        if (existing is null)
            yield break;
        if (Directory.Exists(folder))
        {
            yield return existing;
            foreach (string child in Children(existing))
                yield return child;
        }

        string system = Environment.GetFolderPath(Environment.SpecialFolder.System);
        foreach (string candidate in (string[])[AppContext.BaseDirectory, system, .. s_libraryFolders])
        {
            if (candidate.Length > 0 && Path.IsPathFullyQualified(candidate) && SameDisk(candidate, existing, mounts))
                yield return candidate;
        }
    }

    private static string? WindowsKind(char letter) => !char.IsAsciiLetter(letter) ? null : StoragePropertyParser.Kind(
        WindowsNative.StorageProperty(letter, StoragePropertyParser.AdapterProperty),
        WindowsNative.StorageProperty(letter, StoragePropertyParser.SeekPenaltyProperty));

    private static bool SameDisk(string left, string right, IReadOnlyList<LinuxMount> mounts) => OperatingSystem.IsLinux()
        ? LinuxMountsParser.Of(mounts, left) is LinuxMount mount && mount.Device == LinuxMountsParser.Of(mounts, right)?.Device
        : string.Equals(Path.GetPathRoot(left), Path.GetPathRoot(right), StringComparison.OrdinalIgnoreCase);

    private static string[] Children(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Take(64)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
