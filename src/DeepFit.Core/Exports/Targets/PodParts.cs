using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports.Targets;

/// <summary>The pods of vLLM and SGLang.</summary>
internal sealed class PodParts(ClusterPlan plan, ExportSettings settings, int port)
{
    private const string KeyName = "api-key";
    private const string CacheFolder = "/weights";

    private readonly bool vllm = plan.Request.Engine == ServingEngine.Vllm;

    private string Image => settings.Image ?? ExportDefaults.Text("image", $"{(vllm ? "vllm" : "sglang")}-{plan.Gpu.Vendor}");

    /// <summary>Labels of all that belongs together.</summary>
    public static YamlMap Labels(ExportSettings settings) => new() { { "app.kubernetes.io/name", settings.Service } };

    /// <summary>Name, namespace, labels.</summary>
    public static YamlMap Metadata(ExportSettings settings, string name) => new()
    {
        { "name", name },
        { "namespace", settings.Namespace },
        { "labels", Labels(settings) },
    };

    /// <summary>What a person does before.</summary>
    public static IReadOnlyList<BilingualText> Notes(ClusterPlan plan, ExportSettings settings)
    {
        string variable = settings.ApiKeyVariable ?? "DEEPFIT_API_KEY";
        var notes = new List<BilingualText>
        {
            new(
                $"The API key is a Secret that you make; it is in no file: kubectl -n {settings.Namespace} create secret generic {settings.Service}-api-key --from-literal={KeyName}=\"${variable}\"",
                $"API 密钥保存在您自己创建的 Secret 中，不写入任何文件：kubectl -n {settings.Namespace} create secret generic {settings.Service}-api-key --from-literal={KeyName}=\"${variable}\""),
        };
        if (plan.Nodes > 1)
        {
            notes.Add(new(
                "The cluster needs the LeaderWorkerSet controller (lws.sigs.k8s.io).", "集群需要安装 LeaderWorkerSet 控制器（lws.sigs.k8s.io）。"));
        }

        if (plan.Downloads)
        {
            notes.Add(new(
                $"The engine downloads {plan.ModelPath} at its first start into the volume; it is kept there. With --model /folder weights are taken from the nodes' own disks.",
                $"引擎首次启动时会把 {plan.ModelPath} 下载到存储卷并保留。若用 --model /文件夹，则使用各节点磁盘上已有的权重。"));
        }

        return notes;
    }

    /// <summary>The volume that the weights are downloaded to.</summary>
    public YamlMap Claim()
    {
        long gigabytes = (plan.Model.CheckpointBytes.Bytes + (plan.Model.CheckpointBytes.Bytes / 10) + ByteSize.GiB - 1) / ByteSize.GiB;
        return new()
        {
            { "apiVersion", "v1" },
            { "kind", "PersistentVolumeClaim" },
            { "metadata", Metadata(settings, settings.Service + "-weights") },
            {
                "spec", new YamlMap
                {
                    {
                        "accessModes", new YamlList { plan.Nodes > 1 || plan.Request.Replicas > 1 ? "ReadWriteMany" : "ReadWriteOnce" }, new BilingualText(
                            "ReadWriteMany where several pods read the weights: your storage class must offer it", "多个 Pod 共同读取权重时为 ReadWriteMany，存储类须支持").In(settings.Language)
                    },
                    {
                        "resources", new YamlMap { { "requests", new YamlMap { { "storage", $"{gigabytes}Gi" } } } }, new BilingualText(
                            $"the checkpoint, {plan.Model.CheckpointBytes}, and a tenth for what is downloaded beside it", $"权重 {plan.Model.CheckpointBytes}，另加一成给附带文件").In(settings.Language)
                    },
                }
            },
        };
    }

