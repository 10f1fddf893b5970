using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports;

/// <summary>What a cluster's plan is asked for.</summary>
public sealed record ClusterRequest
{
    /// <summary>The model: only the catalogue's, since a GGUF file is no checkpoint of vLLM's or SGLang's.</summary>
    public required ModelVariant Variant { get; init; }

    /// <summary>One node; several are taken to be equal to it.</summary>
    public required MachineProfile Machine { get; init; }

    /// <summary>vLLM or SGLang.</summary>
    public ServingEngine Engine { get; init; } = ServingEngine.Vllm;

    /// <summary>How the weights are stored, or null for what the publisher ships: FP8 for R1 itself, BF16 for the distilled ones.</summary>
    public string? Weights { get; init; }

    /// <summary>Context of one request, in tokens. Default 8192.</summary>
    public int Context { get; init; } = 8192;

    /// <summary>Requests at a time, or null for as many as the cache holds at full length.</summary>
    public int? Sequences { get; init; }

    /// <summary>Nodes of one copy, or null for as few as hold it.</summary>
    public int? Nodes { get; init; }

    /// <summary>Copies of the model. Default 1.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Where the weights are: a folder, or a repository; null for the publisher's.</summary>
    public string? Model { get; init; }
}

/// <summary>A copy of the model on one or several nodes with GPUs, by the engines' documented rules.</summary>
public sealed record ClusterPlan
{
    private const int MostNodes = 64;

    /// <summary>What was asked.</summary>
    public required ClusterRequest Request { get; init; }

    /// <summary>The GPUs of a node.</summary>
    public required Accelerator Gpu { get; init; }

    /// <summary>The checkpoint.</summary>
    public required ServingModel Model { get; init; }

    /// <summary>How a copy is spread.</summary>
    public required ServingLayout Layout { get; init; }

    /// <summary>Memory of its fullest GPU.</summary>
    public required ServingMemory Memory { get; init; }

    /// <summary>Nodes of a copy.</summary>
    public required int Nodes { get; init; }

    /// <summary>Requests at a time.</summary>
    public required int Sequences { get; init; }

    /// <summary>GPUs of a pod.</summary>
    public int GpusPerPod => Nodes > 1 ? Gpu.GpusPerNode : Layout.Gpus;

    /// <summary>The folder or repository of the weights.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Whether the engine downloads the weights at its first start.</summary>
    public bool Downloads => !ModelPath.StartsWith('/');

    /// <summary>What clients call the model.</summary>
    public string Alias => $"deepseek-r1-{Request.Variant.Id}";

    /// <summary>Kubernetes' name of the GPUs.</summary>
    internal string GpuResource => ExportDefaults.Text("gpu", Gpu.Vendor);

    internal (int GiB, BilingualText Why) SharedMemory
    {
        get
        {
            int each = ExportDefaults.Whole("memory", "shm_gib_per_gpu");
            return (each * GpusPerPod, new(
                $"the ranks of tensor parallelism exchange data through /dev/shm, which is 64 MiB by default: {each} GiB a GPU",
                $"张量并行的各进程通过 /dev/shm 交换数据，默认仅 64 MiB：每张 GPU {each} GiB"));
        }
    }

    internal (int GiB, BilingualText Why) HostMemory
    {
        get
        {
            int each = ExportDefaults.Whole("memory", "host_gib_per_gpu");
            int once = ExportDefaults.Whole("memory", "host_gib");
            int total = once + (each * GpusPerPod) + SharedMemory.GiB;
            return (total, new(
                $"system memory: {each} GiB for the process of each of {GpusPerPod} GPUs, {once} GiB for the server, {SharedMemory.GiB} GiB of /dev/shm (assumed; the weights are in the GPUs, the page cache gives way)",
                $"系统内存：{GpusPerPod} 张 GPU 的进程各 {each} GiB，服务本身 {once} GiB，/dev/shm {SharedMemory.GiB} GiB（假定值；权重在显存中，页缓存可随时回收）"));
        }
    }

