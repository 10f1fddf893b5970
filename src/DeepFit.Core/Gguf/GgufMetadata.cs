using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace DeepFit.Core.Gguf;

/// <summary>The metadata of a GGUF file in file order, with typed access by key.</summary>
public sealed class GgufMetadata : IReadOnlyList<KeyValuePair<string, GgufValue>>
{
    private readonly List<KeyValuePair<string, GgufValue>> _entries = [];
    private readonly Dictionary<string, GgufValue> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    /// <summary>Empty metadata, to fill with <see cref="Add(string, GgufValue)"/>.</summary>
    public GgufMetadata()
    {
    }

    /// <summary>Metadata with these entries, in this order.</summary>
    /// <exception cref="ArgumentException">A key is there twice.</exception>
    public GgufMetadata(IEnumerable<KeyValuePair<string, GgufValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach ((string key, GgufValue value) in entries)
        {
            Add(key, value);
        }
    }

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, GgufValue> this[int index] => _entries[index];

    /// <summary>The value of a key that is there.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public GgufValue this[string key] => _byKey[key];

    /// <summary>Adds an entry at the end.</summary>
    /// <exception cref="ArgumentException">The key is empty or already there.</exception>
    public void Add(string key, GgufValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        if (!_byKey.TryAdd(key, value))
        {
            throw new ArgumentException($"the key {key} is there twice", nameof(key));
        }

        _entries.Add(new(key, value));
    }

    /// <summary>Adds an entry that was read at an offset in a file.</summary>
    internal void Add(string key, GgufValue value, long byteOffset)
    {
        Add(key, value);
        _offsets.Add(key, byteOffset);
    }

    /// <summary>Where in the file the value stands; 0 for a key that is not there or was not read from a file.</summary>
    internal long OffsetOf(string key) => _offsets.GetValueOrDefault(key);

    /// <summary>Whether the key is there.</summary>
    public bool ContainsKey(string key) => _byKey.ContainsKey(key);

    /// <summary>The value of a key, whatever its type.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out GgufValue? value) => _byKey.TryGetValue(key, out value);

    /// <summary>A whole number of any integer type that fits in a <c>long</c>.</summary>
    public bool TryGetInt64(string key, out long value)
    {
        value = 0;
        return _byKey.TryGetValue(key, out GgufValue? found) && found.TryGetInt64(out value);
    }

    /// <summary>A whole number of any integer type that fits in an <c>int</c>.</summary>
    public bool TryGetInt32(string key, out int value)
    {
        bool found = TryGetInt64(key, out long wide) && wide is >= int.MinValue and <= int.MaxValue;
        value = found ? (int)wide : 0;
        return found;
    }

    /// <summary>A <c>float32</c> or <c>float64</c>.</summary>
    public bool TryGetDouble(string key, out double value)
    {
        value = 0;
        return _byKey.TryGetValue(key, out GgufValue? found) && found.TryGetDouble(out value);
    }

    /// <summary>A flag.</summary>
    public bool TryGetBool(string key, out bool value)
    {
        value = false;
        return _byKey.TryGetValue(key, out GgufValue? found) && found.TryGetBool(out value);
    }

    /// <summary>A text.</summary>
    public bool TryGetString(string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        return _byKey.TryGetValue(key, out GgufValue? found) && found.TryGetString(out value);
    }

    /// <summary>The elements of a kept string array.</summary>
    public bool TryGetStrings(string key, [NotNullWhen(true)] out IReadOnlyList<string>? value)
    {
        value = _byKey.TryGetValue(key, out GgufValue? found) ? found.Elements as string[] : null;
        return value is not null;
    }

    /// <summary>Elements of an array, kept or not.</summary>
    public bool TryGetArrayLength(string key, out long length)
    {
        bool isArray = _byKey.TryGetValue(key, out GgufValue? found) && found.Type == GgufValueType.Array;
        length = isArray ? found!.ArrayLength : 0;
        return isArray;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, GgufValue>> GetEnumerator() => _entries.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
