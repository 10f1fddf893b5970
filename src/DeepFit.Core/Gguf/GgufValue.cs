using System.Globalization;

namespace DeepFit.Core.Gguf;

/// <summary>
/// One metadata value of a GGUF file: a number, a flag, a text, or an array of them. Two values are equal when they have the same type and
/// the same bits. Arrays are not copied: who makes a value from an array must not change it afterwards.
/// </summary>
public sealed class GgufValue : IEquatable<GgufValue>
{
    private readonly ulong _bits;
    private readonly object? _content;

    private GgufValue(GgufValueType type, ulong bits, object? content = null, GgufValueType? elementType = null, long arrayLength = 0)
    {
        Type = type;
        _bits = bits;
        _content = content;
        ElementType = elementType;
        ArrayLength = arrayLength;
    }

    /// <summary>The value's type.</summary>
    public GgufValueType Type { get; }

    /// <summary>The elements' type of an array; null for anything else.</summary>
    public GgufValueType? ElementType { get; }

    /// <summary>Elements of an array, also of one whose elements were not kept; 0 for anything else.</summary>
    public long ArrayLength { get; }

    /// <summary>Whether this is an array of which the reader kept the count alone (<see cref="GgufReaderOptions.MaxKeptArrayElements"/>).</summary>
    public bool IsSkipped => Type == GgufValueType.Array && _content is null;

    /// <summary>The elements of a kept array (<c>uint[]</c>, <c>string[]</c> ... by <see cref="ElementType"/>); null for anything else.</summary>
    public Array? Elements => _content as Array;

    /// <summary>A <see cref="GgufValueType.UInt8"/>.</summary>
    public static GgufValue From(byte value) => new(GgufValueType.UInt8, value);

    /// <summary>A <see cref="GgufValueType.Int8"/>.</summary>
    public static GgufValue From(sbyte value) => new(GgufValueType.Int8, unchecked((ulong)value));

    /// <summary>A <see cref="GgufValueType.UInt16"/>.</summary>
    public static GgufValue From(ushort value) => new(GgufValueType.UInt16, value);

    /// <summary>A <see cref="GgufValueType.Int16"/>.</summary>
    public static GgufValue From(short value) => new(GgufValueType.Int16, unchecked((ulong)value));

    /// <summary>A <see cref="GgufValueType.UInt32"/>.</summary>
    public static GgufValue From(uint value) => new(GgufValueType.UInt32, value);

    /// <summary>An <see cref="GgufValueType.Int32"/>.</summary>
    public static GgufValue From(int value) => new(GgufValueType.Int32, unchecked((ulong)value));

    /// <summary>A <see cref="GgufValueType.UInt64"/>.</summary>
    public static GgufValue From(ulong value) => new(GgufValueType.UInt64, value);

    /// <summary>An <see cref="GgufValueType.Int64"/>.</summary>
    public static GgufValue From(long value) => new(GgufValueType.Int64, unchecked((ulong)value));

