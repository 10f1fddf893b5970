using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>The layout of a shortened model: fewer layers, fewer rows of the vocabulary, fewer experts; everything else at its true shape.</summary>
internal static class ProbeLayout
{
    /// <summary>The layout of a probe.</summary>
    public static ModelLayout Of(ModelLayout layout, TestDriveProbe probe)
    {
        bool all = probe.Layers.Count == layout.Architecture.LayerCount;
        ModelLayout shorter = all ? layout : SyntheticGguf.KeepLayers(layout, probe.Layers);
        return KeepVocabulary(shorter, probe.VocabularySize);
    }

    /// <summary>The first rows of the vocabulary.</summary>
    public static ModelLayout KeepVocabulary(ModelLayout layout, int rows)
    {
        if (rows == layout.Architecture.VocabularySize)
        {
            return layout;
        }

        return Resize(
            layout with { Architecture = layout.Architecture with { VocabularySize = rows } },
            t => t.Name is "token_embd.weight" or "output.weight" ? t with { Shape = [t.Shape[0], rows] } : t);
    }

    /// <summary>The first of the routed experts.</summary>
    public static ModelLayout KeepExperts(ModelLayout layout, int experts)
    {
        MixtureOfExperts mixture = layout.Architecture.Experts ?? throw new ArgumentException("a dense model has no experts", nameof(layout));
        return Resize(
            layout with { Architecture = layout.Architecture with { Experts = mixture with { ExpertCount = experts } } },
            t => t.Name switch
            {
                _ when t.Name.EndsWith("_exps.weight", StringComparison.Ordinal) => t with { Shape = [t.Shape[0], t.Shape[1], experts] },
                _ when t.Name.EndsWith(".ffn_gate_inp.weight", StringComparison.Ordinal) => t with { Shape = [t.Shape[0], experts] },
                _ when t.Name.EndsWith(".exp_probs_b.bias", StringComparison.Ordinal) => t with { Shape = [experts] },
                _ => t,
            });
    }

    private static ModelLayout Resize(ModelLayout layout, Func<GgufTensorInfo, GgufTensorInfo> change)
    {
        GgufTensorInfo[] tensors = [.. layout.Tensors.Select(change)];
        return layout with { Tensors = tensors, FileBytes = new ByteSize(tensors.Sum(t => t.Bytes)) };
    }
}
