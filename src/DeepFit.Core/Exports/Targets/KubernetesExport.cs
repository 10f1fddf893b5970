using System.Globalization;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports.Targets;

/// <summary>
/// vLLM or SGLang on Kubernetes: a Deployment for one node, a LeaderWorkerSet for several (kubernetes-sigs/lws: config/crd/bases, docs/examples/vllm and
/// docs/examples/sglang; vllm-project/vllm: docs/deployment/k8s.md), and a Service.
/// </summary>
internal static class KubernetesExport
{
    public static IReadOnlyList<ExportFile> Render(ClusterPlan plan, ExportSettings settings)
    {
        Language language = settings.Language;
        bool vllm = plan.Request.Engine == ServingEngine.Vllm;
        int port = settings.Port ?? ExportDefaults.Whole("port", vllm ? "vllm" : "sglang");
        var pods = new PodParts(plan, settings, port);
        var documents = new List<YamlMap>();
        if (plan.Downloads)
        {
            documents.Add(pods.Claim());
        }

        documents.Add(plan.Nodes == 1 ? Deployment(plan, settings, pods) : LeaderWorkerSet(plan, settings, pods));
        documents.Add(Service(plan, settings, port));
        string text = YamlWriter.Write(
            [
                ExportWords.Heading(plan.Summary.In(language), settings.Version, plan.Request.Machine.Name).In(language),
                ExportWords.NoSystemPrompt.In(language),
                .. PodParts.Notes(plan, settings).Select(note => note.In(language)),
            ],
            documents);
        return [new ExportFile($"{settings.Service}.yaml", text, false, PodParts.Notes(plan, settings))];
    }

    private static YamlMap Deployment(ClusterPlan plan, ExportSettings settings, PodParts pods) => new()
    {
        { "apiVersion", "apps/v1" },
        { "kind", "Deployment" },
        { "metadata", PodParts.Metadata(settings, settings.Service) },
        {
            "spec", new YamlMap
            {
                { "replicas", plan.Request.Replicas, new BilingualText("copies of the model", "模型份数").In(settings.Language) },
                { "strategy", new YamlMap { { "type", "Recreate" } }, new BilingualText("a new copy could not start while the old one holds the GPUs", "旧副本占着 GPU 时新副本无法启动").In(settings.Language) },
                {
                    "progressDeadlineSeconds", plan.Waits.StartupSeconds + 600, new BilingualText(
                        "longer than a start takes, and ten minutes for the image", "比启动所需时间更长，并为下载镜像留出十分钟").In(settings.Language)
                },
                { "selector", new YamlMap { { "matchLabels", PodParts.Labels(settings) } } },
                {
                    "template", new YamlMap
                    {
                        { "metadata", new YamlMap { { "labels", PodParts.Labels(settings) } } },
                        { "spec", pods.Spec(pods.Server(pods.Command(leader: true))) },
                    }
                },
            }
        },
    };

    private static YamlMap LeaderWorkerSet(ClusterPlan plan, ExportSettings settings, PodParts pods)
    {
        YamlMap leaderLabels = PodParts.Labels(settings);
        leaderLabels.Add("role", "leader");
        return new()
        {
            { "apiVersion", "leaderworkerset.x-k8s.io/v1" },
            { "kind", "LeaderWorkerSet" },
            { "metadata", PodParts.Metadata(settings, settings.Service) },
            {
                "spec", new YamlMap
                {
                    { "replicas", plan.Request.Replicas, new BilingualText("copies of the model", "模型份数").In(settings.Language) },
                    {
                        "leaderWorkerTemplate", new YamlMap
                        {
                            { "size", plan.Nodes, new BilingualText($"nodes of one copy: fewer than {plan.Nodes} cannot hold it, or so many were asked for", $"一份模型的节点数：少于 {plan.Nodes} 个放不下，或按要求指定").In(settings.Language) },
                            { "restartPolicy", "RecreateGroupOnPodRestart", new BilingualText("the ranks only work together: when one fails, all start anew", "各进程必须协同工作：一个失败，全组重启").In(settings.Language) },
                            {
                                "leaderTemplate", new YamlMap
                                {
                                    { "metadata", new YamlMap { { "labels", leaderLabels } } },
                                    { "spec", pods.Spec(pods.Server(pods.Command(leader: true))) },
                                }
                            },
                            {
                                "workerTemplate", new YamlMap
                                {
                                    { "metadata", new YamlMap { { "labels", PodParts.Labels(settings) } } },
                                    { "spec", pods.Spec(pods.Worker(pods.Command(leader: false))) },
                                }
                            },
                        }
                    },
                }
            },
        };
    }

    private static YamlMap Service(ClusterPlan plan, ExportSettings settings, int port)
    {
        YamlMap selector = PodParts.Labels(settings);
        if (plan.Nodes > 1)
        {
            selector.Add("role", "leader", new BilingualText("only the leader answers clients", "只有 leader 响应客户端").In(settings.Language));
        }

        return new()
        {
            { "apiVersion", "v1" },
            { "kind", "Service" },
            { "metadata", PodParts.Metadata(settings, settings.Service) },
            {
                "spec", new YamlMap
                {
                    { "type", "ClusterIP", new BilingualText("reached from inside the cluster; from outside through an ingress of yours, with TLS", "仅集群内可访问；集群外请通过您自己的 Ingress（启用 TLS）访问").In(settings.Language) },
                    { "selector", selector },
                    { "ports", new YamlList { new YamlMap { { "name", "http" }, { "port", port }, { "targetPort", "http" } } } },
                }
            },
        };
    }

    internal static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
