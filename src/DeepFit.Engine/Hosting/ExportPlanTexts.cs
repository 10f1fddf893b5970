using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>What is said of exports that cannot be made.</summary>
internal static class ExportPlanTexts
{
    public static readonly BilingualText NoTarget = new(
        "Export for what? Give --target: ollama, llama-server, docker-compose, systemd, launchd, windows-service, kubernetes, ray, llama-rpc.",
        "要导出为什么？请给出 --target：ollama、llama-server、docker-compose、systemd、launchd、windows-service、kubernetes、ray、llama-rpc。");

    public static BilingualText NeedsKey(string host) => new(
        $"--host {host} can be reached from the network, so clients must show an API key: give --api-key-env NAME, the variable that will hold it.",
        $"--host {host} 可从网络访问，客户端必须提供 API 密钥：请用 --api-key-env 指定保存密钥的环境变量名。");

    public static BilingualText OnlyFor(string option, string targets) => new(
        $"{option} is for {targets}. Leave it out.", $"{option} 仅用于 {targets}。请去掉该选项。");

    public static BilingualText OnlyCatalogue(string model) => new(
        $"vLLM and SGLang load a checkpoint, not the GGUF file {model}. Give a variant such as 70b, and --model for weights of your own.",
        $"vLLM 和 SGLang 加载的是 safetensors 权重，不是 GGUF 文件 {model}。请给出版本名（如 70b），自有权重用 --model 指定。");

    public static BilingualText DoesNotFit(string reason) => new(
        $"Nothing is exported: {reason} A smaller variant, quantization or context fits; `deepfit` recommends one.",
        $"未导出：{reason} 可换用更小的版本、量化格式或上下文，运行 `deepfit` 可获得推荐。");
}
