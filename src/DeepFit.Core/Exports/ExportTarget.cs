using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports;

/// <summary>What a plan can be written for.</summary>
public enum ExportTarget
{
    /// <summary>A Modelfile of Ollama.</summary>
    Ollama = 0,

    /// <summary>A script that starts llama-server.</summary>
    LlamaServer,

    /// <summary>A Compose file with llama.cpp's image.</summary>
    DockerCompose,

    /// <summary>A systemd unit.</summary>
    Systemd,

    /// <summary>A launchd property list.</summary>
    Launchd,

    /// <summary>A Windows service: a wrapper's configuration and the script that installs it.</summary>
    WindowsService,

    /// <summary>Kubernetes objects with vLLM or SGLang.</summary>
    Kubernetes,

    /// <summary>A RayService of KubeRay.</summary>
    Ray,

    /// <summary>Scripts for llama.cpp over several machines.</summary>
    LlamaRpc,
}

/// <summary>The names of the targets.</summary>
public static class ExportTargets
{
    private static readonly (ExportTarget Target, string Name, string[] Aliases)[] Table =
    [
        (ExportTarget.Ollama, "ollama", ["modelfile"]),
        (ExportTarget.LlamaServer, "llama-server", ["llama.cpp", "script"]),
        (ExportTarget.DockerCompose, "docker-compose", ["compose", "docker"]),
        (ExportTarget.Systemd, "systemd", []),
        (ExportTarget.Launchd, "launchd", ["plist"]),
        (ExportTarget.WindowsService, "windows-service", ["windows"]),
        (ExportTarget.Kubernetes, "kubernetes", ["k8s"]),
        (ExportTarget.Ray, "ray", ["kuberay"]),
        (ExportTarget.LlamaRpc, "llama-rpc", ["rpc"]),
    ];

    /// <summary>The names, in the order of the help.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The name of a target.</summary>
    public static string Name(ExportTarget target) => Array.Find(Table, row => row.Target == target).Name;

    /// <summary>Whether the target runs llama.cpp on one machine, or Ollama, which does.</summary>
    public static bool RunsLlama(ExportTarget target) => target is not (ExportTarget.Kubernetes or ExportTarget.Ray);

    /// <summary>Finds a target by a name of its, in any case.</summary>
    /// <exception cref="UserErrorException">There is no such target.</exception>
    public static ExportTarget Find(string name)
    {
        string wanted = name.Trim();
        foreach ((ExportTarget target, string own, string[] aliases) in Table)
        {
            if (own.Equals(wanted, StringComparison.OrdinalIgnoreCase) || aliases.Contains(wanted, StringComparer.OrdinalIgnoreCase))
            {
                return target;
            }
        }

        IReadOnlyList<string> near = NearestNames.Suggest(wanted, Table.SelectMany(row => row.Aliases.Prepend(row.Name)));
        (string en, string zh) = near.Count > 0 ? ($" Did you mean {string.Join(", ", near)}?", $"您要找的是 {string.Join("、", near)} 吗？") : ("", "");
        throw new UserErrorException(new(
            $"There is no export target '{name}'.{en} The targets are {string.Join(", ", Names)}.",
            $"没有名为“{name}”的导出目标。{zh}可用的目标有 {string.Join("、", Names)}。"))
        { Suggestions = near };
    }
}
