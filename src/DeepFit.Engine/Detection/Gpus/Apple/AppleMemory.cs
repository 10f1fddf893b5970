using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Apple;

/// <summary>How much of an Apple machine's memory the GPU may have.</summary>
internal static class AppleMemory
{
    /// <summary>
    /// Metal's <c>recommendedMaxWorkingSetSize</c> where it could not be asked: two thirds of the memory below 36 GiB, three quarters from there on.
    /// Source: llama.cpp's logs of real machines: 16 GiB 10922.67 MiB (llama-cpp-python issue 687), 32 GiB 21845.34 MiB (llama.cpp pull request 2011),
    /// 64 GiB 49152 MiB (llama.cpp issue 1870), 96 GiB 73728 MiB (llama.cpp issue 3213). Newer systems allow more (107.52 GiB of 128, ds4 pull request 893),
    /// so this is on the safe side.
    /// </summary>
    public static ByteSize DefaultWorkingSet(ByteSize total) =>
        new(total.Bytes < 36 * ByteSize.GiB ? total.Bytes / 3 * 2 : total.Bytes / 4 * 3);

    /// <summary>
    /// The cap: the limit that <c>iogpu.wired_limit_mb</c> sets when it is not 0, else what Metal says, else <see cref="DefaultWorkingSet"/>;
    /// never more than all memory. Metal reports the limit that was set (llmfit pull request 754), so the two agree.
    /// </summary>
    public static ByteSize WorkingSet(ByteSize total, ByteSize? wiredLimit, ByteSize? metal)
    {
        ByteSize cap = wiredLimit is { Bytes: > 0 } limit ? limit : metal is { Bytes: > 0 } asked ? asked : DefaultWorkingSet(total);
        return ByteSize.Min(cap, total);
    }
}