    internal int Cpus => Math.Max(1, ExportDefaults.Whole("cpu", "per_gpu") * GpusPerPod);

    // a node of a pipeline reads its own layers; tensor parallelism needs a part of every file on every node
    internal Waits Waits => Waits.Of(
        Request.Machine, new(Model.CheckpointBytes.Bytes / Layout.Pipeline), compiles: true, Downloads ? Model.CheckpointBytes : ByteSize.Zero);

    /// <summary>Plans a copy.</summary>
    /// <exception cref="UserErrorException">The machine has no GPUs that the engine can use, or they cannot hold the model.</exception>
    public static ClusterPlan Of(ClusterRequest request)
    {
        if (request.Engine == ServingEngine.LlamaCpp)
        {
            throw new ArgumentException("llama-server has targets of its own", nameof(request));
        }

        if (request.Context > request.Variant.ContextLength)
        {
            throw new UserErrorException(new(
                $"{request.Variant.DisplayName} was made for at most {request.Variant.ContextLength} tokens of context, not {request.Context}.",
                $"{request.Variant.DisplayName} 的上下文最多 {request.Variant.ContextLength} 个 token，而不是 {request.Context}。"));
        }

        Accelerator gpu = Accelerator.Of(request.Machine) ?? throw new UserErrorException(new(
            $"{Name(request.Engine)} needs nodes with equal GPUs of their own memory whose bandwidth is known, and {request.Machine.Name} has none. Describe a node with --machine FILE, or export for llama-server, which also runs on the CPU.",
            $"{Name(request.Engine)} 需要配有同型号独立显存 GPU（带宽已知）的节点，而 {request.Machine.Name} 没有。请用 --machine 指定节点的描述文件，或导出为 llama-server（也能用 CPU 运行）。"));
        if (ExportDefaults.Find("gpu", gpu.Vendor) is null)
        {
            throw new UserErrorException(new(
                $"{gpu.Name}: no image of {Name(request.Engine)} and no resource name of Kubernetes is known for GPUs of {gpu.Vendor}. NVIDIA and AMD are.",
                $"{gpu.Name}：没有已知的适用于 {gpu.Vendor} GPU 的 {Name(request.Engine)} 镜像和 Kubernetes 资源名，目前支持 NVIDIA 和 AMD。"));
        }

        WeightFormat format = WeightFormat.Find(request.Weights ?? (request.Variant.Architecture.IsMla ? "fp8" : "bf16"));
        if (format.Id == "fp8" && !gpu.HasFp8 && request.Variant.Architecture.IsMla)
        {
            throw new UserErrorException(new(
                $"{gpu.Name} cannot compute in FP8, in which {request.Variant.DisplayName} is published. Give a converted checkpoint: --weights bf16 (or awq, int8) with --model.",
                $"{gpu.Name} 不支持 FP8 计算，而 {request.Variant.DisplayName} 以 FP8 发布。请用 --model 指定转换后的权重，并加上 --weights bf16（或 awq、int8）。"));
        }

        string path = request.Model ?? Checkpoint(request.Variant, format);
        ServingModel model = ServingModel.Of(request.Variant, format);
        ClusterPlan? closest = null;
        foreach ((ServingLayout layout, int nodes) in Layouts(request, gpu))
        {
            if (layout.Refusal(request.Variant.Architecture) is not null)
            {
                continue;
            }

            ServingMemory memory = ServingMemory.Of(model, request.Engine, gpu, layout);
            int sequences = (int)Math.Min(request.Sequences ?? Math.Min(memory.MostSequences, ExportDefaults.Whole("vllm", "most_sequences")), memory.CacheTokens / request.Context);
            closest = new ClusterPlan
            {
                Request = request,
                Gpu = gpu,
                Model = model,
                ModelPath = path,
                Layout = layout,
                Memory = memory,
                Nodes = nodes,
                Sequences = Math.Max(1, sequences),
            };
            if (memory.SequenceTokens >= request.Context && memory.CacheTokens >= (long)request.Context * (request.Sequences ?? 1))
            {
                return closest;
            }
        }

        throw TooSmall(request, gpu, model, closest);
    }

