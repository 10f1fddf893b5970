using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace DeepFit.Core.Tests.Exports;

/// <summary>
/// Reads exported objects strictly: a field that Kubernetes does not know is an error. The types of the two custom resources hold the fields that their
/// definitions have and exports use (kubernetes-sigs/lws: config/crd/bases/leaderworkerset.x-k8s.io_leaderworkersets.yaml; ray-project/kuberay:
/// ray-operator/config/crd/bases/ray.io_rayservices.yaml), the pods in them are Kubernetes' own.
/// </summary>
internal static partial class KubernetesObjects
{
    public static List<object> Read(string yaml)
    {
        var objects = new List<object>();
        foreach (string document in yaml.Split("\n---\n"))
        {
            string kind = Kind().Match(document).Groups[1].Value;
            objects.Add(kind switch
            {
                "Deployment" => KubernetesYaml.Deserialize<V1Deployment>(document, strict: true),
                "Service" => KubernetesYaml.Deserialize<V1Service>(document, strict: true),
                "PersistentVolumeClaim" => KubernetesYaml.Deserialize<V1PersistentVolumeClaim>(document, strict: true),
                "LeaderWorkerSet" => KubernetesYaml.Deserialize<LeaderWorkerSet>(document, strict: true),
                "RayService" => KubernetesYaml.Deserialize<RayService>(document, strict: true),
                _ => throw new InvalidOperationException($"unexpected kind '{kind}'"),
            });
        }

        return objects;
    }

    [GeneratedRegex("^kind: (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex Kind();
}

public sealed class LeaderWorkerSet
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta? Metadata { get; set; }

    public LeaderWorkerSetSpec? Spec { get; set; }
}

public sealed class LeaderWorkerSetSpec
{
    public int? Replicas { get; set; }

    public string? StartupPolicy { get; set; }

    public LeaderWorkerTemplate? LeaderWorkerTemplate { get; set; }
}

public sealed class LeaderWorkerTemplate
{
    public int? Size { get; set; }

    public string? RestartPolicy { get; set; }

    public V1PodTemplateSpec? LeaderTemplate { get; set; }

    public V1PodTemplateSpec? WorkerTemplate { get; set; }
}

public sealed class RayService
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta? Metadata { get; set; }

    public RayServiceSpec? Spec { get; set; }
}

public sealed class RayServiceSpec
{
    public string? ServeConfigV2 { get; set; }

    public RayClusterSpec? RayClusterConfig { get; set; }
}

public sealed class RayClusterSpec
{
    public string? RayVersion { get; set; }

    public RayGroup? HeadGroupSpec { get; set; }

    public List<RayGroup>? WorkerGroupSpecs { get; set; }
}

public sealed class RayGroup
{
    public string? GroupName { get; set; }

    public int? Replicas { get; set; }

    public int? MinReplicas { get; set; }

    public int? MaxReplicas { get; set; }

    public Dictionary<string, string>? RayStartParams { get; set; }

    public V1PodTemplateSpec? Template { get; set; }
}