    /// <summary>The command of a pod.</summary>
    public YamlList Command(bool leader)
    {
        if (vllm && plan.Nodes > 1)
        {
            return leader ? VllmLeader() : VllmWorker();
        }

        YamlList command = vllm ? ["vllm", "serve", Quoting.Kubernetes(plan.ModelPath)] : ["python3", "-m", "sglang.launch_server", "--model-path", Quoting.Kubernetes(plan.ModelPath)];
        foreach (EngineFlag flag in plan.Flags(port))
        {
            command.Add(flag.Name, flag.Why.In(settings.Language));
            if (flag.Value.Length > 0)
            {
                command.Add(Quoting.Kubernetes(flag.Value));
            }
        }

        if (!vllm)
        {
            command.Add("--api-key", new BilingualText("from the Secret, by Kubernetes", "由 Kubernetes 从 Secret 填入").In(settings.Language));
            command.Add("$(API_KEY)");
            if (plan.Nodes > 1)
            {
                Add("--nnodes", "$(LWS_GROUP_SIZE)", new("nodes of a copy, by the LeaderWorkerSet", "一份模型的节点数，由 LeaderWorkerSet 填入"));
                Add("--node-rank", "$(LWS_WORKER_INDEX)", new("0 on the leader", "leader 为 0"));
                Add("--dist-init-addr", "$(LWS_LEADER_ADDRESS):" + ExportDefaults.Text("port", "sglang-dist"), new("where the ranks meet", "各进程汇合的地址"));
            }
        }

        return command;

        void Add(string name, string value, BilingualText why)
        {
            command.Add(name, why.In(settings.Language));
            command.Add(value);
        }
    }

    /// <summary>The container that answers clients.</summary>
    public YamlMap Server(YamlList command)
    {
        YamlMap container = Container("server", command);
        container.Add("ports", new YamlList { new YamlMap { { "name", "http" }, { "containerPort", port } } });
        Probes(container);
        return container;
    }

    /// <summary>The container of the other nodes.</summary>
    public YamlMap Worker(YamlList command) => Container("worker", command);

    /// <summary>A pod with one container.</summary>
    public YamlMap Spec(YamlMap container)
    {
        (int stop, BilingualText stopWhy) = Waits.Stop(null);
        return new()
        {
            { "terminationGracePeriodSeconds", stop, stopWhy.In(settings.Language) },
            { "automountServiceAccountToken", false, new BilingualText("the engine does not talk to Kubernetes", "引擎不访问 Kubernetes API").In(settings.Language) },
            { "tolerations", new YamlList { new YamlMap { { "key", plan.GpuResource }, { "operator", "Exists" }, { "effect", "NoSchedule" } } }, new BilingualText("GPU nodes are usually kept from other pods by this taint", "GPU 节点通常带有该污点，以排除其他 Pod").In(settings.Language) },
            { "containers", new YamlList { container } },
            { "volumes", Volumes() },
        };
    }

    /// <summary>Volumes: shared memory and the weights.</summary>
    public YamlList Volumes()
    {
        (int shm, BilingualText why) = plan.SharedMemory;
        return
        [
            new YamlMap
            {
                { "name", "shm", why.In(settings.Language) },
                { "emptyDir", new YamlMap { { "medium", "Memory" }, { "sizeLimit", $"{shm}Gi" } } },
            },
            plan.Downloads
                ? new YamlMap
                {
                    { "name", "weights" },
                    { "persistentVolumeClaim", new YamlMap { { "claimName", settings.Service + "-weights" } } },
                }
                : new YamlMap
                {
                    { "name", "weights", new BilingualText("the folder must be on every node", "每个节点上都必须有该文件夹").In(settings.Language) },
                    { "hostPath", new YamlMap { { "path", plan.ModelPath }, { "type", "Directory" } } },
                },
        ];
    }

    /// <summary>Where the volumes are in a container.</summary>
    public YamlList Mounts()
    {
        var weights = new YamlMap { { "name", "weights" }, { "mountPath", plan.Downloads ? CacheFolder : plan.ModelPath } };
        if (!plan.Downloads)
        {
            weights.Add("readOnly", true);
        }

        return [new YamlMap { { "name", "shm" }, { "mountPath", "/dev/shm" } }, weights];
    }

    /// <summary>Tells the engine to keep what it downloads in the volume; whatever user the image runs as.</summary>
    public void AddCache(YamlList variables)
    {
        if (plan.Downloads)
        {
            variables.Add(new YamlMap { { "name", "HF_HOME", new BilingualText("what is downloaded is kept in the volume", "下载的内容保存在存储卷中").In(settings.Language) }, { "value", CacheFolder } });
        }
    }

    /// <summary>What a pod takes.</summary>
    public YamlMap Resources()
    {
        (int memory, BilingualText why) = plan.HostMemory;
        YamlMap Of(bool limits)
        {
            var map = new YamlMap
            {
                {
                    plan.GpuResource, KubernetesExport.Number(plan.GpusPerPod), new BilingualText(
                        $"{plan.Gpu.Name}: {plan.Memory.Weights} of weights and {plan.Memory.Cache} of cache on the fullest", $"{plan.Gpu.Name}：最满的一张放 {plan.Memory.Weights} 权重和 {plan.Memory.Cache} 缓存").In(settings.Language)
                },
                { "memory", $"{memory}Gi", why.In(settings.Language) },
            };
            if (!limits)
            {
                map.Add("cpu", KubernetesExport.Number(plan.Cpus), new BilingualText("for tokenizing, sampling and feeding the GPUs; no limit above it", "用于分词、采样和给 GPU 供数；不设上限").In(settings.Language));
            }

            return map;
        }

        return new() { { "requests", Of(limits: false) }, { "limits", Of(limits: true) } };
    }

