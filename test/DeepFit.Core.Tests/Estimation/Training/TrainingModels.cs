using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Estimation.Training;

/// <summary>Models to train: the catalogue's, and one that others published figures for.</summary>
internal static class TrainingModels
{
    public static ModelArchitecture Find(string name) => name == "llama3.2-3b" ? Llama3B : ModelCatalog.Default.Find(name).Architecture;

    /// <summary>meta-llama/Llama-3.2-3B: 3,212,749,824 parameters.</summary>
    public static ModelArchitecture Llama3B { get; } = new()
    {
        Name = "llama",
        LayerCount = 28,
        EmbeddingLength = 3072,
        FeedForwardLength = 8192,
        HeadCount = 24,
        HeadCountKv = 8,
        KeyLength = 128,
        ValueLength = 128,
        VocabularySize = 128256,
        ContextLength = 131072,
        RopeDimensionCount = 128,
        TiedEmbeddings = true,
    };

    /// <summary>A layer with as many key/value heads as query heads and a feed-forward network of 8h/3: the shape that GPT's formula is compared with.</summary>
    public static ModelArchitecture Plain { get; } = Llama3B with { EmbeddingLength = 3072, FeedForwardLength = 8192, HeadCount = 24, HeadCountKv = 24, TiedEmbeddings = false };
}
