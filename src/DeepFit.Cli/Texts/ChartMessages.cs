using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What is said of a chart's file.</summary>
internal static class ChartMessages
{
    public static readonly BilingualText Option = new("draw a chart into this file, .svg or .png", "把图表写入该文件（.svg 或 .png）");

    public static readonly BilingualText Kind = new(
        "what it shows: speed against score, or memory by part (default: what suits the command)",
        "图表内容：速度与评分，或内存构成（默认按命令选择）");

    public static BilingualText Written(string path) => new($"Chart written to {path}.", $"图表已写入 {path}。");

    public static BilingualText EnglishLabels(string path) => new(
        $"The labels of {path} are English: no typeface on this machine has Chinese characters. Install one, such as Noto Sans CJK (Debian: fonts-noto-cjk), and draw it again.",
        $"本机没有中文字体，{path} 中的文字改用英文。请安装一种中文字体（如 Noto Sans CJK，Debian 软件包 fonts-noto-cjk）后重新生成。");

    public static BilingualText WrongExtension(string path) => new(
        $"--chart writes .svg or .png, and '{path}' ends in neither. Give the file one of these endings.",
        $"--chart 只能写 .svg 或 .png，而“{path}”两者都不是。请改用其中一种扩展名。");

    public static BilingualText IsFolder(string path) => new(
        $"{path} is a folder. Give --chart the path of a file, such as {Path.Combine(path, "chart.svg")}.",
        $"{path} 是文件夹。--chart 需要文件路径，例如 {Path.Combine(path, "chart.svg")}。");

    public static BilingualText NoFolder(string path, string folder) => new(
        $"{path} cannot be written: there is no folder {folder}. Create it, or choose another one.",
        $"无法写入 {path}：文件夹 {folder} 不存在。请先创建，或换一个位置。");

    public static BilingualText CannotWrite(string path, string why) => new(
        $"{path} cannot be written: {why} Choose a place that you may write to.",
        $"无法写入 {path}：{why} 请换一个有写权限的位置。");

    public static readonly BilingualText KindWithoutChart = new(
        "--chart-kind says what a chart shows, and no chart is asked for. Add --chart FILE.",
        "--chart-kind 用于指定图表内容，但没有要求生成图表。请加上 --chart 文件。");

    public static BilingualText NoLibrary(string why) => new(
        $"The chart cannot be drawn: the drawing library does not load ({why}). It lies beside the program as libSkiaSharp; install DeepFit anew, or leave --chart out.",
        $"无法绘制图表：绘图库加载失败（{why}）。它应与程序放在一起（libSkiaSharp）。请重新安装 DeepFit，或去掉 --chart。");
}
