using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>What the capacity planner says: why an engine or a format cannot run, what is in the way, what was found.</summary>
internal static class CapacityWords
{
    public static string NameOf(ServingEngine engine) => engine switch
    {
        ServingEngine.Vllm => "vLLM",
        ServingEngine.SgLang => "SGLang",
        _ => "llama-server",
    };

    public static CapacityOption Refused(ServingEngine engine, string weights, string limit, BilingualText reason) => new()
    {
        Engine = engine,
        Weights = weights,
        WeightBytes = 0,
        Fits = false,
        Meets = false,
        LimitedBy = limit,
        Reason = reason,
    };

    /// <summary>Why vLLM or SGLang cannot run on the node at all, or null.</summary>
    public static CapacityOption? EngineRefusal(ServingEngine engine, CapacityRequest request, Accelerator? gpu)
    {
        string name = NameOf(engine);
        BilingualText? reason = null;
        if (request.Machine.Gpus.Count == 0)
        {
            reason = new(
                $"{name} needs GPUs, and {request.Machine.Name} has none. llama-server also runs on a CPU; or name a machine with GPUs.",
                $"{name} 需要 GPU，而 {request.Machine.Name} 没有。llama-server 可以只用 CPU 运行；也可以换一台带 GPU 的机器。");
        }
        else if (gpu is null)
        {
            reason = new(
                $"{name} is planned for equal GPUs with memory of their own whose bandwidth and FP16 throughput are known; those of {request.Machine.Name} are not all so.",
                $"{name} 的规划要求所有 GPU 相同、带独立显存，且带宽和 FP16 算力已知；{request.Machine.Name} 的 GPU 不满足。");
        }
        else if (gpu.Vendor is not ("nvidia" or "amd"))
        {
            reason = new(
                $"{name} is planned on NVIDIA and AMD GPUs; {gpu.Name} is neither.",
                $"{name} 目前只按 NVIDIA 和 AMD 的 GPU 规划，{gpu.Name} 两者都不是。");
        }
        else if (request.Weights is { } weights && !WeightFormat.TryFind(weights, out _))
        {
            reason = new(
                $"{weights} is a GGUF quantization, for llama-server. {name} takes --weights {string.Join(", ", WeightFormat.All.Select(f => f.Id))}; vLLM's own guide calls its GGUF support experimental.",
                $"{weights} 是供 llama-server 使用的 GGUF 量化格式。{name} 可用 --weights {string.Join("、", WeightFormat.All.Select(f => f.Id))}；vLLM 文档称其 GGUF 支持仍属实验性质。");
        }

        return reason is null ? null : Refused(engine, request.Weights ?? "", "hardware", reason);
    }

    /// <summary>Why a GPU cannot run a format, or null: vLLM's table of quantization and hardware (docs.vllm.ai, features/quantization).</summary>
    public static BilingualText? FormatRefusal(ServingEngine engine, WeightFormat format, Accelerator gpu)
    {
        if (format.Arithmetic == "fp8" && !gpu.HasFp8)
        {
            return new(
                $"{gpu.Name} has no FP8 units (Ada Lovelace, Hopper and later have): use --weights bf16, int8 or awq on it.",
                $"{gpu.Name} 没有 FP8 计算单元（Ada Lovelace、Hopper 及更新的架构才有），请改用 --weights bf16、int8 或 awq。");
        }

        return gpu.Vendor == "amd" && format.Id is "int8" or "awq" or "w4a16"
            ? new(
                $"{NameOf(engine)} has no {format.Id} kernels for AMD GPUs: use --weights bf16 or fp8.",
                $"{NameOf(engine)} 在 AMD GPU 上没有 {format.Id} 内核，请改用 --weights bf16 或 fp8。")
            : null;
    }

    public static BilingualText NotForLlama(string format) => new(
        $"{format} is a format of safetensors checkpoints, for vLLM and SGLang; llama-server takes GGUF quantizations such as Q4_K_M.",
        $"{format} 是供 vLLM 和 SGLang 使用的 safetensors 权重格式；llama-server 使用 Q4_K_M 等 GGUF 量化格式。");

    public static BilingualText LlamaTooSmall(LlamaServing server, CapacityRequest request) => new(
        $"Even one slot of {request.ContextTokens} tokens needs {server.Plan.Memory.Total}, more than {request.Machine.Name} has to give; llama-server does not span nodes (its RPC back end is a proof of concept).",
        $"即使只开一个 {request.ContextTokens} token 的槽位也需要 {server.Plan.Memory.Total}，超出了 {request.Machine.Name} 的可用内存；llama-server 不跨节点运行（其 RPC 后端仅是概念验证）。");

