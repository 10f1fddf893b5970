namespace DeepFit.Engine.Detection.Linux;

/// <summary>Recognises containers and WSL.</summary>
internal static class LinuxContainer
{
    /// <summary>The container's kind in lower case, or null outside of one. Kubernetes goes before the runtime that it uses.</summary>
    internal static string? Detect(IProbeHost host)
    {
        string? cgroup = host.ReadFile("/proc/1/cgroup");
        if (host.Environment("KUBERNETES_SERVICE_HOST") is { Length: > 0 }
            || FromCgroup(cgroup) == "kubernetes"
            || host.ListFolder("/var/run/secrets/kubernetes.io").Count > 0)
        {
            return "kubernetes";
        }

        if (host.ReadFile("/run/.containerenv") is not null)
            return "podman";
        if (host.ReadFile("/.dockerenv") is not null)
            return "docker";
        return FromName(host.Environment("container"))
            ?? FromName(ProbeLine.FirstLine(host.ReadFile("/run/systemd/container")))
            ?? FromEnvironmentOfInit(host.ReadFile("/proc/1/environ"))
            ?? FromCgroup(cgroup);
    }

    /// <summary>Whether this kernel is that of Windows' Subsystem for Linux.</summary>
    /// <param name="version">Text of <c>/proc/version</c>.</param>
    /// <param name="interop">Value of <c>WSL_INTEROP</c>, or of <c>WSL_DISTRO_NAME</c>.</param>
    internal static bool IsWsl(string? version, string? interop)
    {
        // "Linux version 5.15.167.4-microsoft-standard-WSL2 (root@…) …": only the release counts, the rest tells who built it, and where.
        string[] words = (ProbeLine.FirstLine(version) ?? "").Split(' ');
        string release = words.Length > 2 ? words[2] : "";
        return release.Contains("microsoft", StringComparison.OrdinalIgnoreCase)
            || release.Contains("WSL", StringComparison.OrdinalIgnoreCase)
            || !string.IsNullOrEmpty(interop);
    }

    /// <summary>The kind that the first process's cgroup path betrays, or null. On v2 with its own namespace it says nothing.</summary>
    internal static string? FromCgroup(string? cgroup)
    {
        string text = cgroup ?? "";
        foreach ((string mark, string kind) in (ReadOnlySpan<(string, string)>)
        [
            ("kubepods", "kubernetes"), ("libpod-", "podman"), ("/libpod_parent", "podman"), ("/docker/", "docker"), ("docker-", "docker"),
            ("/lxc/", "lxc"), ("lxc.payload", "lxc"), ("/machine.slice/machine-", "systemd-nspawn"), ("cri-containerd", "kubernetes"),
        ])
        {
            if (text.Contains(mark, StringComparison.Ordinal))
                return kind;
        }

        return null;
    }

    /// <summary>The name that a container manager gives itself (container interface of systemd), as a known kind; null for none, and for WSL, which is no container.</summary>
    internal static string? FromName(string? name) => name?.Trim().ToLowerInvariant() switch
    {
        null or "" or "wsl" => null,
        "docker" => "docker",
        "podman" => "podman",
        "kubernetes" => "kubernetes",
        "lxc" or "lxc-libvirt" => "lxc",
        "systemd-nspawn" => "systemd-nspawn",
        string other => other.Length <= 32 && other.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? other : "container",
    };

    private static string? FromEnvironmentOfInit(string? environ)
    {
        foreach (string variable in (environ ?? "").Split('\0'))
        {
            if (variable.StartsWith("container=", StringComparison.Ordinal))
                return FromName(variable["container=".Length..]);
        }

        return null;
    }
}
