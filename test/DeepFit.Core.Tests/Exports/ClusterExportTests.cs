using DeepFit.Core.Exports;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace DeepFit.Core.Tests.Exports;

public sealed class ClusterExportTests
{
    public static TheoryData<string, int?, ServingEngine, string?, Language> Cases => new(
        from variant in (string[])["7b", "70b", "671b"]
        from engine in (ServingEngine[])[ServingEngine.Vllm, ServingEngine.SgLang]
        from model in (string?[])[null, "/mnt/weights $(X) $HOME"]
        from language in (Language[])[Language.English, Language.Chinese]
        select (variant, variant == "671b" ? 2 : (int?)null, engine, model, language));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kubernetes_reads_every_object_strictly(string variant, int? nodes, ServingEngine engine, string? model, Language language)
    {
        ClusterPlan plan = Plans.Cluster(variant, nodes, engine, model);

        List<object> objects = KubernetesObjects.Read(Exporter.Render(ExportTarget.Kubernetes, plan, Plans.Settings(language)).Single().Content);

        objects.OfType<V1Service>().ShouldHaveSingleItem().Spec.Ports.Single().TargetPort.Value.ShouldBe("http");
        objects.OfType<V1PersistentVolumeClaim>().Count().ShouldBe(model is null ? 1 : 0);
        V1PodTemplateSpec pod = nodes is null
            ? objects.OfType<V1Deployment>().Single().Spec.Template
            : objects.OfType<LeaderWorkerSet>().Single().Spec!.LeaderWorkerTemplate!.LeaderTemplate!;
        V1Container container = pod.Spec.Containers.Single();
        container.Resources.Limits["nvidia.com/gpu"].ToString().ShouldBe(plan.GpusPerPod.ToString());
        container.Resources.Requests["nvidia.com/gpu"].ShouldBe(container.Resources.Limits["nvidia.com/gpu"]);
        container.StartupProbe.HttpGet.Path.ShouldBe("/health");
        (container.StartupProbe.FailureThreshold * container.StartupProbe.PeriodSeconds).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(plan.Waits.StartupSeconds);
        container.Ports.Single().Name.ShouldBe("http");
        foreach (V1VolumeMount mount in container.VolumeMounts)
        {
            pod.Spec.Volumes.Select(volume => volume.Name).ShouldContain(mount.Name);
        }
    }

    [Fact]
    public void The_service_selects_the_pods_that_answer()
    {
        List<object> objects = KubernetesObjects.Read(Exporter.Render(ExportTarget.Kubernetes, Plans.Cluster(nodes: 2), Plans.Settings()).Single().Content);

        LeaderWorkerTemplate template = objects.OfType<LeaderWorkerSet>().Single().Spec!.LeaderWorkerTemplate!;
        IDictionary<string, string> selector = objects.OfType<V1Service>().Single().Spec.Selector;
        selector.ShouldAllBe(label => template.LeaderTemplate!.Metadata.Labels[label.Key] == label.Value);
        selector.ShouldContain(label => !template.WorkerTemplate!.Metadata.Labels.ContainsKey(label.Key));
        template.Size.ShouldBe(2);
    }

    [Fact]
    public void A_vllm_group_is_tensor_parallel_in_a_node_and_a_pipeline_over_nodes_and_sglangs_is_tensor_parallel_over_all()
    {
        ClusterPlan vllm = Plans.Cluster(nodes: 2);
        ClusterPlan sglang = Plans.Cluster(nodes: 2, engine: ServingEngine.SgLang);

        (vllm.Layout.Tensor, vllm.Layout.Pipeline).ShouldBe((8, 2));
        (sglang.Layout.Tensor, sglang.Layout.Pipeline).ShouldBe((16, 1));
    }

    [Fact]
    public void The_fewest_gpus_and_nodes_that_hold_the_model_are_taken()
    {
        Plans.Cluster("7b").Layout.Gpus.ShouldBe(1);
        Plans.Cluster("671b").Nodes.ShouldBe(2);
        Should.Throw<NothingFitsException>(() => Plans.Cluster("671b", nodes: 1)).Text.En.ShouldContain("--nodes");
    }

