using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>The words of <c>deepfit export</c>.</summary>
internal static class ExportTexts
{
    public static readonly BilingualText Export = new(
        "Write the plan as files for other programs: Ollama, llama-server, Compose, systemd, launchd, Windows, Kubernetes, Ray; every figure with its reason.",
        "把规划写成其他程序的配置文件：Ollama、llama-server、Compose、systemd、launchd、Windows、Kubernetes、Ray，每个数值都附理由。");

    public static readonly BilingualText Target = new("what the files are for", "导出目标");
    public static readonly BilingualText Engine = new("engine of kubernetes (default: vllm)", "kubernetes 使用的引擎（默认 vllm）");
    public static readonly BilingualText Weights = new("how a cluster's weights are stored: bf16, fp8, int8, awq, w4a16 (default: as published)", "集群权重的格式：bf16、fp8、int8、awq、w4a16（默认为官方发布的格式）");
    public static readonly BilingualText Nodes = new("nodes of one copy (default: as few as hold it)", "一份模型的节点数（默认取能放下的最少数量）");
    public static readonly BilingualText Replicas = new("copies of the model (default: 1)", "模型份数（默认 1）");
    public static readonly BilingualText Users = new("plan a cluster for so many people at a time, as `deepfit capacity` does", "按同时使用人数规划集群（同 `deepfit capacity`）");
    public static readonly BilingualText Model = new("the model's file; for a cluster a folder on the nodes or a repository", "模型文件；对集群为节点上的文件夹或仓库名");
    public static readonly BilingualText Image = new("the container's image", "容器镜像");
    public static readonly BilingualText Program = new("path of llama-server", "llama-server 的路径");
    public static readonly BilingualText Name = new("name of the service (default: deepseek-r1-VARIANT)", "服务名（默认 deepseek-r1-版本）");
    public static readonly BilingualText Namespace = new("Kubernetes' namespace (default: default)", "Kubernetes 命名空间（默认 default）");
    public static readonly BilingualText Host = new("address to listen on (default: 127.0.0.1, this machine alone)", "监听地址（默认 127.0.0.1，仅限本机）");
    public static readonly BilingualText Port = new("port (default: the engine's own)", "端口（默认为引擎的默认端口）");
    public static readonly BilingualText ApiKeyEnv = new("the environment variable that holds the API key", "保存 API 密钥的环境变量名");
    public static readonly BilingualText Workers = new("llama-rpc: the other machines, separated by commas", "llama-rpc：其他机器，用逗号分隔");
    public static readonly BilingualText Shell = new("llama-server: the script's language (default: the machine's)", "llama-server：脚本语言（默认随机器的系统）");
    public static readonly BilingualText Out = new("write into this folder or file instead of standard output", "写入该文件夹或文件，而不是标准输出");
    public static readonly BilingualText Force = new("replace existing files", "覆盖已有文件");

    public static readonly BilingualText Written = new("Written", "已写入");
    public static readonly BilingualText SeveralFiles = new(
        "Several files; --out FOLDER writes them apart.", "共有多个文件，可用 --out 文件夹 分别写入。");
}
