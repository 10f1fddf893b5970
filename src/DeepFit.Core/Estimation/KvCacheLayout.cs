using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>
/// The key/value cache of one configuration (llama-kv-cache.cpp:60-235): every layer keeps, per cell, one key and one value row; R1's latent
/// attention keeps the compressed key alone, since its values are a part of it.
/// </summary>
public sealed record KvCacheLayout
{
    private const int CellPadding = 256; // llama-context.cpp:288, 294

    private KvCacheLayout(int layers, int cells, int keyElements, int valueElements, long keyBytes, long valueBytes)
    {
        LayerCount = layers;
        Cells = cells;
        KeyElements = keyElements;
        ValueElements = valueElements;
        KeyRowBytes = keyBytes;
        ValueRowBytes = valueBytes;
    }

    /// <summary>Layers with a cache.</summary>
    public int LayerCount { get; }

    /// <summary>Cells over all sequences: the context, padded to 256 per sequence.</summary>
    public int Cells { get; }

    /// <summary>Elements of one layer's key row: K/V heads × key length (576 for R1).</summary>
    public int KeyElements { get; }

    /// <summary>Elements of one layer's value row; 0 for latent attention.</summary>
    public int ValueElements { get; }

    /// <summary>Bytes of one layer's key row.</summary>
    public long KeyRowBytes { get; }

    /// <summary>Bytes of one layer's value row.</summary>
    public long ValueRowBytes { get; }

    /// <summary>Bytes of one layer over all cells.</summary>
    public ByteSize LayerBytes => new(checked((KeyRowBytes + ValueRowBytes) * Cells));

    /// <summary>Bytes that one token takes in all layers.</summary>
    public ByteSize TokenBytes => new((KeyRowBytes + ValueRowBytes) * LayerCount);

    /// <summary>Bytes of the whole cache.</summary>
    public ByteSize TotalBytes => LayerBytes * LayerCount;

    /// <summary>The cache of a model under given options.</summary>
    /// <param name="model">The hyperparameters.</param>
    /// <param name="options">Context, parallel sequences and cache types.</param>
    public static KvCacheLayout Create(ModelArchitecture model, RuntimeOptions options)
    {
        int sequences = Math.Max(1, options.Parallel);
        int perSequence = Pad(Pad(options.Context) / sequences);
        int keyElements = model.HeadCountKv * model.KeyLength;
        int valueElements = model.IsMla ? 0 : model.HeadCountKv * model.ValueLength;
        return new KvCacheLayout(
            model.LayerCount,
            checked(perSequence * sequences),
            keyElements,
            valueElements,
            options.KvTypeK.RowSize(keyElements),
            valueElements == 0 ? 0 : options.KvTypeV.RowSize(valueElements));
    }

    private static int Pad(int cells) => checked((cells + CellPadding - 1) / CellPadding * CellPadding);
}
