using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What advice on hardware says.</summary>
internal static class AdviseTexts
{
    public static readonly BilingualText WantHelp = new("the version to run; several with commas, one at a time", "想要运行的版本；多个用逗号分隔，逐个运行");
    public static readonly BilingualText QuantHelp = new("quantization (default: the best that is worth running)", "量化格式（默认取值得运行的最佳格式）");
    public static readonly BilingualText MaxPriceHelp = new("highest launch price in US dollars; what has no known price is left out", "首发价上限（美元）；价格未知的不列出");
    public static readonly BilingualText VendorHelp = new("the maker: nvidia, amd, intel, apple ...", "厂商：nvidia、amd、intel、apple 等");
    public static readonly BilingualText FormHelp = new("kind of machine (default: any)", "机器类型（默认不限）");

    public static readonly BilingualText Title = new("The least hardware for it", "所需的最低硬件");
    public static readonly BilingualText NothingTitle = new("Nothing in the catalogue reaches it", "目录中没有能达到的硬件");
    public static readonly BilingualText ClosestTitle = new("What comes closest", "最接近的");
    public static readonly BilingualText UpgradeTitle = new("The best single change", "最值得的单项改动");
    public static readonly BilingualText NoUpgradeTitle = new("No single change helps", "没有有用的单项改动");
    public static readonly BilingualText NowTitle = new("Now", "现在");
    public static readonly BilingualText ChangesTitle = new("What each single change buys", "各单项改动带来的效果");

    public static readonly BilingualText Hardware = new("Hardware", "硬件");
    public static readonly BilingualText MemoryUsed = new("Memory, GiB", "内存 GiB");
    public static readonly BilingualText TokensPerSecond = new("Tokens/s", "token/秒");
    public static readonly BilingualText Price = new("Launch", "首发价");
    public static readonly BilingualText Change = new("Change", "改动");
    public static readonly BilingualText Pick = new("Pick", "首选");

    public static readonly BilingualText WantAndMachine = new(
        "--want looks for hardware to buy, --machine is hardware that is there. Leave one of the two out.",
        "--want 用于寻找要购买的硬件，--machine 则是已有的机器。请去掉其中一个。");

    public static BilingualText OnlyWithWant(string option) => new($"{option} chooses among hardware to buy and needs --want, such as --want 32b.", $"{option} 用于挑选要购买的硬件，需要同时使用 --want，例如 --want 32b。");

    public static BilingualText Group(string group) => group switch
    {
        "one_gpu" => new("One GPU", "一块 GPU"),
        "two_gpus" => new("Two GPUs", "两块 GPU"),
        "several_gpus" => new("Four or eight GPUs", "四块或八块 GPU"),
        "unified" => new("Mac and other unified memory", "Mac 及其他统一内存机型"),
        _ => new("Processor alone", "仅用处理器"),
    };

    public static BilingualText Of(string used, string all) => new($"{used} of {all}", $"{used} / {all}");

    public static BilingualText CertaintyNote { get; } = new(
        "✓ surely: the low end of the speed's 80% interval reaches the goal too. ~ probably: its middle does.",
        "✓ 确定：速度 80% 区间的下限也达到要求。~ 很可能：区间中值达到要求。");

    public static BilingualText PriceNote { get; } = new(
        "Launch: the maker's price at launch, of the cards or the computer alone, where a source has it; first in the order, then by memory × bandwidth.",
        "首发价：有出处的厂商首发价，仅显卡或整机；先按价格排序，其余按内存 × 带宽。");

    public static BilingualText HostNote { get; } = new(
        "Cards are put into an assumed machine: --json lists what was assumed.",
        "显卡假定装在常见的主机中，假定的内容见 --json。");

    public static BilingualText LossNote { get; } = new(
        "Quantizations below 4 bits, or that cost more than 5% of the score, are left out; --quant names any.",
        "未考虑低于 4 位、或使评分损失超过 5% 的量化格式；可用 --quant 指定。");

    public static BilingualText CountNote(int considered, int reached) => new(
        $"{reached} of {considered} machines tried reach it; what the same maker sells for less and faster hides the others.",
        $"试算 {considered} 种机器，其中 {reached} 种达到要求；同一厂商更便宜且更快的产品会取代其余产品。");

    public static BilingualText Considered(int considered) => new($"{considered} changes were tried, each judged as the machine would then be.", $"共试算 {considered} 种改动，每种都按改动后的机器重新评估。");
}
