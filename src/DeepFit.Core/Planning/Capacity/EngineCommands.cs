using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>
/// The command lines that start an option. Flags as in vLLM's <c>vllm/engine/arg_utils.py</c> and docs/serving/parallelism_scaling.md, SGLang's
/// docs.sglang.io server arguments, and llama-server's <c>common/arg.cpp</c> (llama.cpp v0.4.0).
/// </summary>
internal static class EngineCommands
{
    private static readonly Lazy<EmbeddedTable> Checkpoints = new(() => EmbeddedTable.Load("checkpoints.csv"));

    public static IReadOnlyList<EngineCommandLine> Of(CapacityOption option, CapacityCandidate candidate, CapacityRequest request, Accelerator? gpu) => option.Engine switch
    {
        ServingEngine.Vllm => Vllm(option, request, gpu!),
        ServingEngine.SgLang => SgLang(option, request, gpu!),
        _ => [Llama(candidate.Llama!, option, request)],
    };

    private static List<EngineCommandLine> Vllm(CapacityOption option, CapacityRequest request, Accelerator gpu)
    {
        ServingLayout layout = option.Layout!;
        ServingMemory memory = option.Memory!;
        int nodes = NodesPerCopy(layout, gpu);
        var flags = new List<EngineFlag>
        {
            new("--tensor-parallel-size", Number(layout.Tensor), nodes > 1
                ? new($"the {layout.Tensor} GPUs of a node share every layer", $"一个节点的 {layout.Tensor} 张 GPU 共同计算每一层")
                : TensorWhy(layout, option)),
        };
        if (layout.Pipeline > 1)
        {
            flags.Add(new("--pipeline-parallel-size", Number(layout.Pipeline), nodes > 1
                ? new($"{nodes} nodes hold a run of layers each, which needs the least traffic between them", $"{nodes} 个节点各放一段连续的层，节点间通信最少")
                : new($"{layout.Pipeline} groups of GPUs hold a run of layers each", $"{layout.Pipeline} 组 GPU 各放一段连续的层")));
        }

        if (nodes > 1)
        {
            flags.Add(new("--distributed-executor-backend", "ray", new("several nodes", "跨多个节点")));
        }

        (string model, bool online) = Checkpoint(option, request, onlineFp8: true);
        if (online)
        {
            flags.Add(new("--quantization", "fp8", new("the 16-bit checkpoint is made FP8 while it loads", "加载时把 16 位权重转换为 FP8")));
        }
        else if (option.Weights == "awq")
        {
            flags.Add(new("--quantization", "awq_marlin", new("AWQ weights by the faster kernels", "AWQ 权重，使用较快的 Marlin 内核")));
        }

        flags.Add(new("--max-model-len", Number(request.ContextTokens), ContextWhy(request)));
        flags.Add(new("--gpu-memory-utilization", memory.Share.ToString("0.##", CultureInfo.InvariantCulture), new(
            $"vLLM's default; {memory.Cache} of it are left for the cache on each GPU, {option.CacheTokens} tokens a copy",
            $"vLLM 的默认值；每张 GPU 留给缓存 {memory.Cache}，每份模型共 {option.CacheTokens} 个 token")));
        flags.Add(new("--max-num-seqs", Number(option.Sequences), SequencesWhy(option)));
        flags.Add(new("--kv-cache-dtype", "auto", CacheTypeWhy(memory)));
        flags.Add(new("--reasoning-parser", "deepseek_r1", new("the reasoning comes apart from the answer", "把推理过程与回答分开返回")));
        var lines = new List<EngineCommandLine>();
        if (nodes > 1)
        {
            lines.Add(new(new("first node", "第一个节点"), "ray start --head", [new("--port", "6379", new("where the others join", "其他节点从这里加入"))]));
            lines.Add(new(new("every other node", "其余每个节点"), "ray start", [new("--address", "HEAD:6379", new("the first node's address", "第一个节点的地址"))]));
        }

        lines.Add(new(Where(option, nodes, gpu), Devices(layout, gpu) + "vllm serve " + model, flags));
        return lines;
    }

