using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.MacOS;

/// <summary>The processor of a Mac, from <c>sysctl</c>'s values.</summary>
internal static class MacCpuParser
{
    // sysctl's words and the levels, weakest first (xnu bsd/kern/kern_mib.c, osfmk/arm64/cpu_capabilities.h).
    private static readonly (string Key, string Level)[] s_levels =
    [
        ("hw.optional.sse4_2", "sse42"), ("hw.optional.avx1_0", "avx"), ("hw.optional.avx2_0", "avx2"), ("hw.optional.fma", "fma"), ("hw.optional.f16c", "f16c"),
        ("hw.optional.avx512f", "avx512f"), ("hw.optional.avx512vnni", "avx512_vnni"),
        ("hw.optional.AdvSIMD", "neon"), ("hw.optional.neon", "neon"), ("hw.optional.arm64", "neon"),
        ("hw.optional.arm.FEAT_DotProd", "dotprod"), ("hw.optional.arm.FEAT_I8MM", "i8mm"), ("hw.optional.arm.FEAT_SVE", "sve"),
    ];

    /// <summary>The processor; null when the values say nothing of one.</summary>
    internal static CpuInfo? Parse(IReadOnlyDictionary<string, string> values)
    {
        int? physical = Count(values, "hw.physicalcpu") ?? Count(values, "machdep.cpu.core_count");
        int? logical = Count(values, "hw.logicalcpu") ?? Count(values, "hw.ncpu") ?? Count(values, "machdep.cpu.thread_count");
        string? model = values.GetValueOrDefault("machdep.cpu.brand_string") ?? values.GetValueOrDefault("hw.model");
        if (model is null && physical is null && logical is null)
            return null;
        (int? performance, int? efficiency) = Kinds(values);
        return new CpuInfo
        {
            Model = string.IsNullOrWhiteSpace(model) ? "unknown" : model,
            PhysicalCores = physical ?? logical ?? 1,
            LogicalCores = logical ?? physical ?? 1,
            PerformanceCores = performance,
            EfficiencyCores = efficiency,
            Simd = [.. s_levels.Where(l => values.GetValueOrDefault(l.Key) == "1").Select(l => l.Level).Distinct()],
            MaxMhz = Long(values, "hw.cpufrequency_max") is long hertz and > 0 ? hertz / 1e6 : null,
        };
    }

    /// <summary>All last-level caches together (Apple's own chips: the clusters' L2), or null.</summary>
    internal static ByteSize? LastLevelCache(IReadOnlyDictionary<string, string> values)
    {
        if (Long(values, "hw.l3cachesize") is long shared and > 0 and < 1L << 40)
            return new ByteSize(shared);
        long total = 0;
        foreach ((string level, int cores) in Levels(values))
        {
            int sharing = Count(values, level + ".cpusperl2") ?? cores;
            long clusters = (cores + sharing - 1) / sharing;
            total += clusters * Math.Clamp(Long(values, level + ".l2cachesize") ?? 0, 0, 1L << 40);
        }

        return total > 0 ? new ByteSize(total) : Long(values, "hw.l2cachesize") is long small and > 0 and < 1L << 40 ? new ByteSize(small) : null;
    }

    private static (int? Performance, int? Efficiency) Kinds(IReadOnlyDictionary<string, string> values)
    {
        List<(string Level, int Cores)> levels = Levels(values);
        if (levels.Count < 2)
            return (null, null);

        // The levels are named from macOS 13 on; before that the first is the fastest. Chips whose levels are all fast have no efficiency cores.
        bool named = values.ContainsKey(levels[0].Level + ".name");
        int efficient = levels.Where((level, index) => named
            ? values.GetValueOrDefault(level.Level + ".name") == "Efficiency" : index > 0).Sum(level => level.Cores);
        int all = levels.Sum(level => level.Cores);
        return efficient == 0 || efficient == all ? (null, null) : (all - efficient, efficient);
    }

    private static List<(string Level, int Cores)> Levels(IReadOnlyDictionary<string, string> values)
    {
        List<(string, int)> levels = [];
        for (int i = 0; i < 4; i++)
        {
            string level = string.Create(CultureInfo.InvariantCulture, $"hw.perflevel{i}");
            if (Count(values, level + ".physicalcpu") is int cores)
                levels.Add((level, cores));
        }

        return levels;
    }

    private static int? Count(IReadOnlyDictionary<string, string> values, string key) => Long(values, key) is > 0 and < 4096 and long count ? (int)count : null;

    private static long? Long(IReadOnlyDictionary<string, string> values, string key) => ProbeLine.Number(values.GetValueOrDefault(key));
}
