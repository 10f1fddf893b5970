using DeepFit.Engine.Detection.Linux;

namespace DeepFit.Engine.Detection.Disks;

/// <summary>What kind of disk a Linux path lies on.</summary>
internal static class LinuxDiskKind
{
    private static readonly HashSet<string> s_network = new(StringComparer.Ordinal)
    {
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "gpfs", "beegfs", "glusterfs", "orangefs", "ocfs2", "gfs2", "pvfs2", "davfs",
        "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.cephfs", "fuse.rclone", "fuse.s3fs", "fuse.juicefs", "fuse.davfs2", "fuse.seaweedfs", "fuse.mfs",
    };

    // Vendors of virtual disks: what they say about rotation is the hypervisor's default, not a fact.
    private static readonly string[] s_virtualVendors = ["QEMU", "Msft", "VMware", "VBOX", "Virtual", "Google", "XEN"];

    /// <summary><c>nvme</c>, <c>ssd</c>, <c>hdd</c>, <c>network</c>, or null when it cannot be told (virtual disks, overlay and memory file systems).</summary>
    /// <param name="host">Where to look.</param>
    /// <param name="mount">The mount that the folder lies in.</param>
    internal static string? Detect(IProbeHost host, LinuxMount mount)
    {
        if (s_network.Contains(mount.FileSystem))
            return "network";
        return BlockDevice(host, mount) is string device ? OfBlockDevice(host, device, depth: 0) : null;
    }

    /// <summary>The block device's name in <c>/sys/class/block</c>, or null.</summary>
    private static string? BlockDevice(IProbeHost host, LinuxMount mount)
    {
        // btrfs and ZFS have anonymous device numbers (major 0); btrfs still names its device.
        if (!mount.Device.StartsWith("0:", StringComparison.Ordinal) && host.ReadLink("/sys/dev/block/" + mount.Device) is string target)
            return LastSegment(target);
        if (!mount.Source.StartsWith("/dev/", StringComparison.Ordinal))
            return null;
        return LastSegment(host.ReadLink(mount.Source) ?? mount.Source);
    }

    private static string? OfBlockDevice(IProbeHost host, string name, int depth)
    {
        if (depth > 4 || name.Length == 0 || name.Contains("..", StringComparison.Ordinal))
            return null;
        string folder = "/sys/class/block/" + name;

        // LVM, dm-crypt, md: as slow as the slowest below.
        IReadOnlyList<string> below = host.ListFolder(folder + "/slaves");
        if (below.Count > 0)
        {
            string?[] kinds = [.. below.Select(slave => OfBlockDevice(host, slave, depth + 1))];
            return kinds.Contains(null) ? null : kinds.Contains("hdd") ? "hdd" : kinds.Contains("ssd") ? "ssd" : kinds[0];
        }

        if (name.StartsWith("nvme", StringComparison.Ordinal))
            return "nvme";
        string? disk = name;
        string? rotational = host.ReadFile(folder + "/queue/rotational");
        if (rotational is null)
        {
            // A partition: its folder lies inside its disk's.
            string[] path = (host.ReadLink(folder) ?? "").Split('/');
            disk = path.Length > 1 ? path[^2] : null;
            if (disk is null or "block")
                return null;
            rotational = host.ReadFile($"/sys/class/block/{disk}/queue/rotational");
        }

        return ProbeLine.Number(rotational) switch
        {
            0 => "ssd",
            1 when !IsVirtual(host, disk) => "hdd",
            _ => null,
        };
    }

    private static bool IsVirtual(IProbeHost host, string disk)
    {
        if (disk.StartsWith("vd", StringComparison.Ordinal) || disk.StartsWith("xvd", StringComparison.Ordinal) || disk.StartsWith("loop", StringComparison.Ordinal))
            return true;
        string vendor = ProbeLine.FirstLine(host.ReadFile($"/sys/class/block/{disk}/device/vendor")) ?? "";
        string model = ProbeLine.FirstLine(host.ReadFile($"/sys/class/block/{disk}/device/model")) ?? "";
        return s_virtualVendors.Any(word => vendor.StartsWith(word, StringComparison.OrdinalIgnoreCase) || model.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }

    private static string LastSegment(string path) => path[(path.TrimEnd('/').LastIndexOf('/') + 1)..].TrimEnd('/');
}