    private static List<EngineCommandLine> SgLang(CapacityOption option, CapacityRequest request, Accelerator gpu)
    {
        ServingLayout layout = option.Layout!;
        ServingMemory memory = option.Memory!;
        int nodes = NodesPerCopy(layout, gpu);
        (string model, bool online) = Checkpoint(option, request, onlineFp8: true);
        var flags = new List<EngineFlag> { new("--model-path", model, new("the checkpoint", "权重")) };
        if (online)
        {
            flags.Add(new("--quantization", "fp8", new("the 16-bit checkpoint is made FP8 while it loads", "加载时把 16 位权重转换为 FP8")));
        }

        flags.Add(new("--tp", Number(layout.Tensor), nodes > 1
            ? new($"all {layout.Tensor} GPUs of the {nodes} nodes share every layer: they need a fast link", $"{nodes} 个节点的 {layout.Tensor} 张 GPU 共同计算每一层，节点间需要高速网络")
            : TensorWhy(layout, option)));
        if (layout.DataParallelAttention)
        {
            flags.Add(new("--enable-dp-attention", "", new("each GPU keeps the cache of its own requests, instead of a copy of all", "每张 GPU 只保存自己请求的缓存，不再各存一份")));
            flags.Add(new("--dp", Number(layout.Tensor), new("one group of requests a GPU", "每张 GPU 一组请求")));
        }

        if (nodes > 1)
        {
            flags.Add(new("--nnodes", Number(nodes), new("nodes of a copy", "一份模型的节点数")));
            flags.Add(new("--node-rank", "RANK", new($"0 on the first node, up to {nodes - 1} on the last", $"第一个节点为 0，最后一个为 {nodes - 1}")));
            flags.Add(new("--dist-init-addr", "HEAD:20000", new("the first node's address", "第一个节点的地址")));
        }

        flags.Add(new("--context-length", Number(request.ContextTokens), ContextWhy(request)));
        flags.Add(new("--mem-fraction-static", memory.Share.ToString("0.##", CultureInfo.InvariantCulture), new(
            $"weights and cache; {memory.Kept} of each GPU stay for activations and CUDA graphs, and {memory.Cache} are left for the cache: {option.CacheTokens} tokens a copy",
            $"权重与缓存所占的比例；每张 GPU 留出 {memory.Kept} 给激活值和 CUDA 图，{memory.Cache} 给缓存，每份模型共 {option.CacheTokens} 个 token")));
        flags.Add(new("--max-running-requests", Number(option.Sequences), SequencesWhy(option)));
        flags.Add(new("--kv-cache-dtype", "auto", CacheTypeWhy(memory)));
        flags.Add(new("--reasoning-parser", "deepseek-r1", new("the reasoning comes apart from the answer", "把推理过程与回答分开返回")));
        if (request.Variant.Architecture.IsMla)
        {
            flags.Add(new("--trust-remote-code", "", new("R1's repository brings its own model code", "R1 的仓库自带模型代码")));
        }

        return [new(Where(option, nodes, gpu), Devices(layout, gpu) + "python3 -m sglang.launch_server", flags)];
    }

    private static EngineCommandLine Llama(LlamaServing server, CapacityOption option, CapacityRequest request)
    {
        RuntimeOptions options = server.Plan.Options;
        int layers = request.Variant.Architecture.LayerCount;
        var flags = new List<EngineFlag>
        {
            new("-m", $"{request.Variant.DisplayName}-{option.Weights}.gguf", new("the model's file", "模型文件")),
            new("-c", Number(options.Context), new($"{server.Slots} slots of {server.Context} tokens: they share it evenly", $"{server.Slots} 个槽位平分，每个 {server.Context} 个 token")),
            new("-np", Number(server.Slots), new("slots: people served at a time; the others wait", "槽位数，即同时服务的人数，其余排队")),
            new("-ngl", Number(options.GpuLayers), new($"layers on the GPUs, of {layers + 1}", $"放到 GPU 上的层数，共 {layers + 1} 层")),
        };
        if (options.CpuMoeLayers > 0)
        {
            flags.Add(new("--n-cpu-moe", Number(options.CpuMoeLayers), new("layers whose experts stay in system memory", "专家留在内存中的层数")));
        }

        flags.Add(new("-ctk", CacheType(options.KvTypeK), new("the cache's type", "缓存类型")));
        flags.Add(new("-ctv", CacheType(options.KvTypeV), new("the cache's type", "缓存类型")));
        flags.Add(new("-b", Number(options.Batch), new("tokens submitted at once", "一次提交的 token 数")));
        flags.Add(new("-ub", Number(options.UBatch), new("tokens computed at once; the compute buffers are for this", "一次计算的 token 数，计算缓冲区按此分配")));
        flags.Add(new("-fa", options.FlashAttention ? "on" : "off", new("keeps the compute buffers small at long contexts", "长上下文时让计算缓冲区保持较小")));
        flags.Add(new("--jinja", "", new("the model's own chat template", "使用模型自带的对话模板")));
        return new(
            option.Nodes == 1 ? new("on the node", "在该节点上") : new($"on each of the {option.Nodes} nodes, a load balancer before them", $"在 {option.Nodes} 个节点上各启动一份，前面放负载均衡"),
            "llama-server", flags);
    }

