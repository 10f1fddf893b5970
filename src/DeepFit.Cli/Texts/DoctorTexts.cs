using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What the doctor finds.</summary>
internal static class DoctorTexts
{
    public static readonly BilingualText Findings = new("Findings", "检查结果");
    public static readonly BilingualText Probes = new("Raw probes", "原始探测结果");
    public static readonly BilingualText AllWell = new("Nothing wrong was found.", "未发现问题。");
    public static readonly BilingualText Redacted = new(
        "Home folder, user name and host name are replaced by ~, USER and HOST. Read it through before you post it.",
        "主目录、用户名和主机名已替换为 ~、USER 和 HOST。发布前请自行再检查一遍。");
    public static readonly BilingualText NoOutput = new("(nothing)", "（无）");
    public static readonly BilingualText Engine = new("Engine", "推理引擎");
    public static readonly BilingualText Version = new("DeepFit", "DeepFit");

    public static BilingualText Present(string engine) => new($"{engine} is beside the program.", $"{engine} 已就绪。");

    public static BilingualText NoBandwidth { get; } = new(
        "The memory bandwidth could not be measured, so speeds are rough.",
        "无法测量内存带宽，速度估算会比较粗略。");

    public static BilingualText ContainerLimit(string limit) => new(
        $"A container limit leaves this process {limit} of memory; raise it to run larger models.",
        $"容器将本进程的内存限制为 {limit}；提高限额才能运行更大的模型。");

    public static BilingualText UnseenGpu(string gpu) => new(
        $"{gpu} is there, but the engine does not see it. Check its driver (and for Vulkan, the loader: libvulkan).",
        $"检测到 {gpu}，但推理引擎无法识别。请检查显卡驱动（使用 Vulkan 时还需检查 libvulkan）。");

    public static BilingualText LittleDisk(string free) => new(
        $"Only {free} of disk is free where models go; 7b at Q4_K_M takes 4.7 GB.",
        $"存放模型的磁盘仅剩 {free}；7b 的 Q4_K_M 需要 4.7 GB。");

    public static BilingualText LittleMemory(string free) => new(
        $"Only {free} of memory is available. Close other programs for a better recommendation.",
        $"可用内存仅 {free}。关闭其他程序可得到更好的推荐。");

    public static BilingualText DetectionFailed(BilingualText why) => new($"The machine could not be detected: {why.En}", $"无法检测本机：{why.Zh}");
}
