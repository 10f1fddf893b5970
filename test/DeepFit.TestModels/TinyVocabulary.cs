using System.Text;
using DeepFit.Core.Gguf;

namespace DeepFit.TestModels;

/// <summary>
/// A byte-level vocabulary with R1's special tokens, and one token of its own for each piece of the answers. No two pieces are the same, so that a piece says where in which answer it stands; most
/// are two or three bytes, so that Chinese characters fall apart. Prompts are taken byte by byte, since there are no merges.
/// </summary>
internal sealed class TinyVocabulary
{
    public const int Beginning = 256;
    public const int End = 257;
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;

    private static readonly (string Text, int Kind)[] Specials =
    [
        ("<｜begin▁of▁sentence｜>", Control), ("<｜end▁of▁sentence｜>", Control), ("<｜User｜>", Control), ("<｜Assistant｜>", Control),
        ("<think>", UserDefined), ("</think>", UserDefined),
        ("<｜tool▁calls▁begin｜>", UserDefined), ("<｜tool▁calls▁end｜>", UserDefined), ("<｜tool▁call▁begin｜>", UserDefined), ("<｜tool▁call▁end｜>", UserDefined),
        ("<｜tool▁sep｜>", UserDefined), ("<｜tool▁outputs▁begin｜>", UserDefined), ("<｜tool▁outputs▁end｜>", UserDefined),
        ("<｜tool▁output▁begin｜>", UserDefined), ("<｜tool▁output▁end｜>", UserDefined),
    ];

    private readonly List<string> texts = [];
    private readonly List<int> kinds = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public TinyVocabulary(IReadOnlyList<string> answers)
    {
        for (int value = 0; value < 256; value++)
        {
            Add(Spell([(byte)value]), Normal);
        }

        foreach ((string text, int kind) in Specials)
        {
            Add(text, kind);
        }

        bool thinkUsed = false, openUsed = false;
        var chains = new List<int[]>();
        foreach (string answer in answers)
        {
            chains.Add([.. Split(answer, ref thinkUsed, ref openUsed)]);
        }

        Chains = chains;
    }

    public int Count => texts.Count;

    /// <summary>The tokens of each answer.</summary>
    public IReadOnlyList<int[]> Chains { get; }

    public void AddTo(GgufMetadata metadata, string? template)
    {
        metadata.Add("tokenizer.ggml.model", GgufValue.From("gpt2"));
        metadata.Add("tokenizer.ggml.pre", GgufValue.From("deepseek-r1-qwen"));
        metadata.Add("tokenizer.ggml.tokens", GgufValue.FromArray(texts.ToArray()));
        metadata.Add("tokenizer.ggml.token_type", GgufValue.FromArray(kinds.ToArray()));
        metadata.Add("tokenizer.ggml.merges", GgufValue.FromArray(Array.Empty<string>()));
        metadata.Add("tokenizer.ggml.bos_token_id", GgufValue.From((uint)Beginning));
        metadata.Add("tokenizer.ggml.eos_token_id", GgufValue.From((uint)End));
        metadata.Add("tokenizer.ggml.padding_token_id", GgufValue.From((uint)End));
        metadata.Add("tokenizer.ggml.add_bos_token", GgufValue.From(value: true));
        metadata.Add("tokenizer.ggml.add_eos_token", GgufValue.From(value: false));
        if (template is not null)
        {
            metadata.Add("tokenizer.chat_template", GgufValue.From(template));
        }
    }

    /// <summary>GPT-2's way to write bytes as printable characters: those that are printable stay, the others follow from U+0100 on.</summary>
    private static string Spell(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte value in bytes)
        {
            text.Append(IsPrintable(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(v => !IsPrintable((byte)v))));
        }

        return text.ToString();
    }

    private static bool IsPrintable(byte value) => value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;

    private List<int> Split(string answer, ref bool thinkUsed, ref bool openUsed)
    {
        const string open = "<think>";
        if (answer.StartsWith(open, StringComparison.Ordinal) && !openUsed)
        {
            openUsed = true; // as real models write it: one token
            return [Beginning + 4, .. Split(answer[open.Length..], ref thinkUsed, ref openUsed)];
        }

        const string think = "</think>";
        int at = thinkUsed ? -1 : answer.IndexOf(think, StringComparison.Ordinal);
        if (at < 0)
        {
            return Pieces(Encoding.UTF8.GetBytes(answer));
        }

        // one answer closes its reasoning with the token that real models use, the others spell it
        thinkUsed = true;
        return [.. Pieces(Encoding.UTF8.GetBytes(answer[..at])), Beginning + 5, .. Pieces(Encoding.UTF8.GetBytes(answer[(at + think.Length)..]))];
    }

    private List<int> Pieces(byte[] bytes)
    {
        var lengths = new List<int>();
        for (int at = 0, least = 2; at < bytes.Length;)
        {
            int length = Math.Min(least, bytes.Length - at);
            while (at + length < bytes.Length && (known.Contains(Spell(bytes.AsSpan(at, length))) || bytes.Length - at - length == 1))
            {
                length++;
            }

            if (known.Contains(Spell(bytes.AsSpan(at, length))))
            {
                // the end is a piece already: the piece before it must reach further
                at -= lengths[^1];
                least = lengths[^1] + 1;
                lengths.RemoveAt(lengths.Count - 1);
                known.Remove(texts[^1]);
                texts.RemoveAt(texts.Count - 1);
                kinds.RemoveAt(kinds.Count - 1);
                continue;
            }

            Add(Spell(bytes.AsSpan(at, length)), Normal);
            lengths.Add(length);
            at += length;
            least = 2;
        }

        return [.. Enumerable.Range(texts.Count - lengths.Count, lengths.Count)];
    }

    private void Add(string text, int kind)
    {
        if (!known.Add(text))
        {
            throw new InvalidOperationException($"the token {text} is there twice");
        }

        texts.Add(text);
        kinds.Add(kind);
    }
}
