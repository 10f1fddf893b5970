using System.Text;

namespace DeepFit.Engine.Detection.Linux;

/// <summary>One line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Device"><c>major:minor</c>.</param>
/// <param name="Root">The folder of the file system that is mounted.</param>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="FileSystem">Its type, such as <c>ext4</c>.</param>
/// <param name="Source">The device or remote name.</param>
/// <param name="SuperOptions">Options of the file system; for cgroup v1 the controllers.</param>
internal sealed record LinuxMount(string Device, string Root, string MountPoint, string FileSystem, string Source, string SuperOptions);

/// <summary>Reads <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
internal static class LinuxMountsParser
{
    /// <summary>The mounts, in file order; lines that are none are skipped. Never throws.</summary>
    internal static IReadOnlyList<LinuxMount> Parse(string? text)
    {
        List<LinuxMount> mounts = [];
        foreach (string line in (text ?? "").Split('\n'))
        {
            string[] fields = line.TrimEnd('\r').Split(' ');
            int dash = Array.IndexOf(fields, "-", Math.Min(6, fields.Length));
            if (dash < 6 || fields.Length < dash + 3)
                continue;
            string options = fields.Length > dash + 3 ? fields[dash + 3] : "";
            mounts.Add(new LinuxMount(
                fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[dash + 1], Unescape(fields[dash + 2]), options));
        }

        return mounts;
    }

    /// <summary>The mount that a path lies in: the longest mount point above it, the last one where several are stacked; null when there is none.</summary>
    internal static LinuxMount? Of(IReadOnlyList<LinuxMount> mounts, string path)
    {
        LinuxMount? best = null;
        foreach (LinuxMount mount in mounts)
        {
            if (IsAbove(mount.MountPoint, path) && (best is null || mount.MountPoint.Length >= best.MountPoint.Length))
                best = mount;
        }

        return best;
    }

    private static bool IsAbove(string folder, string path) =>
        folder == "/" || (path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] == '/'));

    // Blank, tab, newline and backslash are written as \ooo.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
            return field;
        StringBuilder text = new(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field[i + 1]) && IsOctal(field[i + 2]) && IsOctal(field[i + 3]))
            {
                text.Append((char)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';
}
