using System.Buffers.Binary;
using DeepFit.Core.Gguf;

namespace DeepFit.TestModels;

/// <summary>
/// A real GGUF file of the qwen2 architecture, a few megabytes, whose weights spell known answers: greedy, the model says answer n when n is the highest digit
/// anywhere in the prompt (answer 0 without a digit), whatever else the prompt says, and then ends.
/// <para>How: a token's embedding is a unit vector of its own and a constant. The first layer's first attention head looks for digits anywhere before (so that the answer depends on the cache's content) and
/// adds a unit vector that says which it was. The output makes the one successor of a piece likeliest, and after any token that is no piece the first piece of the chosen answer.</para>
/// </summary>
public sealed class TinyModel
{
    /// <summary>Reasoning and an answer in Chinese and English, the tags as R1 writes them; the template opens the reasoning.</summary>
    public const string ThinkingAnswer = "好的，用户在问候我。\nI should greet back, 简短一点 😀。\n</think>\n\n你好！我是 DeepSeek-R1，很高兴见到你。What can I do for you?";

    /// <summary>Another one, of which nothing is shared.</summary>
    public const string SecondAnswer = "数一数：一、二、三。\n</think>\n\n答案是 42，因为 6 × 7 = 42。";

    /// <summary>An answer with a line that stop texts find.</summary>
    public const string ThirdAnswer = "Easy.\n</think>\n\nFirst line.\nEND\nnever shown ⛔";

    /// <summary>An answer that calls a function as R1's templates say.</summary>
    public const string CallingAnswer =
        "查天气。\n</think>\n\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{\"city\": \"杭州\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>";

    private const int HeadLength = 64;
    private const int SlowestPair = 31; // rope turns dimensions 31 and 63 the least: 1.5e-6 a position at this base
    private const float RopeBase = 1_000_000;
    private const int Layers = 2;
    private const int FeedForward = 64;
    private const int Digits = 10;

    private readonly TinyVocabulary vocabulary;
    private readonly int width;
    private readonly int constant;

    /// <summary>Creates a model.</summary>
    /// <param name="answers">What it says, by digit; at most ten. Null for the four answers above.</param>
    /// <param name="template">The chat template; null for <see cref="ChatTemplates.DeepSeekR1"/>, empty for none.</param>
    public TinyModel(IReadOnlyList<string>? answers = null, string? template = null)
    {
        Answers = answers ?? [ThinkingAnswer, SecondAnswer, ThirdAnswer, CallingAnswer];
        Template = template ?? ChatTemplates.DeepSeekR1;
        vocabulary = new TinyVocabulary(Answers);
        constant = vocabulary.Count;
        width = (vocabulary.Count + 1 + Digits + HeadLength - 1) / HeadLength * HeadLength;
    }

    /// <summary>What it says, by digit.</summary>
    public IReadOnlyList<string> Answers { get; }

    /// <summary>Its chat template; empty for none.</summary>
    public string Template { get; }

    /// <summary>Context that its metadata tells, in tokens.</summary>
    public int ContextLength { get; init; } = 32768;

