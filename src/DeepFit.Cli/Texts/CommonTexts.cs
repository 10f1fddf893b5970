using DeepFit.Core.Estimation;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>Words that several screens share.</summary>
internal static class CommonTexts
{
    public static readonly BilingualText Machine = new("Machine", "机器");
    public static readonly BilingualText Processor = new("CPU", "处理器");
    public static readonly BilingualText Memory = new("Memory", "内存");
    public static readonly BilingualText Gpu = new("GPU", "GPU");
    public static readonly BilingualText Disk = new("Disk", "磁盘");
    public static readonly BilingualText Download = new("Download", "下载");
    public static readonly BilingualText Speed = new("Speed", "速度");
    public static readonly BilingualText Answer = new("Answer", "回答");
    public static readonly BilingualText Score = new("Score", "评分");
    public static readonly BilingualText Context = new("Context", "上下文");
    public static readonly BilingualText Layers = new("Layers", "层");
    public static readonly BilingualText Done = new("done", "完成");
    public static readonly BilingualText Why = new("Why", "理由");
    public static readonly BilingualText Next = new("Next", "下一步");
    public static readonly BilingualText Variant = new("Variant", "版本");
    public static readonly BilingualText Quantization = new("Quant", "量化");
    public static readonly BilingualText Yes = new("yes", "是");
    public static readonly BilingualText No = new("no", "否");
    public static readonly BilingualText None = new("none", "无");
    public static readonly BilingualText Unknown = new("unknown", "未知");

    public static readonly BilingualText Weights = new("weights", "权重");
    public static readonly BilingualText Compute = new("compute", "计算");
    public static readonly BilingualText Cache = new("cache", "缓存");
    public static readonly BilingualText Overhead = new("other", "其他");

    public static readonly BilingualText TokensPerSecond = new("tokens/s", "token/秒");

    /// <summary>The rung of the ladder of evidence, as a word.</summary>
    public static BilingualText Basis(EstimateBasis basis) => basis switch
    {
        EstimateBasis.Estimated => new("estimated", "估算"),
        EstimateBasis.Simulated => new("simulated by the engine", "引擎模拟"),
        EstimateBasis.Calibrated => new("estimated, calibrated here", "估算，经本机校准"),
        EstimateBasis.Measured => new("measured here", "本机实测"),
        _ => new("verified here", "本机验证"),
    };

    /// <summary>What limits a configuration, as a word.</summary>
    public static BilingualText Limit(string limit) => limit switch
    {
        "ram" => new("RAM", "内存"),
        "vram" => new("VRAM", "显存"),
        "disk" => new("disk", "磁盘"),
        "speed" => new("speed", "速度"),
        "context" => new("context", "上下文"),
        _ => new(limit, limit),
    };
}
