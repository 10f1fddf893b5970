using DeepFit.Core.Text;

namespace DeepFit.Core.Exports;

/// <summary>Sentences that several exported files share.</summary>
internal static class ExportWords
{
    public static readonly BilingualText Temperature = new(
        "R1's recommended temperature: lower it repeats itself, higher it rambles", "R1 推荐的温度：更低容易重复，更高容易跑题");

    public static readonly BilingualText TopP = new("R1's recommended top-p", "R1 推荐的 top-p");

    public static readonly BilingualText NoSystemPrompt = new(
        "No system prompt: R1's authors advise to put all instructions into the question.",
        "不设系统提示词：R1 的作者建议把所有要求都写在问题里。");

    public static BilingualText Heading(string what, string version, string machine) => new(
        $"{what}. Written by DeepFit {version} for the machine {machine}; the reason of every figure stands above it.",
        $"{what}。由 DeepFit {version} 为机器 {machine} 生成，每个数值上方写有理由。");

    public static BilingualText Host(string host) => host is "0.0.0.0" or "::" or "[::]"
        ? new("every network of this machine (or of the container): clients need the API key", "监听本机（或容器）的所有网络：客户端需要 API 密钥")
        : host.StartsWith("127.", StringComparison.Ordinal) || host is "localhost" or "::1" or "[::1]"
            ? new("this machine alone; nobody on the network can connect", "仅限本机访问，网络上的其他机器无法连接")
            : new("the address to listen on: clients need the API key", "监听的地址：客户端需要 API 密钥");

    public static BilingualText FileExpected(string path, ExportModel model) => model.Variant is { } variant
        ? new(
            $"The model is expected at {path}. `deepfit pull {variant.Id}:{model.Layout.Quantization}` gets it and says where it lies: export again then, or name the place with --model.",
            $"模型文件应位于 {path}。`deepfit pull {variant.Id}:{model.Layout.Quantization}` 可下载并显示实际位置：下载后请重新导出，或用 --model 指定位置。")
        : new($"The model is expected at {path}; --model names another place.", $"模型文件应位于 {path}，可用 --model 指定其他位置。");

    public static BilingualText KeyFromEnvironment(string variable) => new(
        $"The API key comes from the environment variable {variable}; it is in no file.",
        $"API 密钥来自环境变量 {variable}，不写入任何文件。");
}
