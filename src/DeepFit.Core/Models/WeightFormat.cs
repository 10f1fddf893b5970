using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Text;

namespace DeepFit.Core.Models;

/// <summary>
/// How the weights of a safetensors checkpoint are stored for vLLM and SGLang. Embedding table, output matrix, norms, biases and the experts' router stay
/// in 16 bits in every format; the matrices of the blocks are stored as <c>Data/weight_formats.csv</c> says, where each rule has its source.
/// </summary>
public sealed class WeightFormat
{
    private const string DeepSeekArchitecture = "deepseek2";

    private static readonly Lazy<WeightFormat[]> Lazily = new(Load);
    private readonly Rule? deepSeek;
    private readonly Rule dense;

    private WeightFormat(string id, Rule? deepSeek, Rule dense)
    {
        Id = id;
        this.deepSeek = deepSeek;
        this.dense = dense;
    }

    /// <summary>All formats, in the file's order: most bits first.</summary>
    public static IReadOnlyList<WeightFormat> All => Lazily.Value;

    /// <summary><c>bf16 fp8 int8 awq w4a16</c>.</summary>
    public string Id { get; }

    /// <summary>The number format that its matrix products run in: <c>bf16</c>, <c>fp8</c> or <c>int8</c>.</summary>
    public string Arithmetic => dense.Arithmetic;

    /// <summary>Bits of one stored weight, scales not counted.</summary>
    public int WeightBits => dense.WeightBits;

    /// <summary>Finds a format by its id, in any case; <c>gptq</c> and <c>int4</c> mean <c>w4a16</c>, <c>fp16</c> and <c>16</c> bits mean <c>bf16</c>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="format">The format, or null.</param>
    public static bool TryFind(string id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WeightFormat? format)
    {
        string wanted = id.Trim().ToLowerInvariant();
        wanted = wanted switch
        {
            "gptq" or "int4" => "w4a16",
            "fp16" => "bf16",
            "w8a8" => "int8",
            _ => wanted,
        };
        format = Array.Find(Lazily.Value, f => f.Id == wanted);
        return format is not null;
    }

    /// <summary>The format by its id.</summary>
    /// <exception cref="UserErrorException">There is no such format.</exception>
    public static WeightFormat Find(string id) => TryFind(id, out WeightFormat? format)
        ? format
        : throw new UserErrorException(new(
            $"There is no weight format '{id}'. Choose one of {string.Join(", ", All.Select(f => f.Id))}, or a GGUF quantization such as Q4_K_M.",
            $"没有名为“{id}”的权重格式，请从 {string.Join("、", All.Select(f => f.Id))} 中选择，或使用 Q4_K_M 等 GGUF 量化格式。"))
        { Suggestions = NearestNames.Suggest(id, All.Select(f => f.Id)) };

    /// <summary>Where the rule for a model comes from.</summary>
    public string SourceFor(ModelArchitecture architecture) => RuleFor(architecture).Source;

    /// <summary>Bytes of one tensor of a checkpoint.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="tensor">The tensor, by llama.cpp's name for it; the shape is in ggml's order (columns, rows, count).</param>
    public long TensorBytes(ModelArchitecture architecture, GgufTensorInfo tensor)
    {
        TensorRole role = TensorRoles.Of(tensor.Name, tensor.Shape.Count);
        if (role is TensorRole.Kept or TensorRole.TokenEmbedding or TensorRole.Output)
        {
            // the experts' selection bias is the one F32 tensor of the checkpoint that is no scale
            return checked(tensor.Elements * (tensor.Name.EndsWith("exp_probs_b.bias", StringComparison.Ordinal) ? 4 : 2));
        }

        Rule rule = RuleFor(architecture);
        long columns = tensor.Shape[0];
        long rows = tensor.Shape[1];
        long count = tensor.Elements / (columns * rows);
        long bytes = checked(((tensor.Elements * rule.WeightBits) + 7) / 8);
        if (rule.ScaleBytes == 0)
        {
            return bytes;
        }

        long blocks = Ceiling(rows, rule.BlockRows) * Ceiling(columns, rule.BlockColumns == 0 ? columns : rule.BlockColumns) * count;
        return checked(bytes + (blocks * rule.ScaleBytes) + (((blocks * rule.ZeroBits) + 7) / 8));
    }

    /// <summary>The id.</summary>
    public override string ToString() => Id;

    private Rule RuleFor(ModelArchitecture architecture) => architecture.Name == DeepSeekArchitecture ? deepSeek ?? dense : dense;

    private static long Ceiling(long value, long divisor) => (value + divisor - 1) / divisor;

    private static WeightFormat[] Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("weight_formats.csv");
        var formats = new Dictionary<string, (Rule? DeepSeek, Rule? Dense)>(StringComparer.Ordinal);
        for (int i = 0; i < table.Count; i++)
        {
            var rule = new Rule(
                (int)table.Number(i, "weight_bits"),
                (int)table.Number(i, "block_rows"),
                (int)table.Number(i, "block_columns"),
                (int)table.Number(i, "scale_bytes"),
                (int)table.Number(i, "zero_bits"),
                table.Text(i, "arithmetic"),
                table.Text(i, "source"));
            string id = table.Text(i, "id");
            (Rule? deepSeek, Rule? dense) = formats.GetValueOrDefault(id);
            formats[id] = table.Text(i, "family") == DeepSeekArchitecture ? (rule, dense) : (deepSeek, rule);
        }

        return [.. formats.Select(f => new WeightFormat(f.Key, f.Value.DeepSeek, f.Value.Dense ?? throw new FormatException($"weight_formats.csv: {f.Key} lacks a rule for dense models")))];
    }

    private sealed record Rule(int WeightBits, int BlockRows, int BlockColumns, int ScaleBytes, int ZeroBits, string Arithmetic, string Source);
}