    public static CapacityOption TooSmall(ServingEngine engine, ServingModel model, ServingMemory memory, CapacityRequest request, Accelerator gpu)
    {
        string name = NameOf(engine);
        BilingualText reason = memory.Cache.Bytes <= 0
            ? new(
                $"The {model.Format.Id} weights are {Gb(model.LoadedBytes)}, {memory.Weights} on each GPU at best; of its {gpu.Memory}, {name} gets {Percent(memory.Share)}. {Nodes(request)}",
                $"{model.Format.Id} 权重共 {Gb(model.LoadedBytes)}，每张 GPU 至少要放 {memory.Weights}；{name} 可用每张 GPU {gpu.Memory} 中的 {Percent(memory.Share)}。{NodesZh(request)}")
            : new(
                $"The weights fit, but the cache then holds {memory.SequenceTokens} tokens, fewer than the {request.ContextTokens} of one sequence: use --context {Math.Max(1, memory.SequenceTokens)} or less, or more GPUs.",
                $"权重放得下，但缓存只剩 {memory.SequenceTokens} 个 token 的空间，不足一个序列所需的 {request.ContextTokens}：请用 --context {Math.Max(1, memory.SequenceTokens)} 或更小的值，或增加 GPU。");
        return Refused(engine, model.Format.Id, memory.Cache.Bytes <= 0 ? "memory" : "context", reason) with { WeightBytes = model.CheckpointBytes.Bytes, Memory = memory };
    }

    public static BilingualText NotOnSoFewNodes(CapacityCandidate candidate, int nodes) => new(
        $"One copy needs {candidate.NodesFor(1)} nodes ({candidate.Layout.Gpus} GPUs), and --nodes allows {nodes}.",
        $"一份模型需要 {candidate.NodesFor(1)} 个节点（{candidate.Layout.Gpus} 张 GPU），而 --nodes 只允许 {nodes} 个。");

    /// <summary>What keeps an option from its goal.</summary>
    public static string Limit(CapacityGoal goal, QueueOutcome outcome, QueueOutcome alone)
    {
        if (CapacityGoal.RefusesTooMany(alone) || CapacityGoal.RefusesTooMany(outcome))
        {
            return "context";
        }

        if (goal.AnswerOf(alone) > goal.Answer)
        {
            return "generation";
        }

        if (goal.FirstToken < alone.FirstToken.P95)
        {
            return "prompt";
        }

        return !outcome.Stable ? "throughput" : outcome.Wait.P95 > 0.3 * outcome.Answer.P95 ? "queue" : "throughput";
    }

    public static BilingualText Reason(CapacityGoal goal, QueueOutcome outcome, QueueOutcome alone, string? limit, CapacityCandidate candidate, int replicas)
    {
        string quantile = goal.AnswerShare > 0.5 ? "p95" : "p50";
        string goalText = Seconds(goal.Answer);
        string share = limit is null ? "" : Seconds(goal.AnswerOf(alone));
        return limit switch
        {
            null => new(
                $"With {Copies(replicas)} an answer takes {Seconds(goal.AnswerOf(outcome))} s ({quantile}; goal {goalText} s), {Rate(outcome.MeanSequences)} sequences being generated at a time in each.",
                $"用 {replicas} 份模型时回答需 {Seconds(goal.AnswerOf(outcome))} 秒（{quantile}，目标 {goalText} 秒），每份平均同时生成 {Rate(outcome.MeanSequences)} 个序列。"),
            "generation" => new(
                $"Even one person alone waits {share} s for an answer ({quantile}), the goal being {goalText} s: one stream generates {Rate(1 / alone.TokenSeconds.P50)} tokens/s, and more copies do not speed it up. More GPUs a copy, fewer bits, or a smaller variant do.",
                $"即使只有一个人使用，回答也要 {share} 秒（{quantile}），目标是 {goalText} 秒：单路生成 {Rate(1 / alone.TokenSeconds.P50)} token/秒，增加副本数无济于事；需要每份模型用更多 GPU、更低的位宽或更小的版本。"),
            "prompt" => new(
                $"Even alone the first token takes {Seconds(alone.FirstToken.P95)} s (p95), the goal being {Seconds(goal.FirstToken ?? 0)} s: computing the prompt is in the way.",
                $"即使没有其他人，首个 token 也要 {Seconds(alone.FirstToken.P95)} 秒（p95），目标是 {Seconds(goal.FirstToken ?? 0)} 秒：瓶颈在于提示词计算。"),
            "context" => new(
                $"{Percent(Math.Max(alone.RejectedShare, outcome.RejectedShare))} of the prompts are longer than the context of {candidate.Step.SequenceTokens} tokens and are refused: use a larger --context.",
                $"{Percent(Math.Max(alone.RejectedShare, outcome.RejectedShare))} 的提示词超过了 {candidate.Step.SequenceTokens} 个 token 的上下文，会被拒绝：请使用更大的 --context。"),
            "queue" => new(
                $"Requests wait {Seconds(outcome.Wait.P95)} s (p95) for a place: {candidate.Step.MostSequences} sequences and {candidate.Step.CacheTokens} tokens of cache a copy are too few.",
                $"请求要排队 {Seconds(outcome.Wait.P95)} 秒（p95）：每份模型的 {candidate.Step.MostSequences} 个序列和 {candidate.Step.CacheTokens} 个 token 的缓存不够用。"),
            _ when !outcome.Stable => new(
                $"The demand is more than {Copies(replicas)} can serve: the queue only grows.",
                $"{replicas} 份模型处理不过来：队列只会越来越长。"),
            _ => new(
                $"With so many at once an answer takes {Seconds(goal.AnswerOf(outcome))} s ({quantile}), the goal being {goalText} s; alone it takes {share} s.",
                $"同时使用的人数较多时回答需 {Seconds(goal.AnswerOf(outcome))} 秒（{quantile}），目标是 {goalText} 秒；单独使用时为 {share} 秒。"),
        };
    }

