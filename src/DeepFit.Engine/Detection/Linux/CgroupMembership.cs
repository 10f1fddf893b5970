namespace DeepFit.Engine.Detection.Linux;

/// <summary>Where this process stands in the cgroup trees (<c>/proc/self/cgroup</c>), as folders that can be read.</summary>
internal static class CgroupMembership
{
    // The kernel's own default for cgroup.max.depth is unlimited; deeper than this is damage.
    private const int MaxDepth = 64;

    /// <summary>Folders of the unified tree (v2), from the process's own group up to the root of what is visible; empty without v2.</summary>
    internal static IReadOnlyList<string> UnifiedFolders(string? cgroups, IReadOnlyList<LinuxMount> mounts)
    {
        if (PathOf(cgroups, controller: null) is not string path)
            return [];
        LinuxMount? mount = mounts.LastOrDefault(m => m.FileSystem == "cgroup2");
        return Upwards(mount?.MountPoint ?? "/sys/fs/cgroup", mount?.Root ?? "/", path);
    }

    /// <summary>Folders of one controller's own tree (v1), from the process's own group up; empty when the controller is not in a v1 tree.</summary>
    /// <param name="cgroups">Text of <c>/proc/self/cgroup</c>.</param>
    /// <param name="mounts">The mounts.</param>
    /// <param name="controller"><c>memory</c> or <c>cpu</c>.</param>
    internal static IReadOnlyList<string> ControllerFolders(string? cgroups, IReadOnlyList<LinuxMount> mounts, string controller)
    {
        if (PathOf(cgroups, controller) is not string path)
            return [];
        LinuxMount? mount = mounts.LastOrDefault(m => m.FileSystem == "cgroup" && m.SuperOptions.Split(',').Contains(controller));
        return Upwards(mount?.MountPoint ?? "/sys/fs/cgroup/" + controller, mount?.Root ?? "/", path);
    }

    /// <summary>The path in the tree of a controller (v1), or in the unified tree for null; null when the process is in no such tree.</summary>
    internal static string? PathOf(string? cgroups, string? controller)
    {
        foreach (string line in (cgroups ?? "").Split('\n'))
        {
            // hierarchy-ID:controller-list:path; the path may hold colons.
            string[] fields = line.TrimEnd('\r').Split(':', 3);
            if (fields.Length < 3 || !fields[2].StartsWith('/'))
                continue;
            bool matches = controller is null ? fields[0] == "0" && fields[1].Length == 0 : fields[1].Split(',').Contains(controller);
            if (matches)
                return fields[2];
        }

        return null;
    }

    private static List<string> Upwards(string mountPoint, string root, string path)
    {
        // In a container without its own cgroup namespace the path is the host's, and the mount shows only the container's part of the tree (its root).
        // A path that leads out of what is visible ("/../..", or beside the mount's root) leaves the mount point alone to ask.
        string below = "";
        if (!path.Split('/').Contains(".."))
        {
            if (root == "/")
                below = path.TrimEnd('/');
            else if (path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/'))
                below = path[root.Length..].TrimEnd('/');
        }

        List<string> folders = [];
        while (below.Length > 0 && folders.Count < MaxDepth)
        {
            folders.Add(mountPoint + below);
            below = below[..Math.Max(0, below.LastIndexOf('/'))];
        }

        folders.Add(mountPoint);
        return folders;
    }
}
