using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Estimation.Training;

/// <summary>The counts of a model that training needs, summed over its exact list of tensors.</summary>
internal sealed class TrainingShapes
{
    private readonly List<(GgufTensorInfo Tensor, string Role)> linear = [];

    private TrainingShapes(ModelArchitecture architecture) => Architecture = architecture;

    /// <summary>The hyperparameters.</summary>
    public ModelArchitecture Architecture { get; }

    /// <summary>All parameters that can be trained: all but the table of rope factors.</summary>
    public long Parameters { get; private set; }

    /// <summary>Parameters of the blocks' linear layers: what QLoRA quantizes. Embedding, output, norms and router stay in 16 bits.</summary>
    public long LinearParameters { get; private set; }

    /// <summary>Parameters of the largest matrix that is dequantized at once: one expert at a time.</summary>
    public long LargestMatrix { get; private set; }

    /// <summary>Parameters of the largest layer: what sharded weights are gathered for.</summary>
    public long LargestLayer { get; private set; }

    public static TrainingShapes Of(ModelArchitecture architecture)
    {
        // a file that is older than the latent cache has the same weights, written otherwise
        architecture = architecture.DecompressedMla is { } mla ? architecture with { Mla = mla } : architecture;
        var shapes = new TrainingShapes(architecture);
        var layers = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (GgufTensorInfo tensor in ModelTensors.ListF16(architecture, unsplitKvB: architecture.IsMla))
        {
            if (tensor.Name.StartsWith("rope_freqs", StringComparison.Ordinal))
            {
                continue;
            }

            shapes.Parameters += tensor.Elements;
            string[] name = tensor.Name.Split('.');
            if (name[0] != "blk")
            {
                continue;
            }

            layers[name[1]] = layers.GetValueOrDefault(name[1]) + tensor.Elements;
            if (tensor.Shape.Count > 1 && name[2] != "ffn_gate_inp")
            {
                shapes.linear.Add((tensor, name[2]));
                shapes.LinearParameters += tensor.Elements;
                shapes.LargestMatrix = Math.Max(shapes.LargestMatrix, tensor.Shape[0] * tensor.Shape[1]);
            }
        }

        shapes.LargestLayer = layers.Count == 0 ? 0 : layers.Values.Max();
        return shapes;
    }

    /// <summary>Parameters of the adapters: rank × (inputs + outputs) of every matrix that gets one, each expert its own.</summary>
    public long AdapterParameters(int rank, LoRATarget target) =>
        linear.Where(l => IsTarget(l.Role, target)).Sum(l => rank * (l.Tensor.Shape[0] + l.Tensor.Shape[1]) * (l.Tensor.Shape.Count > 2 ? l.Tensor.Shape[2] : 1));

    /// <summary>Adapters that one token passes in a layer: of the experts only those that it uses.</summary>
    public int AdaptedResults(bool experts, LoRATarget target)
    {
        string layer = experts ? FormattableString.Invariant($"blk.{Architecture.LayerCount - 1}.") : "blk.0.";
        return linear.Where(l => l.Tensor.Name.StartsWith(layer, StringComparison.Ordinal) && IsTarget(l.Role, target))
            .Sum(l => l.Tensor.Shape.Count > 2 ? Architecture.Experts!.ExpertUsedCount : 1);
    }

    /// <summary>Whether a kind of matrix gets an adapter.</summary>
    public static bool IsTarget(string role, LoRATarget target) => target switch
    {
        LoRATarget.Attention => role.StartsWith("attn_", StringComparison.Ordinal),
        LoRATarget.QueryValue => role is "attn_q" or "attn_v" or "attn_q_b" or "attn_kv_b",
        _ => true,
    };
}
