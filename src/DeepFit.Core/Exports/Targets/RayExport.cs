using System.Globalization;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports.Targets;

/// <summary>A RayService of KubeRay with vLLM (ray-project/kuberay: ray-operator/config/crd/bases/ray.io_rayservices.yaml and config/samples/ray-service.deepseek.yaml).</summary>
internal static class RayExport
{
    public static IReadOnlyList<ExportFile> Render(ClusterPlan plan, ExportSettings settings)
    {
        if (plan.Request.Engine != ServingEngine.Vllm)
        {
            throw new UserErrorException(new("Ray Serve runs vLLM: leave --engine out, or export for kubernetes with SGLang.", "Ray Serve 使用 vLLM：请去掉 --engine，或改为导出 kubernetes 并使用 SGLang。"));
        }

        Language language = settings.Language;
        int port = settings.Port ?? ExportDefaults.Whole("port", "ray-serve");
        var pods = new PodParts(plan, settings, port);
        string image = settings.Image ?? ExportDefaults.Text("image", "ray");
        int workers = plan.Nodes * plan.Request.Replicas;
        var environment = new YamlList();
        pods.AddCache(environment);
        var worker = new YamlMap
        {
            { "name", "ray-worker" },
            { "image", image },
            { "env", environment },
            { "resources", pods.Resources() },
            { "volumeMounts", pods.Mounts() },
        };
        YamlMap workerPod = pods.Spec(worker);
        if (plan.Downloads)
        {
            workerPod.Add("securityContext", new YamlMap { { "fsGroup", 100 } }, new BilingualText("the image's user is ray, of group 100: it must be able to write the volume", "镜像以 ray 用户（组 100）运行，需能写入存储卷").In(language));
        }

        int headCpu = ExportDefaults.Whole("cpu", "ray_head");
        string headMemory = ExportDefaults.Text("memory", "ray_head_gib") + "Gi";
        YamlMap HeadResources() => new() { { "cpu", KubernetesExport.Number(headCpu) }, { "memory", headMemory } };
        var head = new YamlMap
        {
            { "name", "ray-head" },
            { "image", image, new BilingualText("Ray with vLLM; every node of the cluster must run the same", "含 vLLM 的 Ray 镜像，集群各节点必须一致").In(language) },
            {
                "ports", new YamlList
                {
                    new YamlMap { { "name", "gcs-server" }, { "containerPort", ExportDefaults.Whole("port", "ray-gcs") } },
                    new YamlMap { { "name", "dashboard" }, { "containerPort", 8265 } },
                    new YamlMap { { "name", "client" }, { "containerPort", 10001 } },
                    new YamlMap { { "name", "serve" }, { "containerPort", port } },
                }
            },
            { "resources", new YamlMap { { "requests", HeadResources() }, { "limits", HeadResources() } }, new BilingualText("the head only directs: no model runs there", "head 节点只负责调度，不运行模型").In(language) },
        };
        var service = new YamlMap
        {
            { "apiVersion", "ray.io/v1" },
            { "kind", "RayService" },
            { "metadata", PodParts.Metadata(settings, settings.Service) },
            {
                "spec", new YamlMap
                {
                    { "serveConfigV2", new YamlLines(ServeConfig(plan, settings, port)) },
                    {
                        "rayClusterConfig", new YamlMap
                        {
                            { "rayVersion", ExportDefaults.Text("ray", "version"), new BilingualText("the image's", "与镜像一致").In(language) },
                            {
                                "headGroupSpec", new YamlMap
                                {
                                    { "rayStartParams", new YamlMap { { "num-gpus", "0", new BilingualText("no model on the head", "head 上不放模型").In(language) } } },
                                    { "template", new YamlMap { { "spec", new YamlMap { { "containers", new YamlList { head } } } } } },
                                }
                            },
                            {
                                "workerGroupSpecs", new YamlList
                                {
                                    new YamlMap
                                    {
                                        { "groupName", "gpu" },
                                        { "replicas", workers, new BilingualText($"{plan.Nodes} nodes for each of {plan.Request.Replicas} copies", $"共 {plan.Request.Replicas} 份模型，每份 {plan.Nodes} 个节点").In(language) },
                                        { "minReplicas", workers },
                                        { "maxReplicas", workers },
                                        { "rayStartParams", new YamlMap() },
                                        { "template", new YamlMap { { "spec", workerPod } } },
                                    },
                                }
                            },
                        }
                    },
                }
            },
        };
        var documents = new List<YamlMap>();
        if (plan.Downloads)
        {
            documents.Add(pods.Claim());
        }

        documents.Add(service);
        IReadOnlyList<BilingualText> notes =
        [
            new("The cluster needs the KubeRay operator.", "集群需要安装 KubeRay operator。"),
            new(
                "Ray Serve asks for no API key: the Service that KubeRay makes is reached from inside the cluster alone. Put an ingress that checks keys before it.",
                "Ray Serve 不校验 API 密钥：KubeRay 创建的 Service 仅集群内可访问。对外请在前面加一层校验密钥的 Ingress。"),
            .. plan.Downloads ? (BilingualText[])[PodParts.Notes(plan, settings)[^1]] : [],
        ];
        string text = YamlWriter.Write(
            [
                ExportWords.Heading(plan.Summary.In(language), settings.Version, plan.Request.Machine.Name).In(language),
                ExportWords.NoSystemPrompt.In(language),
                .. notes.Select(note => note.In(language)),
            ],
            documents);
        return [new ExportFile($"{settings.Service}.yaml", text, false, notes)];
    }

    // names as in ray.serve.llm: LLMConfig; engine_kwargs are vLLM's engine arguments with underscores
    private static string ServeConfig(ClusterPlan plan, ExportSettings settings, int port)
    {
        var arguments = new YamlMap();
        foreach (EngineFlag flag in plan.Flags(port).Where(flag => flag.Name is not ("--host" or "--port" or "--served-model-name" or "--distributed-executor-backend")))
        {
            string name = flag.Name[2..].Replace('-', '_');
            YamlNode value = flag.Value.Length == 0 ? true
                : double.TryParse(flag.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? new YamlPlain(flag.Value)
                : flag.Value;
            arguments.Add(name, value, flag.Why.In(settings.Language));
        }

        var config = new YamlMap
        {
            { "model_loading_config", new YamlMap { { "model_id", plan.Alias, new BilingualText("what clients call the model", "客户端使用的模型名").In(settings.Language) }, { "model_source", plan.ModelPath } } },
            { "deployment_config", new YamlMap { { "num_replicas", plan.Request.Replicas, new BilingualText("copies of the model", "模型份数").In(settings.Language) } } },
            { "engine_kwargs", arguments },
        };
        return YamlWriter.Write([], [new YamlMap
        {
            {
                "applications", new YamlList
                {
                    new YamlMap
                    {
                        { "name", "llm" },
                        { "route_prefix", "/" },
                        { "import_path", "ray.serve.llm:build_openai_app" },
                        { "args", new YamlMap { { "llm_configs", new YamlList { config } } } },
                    },
                }
            },
        }]);
    }
}
