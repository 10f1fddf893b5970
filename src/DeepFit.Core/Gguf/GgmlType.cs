namespace DeepFit.Core.Gguf;

/// <summary>The element types of ggml tensors, numbered as in <c>ggml.h:390-432</c> (llama.cpp v0.4.0). Names are llama.cpp's.</summary>
public enum GgmlType
{
#pragma warning disable CS1591 // the members are llama.cpp's own names
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q8_1 = 9,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    Q8_K = 15,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    I8 = 24,
    I16 = 25,
    I32 = 26,
    I64 = 27,
    F64 = 28,
    IQ1_M = 29,
    BF16 = 30,
    TQ1_0 = 34,
    TQ2_0 = 35,
    MXFP4 = 39,
    NVFP4 = 40,
    Q1_0 = 41,
    Q2_0 = 42,
#pragma warning restore CS1591
}

/// <summary>Block geometry of the ggml types (<c>ggml-common.h:185-460</c>, llama.cpp v0.4.0).</summary>
public static class GgmlTypeExtensions
{
    private static readonly (int BlockSize, int TypeSize)[] Traits = BuildTraits();

    /// <summary>Whether this build knows the type's geometry.</summary>
    public static bool IsKnown(this GgmlType type) => (uint)type < (uint)Traits.Length && Traits[(int)type].BlockSize > 0;

    /// <summary>Elements in one block (1 for unquantized types).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is not known.</exception>
    public static int BlockSize(this GgmlType type) => Get(type).BlockSize;

    /// <summary>Bytes of one block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is not known.</exception>
    public static int TypeSize(this GgmlType type) => Get(type).TypeSize;

    /// <summary>Whether a block holds more than one element.</summary>
    public static bool IsQuantized(this GgmlType type) => Get(type).BlockSize > 1;

    /// <summary>Average bits of one element: 4.5 for Q4_K, 16 for F16.</summary>
    public static double BitsPerElement(this GgmlType type)
    {
        (int block, int size) = Get(type);
        return 8.0 * size / block;
    }

    /// <summary>Bytes of <paramref name="elements"/> consecutive elements (<c>ggml_row_size</c>, ggml.c).</summary>
    /// <exception cref="ArgumentException">The count is not a whole number of blocks.</exception>
    /// <exception cref="OverflowException">The size passes 8 EiB.</exception>
    public static long RowSize(this GgmlType type, long elements)
    {
        (int block, int size) = Get(type);
        if (elements % block != 0)
        {
            throw new ArgumentException($"{elements} elements are not a whole number of {type} blocks of {block}", nameof(elements));
        }

        return checked(elements / block * size);
    }

    private static (int BlockSize, int TypeSize) Get(GgmlType type) =>
        type.IsKnown() ? Traits[(int)type] : throw new ArgumentOutOfRangeException(nameof(type), type, "unknown ggml type");

    private static (int BlockSize, int TypeSize)[] BuildTraits()
    {
        var traits = new (int, int)[43];
        Set(GgmlType.F32, 1, 4);
        Set(GgmlType.F16, 1, 2);
        Set(GgmlType.Q4_0, 32, 18);
        Set(GgmlType.Q4_1, 32, 20);
        Set(GgmlType.Q5_0, 32, 22);
        Set(GgmlType.Q5_1, 32, 24);
        Set(GgmlType.Q8_0, 32, 34);
        Set(GgmlType.Q8_1, 32, 36);
        Set(GgmlType.Q2_K, 256, 84);
        Set(GgmlType.Q3_K, 256, 110);
        Set(GgmlType.Q4_K, 256, 144);
        Set(GgmlType.Q5_K, 256, 176);
        Set(GgmlType.Q6_K, 256, 210);
        Set(GgmlType.Q8_K, 256, 292);
        Set(GgmlType.IQ2_XXS, 256, 66);
        Set(GgmlType.IQ2_XS, 256, 74);
        Set(GgmlType.IQ3_XXS, 256, 98);
        Set(GgmlType.IQ1_S, 256, 50);
        Set(GgmlType.IQ4_NL, 32, 18);
        Set(GgmlType.IQ3_S, 256, 110);
        Set(GgmlType.IQ2_S, 256, 82);
        Set(GgmlType.IQ4_XS, 256, 136);
        Set(GgmlType.I8, 1, 1);
        Set(GgmlType.I16, 1, 2);
        Set(GgmlType.I32, 1, 4);
        Set(GgmlType.I64, 1, 8);
        Set(GgmlType.F64, 1, 8);
        Set(GgmlType.IQ1_M, 256, 56);
        Set(GgmlType.BF16, 1, 2);
        Set(GgmlType.TQ1_0, 256, 54);
        Set(GgmlType.TQ2_0, 256, 66);
        Set(GgmlType.MXFP4, 32, 17);
        Set(GgmlType.NVFP4, 64, 36);
        Set(GgmlType.Q1_0, 128, 18);
        Set(GgmlType.Q2_0, 64, 18);
        return traits;

        void Set(GgmlType type, int block, int size) => traits[(int)type] = (block, size);
    }
}
