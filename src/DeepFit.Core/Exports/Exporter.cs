using DeepFit.Core.Exports.Targets;

namespace DeepFit.Core.Exports;

/// <summary>Writes a plan as the files of a target. Nothing is read or written: the files are texts.</summary>
public static class Exporter
{
    /// <summary>A plan for llama.cpp.</summary>
    /// <param name="target">A target that runs llama.cpp.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">What the files are to say beside it.</param>
    /// <exception cref="Core.Text.UserErrorException">The target cannot hold the plan, or a setting cannot be written safely.</exception>
    public static IReadOnlyList<ExportFile> Render(ExportTarget target, LlamaPlan plan, ExportSettings settings)
    {
        ExportCheck.Settings(settings);
        return target switch
        {
            ExportTarget.Ollama => OllamaExport.Render(plan, settings),
            ExportTarget.LlamaServer => ScriptExport.Render(plan, settings),
            ExportTarget.DockerCompose => ComposeExport.Render(plan, settings),
            ExportTarget.Systemd => SystemdExport.Render(plan, settings),
            ExportTarget.Launchd => LaunchdExport.Render(plan, settings),
            ExportTarget.WindowsService => WindowsServiceExport.Render(plan, settings),
            ExportTarget.LlamaRpc => RpcExport.Render(plan, settings),
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, "not a target of llama.cpp"),
        };
    }

    /// <summary>A plan for a cluster.</summary>
    /// <param name="target"><see cref="ExportTarget.Kubernetes"/> or <see cref="ExportTarget.Ray"/>.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="settings">What the files are to say beside it.</param>
    /// <exception cref="Core.Text.UserErrorException">The target cannot hold the plan, or a setting cannot be written safely.</exception>
    public static IReadOnlyList<ExportFile> Render(ExportTarget target, ClusterPlan plan, ExportSettings settings)
    {
        ExportCheck.Settings(settings);
        return target switch
        {
            ExportTarget.Kubernetes => KubernetesExport.Render(plan, settings),
            ExportTarget.Ray => RayExport.Render(plan, settings),
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, "not a target of clusters"),
        };
    }
}
