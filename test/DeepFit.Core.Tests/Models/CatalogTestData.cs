using System.Globalization;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Models;

/// <summary>Reads the catalogue's fixtures and builds the odd models that the oracle was asked about besides the variants.</summary>
internal static class CatalogTestData
{
    public static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Path.Combine(Root(), "test", "DeepFit.Core.Tests", "TestData", file))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split('\t'));

    public static IReadOnlyList<PublishedSize> PublishedSizes() =>
        [.. Rows("published_model_sizes.tsv").Skip(1).Select(c => new PublishedSize(
            c[0], c[1], c[2], c[3], c[4] == "1", long.Parse(c[5], CultureInfo.InvariantCulture), long.Parse(c[6], CultureInfo.InvariantCulture), c[7], c[9], c[10]))];

    /// <summary>R1 as its files of early 2025 have it: attn_kv_b in one piece, 128 key/value heads.</summary>
    public static (ModelArchitecture Architecture, IReadOnlyList<GgufTensorInfo> Tensors) UnsplitR1()
    {
        ModelArchitecture r1 = ModelCatalog.Default.Find("671b").Architecture with { HeadCountKv = 128 };
        return (r1, ModelTensors.ListF16(r1, unsplitKvB: true));
    }

    public static (ModelArchitecture Architecture, IReadOnlyList<GgufTensorInfo> Tensors) Model(string name) => name switch
    {
        "671b-unsplit" => UnsplitR1(),
        "tied-896" => Listed(Dense("qwen2", 24, 896, 4864, 14, 2, 64, 151936) with { TiedEmbeddings = true, AttentionBias = true }),
        "mha" => Listed(Dense("llama", 32, 4096, 11008, 32, 32, 128, 32000)),
        "mixtral" => Mixtral(),
        _ => Listed(ModelCatalog.Default.Find(name).Architecture),
    };

    private static (ModelArchitecture Architecture, IReadOnlyList<GgufTensorInfo> Tensors) Listed(ModelArchitecture a) => (a, ModelTensors.ListF16(a));

    private static ModelArchitecture Dense(string name, int layers, int embd, int ff, int heads, int kvHeads, int head, int vocabulary) => new()
    {
        Name = name,
        LayerCount = layers,
        EmbeddingLength = embd,
        FeedForwardLength = ff,
        HeadCount = heads,
        HeadCountKv = kvHeads,
        KeyLength = head,
        ValueLength = head,
        VocabularySize = vocabulary,
        ContextLength = 4096,
        RopeDimensionCount = head,
    };

    /// <summary>Eight experts and no shared one: the model that llama.cpp's special rules were made for.</summary>
    private static (ModelArchitecture Architecture, IReadOnlyList<GgufTensorInfo> Tensors) Mixtral() => Listed(
        Dense("llama", 32, 4096, 14336, 32, 8, 128, 32000) with
        {
            Experts = new(ExpertCount: 8, ExpertUsedCount: 2, ExpertSharedCount: 0, ExpertFeedForwardLength: 14336, LeadingDenseBlockCount: 0),
        });

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "DeepFit.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}

/// <summary>One row of published_model_sizes.tsv.</summary>
internal sealed record PublishedSize(
    string Variant, string Quantization, string Publisher, string Name, bool ImportanceMatrix, long Bytes, long HalfUnit, string Kind, string Exception, string Source)
{
    public bool IsPlain => Exception.Length == 0 && Kind != "safetensors";
}