    /// <summary>The engine's flags after the model, with the reason of each.</summary>
    internal IReadOnlyList<EngineFlag> Flags(int port) => Request.Engine == ServingEngine.Vllm ? VllmFlags(port) : SgLangFlags(port);

    /// <summary>What is said of the whole.</summary>
    internal BilingualText Summary => Nodes == 1
        ? new(
            $"{Request.Variant.DisplayName} ({Model.Format}, {Model.CheckpointBytes}) on {Layout.Gpus} x {Gpu.Name}: {Memory.Weights} of weights and room for {Memory.CacheTokens} tokens of cache",
            $"{Request.Variant.DisplayName}（{Model.Format}，{Model.CheckpointBytes}），{Layout.Gpus} × {Gpu.Name}：每张卡权重 {Memory.Weights}，缓存可容纳 {Memory.CacheTokens} 个 token")
        : new(
            $"{Request.Variant.DisplayName} ({Model.Format}, {Model.CheckpointBytes}) on {Nodes} nodes of {Gpu.GpusPerNode} x {Gpu.Name}: {Memory.Weights} of weights on the fullest GPU and room for {Memory.CacheTokens} tokens of cache",
            $"{Request.Variant.DisplayName}（{Model.Format}，{Model.CheckpointBytes}），{Nodes} 个节点，每个 {Gpu.GpusPerNode} × {Gpu.Name}：最满的卡权重 {Memory.Weights}，缓存可容纳 {Memory.CacheTokens} 个 token");

    internal static string Name(ServingEngine engine) => engine == ServingEngine.Vllm ? "vLLM" : "SGLang";

    /// <summary>The plan of a team's capacity as it is exported: its layout, copies and requests at a time.</summary>
    /// <param name="request">What was asked; its replicas and requests at a time are the option's.</param>
    /// <param name="option">An option of <see cref="CapacityPlanner"/> for vLLM or SGLang that fits.</param>
    public static ClusterPlan Of(ClusterRequest request, CapacityOption option)
    {
        Accelerator gpu = Accelerator.Of(request.Machine)!;
        WeightFormat format = WeightFormat.Find(option.Weights);
        return new ClusterPlan
        {
            Request = request with { Replicas = option.Replicas },
            Gpu = gpu,
            Model = ServingModel.Of(request.Variant, format),
            ModelPath = request.Model ?? Checkpoint(request.Variant, format),
            Layout = option.Layout!,
            Memory = option.Memory!,
            Nodes = (option.Layout!.Gpus + gpu.GpusPerNode - 1) / gpu.GpusPerNode,
            Sequences = option.Sequences,
        };
    }

    /// <summary>
    /// One node: the fewest GPUs that hold the copy. Several: vLLM's rule, tensor parallel over a node's GPUs and a pipeline over the nodes
    /// (vllm-project/vllm: docs/serving/parallelism_scaling.md); SGLang's, tensor parallel over all (kubernetes-sigs/lws: docs/examples/sglang).
    /// </summary>
    private static IEnumerable<(ServingLayout Layout, int Nodes)> Layouts(ClusterRequest request, Accelerator gpu)
    {
        if (request.Nodes is null or 1)
        {
            for (int gpus = 1; gpus <= gpu.GpusPerNode; gpus++)
            {
                yield return (new ServingLayout(gpus), 1);
            }
        }

        for (int nodes = Math.Max(2, request.Nodes ?? 2); nodes <= (request.Nodes ?? MostNodes) && request.Nodes is not 1; nodes++)
        {
            yield return (request.Engine == ServingEngine.Vllm ? new ServingLayout(gpu.GpusPerNode, nodes) : new ServingLayout(gpu.GpusPerNode * nodes), nodes);
        }
    }