    private YamlMap Container(string name, YamlList command) => new()
    {
        { "name", name },
        { "image", Image, new BilingualText("a tag, not `latest`: what was planned for stays what runs", "使用固定标签而非 latest，确保运行的就是规划时的版本").In(settings.Language) },
        { "command", command },
        { "env", Environment() },
        { "resources", Resources() },
        { "volumeMounts", Mounts() },
    };

    private YamlList Environment()
    {
        var variables = new YamlList
        {
            new YamlMap
            {
                { "name", vllm ? "VLLM_API_KEY" : "API_KEY" },
                { "valueFrom", new YamlMap { { "secretKeyRef", new YamlMap { { "name", settings.Service + "-api-key" }, { "key", KeyName } } } } },
            },
        };
        AddCache(variables);
        if (vllm && plan.Nodes > 1)
        {
            variables.Add(new YamlMap
            {
                { "name", "VLLM_HOST_IP", new BilingualText("the address that the other nodes reach this one at", "其他节点访问本节点的地址").In(settings.Language) },
                { "valueFrom", new YamlMap { { "fieldRef", new YamlMap { { "fieldPath", "status.podIP" } } } } },
            });
        }

        return variables;
    }

    private void Probes(YamlMap container)
    {
        Waits waits = plan.Waits;
        YamlMap Probe(int period, int failures) => new()
        {
            { "httpGet", new YamlMap { { "path", "/health" }, { "port", "http" } } },
            { "periodSeconds", period },
            { "failureThreshold", failures },
            { "timeoutSeconds", ExportDefaults.Whole("probe", "timeout") },
        };
        container.Add("startupProbe", Probe(Waits.StartupPeriod, waits.StartupFailures), new BilingualText(
            $"until the model is loaded nothing else is asked: {waits.Why.En}", $"模型加载完成前不做其他检查：{waits.Why.Zh}").In(settings.Language));
        container.Add("readinessProbe", Probe(ExportDefaults.Whole("probe", "readiness_period"), 3), new BilingualText(
            "takes the pod out of the Service while it does not answer", "无应答时从 Service 中摘除").In(settings.Language));
        container.Add("livenessProbe", Probe(ExportDefaults.Whole("probe", "liveness_period"), ExportDefaults.Whole("probe", "liveness_failures")), new BilingualText(
            "a minute without an answer restarts it, which loads the model anew", "一分钟无应答则重启，并重新加载模型").In(settings.Language));
    }

    // Ray first, then the server once every node has joined (vllm-project/vllm: docs/serving/parallelism_scaling.md)
    private YamlList VllmLeader()
    {
        IEnumerable<string> words = plan.Flags(port).SelectMany(flag => flag.Value.Length > 0 ? (IEnumerable<string>)[flag.Name, flag.Value] : [flag.Name]);
        string gcs = ExportDefaults.Text("port", "ray-gcs");
        string why = string.Concat(plan.Flags(port).Select(flag => $"# {$"{flag.Name} {flag.Value}".TrimEnd()}: {flag.Why.In(settings.Language)}\n"));
        string serve = string.Join(' ', words.Prepend(plan.ModelPath).Select(Quoting.Shell));
        string script = $"""
            set -eu
            ray start --head --port={gcs}
            until python3 -c 'import os, ray, sys; ray.init(address="auto", logging_level="ERROR"); sys.exit(sum(n["Alive"] for n in ray.nodes()) < int(os.environ["LWS_GROUP_SIZE"]))'; do sleep 5; done
            {why}exec vllm serve {serve}
            """;
        return Shell(script);
    }

    private static YamlList VllmWorker() => Shell($"""
        set -eu
        until ray start --address="$LWS_LEADER_ADDRESS:{ExportDefaults.Text("port", "ray-gcs")}" --block; do sleep 5; done
        """);

    private static YamlList Shell(string script)
    {
        var command = new YamlList { "sh", "-c" };
        command.Add(new YamlLines(Quoting.Kubernetes(script.ReplaceLineEndings("\n"))));
        return command;
    }
}
