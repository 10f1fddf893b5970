namespace DeepFit.Core.Gguf;

/// <summary>The quantizations that <c>general.file_type</c> numbers (<c>enum llama_ftype</c>, <c>llama.h:115-161</c>, llama.cpp v0.4.0).</summary>
public static class GgufFileType
{
    /// <summary><c>LLAMA_FTYPE_GUESSED</c>: set when the number was not in the file but guessed from the tensors.</summary>
    internal const int Guessed = 1024;

    private static readonly (int Number, string Name)[] Known =
    [
        (0, "F32"), (1, "F16"), (2, "Q4_0"), (3, "Q4_1"), (7, "Q8_0"), (8, "Q5_0"), (9, "Q5_1"), (10, "Q2_K"), (11, "Q3_K_S"), (12, "Q3_K_M"),
        (13, "Q3_K_L"), (14, "Q4_K_S"), (15, "Q4_K_M"), (16, "Q5_K_S"), (17, "Q5_K_M"), (18, "Q6_K"), (19, "IQ2_XXS"), (20, "IQ2_XS"),
        (21, "Q2_K_S"), (22, "IQ3_XS"), (23, "IQ3_XXS"), (24, "IQ1_S"), (25, "IQ4_NL"), (26, "IQ3_S"), (27, "IQ3_M"), (28, "IQ2_S"),
        (29, "IQ2_M"), (30, "IQ4_XS"), (31, "IQ1_M"), (32, "BF16"), (36, "TQ1_0"), (37, "TQ2_0"), (38, "MXFP4_MOE"), (39, "NVFP4"),
        (40, "Q1_0"), (41, "Q2_0"),
    ];

    /// <summary>The name of a file type, such as <c>Q4_K_M</c> for 15; null for a number that means nothing.</summary>
    public static string? NameOf(long number)
    {
        foreach ((int known, string name) in Known)
        {
            if (known == (number & ~(long)Guessed))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>The number of a file type, case-insensitive; null for a name that has none.</summary>
    public static int? NumberOf(string name)
    {
        foreach ((int number, string known) in Known)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                return number;
            }
        }

        return null;
    }
}
