namespace DeepFit.Core.Gguf;

/// <summary>How <see cref="GgufReader"/> reads, and the limits that keep a hostile file from taking memory or time.</summary>
public sealed record GgufReaderOptions
{
    /// <summary>Everything at its default: the tokenizer's arrays are counted and not kept.</summary>
    public static GgufReaderOptions Default { get; } = new();

    /// <summary>Every array is kept: for copying a file's metadata.</summary>
    public static GgufReaderOptions Everything { get; } = new() { MaxKeptArrayElements = int.MaxValue };

    /// <summary>The file's name or address, for messages; null says "the file".</summary>
    public string? Source { get; init; }

    /// <summary>The file's length in bytes, for a stream that cannot tell; null when it is not known either way.</summary>
    public long? Length { get; init; }

    /// <summary>
    /// Whether the tensors' data may be missing, as in a file that was cut after its header; default false. Applies when the length is known.
    /// </summary>
    public bool HeaderOnly { get; init; }

    /// <summary>Arrays of more elements are counted but not kept. Default 1024, more than any array that describes the model itself.</summary>
    public int MaxKeptArrayElements { get; init; } = 1024;

    /// <summary>Most metadata entries; default 65,536 (real files have under 100).</summary>
    public int MaxMetadataCount { get; init; } = 1 << 16;

    /// <summary>Most tensors; default 131,072 (R1 with all experts apart would have about 46,000).</summary>
    public int MaxTensors { get; init; } = 1 << 17;

    /// <summary>Longest key in bytes; default 65,535, the format's own limit.</summary>
    public int MaxKeyLength { get; init; } = 65_535;

    /// <summary>Longest tensor name in bytes; default 63 (<c>GGML_MAX_NAME</c> of <c>ggml.h</c> less the closing zero).</summary>
    public int MaxTensorNameLength { get; init; } = 63;

    /// <summary>Longest text in bytes; default 16 MiB.</summary>
    public int MaxStringLength { get; init; } = 16 << 20;

    /// <summary>Most elements of one array; default 16,777,216 (the largest vocabularies have under 600,000 merges).</summary>
    public int MaxArrayElements { get; init; } = 1 << 24;

    /// <summary>Longest header in bytes; default 256 MiB (real ones have 5 to 20 MB).</summary>
    public long MaxHeaderBytes { get; init; } = 256L << 20;

    /// <summary>Largest <c>general.alignment</c>; default 1 MiB.</summary>
    public int MaxAlignment { get; init; } = 1 << 20;
}
