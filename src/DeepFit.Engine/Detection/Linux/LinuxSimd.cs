namespace DeepFit.Engine.Detection.Linux;

/// <summary>From the kernel's feature words to the engine's SIMD levels.</summary>
internal static class LinuxSimd
{
    // Weakest first. Left: the kernel's word in /proc/cpuinfo (arch/x86/include/asm/cpufeatures.h, arch/arm64/kernel/cpuinfo.c); right: the level.
    private static readonly (string Flag, string Level)[] s_levels =
    [
        ("sse4_2", "sse42"), ("avx", "avx"), ("avx2", "avx2"), ("fma", "fma"), ("f16c", "f16c"), ("avx512f", "avx512f"),
        ("avx512_vnni", "avx512_vnni"), ("avx512_bf16", "avx512_bf16"), ("avx_vnni", "avx_vnni"), ("amx_int8", "amx_int8"),
        ("asimd", "neon"), ("neon", "neon"), ("asimddp", "dotprod"), ("i8mm", "i8mm"), ("sve", "sve"),
    ];

    /// <summary>The levels among the features, weakest first.</summary>
    internal static IReadOnlyList<string> Levels(IEnumerable<string> flags)
    {
        HashSet<string> known = new(flags, StringComparer.Ordinal);
        List<string> levels = [];
        foreach ((string flag, string level) in s_levels)
        {
            if (known.Contains(flag) && !levels.Contains(level))
                levels.Add(level);
        }

        return levels;
    }
}
