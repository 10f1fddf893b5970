using System.Runtime.Intrinsics.X86;

namespace DeepFit.Engine.Detection.Windows;

/// <summary>SIMD levels from the processor's own CPUID, within what the system saves on a context switch.</summary>
internal static class CpuIdSimd
{
    // XCR0: SSE and AVX registers; the three parts of AVX-512; the two of AMX (Intel SDM vol. 1, 13.1).
    private const ulong AvxState = 0x6;
    private const ulong Avx512State = 0xE0;
    private const ulong AmxState = 0x60000;

    /// <summary>The levels of this processor, weakest first; empty when it is no x86.</summary>
    /// <param name="enabledState">XCR0.</param>
    internal static IReadOnlyList<string> Read(ulong enabledState)
    {
        if (!X86Base.IsSupported)
            return [];
        (int highest, _, _, _) = X86Base.CpuId(0, 0);
        int leaf1Ecx = X86Base.CpuId(1, 0).Ecx;
        if (highest < 7)
            return Levels(leaf1Ecx, default, 0, enabledState);
        (int subleaves, int ebx, int ecx, int edx) = X86Base.CpuId(7, 0);
        return Levels(leaf1Ecx, (ebx, ecx, edx), subleaves >= 1 ? X86Base.CpuId(7, 1).Eax : 0, enabledState);
    }

    /// <summary>The levels that the leaves announce (Intel SDM vol. 2A, CPUID).</summary>
    internal static IReadOnlyList<string> Levels(int leaf1Ecx, (int Ebx, int Ecx, int Edx) leaf7, int leaf71Eax, ulong enabledState)
    {
        bool avx = (enabledState & AvxState) == AvxState;
        bool avx512 = avx && (enabledState & Avx512State) == Avx512State;
        bool amx = (enabledState & AmxState) == AmxState;
        List<string> levels = [];
        Add("sse42", Bit(leaf1Ecx, 20));
        Add("avx", avx && Bit(leaf1Ecx, 28));
        Add("avx2", avx && Bit(leaf7.Ebx, 5));
        Add("fma", avx && Bit(leaf1Ecx, 12));
        Add("f16c", avx && Bit(leaf1Ecx, 29));
        Add("avx512f", avx512 && Bit(leaf7.Ebx, 16));
        Add("avx512_vnni", avx512 && Bit(leaf7.Ecx, 11));
        Add("avx512_bf16", avx512 && Bit(leaf71Eax, 5));
        Add("avx_vnni", avx && Bit(leaf71Eax, 4));
        Add("amx_int8", amx && Bit(leaf7.Edx, 25));
        return levels;

        void Add(string level, bool there)
        {
            if (there)
                levels.Add(level);
        }
    }

    private static bool Bit(int register, int bit) => ((register >> bit) & 1) != 0;
}