    private static NothingFitsException TooSmall(ClusterRequest request, Accelerator gpu, ServingModel model, ClusterPlan? closest)
    {
        string nodes = request.Nodes is { } asked ? asked.ToString(CultureInfo.InvariantCulture) : $"1..{MostNodes}";
        string room = closest is null ? "" : $" ({closest.Memory.Weights} / {gpu.Memory})";
        return new NothingFitsException(new(
            $"{request.Variant.DisplayName} in {model.Format} ({model.CheckpointBytes}) with {request.Context} tokens of context does not fit nodes of {gpu.GpusPerNode} x {gpu.Name}{room}; nodes tried: {nodes}. More nodes (--nodes), fewer bits (--weights) or a shorter --context help.",
            $"{request.Variant.DisplayName}（{model.Format}，{model.CheckpointBytes}）在上下文为 {request.Context} 时，放不进每节点 {gpu.GpusPerNode} × {gpu.Name} 的机器{room}；尝试过的节点数：{nodes}。可增加节点（--nodes）、降低位数（--weights）或缩短 --context。"));
    }

    // the publisher's own, one that is known for this format, or the 16-bit one, which the engines make FP8 while they load it
    private static string Checkpoint(ModelVariant variant, WeightFormat format)
    {
        EmbeddedTable table = EmbeddedTable.Load("checkpoints.csv");
        for (int i = 0; i < table.Count; i++)
        {
            if (table.Text(i, "variant") == variant.Id && table.Text(i, "weights") == format.Id)
            {
                return table.Text(i, "repository");
            }
        }

        if (format.Id == (variant.Architecture.IsMla ? "fp8" : "bf16") || (format.Id == "fp8" && !variant.Architecture.IsMla))
        {
            return variant.HuggingFaceRepository;
        }

        throw new UserErrorException(new(
            $"No published checkpoint of {variant.DisplayName} in {format} is known. Name yours with --model: a folder on the nodes, or a repository.",
            $"没有已知的 {variant.DisplayName} {format} 权重。请用 --model 指定您自己的：节点上的文件夹或仓库名。"));
    }

    private void AddQuantization(List<EngineFlag> flags)
    {
        if (ModelPath == Request.Variant.HuggingFaceRepository && Model.Format.Id == "fp8" && !Model.Architecture.IsMla)
        {
            flags.Add(new("--quantization", "fp8", new("the 16-bit checkpoint is made FP8 while it loads", "加载时把 16 位权重转换为 FP8")));
        }
    }

    private List<EngineFlag> VllmFlags(int port)
    {
        var flags = new List<EngineFlag>
        {
            new("--served-model-name", Alias, new("what clients call the model", "客户端使用的模型名")),
            new("--host", "0.0.0.0", new("inside the pod: the Service, and the API key, stand before it", "监听 Pod 内地址，由 Service 转发并校验 API 密钥")),
            new("--port", Number(port), new("the port that the Service and the probes ask", "Service 和探针访问的端口")),
            new("--tensor-parallel-size", Number(Layout.Tensor), TensorWhy),
        };
        if (Layout.Pipeline > 1)
        {
            flags.Add(new("--pipeline-parallel-size", Number(Layout.Pipeline), new(
                $"{Nodes} nodes hold a run of layers each: the least traffic between them (vLLM's rule)", $"{Nodes} 个节点各放一段连续的层，节点间通信最少（vLLM 的规则）")));
            flags.Add(new("--distributed-executor-backend", "ray", new("vLLM reaches the other nodes through Ray", "vLLM 通过 Ray 使用其他节点")));
        }

        AddQuantization(flags);
        flags.Add(new("--max-model-len", Number(Request.Context), new("tokens of context of one request", "单个请求的上下文长度（token 数）")));
        flags.Add(new("--max-num-seqs", Number(Sequences), SequencesWhy));
        flags.Add(new("--gpu-memory-utilization", Share, new(
            $"the share of each GPU that vLLM may take; {Memory.Cache} of it are left for the cache", $"vLLM 可占用的显存比例，其中 {Memory.Cache} 留给缓存")));
        flags.Add(new("--reasoning-parser", "deepseek_r1", new("the reasoning comes apart from the answer", "推理过程与回答分开返回")));
        AddRemoteCode(flags);
        return flags;
    }

