using System.Globalization;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports.Targets;

/// <summary>llama.cpp over several machines (llama.cpp v0.4.0: tools/rpc/README.md, tools/rpc/rpc-server.cpp).</summary>
internal static class RpcExport
{
    private static readonly BilingualText Warning = new(
        "WARNING: llama.cpp's RPC server has no password and no encryption, and whoever reaches its port can make it run out of memory or worse. Its authors call it fragile and insecure: never run it on an open network. Bind it to a private network's address, and let the firewall admit the head alone.",
        "警告：llama.cpp 的 RPC 服务没有密码、不加密，任何能访问该端口的人都可能使其崩溃甚至造成更严重的后果。其作者称它脆弱且不安全：绝不要在开放网络上运行。请绑定内网地址，并用防火墙只放行主机。");

    public static IReadOnlyList<ExportFile> Render(LlamaPlan plan, ExportSettings settings)
    {
        if (settings.Workers.Count == 0)
        {
            throw new UserErrorException(new(
                "llama-rpc needs the other machines: --workers 10.0.0.2,10.0.0.3, addresses of a private network.",
                "llama-rpc 需要指定其他机器：--workers 10.0.0.2,10.0.0.3（内网地址）。"));
        }

        int port = ExportDefaults.Whole("port", "rpc");
        string servers = string.Join(',', settings.Workers.Select(worker => Endpoint(worker, port)));
        string model = settings.Model ?? DefaultPath.Model(plan, DefaultPath.Unix(plan));
        List<EngineFlag> flags = [.. plan.Flags(model, settings.Host, settings.Port ?? ExportDefaults.Whole("port", "llama"))];
        flags.Insert(1, new EngineFlag("--rpc", servers, new(
            "the workers; llama.cpp puts their devices before the head's own and shares the layers by free memory",
            "各从机；llama.cpp 把它们的设备排在本机之前，并按可用内存分配各层")));
        var notes = new List<BilingualText> { Warning };
        if (settings.Model is null)
        {
            notes.Add(ExportWords.FileExpected(model, plan.Model));
        }

        notes.Add(new(
            "Only the head needs the model's file: it sends the weights over the network at every start, unless the workers keep them (-c). All machines need the same build of llama.cpp, with GGML_RPC=ON.",
            "只有主机需要模型文件：每次启动都经网络发送权重，除非从机缓存（-c）。所有机器须使用同一版本的 llama.cpp，并以 GGML_RPC=ON 构建。"));
        var head = new ExportFile("head.sh", ScriptExport.Shell(settings.Program ?? "llama-server", flags, settings,
        [
            ExportWords.Heading($"llama-server, {plan.Model.DisplayName} {plan.Model.Layout.Quantization}", settings.Version, plan.Machine.Name),
            Warning,
            new("Start the workers first.", "请先启动各从机。"),
            plan.MemoryLimit.Why,
        ]), true, notes);
        return [head, .. settings.Workers.Select((worker, index) => Worker(worker, index, port, plan, settings))];
    }

    private static ExportFile Worker(string address, int index, int port, LlamaPlan plan, ExportSettings settings)
    {
        var flags = new List<EngineFlag>
        {
            new("--host", address.Trim('[', ']'), new("the private address that the head connects to; never 0.0.0.0", "主机连接的内网地址，绝不要用 0.0.0.0")),
            new("--port", port.ToString(CultureInfo.InvariantCulture), new("the RPC server's usual port", "RPC 服务的常用端口")),
            new("--threads", plan.Threads.ToString(CultureInfo.InvariantCulture), new("for its CPU device; taken to have as many cores as the head", "用于 CPU 设备；假定核心数与主机相同")),
            new("--cache", "", new("keeps the weights on this disk, so that the next start need not send them", "在本机磁盘缓存权重，下次启动无需重新传输")),
        };
        string name = (index + 1).ToString(CultureInfo.InvariantCulture);
        return new ExportFile($"worker-{name}.sh", ScriptExport.Shell("ggml-rpc-server", flags, settings with { ApiKeyVariable = null },
        [
            ExportWords.Heading($"ggml-rpc-server {name}/{settings.Workers.Count}", settings.Version, address),
            Warning,
        ]), true, []);
    }

    private static string Endpoint(string worker, int port) => worker.Contains(':', StringComparison.Ordinal) && !worker.StartsWith('[')
        ? string.Create(CultureInfo.InvariantCulture, $"[{worker}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{worker}:{port}");
}
