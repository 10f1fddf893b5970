using System.Diagnostics.CodeAnalysis;

namespace DeepFit.Core.Gguf;

/// <summary>The header of one GGUF file: everything before the tensors' data.</summary>
public sealed class GgufHeader
{
    private readonly Dictionary<string, GgufTensorInfo> _byName;

    internal GgufHeader(
        int version,
        GgufMetadata metadata,
        IReadOnlyList<GgufTensorInfo> tensors,
        int alignment,
        long headerBytes,
        long? fileLength,
        string? source)
    {
        Version = version;
        Metadata = metadata;
        Tensors = tensors;
        Alignment = alignment;
        HeaderBytes = headerBytes;
        FileLength = fileLength;
        Source = source;
        DataOffset = Align(headerBytes, alignment);
        _byName = new Dictionary<string, GgufTensorInfo>(tensors.Count, StringComparer.Ordinal);
        long end = DataOffset;
        foreach (GgufTensorInfo tensor in tensors)
        {
            _byName.Add(tensor.Name, tensor);
            end = Math.Max(end, Align(checked(DataOffset + tensor.Offset + tensor.Bytes), alignment));
        }

        DataEnd = end;
    }

    /// <summary>GGUF version: 2 or 3.</summary>
    public int Version { get; }

    /// <summary>The metadata, in file order.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The tensors, in file order; offsets count from <see cref="DataOffset"/>.</summary>
    public IReadOnlyList<GgufTensorInfo> Tensors { get; }

    /// <summary><c>general.alignment</c>: bytes, a power of two; 32 when the file does not say.</summary>
    public int Alignment { get; }

    /// <summary>Bytes from the file's start to the end of the last tensor description.</summary>
    public long HeaderBytes { get; }

    /// <summary>Where the tensors' data begin: <see cref="HeaderBytes"/>, padded to <see cref="Alignment"/>.</summary>
    public long DataOffset { get; }

    /// <summary>Where the tensors' data end, the last tensor's padding included: the length of a well-formed file.</summary>
    public long DataEnd { get; }

    /// <summary>The file's length in bytes when it was known, or null.</summary>
    public long? FileLength { get; }

    /// <summary>The file's name or address for messages, or null.</summary>
    public string? Source { get; }

    /// <summary>
    /// Length of the whole file in bytes: the one that is known, or <see cref="DataEnd"/> when none is or the file was cut after its header.
    /// </summary>
    /// <param name="known">A length that is known from elsewhere; counts when <see cref="FileLength"/> is null.</param>
    public long WholeLength(long? known = null) => (FileLength ?? known) is { } length && length > DataEnd - Alignment ? length : DataEnd;

    /// <summary>The tensor of this name.</summary>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out GgufTensorInfo? tensor) => _byName.TryGetValue(name, out tensor);

    /// <summary>Rounds up to a multiple of a power of two (<c>GGML_PAD</c>, <c>ggml.h</c>).</summary>
    /// <exception cref="OverflowException">The result passes 8 EiB.</exception>
    internal static long Align(long value, int alignment) => checked(value + alignment - 1) & ~((long)alignment - 1);
}