    private List<EngineFlag> SgLangFlags(int port)
    {
        var flags = new List<EngineFlag>
        {
            new("--served-model-name", Alias, new("what clients call the model", "客户端使用的模型名")),
            new("--host", "0.0.0.0", new("inside the pod: the Service, and the API key, stand before it", "监听 Pod 内地址，由 Service 转发并校验 API 密钥")),
            new("--port", Number(port), new("the port that the Service and the probes ask", "Service 和探针访问的端口")),
            new("--tp", Number(Layout.Tensor), Nodes > 1
                ? new($"all {Layout.Tensor} GPUs of the {Nodes} nodes share every layer: they need a fast link (InfiniBand, RoCE)", $"{Nodes} 个节点的 {Layout.Tensor} 张 GPU 共同计算每一层，需要高速网络（InfiniBand、RoCE）")
                : TensorWhy),
            new("--context-length", Number(Request.Context), new("tokens of context of one request", "单个请求的上下文长度（token 数）")),
            new("--max-running-requests", Number(Sequences), SequencesWhy),
            new("--mem-fraction-static", Share, new(
                $"weights and cache; {Memory.Kept} of each GPU stay for activations and CUDA graphs, {Memory.Cache} are left for the cache",
                $"权重与缓存所占的比例；每张 GPU 留出 {Memory.Kept} 给激活值和 CUDA 图，{Memory.Cache} 给缓存")),
            new("--reasoning-parser", "deepseek-r1", new("the reasoning comes apart from the answer", "推理过程与回答分开返回")),
            new("--enable-metrics", "", new("Prometheus metrics at /metrics", "在 /metrics 提供 Prometheus 指标")),
        };
        if (Layout.DataParallelAttention)
        {
            flags.Add(new("--enable-dp-attention", "", new("each GPU keeps the cache of its own requests, instead of a copy of all", "每张 GPU 只保存自己请求的缓存，不再各存一份")));
            flags.Add(new("--dp", Number(Layout.Tensor), new("one group of requests a GPU", "每张 GPU 一组请求")));
        }

        AddQuantization(flags);
        AddRemoteCode(flags);
        return flags;
    }

    private void AddRemoteCode(List<EngineFlag> flags)
    {
        if (Model.Architecture.IsMla)
        {
            flags.Add(new("--trust-remote-code", "", new(
                "R1's repository brings its own configuration code, and both engines' documented command lines for it run that code",
                "R1 的仓库自带配置代码，两个引擎文档中的启动命令都会执行它")));
        }
    }

    private string Share => Memory.Share.ToString("0.##", CultureInfo.InvariantCulture);

    private BilingualText TensorWhy => Layout.Tensor == 1
        ? new($"one GPU holds the weights, {Memory.Weights}", $"一张 GPU 即可放下权重（{Memory.Weights}）")
        : new($"{Layout.Tensor} GPUs share every layer; each holds {Memory.Weights} of weights", $"{Layout.Tensor} 张 GPU 共同计算每一层，每张放 {Memory.Weights} 权重");

    private BilingualText SequencesWhy => new(
        $"requests at a time: the cache holds {Memory.CacheTokens} tokens, {Memory.CacheTokens / Request.Context} requests of full length",
        $"同时处理的请求数：缓存可容纳 {Memory.CacheTokens} 个 token，即 {Memory.CacheTokens / Request.Context} 个满长请求");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The machine cannot hold what was asked: the command's exit code is 3.</summary>
public sealed class NothingFitsException(BilingualText text) : UserErrorException(text);
