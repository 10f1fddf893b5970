namespace DeepFit.Core.Gguf;

/// <summary>The types of metadata values in GGUF, numbered as in <c>gguf.h</c> (<c>enum gguf_type</c>, llama.cpp v0.4.0).</summary>
public enum GgufValueType
{
#pragma warning disable CA1720 // the types are named as GGUF names them
    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 0,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 1,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 2,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 3,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 4,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 5,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float32 = 6,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 7,

    /// <summary>UTF-8 text: a 64-bit length, then the bytes.</summary>
    String = 8,

    /// <summary>An array: the elements' type, a 64-bit count, then the elements.</summary>
    Array = 9,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 10,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 11,

    /// <summary>IEEE 754, 64 bits.</summary>
    Float64 = 12,
#pragma warning restore CA1720
}

/// <summary>Widths of the metadata types.</summary>
public static class GgufValueTypeExtensions
{
    /// <summary>Whether the number stands for a type.</summary>
    public static bool IsKnown(this GgufValueType type) => (uint)type <= (uint)GgufValueType.Float64;

    /// <summary>Bytes of one value; 0 for <see cref="GgufValueType.String"/> and <see cref="GgufValueType.Array"/>, whose size varies.</summary>
    public static int FixedSize(this GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };
}
