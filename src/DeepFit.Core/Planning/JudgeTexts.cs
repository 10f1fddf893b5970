using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>Why a configuration fits a machine or does not, and what would help.</summary>
internal static class JudgeTexts
{
    public static BilingualText Fits(ByteSize need) => new(
        $"It takes {Figures.GiB(need)} of memory.",
        $"需要 {Figures.GiB(need)} 内存。");

    public static BilingualText RamTooSmall(ByteSize need, ByteSize usable) => new(
        $"It needs {Figures.GiB(need)} of memory and {Figures.GiB(usable)} can be used: {Figures.GiB(need - usable)} too little. A smaller quantization, a K/V cache in q8_0 or a shorter context would need less.",
        $"需要 {Figures.GiB(need)} 内存，可用 {Figures.GiB(usable)}，还差 {Figures.GiB(need - usable)}。可改用更小的量化、q8_0 的 K/V 缓存或更短的上下文。");

    public static readonly BilingualText Streams = new(
        "It would still start, but read from the disk for every token what memory does not hold; speeds that are stated for it count with that.",
        "仍可启动，但内存放不下的部分每个 token 都要从磁盘读取；所给出的速度已计入这一点。");

    public static BilingualText VramTooSmall(string gpu, ByteSize need, ByteSize usable) => new(
        $"{gpu} would have to hold {Figures.GiB(need)} and {Figures.GiB(usable)} of it can be used. Use fewer --gpu-layers, or auto.",
        $"{gpu} 需要容纳 {Figures.GiB(need)}，可用 {Figures.GiB(usable)}。请减少 --gpu-layers，或使用 auto。");

    public static BilingualText DiskTooSmall(ByteSize file, ByteSize usable) => new(
        $"The memory is enough, but the download has {Figures.Gb(file)} and {Figures.Gb(usable)} of the disk can be used. Free {Figures.Gb(file - usable)} more.",
        $"内存足够，但需下载 {Figures.Gb(file)}，磁盘可用 {Figures.Gb(usable)}。请再腾出 {Figures.Gb(file - usable)}。");
}