    [Fact]
    public void Requests_at_a_time_never_need_more_cache_than_there_is()
    {
        ClusterPlan plan = Plans.Cluster("70b", context: 131072);

        ((long)plan.Sequences * plan.Request.Context).ShouldBeLessThanOrEqualTo(plan.Memory.CacheTokens);
    }

    [Fact]
    public void The_scripts_of_a_vllm_group_are_right_for_a_shell()
    {
        string shell = Tool.Find("sh");
        List<object> objects = KubernetesObjects.Read(Exporter.Render(ExportTarget.Kubernetes, Plans.Cluster(nodes: 2, model: "/mnt/it's $HOME"), Plans.Settings()).Single().Content);
        LeaderWorkerTemplate template = objects.OfType<LeaderWorkerSet>().Single().Spec!.LeaderWorkerTemplate!;

        foreach (V1PodTemplateSpec pod in (V1PodTemplateSpec[])[template.LeaderTemplate!, template.WorkerTemplate!])
        {
            IList<string> command = pod.Spec.Containers.Single().Command;
            command.Take(2).ShouldBe(["sh", "-c"]);
            string script = command[2].Replace("$$", "$", StringComparison.Ordinal); // as the kubelet does
            Tool.Run(shell, ["-n", "-c", script]).ShouldBe((0, ""));
        }

        string leader = template.LeaderTemplate!.Spec.Containers.Single().Command[2].Replace("$$", "$", StringComparison.Ordinal);
        string stubs = "ray() { :; }\npython3() { :; }\nvllm() { printf '%s\\n' \"$@\"; }\nexec() { \"$@\"; }\n";
        (int code, string output) = Tool.Run(Tool.Find("bash"), ["-c", stubs + leader]);
        code.ShouldBe(0);
        output.Split('\n')[..3].ShouldBe(["serve", "/mnt/it's $HOME", "--served-model-name"]);
    }

    [Theory]
    [InlineData("70b", null)]
    [InlineData("671b", 2)]
    public void KubeRay_reads_a_ray_service_strictly(string variant, int? nodes)
    {
        ClusterPlan plan = Plans.Cluster(variant, nodes);

        RayService service = KubernetesObjects.Read(Exporter.Render(ExportTarget.Ray, plan, Plans.Settings()).Single().Content).OfType<RayService>().Single();

        RayGroup workers = service.Spec!.RayClusterConfig!.WorkerGroupSpecs!.Single();
        workers.Replicas.ShouldBe(plan.Nodes);
        workers.Template!.Spec.Containers.Single().Resources.Limits["nvidia.com/gpu"].ToString().ShouldBe(plan.GpusPerPod.ToString());
        var serve = new YamlStream();
        serve.Load(new StringReader(service.Spec.ServeConfigV2!));
        YamlNode arguments = serve.Documents[0].RootNode["applications"][0]["args"]["llm_configs"][0]["engine_kwargs"];
        arguments["tensor_parallel_size"].ToString().ShouldBe(plan.Layout.Tensor.ToString());
        arguments["max_model_len"].ToString().ShouldBe("16384");
    }

    [Fact]
    public void No_key_is_ever_in_a_file()
    {
        foreach (ServingEngine engine in (ServingEngine[])[ServingEngine.Vllm, ServingEngine.SgLang])
        {
            string yaml = Exporter.Render(ExportTarget.Kubernetes, Plans.Cluster("7b", engine: engine), Plans.Settings()).Single().Content;
            List<object> objects = KubernetesObjects.Read(yaml);
            V1Container container = objects.OfType<V1Deployment>().Single().Spec.Template.Spec.Containers.Single();
            container.Env.ShouldAllBe(variable => variable.Value == null || variable.Name == "HF_HOME");
            container.Env.ShouldContain(variable => variable.ValueFrom != null && variable.ValueFrom.SecretKeyRef.Name == "deepseek-r1-api-key");
        }
    }

    [Fact]
    public void A_machine_without_equal_gpus_is_refused_with_a_way_out()
    {
        var request = new ClusterRequest { Variant = Core.Models.ModelCatalog.Default.Find("7b"), Machine = Plans.Bare };

        Should.Throw<UserErrorException>(() => ClusterPlan.Of(request)).Text.En.ShouldContain("--machine");
    }
}