    /// <summary>Tokens of an answer, the end not counted.</summary>
    public int TokensOf(int answer) => vocabulary.Chains[answer].Length;

    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        using FileStream file = File.Create(path);
        Write(file);
    }

    /// <summary>Writes the file.</summary>
    public void Write(Stream output) => GgufWriter.Write(output, Metadata(), Tensors(), (tensor, stream) => stream.Write(Data(tensor)));

    private GgufMetadata Metadata()
    {
        var metadata = new GgufMetadata
        {
            { "general.architecture", GgufValue.From("qwen2") },
            { "general.name", GgufValue.From("DeepFit tiny test model") },
            { "general.file_type", GgufValue.From(1u) },
            { "qwen2.block_count", GgufValue.From((uint)Layers) },
            { "qwen2.context_length", GgufValue.From((uint)ContextLength) },
            { "qwen2.embedding_length", GgufValue.From((uint)width) },
            { "qwen2.feed_forward_length", GgufValue.From((uint)FeedForward) },
            { "qwen2.attention.head_count", GgufValue.From((uint)(width / HeadLength)) },
            { "qwen2.attention.head_count_kv", GgufValue.From(1u) },
            { "qwen2.attention.key_length", GgufValue.From((uint)HeadLength) },
            { "qwen2.attention.value_length", GgufValue.From((uint)HeadLength) },
            { "qwen2.rope.dimension_count", GgufValue.From((uint)HeadLength) },
            { "qwen2.rope.freq_base", GgufValue.From(RopeBase) },
            { "qwen2.attention.layer_norm_rms_epsilon", GgufValue.From(1e-6f) },
        };
        vocabulary.AddTo(metadata, Template.Length > 0 ? Template : null);
        return metadata;
    }

    private List<GgufTensorInfo> Tensors()
    {
        var tensors = new List<GgufTensorInfo> { Matrix("token_embd.weight", width, vocabulary.Count), Vector("output_norm.weight", width), Matrix("output.weight", width, vocabulary.Count) };
        for (int i = 0; i < Layers; i++)
        {
            tensors.AddRange(
            [
                Vector($"blk.{i}.attn_norm.weight", width),
                Matrix($"blk.{i}.attn_q.weight", width, width), Vector($"blk.{i}.attn_q.bias", width),
                Matrix($"blk.{i}.attn_k.weight", width, HeadLength), Vector($"blk.{i}.attn_k.bias", HeadLength),
                Matrix($"blk.{i}.attn_v.weight", width, HeadLength), Vector($"blk.{i}.attn_v.bias", HeadLength),
                Matrix($"blk.{i}.attn_output.weight", width, width),
                Vector($"blk.{i}.ffn_norm.weight", width),
                Matrix($"blk.{i}.ffn_gate.weight", width, FeedForward), Matrix($"blk.{i}.ffn_up.weight", width, FeedForward),
                Matrix($"blk.{i}.ffn_down.weight", FeedForward, width),
            ]);
        }

        return tensors;
    }

    private static GgufTensorInfo Matrix(string name, int columns, int rows) => new(name, GgmlType.F16, [columns, rows], 0);

    private static GgufTensorInfo Vector(string name, int length) => new(name, GgmlType.F32, [length], 0);

    private byte[] Data(GgufTensorInfo tensor)
    {
        int columns = (int)tensor.Shape[0];
        int rows = tensor.Shape.Count > 1 ? (int)tensor.Shape[1] : 1;
        var values = new float[columns * rows];
        Fill(tensor.Name, (row, column, value) => values[(row * columns) + column] = value);
        var data = new byte[tensor.Bytes];
        for (int i = 0; i < values.Length; i++)
        {
            if (tensor.Type == GgmlType.F16)
            {
                BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(2 * i), (Half)values[i]);
            }
            else
            {
                BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4 * i), values[i]);
            }
        }

        return data;
    }

    private void Fill(string name, Action<int, int, float> set)
    {
        // what a unit of a token's embedding is after its norm: two units among so many dimensions
        float unit = MathF.Sqrt(width / 2f);
        switch (name)
        {
            case "token_embd.weight":
                for (int token = 0; token < vocabulary.Count; token++)
                {
                    set(token, token, 1);
                    set(token, constant, 1);
                }

                break;
            case "output.weight":
                Output(set);
                break;
            case "blk.0.attn_q.bias":
                set(0, SlowestPair, 16);
                break;
            case "blk.0.attn_k.weight":
                for (int digit = 0; digit < Digits; digit++)
                {
                    set(SlowestPair, '0' + digit, (16 + (4 * digit)) / unit);
                }

                break;
            case "blk.0.attn_v.weight":
                for (int digit = 0; digit < Digits; digit++)
                {
                    set(digit, '0' + digit, 1 / unit);
                }

                break;
            case "blk.0.attn_output.weight":
                for (int digit = 0; digit < Digits; digit++)
                {
                    set(constant + 1 + digit, digit, 1);
                }

                break;
            case var norm when norm.EndsWith("norm.weight", StringComparison.Ordinal):
                for (int i = 0; i < width; i++)
                {
                    set(0, i, 1);
                }

                break;
            default:
                break; // everything else is zero
        }
    }

    private void Output(Action<int, int, float> set)
    {
        var pieces = vocabulary.Chains.SelectMany(c => c).ToHashSet();
        for (int answer = 0; answer < vocabulary.Chains.Count; answer++)
        {
            int[] chain = vocabulary.Chains[answer];
            for (int i = 0; i < chain.Length; i++)
            {
                set(i + 1 < chain.Length ? chain[i + 1] : TinyVocabulary.End, chain[i], 10);
            }

            for (int token = 0; token < vocabulary.Count; token++)
            {
                if (!pieces.Contains(token))
                {
                    set(chain[0], token, answer == 0 ? 11 : 10);
                }
            }

            set(chain[0], constant + 1 + answer, 5);
        }
    }
}