    public static BilingualText Explain(CapacityRequest request, CapacityOption? pick, CapacityOption? closest, IReadOnlyList<CapacityOption> options, CapacityGoal goal)
    {
        if (pick is not null)
        {
            string engine = NameOf(pick.Engine);
            string runnersUp = string.Join(", ", options.Where(o => o.Meets && o != pick).Select(o => $"{NameOf(o.Engine)} {o.Nodes}"));
            string others = runnersUp.Length > 0 ? $" Nodes that others need: {runnersUp}." : "";
            string othersZh = runnersUp.Length > 0 ? $"其他引擎所需节点数：{runnersUp.Replace(", ", "、", StringComparison.Ordinal)}。" : "";
            string native = request.Variant.Architecture.IsMla ? "fp8" : "bf16";
            bool reduced = request.Weights is null && pick.Engine != ServingEngine.LlamaCpp && WeightFormat.Find(pick.Weights).WeightBits < WeightFormat.Find(native).WeightBits;
            string quality = reduced ? $" {pick.Weights} costs some quality; --weights {native} plans the published weights." : "";
            string qualityZh = reduced ? $"{pick.Weights} 会损失一些质量；用 --weights {native} 可按官方发布的权重规划。" : "";
            return new(
                $"{pick.Nodes} x {request.Machine.Name}: {engine} with {pick.Weights} weights. {pick.Reason.En}{others}{quality}",
                $"{pick.Nodes} × {request.Machine.Name}：{engine}，{pick.Weights} 权重。{pick.Reason.Zh}{othersZh}{qualityZh}");
        }

        if (closest is not null)
        {
            return new(
                $"Nothing within {request.Nodes ?? CapacityRequest.MostNodes} nodes meets the goal. Closest: {NameOf(closest.Engine)}, {closest.Weights}, {closest.Nodes} x {request.Machine.Name}. {closest.Reason.En}",
                $"{request.Nodes ?? CapacityRequest.MostNodes} 个节点以内没有方案能达到目标。最接近的是：{NameOf(closest.Engine)}，{closest.Weights}，{closest.Nodes} × {request.Machine.Name}。{closest.Reason.Zh}");
        }

        return new(
            "It does not fit. " + string.Join(" ", options.Select(o => $"{NameOf(o.Engine)}: {o.Reason.En}")),
            "放不下。" + string.Concat(options.Select(o => $"{NameOf(o.Engine)}：{o.Reason.Zh}")));
    }

    public static string Seconds(double seconds) => seconds.ToString(seconds < 10 ? "0.0#" : "0", CultureInfo.InvariantCulture);

    private static string Rate(double rate) => rate.ToString(rate < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + "%";

    private static string Gb(ByteSize size) => size.InGB.ToString("0.#", CultureInfo.InvariantCulture) + " GB";

    private static string Copies(int replicas) => replicas == 1 ? "one copy" : $"{replicas} copies";

    private static string Nodes(CapacityRequest request) => request.Nodes is { } nodes ? $"{nodes} such nodes are too few." : "No layout over 8 such nodes holds them.";

    private static string NodesZh(CapacityRequest request) => request.Nodes is { } nodes ? $"{nodes} 个这样的节点不够。" : "用 8 个这样的节点也无法放下。";
}