    /// <summary>A <see cref="GgufValueType.Float32"/>.</summary>
    public static GgufValue From(float value) => new(GgufValueType.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>A <see cref="GgufValueType.Float64"/>.</summary>
    public static GgufValue From(double value) => new(GgufValueType.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A <see cref="GgufValueType.Bool"/>.</summary>
    public static GgufValue From(bool value) => new(GgufValueType.Bool, value ? 1UL : 0UL);

    /// <summary>A <see cref="GgufValueType.String"/>.</summary>
    public static GgufValue From(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new GgufValue(GgufValueType.String, 0, value);
    }

    /// <summary>An array; the elements' type follows from the array's.</summary>
    /// <param name="elements">One of <c>byte[]</c>, <c>sbyte[]</c>, <c>ushort[]</c>, <c>short[]</c>, <c>uint[]</c>, <c>int[]</c>, <c>ulong[]</c>, <c>long[]</c>, <c>float[]</c>, <c>double[]</c>, <c>bool[]</c>, <c>string[]</c>.</param>
    /// <exception cref="ArgumentException">An array of anything else (GGUF files with nested arrays are refused).</exception>
    public static GgufValue FromArray(Array elements)
    {
        ArgumentNullException.ThrowIfNull(elements);

        // Exact types: the runtime would let an int[] pass for a uint[] in a type test.
        Type type = elements.GetType();
        GgufValueType elementType =
            type == typeof(byte[]) ? GgufValueType.UInt8
            : type == typeof(sbyte[]) ? GgufValueType.Int8
            : type == typeof(ushort[]) ? GgufValueType.UInt16
            : type == typeof(short[]) ? GgufValueType.Int16
            : type == typeof(uint[]) ? GgufValueType.UInt32
            : type == typeof(int[]) ? GgufValueType.Int32
            : type == typeof(ulong[]) ? GgufValueType.UInt64
            : type == typeof(long[]) ? GgufValueType.Int64
            : type == typeof(float[]) ? GgufValueType.Float32
            : type == typeof(double[]) ? GgufValueType.Float64
            : type == typeof(bool[]) ? GgufValueType.Bool
            : type == typeof(string[]) ? GgufValueType.String
            : throw new ArgumentException($"GGUF has no array of {type}", nameof(elements));
        return new GgufValue(GgufValueType.Array, 0, elements, elementType, elements.Length);
    }

    /// <summary>An array of which only the count is known.</summary>
    internal static GgufValue Skipped(GgufValueType elementType, long count) => new(GgufValueType.Array, 0, null, elementType, count);

    /// <summary>The value as a whole number: any of the integer types, when it fits in a <c>long</c>.</summary>
    public bool TryGetInt64(out long value)
    {
        switch (Type)
        {
            case GgufValueType.UInt8 or GgufValueType.UInt16 or GgufValueType.UInt32
                or GgufValueType.Int8 or GgufValueType.Int16 or GgufValueType.Int32 or GgufValueType.Int64:
                value = unchecked((long)_bits);
                return true;
            case GgufValueType.UInt64 when _bits <= long.MaxValue:
                value = (long)_bits;
                return true;
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>The value as a floating-point number: <c>float32</c> or <c>float64</c>.</summary>
    public bool TryGetDouble(out double value)
    {
        (bool known, value) = Type switch
        {
            GgufValueType.Float32 => (true, BitConverter.UInt32BitsToSingle((uint)_bits)),
            GgufValueType.Float64 => (true, BitConverter.UInt64BitsToDouble(_bits)),
            _ => (false, 0d),
        };
        return known;
    }

    /// <summary>The value as a flag.</summary>
    public bool TryGetBool(out bool value)
    {
        value = Type == GgufValueType.Bool && _bits != 0;
        return Type == GgufValueType.Bool;
    }

    /// <summary>The value as a text.</summary>
    public bool TryGetString([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
    {
        value = Type == GgufValueType.String ? (string?)_content : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public bool Equals(GgufValue? other) =>
        other is not null && Type == other.Type && _bits == other._bits && ElementType == other.ElementType && ArrayLength == other.ArrayLength
        && (_content, other._content) switch
        {
            (null, null) => true,
            (string left, string right) => string.Equals(left, right, StringComparison.Ordinal),
            (string[] left, string[] right) => left.AsSpan().SequenceEqual(right),
            (float[] left, float[] right) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(left.AsSpan())
                .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(right.AsSpan())),
            (double[] left, double[] right) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(left.AsSpan())
                .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(right.AsSpan())),
            (byte[] left, byte[] right) => left.AsSpan().SequenceEqual(right),
            (ushort[] left, ushort[] right) => left.AsSpan().SequenceEqual(right),
            (uint[] left, uint[] right) => left.AsSpan().SequenceEqual(right),
            (ulong[] left, ulong[] right) => left.AsSpan().SequenceEqual(right),
            (bool[] left, bool[] right) => left.AsSpan().SequenceEqual(right),
            _ => false,
        };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GgufValue);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, _bits, ElementType, ArrayLength, _content as string);

    /// <summary>The value for people, invariant culture: <c>32</c>, <c>1E-06</c>, <c>true</c>, the text itself, <c>String[151936]</c>.</summary>
    public override string ToString() => Type switch
    {
        GgufValueType.String => (string)_content!,
        GgufValueType.Array => string.Create(CultureInfo.InvariantCulture, $"{ElementType}[{ArrayLength}]"),
        GgufValueType.Bool => _bits != 0 ? "true" : "false",
        GgufValueType.UInt64 => _bits.ToString(CultureInfo.InvariantCulture),
        GgufValueType.Float32 => BitConverter.UInt32BitsToSingle((uint)_bits).ToString(CultureInfo.InvariantCulture),
        GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(_bits).ToString(CultureInfo.InvariantCulture),
        _ => unchecked((long)_bits).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The raw bits of a scalar, sign-extended for the signed types.</summary>
    internal ulong Bits => _bits;
}
