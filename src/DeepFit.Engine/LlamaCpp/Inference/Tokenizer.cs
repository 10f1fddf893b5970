using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>The model's vocabulary: text to tokens and back. Thread-safe as long as its engine lives.</summary>
public sealed unsafe class Tokenizer
{
    private readonly nint vocab;
    private readonly byte[]?[] pieces;

    internal Tokenizer(nint model)
    {
        vocab = LlamaVocab.Of(model);
        Count = LlamaVocab.Count(vocab);
        pieces = new byte[Count][];
    }

    /// <summary>Tokens in the vocabulary.</summary>
    public int Count { get; }

    /// <summary>Whether the file has a vocabulary at all.</summary>
    public bool HasVocabulary => LlamaVocab.Kind(vocab) != 0;

    /// <summary>The token that begins a text, or null.</summary>
    public int? BeginningToken => LlamaVocab.Beginning(vocab) is var token and >= 0 ? token : null;

    /// <summary>The token that ends a text, or null.</summary>
    public int? EndToken => LlamaVocab.End(vocab) is var token and >= 0 ? token : null;

    /// <summary>The llama_vocab.</summary>
    internal nint Vocab => vocab;

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addBeginning">Whether the beginning-of-sentence token is put before it, where the model wants one.</param>
    /// <param name="parseSpecial">Whether special tokens that the text spells count as such; no for text that nobody vouches for.</param>
    public int[] Tokenize(string text, bool addBeginning, bool parseSpecial)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int[] tokens = ArrayPool<int>.Shared.Rent(text.Length + 8);
        try
        {
            int length = Encoding.UTF8.GetBytes(text, bytes);
            int count = Tokenize(bytes.AsSpan(0, length), tokens, addBeginning, parseSpecial);
            if (count < 0)
            {
                ArrayPool<int>.Shared.Return(tokens);
                tokens = ArrayPool<int>.Shared.Rent(-count);
                count = Tokenize(bytes.AsSpan(0, length), tokens, addBeginning, parseSpecial);
            }

            return tokens[..Math.Max(0, count)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<int>.Shared.Return(tokens);
        }
    }

    /// <summary>The text of tokens; bytes that make no character become U+FFFD.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="special">Whether control tokens are spelled out.</param>
    public string Detokenize(ReadOnlySpan<int> tokens, bool special = false)
    {
        var bytes = new ArrayBufferWriter<byte>(tokens.Length * 4 + 1);
        foreach (int token in tokens)
        {
            bytes.Write(special ? Read(token, special: true) : Piece(token));
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <summary>Whether a token ends generation.</summary>
    public bool IsEnd(int token) => LlamaVocab.IsEnd(vocab, token);

    /// <summary>Whether a token is a control token, which has no text.</summary>
    public bool IsControl(int token) => LlamaVocab.IsControl(vocab, token);

    /// <summary>The one token that a special text is, or null when the vocabulary has none for it.</summary>
    public int? Special(string text) => Tokenize(text, addBeginning: false, parseSpecial: true) is [var only] ? only : null;

    /// <summary>A token's bytes, those of control tokens included.</summary>
    internal ReadOnlyMemory<byte> SpelledPiece(int token) => Read(token, special: true);

    /// <summary>A token's bytes; none for control tokens. Kept, so that the next look-up allocates nothing.</summary>
    internal ReadOnlySpan<byte> Piece(int token) => pieces[token] ??= Read(token, special: false);

    private byte[] Read(int token, bool special)
    {
        Span<byte> buffer = stackalloc byte[256];
        fixed (byte* start = buffer)
        {
            int length = LlamaVocab.Piece(vocab, token, start, buffer.Length, 0, special);
            if (length >= 0)
            {
                return buffer[..length].ToArray();
            }

            var longer = new byte[-length];
            fixed (byte* longStart = longer)
            {
                LlamaVocab.Piece(vocab, token, longStart, longer.Length, 0, special);
            }

            return longer;
        }
    }

    private int Tokenize(ReadOnlySpan<byte> text, int[] tokens, bool addBeginning, bool parseSpecial)
    {
        fixed (byte* start = &MemoryMarshal.GetReference(text))
        {
            fixed (int* target = tokens)
            {
                byte nothing = 0;
                return LlamaVocab.Tokenize(vocab, text.IsEmpty ? &nothing : start, text.Length, target, tokens.Length, addBeginning, parseSpecial);
            }
        }
    }
}