    private static BilingualText Where(CapacityOption option, int nodesPerCopy, Accelerator gpu)
    {
        if (option.Replicas == 1)
        {
            return nodesPerCopy > 1 ? new("every node of the copy (vLLM: the first one)", "这份模型的每个节点（vLLM 只在第一个节点）") : new("on the node", "在该节点上");
        }

        int perNode = Math.Min(option.Replicas, Math.Max(1, gpu.GpusPerNode / option.Layout!.Gpus));
        return nodesPerCopy > 1
            ? new($"for each of the {option.Replicas} copies, a load balancer before them", $"{option.Replicas} 份模型各启动一次，前面放负载均衡")
            : new(
                $"{option.Replicas} copies, {perNode} on a node at most, each with its own GPUs and --port, a load balancer before them",
                $"共 {option.Replicas} 份，每个节点最多 {perNode} 份，各用自己的 GPU 和 --port，前面放负载均衡");
    }

    // a copy that does not take the whole node is shown its own GPUs
    private static string Devices(ServingLayout layout, Accelerator gpu) => layout.Gpus >= gpu.GpusPerNode ? ""
        : (gpu.Vendor == "amd" ? "HIP_VISIBLE_DEVICES=" : "CUDA_VISIBLE_DEVICES=") + string.Join(',', Enumerable.Range(0, layout.Gpus)) + " ";

    private static int NodesPerCopy(ServingLayout layout, Accelerator gpu) => (layout.Gpus + gpu.GpusPerNode - 1) / gpu.GpusPerNode;

    private static (string Model, bool Online) Checkpoint(CapacityOption option, CapacityRequest request, bool onlineFp8)
    {
        EmbeddedTable table = Checkpoints.Value;
        for (int i = 0; i < table.Count; i++)
        {
            if (table.Text(i, "variant") == request.Variant.Id && table.Text(i, "weights") == option.Weights)
            {
                return (table.Text(i, "repository"), false);
            }
        }

        bool native = option.Weights == (request.Variant.Architecture.IsMla ? "fp8" : "bf16");
        bool online = onlineFp8 && option.Weights == "fp8" && !native;
        return native || online
            ? (request.Variant.HuggingFaceRepository, online)
            : ($"./{request.Variant.DisplayName}-{option.Weights}", false); // a checkpoint of the person's own
    }

    private static BilingualText TensorWhy(ServingLayout layout, CapacityOption option) => layout.Tensor == 1
        ? new($"one GPU holds the weights, {option.Memory!.Weights}", $"一张 GPU 即可放下权重（{option.Memory!.Weights}）")
        : new($"{layout.Tensor} GPUs share every layer; each holds {option.Memory!.Weights} of weights", $"{layout.Tensor} 张 GPU 共同计算每一层，每张放 {option.Memory!.Weights} 权重");

    private static BilingualText ContextWhy(CapacityRequest request) => request.Context is null
        ? new($"what {request.Use.Name.En} needs: long prompt, long thought and long answer", $"“{request.Use.Name.Zh}”所需：较长的提示词、推理和回答")
        : new("as asked", "按您的要求");

    private static BilingualText SequencesWhy(CapacityOption option) => new(
        $"{option.Outcome!.PeakSequences} at a time were the most in the simulation, and a quarter more",
        $"模拟中同时最多 {option.Outcome!.PeakSequences} 个，再留四分之一余量");

    private static BilingualText CacheTypeWhy(ServingMemory memory) => new(
        $"16 bits, {memory.CachePerToken} a token on each GPU; fp8 halves it on GPUs that have FP8",
        $"16 位，每个 token 在每张 GPU 上占 {memory.CachePerToken}；支持 FP8 的 GPU 可用 fp8 减半");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string CacheType(GgmlType type) => type.ToString().ToLowerInvariant();
}
