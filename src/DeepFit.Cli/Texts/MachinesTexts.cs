using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What the list of machines says.</summary>
internal static class MachinesTexts
{
    public static readonly BilingualText Name = new("Name", "名称");
    public static readonly BilingualText MemoryGb = new("Memory GB", "内存 GB");
    public static readonly BilingualText Rate = new("GB/s", "GB/s");
    public static readonly BilingualText Tflops = new("FP16 TFLOPS", "FP16 TFLOPS");
    public static readonly BilingualText Price = new("USD", "美元");
    public static readonly BilingualText Year = new("Year", "年份");
    public static readonly BilingualText Cores = new("Cores", "核心");
    public static readonly BilingualText Channels = new("Memory", "内存");
    public static readonly BilingualText Simd = new("SIMD", "指令集");
    public static readonly BilingualText Parts = new("Parts", "组成");
    public static readonly BilingualText Assumed = new("Assumed", "假设");

    public static readonly BilingualText TflopsNote = new(
        "FP16: dense, with matrix units; v: without them, where only that is published. USD: the maker's price at launch.",
        "FP16：稠密、使用矩阵单元；v：不使用矩阵单元（只公布了这个数字时）。美元：厂商的首发价。");

    public static readonly BilingualText Usage = new(
        "Use: deepfit --machine \"2x rtx-3090, 64 GB ddr4-3200 2ch\". How it is read: deepfit machines --show \"...\". Where figures are from: --sources.",
        "用法：deepfit --machine \"2x rtx-3090, 64 GB ddr4-3200 2ch\"。查看如何理解：deepfit machines --show \"...\"。查看数据来源：--sources。");

    public static BilingualText Kind(string kind) => kind switch
    {
        "gpu" => new("Graphics cards and integrated GPUs", "显卡与集成 GPU"),
        "apple" => new("Apple chips", "Apple 芯片"),
        "accelerator" => new("Accelerators of data centres", "数据中心加速卡"),
        "cpu" => new("Processors", "处理器"),
        _ => new("Computers and cloud instances", "整机与云主机"),
    };

    public static BilingualText Fact(string fact) => fact switch
    {
        "memory" => new("memory", "内存"),
        "bandwidth" => new("bandwidth", "带宽"),
        "fp16_tflops" => new("FP16 (matrix)", "FP16（矩阵）"),
        "fp16_vector_tflops" => new("FP16 (vector)", "FP16（向量）"),
        "msrp_usd" => new("price", "价格"),
        "cores" => new("cores, clock", "核心、频率"),
        "simd" => new("SIMD", "指令集"),
        _ => new("parts", "组成"),
    };

    public static BilingualText Nothing(string words) => new(
        $"No machine of the catalogue has the words \"{words}\". Try fewer words, or `deepfit machines` for all.",
        $"目录中没有含“{words}”的条目。请减少关键词，或用 `deepfit machines` 查看全部。");

    public static BilingualText Joined(int nodes, string? over) => new(
        over is null ? $"{nodes} such machines are joined" : $"{nodes} such machines are joined over {over}",
        over is null ? $"{nodes} 台这样的机器互联" : $"{nodes} 台这样的机器通过 {over} 互联");
}
