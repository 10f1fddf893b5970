using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>The engines that serve a team.</summary>
public enum ServingEngine
{
    /// <summary><c>llama-server</c>.</summary>
    LlamaCpp = 0,

    /// <summary>vLLM.</summary>
    Vllm,

    /// <summary>SGLang.</summary>
    SgLang,
}

/// <summary>How one copy of the model is spread over GPUs.</summary>
/// <param name="Tensor">Tensor-parallel ranks: GPUs that share every layer.</param>
/// <param name="Pipeline">Pipeline stages: groups that hold a run of layers each.</param>
/// <param name="DataParallelAttention">Whether each rank attends to its own requests and holds their cache alone (SGLang's <c>--enable-dp-attention</c>, for MLA).</param>
public sealed record ServingLayout(int Tensor, int Pipeline = 1, bool DataParallelAttention = false)
{
    /// <summary>GPUs of one copy.</summary>
    public int Gpus => Tensor * Pipeline;

    /// <summary>Why an engine refuses it, or null.</summary>
    /// <param name="model">The model.</param>
    public BilingualText? Refusal(ModelArchitecture model)
    {
        if (model.HeadCount % Tensor != 0)
        {
            return new(
                $"{Tensor} GPUs cannot share {model.HeadCount} attention heads evenly.",
                $"{model.HeadCount} 个注意力头无法平均分给 {Tensor} 张 GPU。");
        }

        if (!model.IsMla && (model.HeadCountKv >= Tensor ? model.HeadCountKv % Tensor : Tensor % model.HeadCountKv) != 0)
        {
            return new(
                $"{Tensor} GPUs cannot share {model.HeadCountKv} key/value heads evenly.",
                $"{model.HeadCountKv} 个键值头无法平均分给 {Tensor} 张 GPU。");
        }

        // FP8's blocks of 128 rows must not be cut (vLLM: "output_size not divisible by weight quantization block_n")
        return Pipeline > model.LayerCount
            ? new($"{Pipeline} stages are more than the {model.LayerCount} layers.", $"{Pipeline} 个流水线阶段超过了 {model.LayerCount} 层。")
            : null;
    }

    /// <summary>Layers of each stage: evenly, what is left over to the stages before the last (vLLM's <c>get_pp_indices</c>, <c>vllm/distributed/utils.py</c>).</summary>
    internal int[] Stages(int layers)
    {
        int[] stages = new int[Pipeline];
        Array.Fill(stages, layers / Pipeline);
        int left = layers % Pipeline;
        for (int i = 2; i < left + 2; i++)
        {
            stages[^i]++;
        }

        return stages;
    }
}
