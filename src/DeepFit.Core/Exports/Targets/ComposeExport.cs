using System.Globalization;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports.Targets;

/// <summary>A Compose file (compose-spec/compose-spec) with llama.cpp's own image.</summary>
internal static class ComposeExport
{
    private const string ModelsInside = "/models";

    public static IReadOnlyList<ExportFile> Render(LlamaPlan plan, ExportSettings settings)
    {
        Language language = settings.Language;
        int inside = ExportDefaults.Whole("port", "llama");
        string path = settings.Model ?? DefaultPath.Model(plan, DefaultPath.Unix(plan));
        int slash = path.LastIndexOfAny(['/', '\\']);
        string folder = slash > 0 ? path[..slash] : slash == 0 ? "/" : ".";
        string backend = Backend(plan, settings);
        string image = settings.Image ?? ExportDefaults.Text("image", "llama-" + backend);

        var command = new YamlList();
        foreach (EngineFlag flag in plan.Flags($"{ModelsInside}/{path[(slash + 1)..]}", "0.0.0.0", inside))
        {
            BilingualText why = flag.Name == "--host"
                ? new("inside the container; what reaches it is said under ports", "容器内地址；对外开放的范围见 ports")
                : flag.Why;
            command.Add(flag.Name, why.In(language));
            if (flag.Value.Length > 0)
            {
                command.Add(Quoting.Compose(flag.Value));
            }
        }

        string host = settings.Host.Contains(':', StringComparison.Ordinal) && !settings.Host.StartsWith('[') ? $"[{settings.Host}]" : settings.Host == "localhost" ? "127.0.0.1" : settings.Host;
        (ByteSize limit, BilingualText limitWhy) = plan.MemoryLimit;
        (int stop, BilingualText stopWhy) = Waits.Stop(plan.AnswerSeconds);
        var service = new YamlMap
        {
            { "image", Quoting.Compose(image), Image(backend, settings).In(language) },
            { "restart", "unless-stopped", new BilingualText("started again after a crash or a reboot, not after a stop by hand", "崩溃或重启后自动启动，手动停止后不再启动").In(language) },
            { "ports", new YamlList { { $"{host}:{Number(settings.Port ?? inside)}:{Number(inside)}", ExportWords.Host(settings.Host).In(language) } } },
            {
                "volumes", new YamlList
                {
                    new YamlMap
                    {
                        { "type", "bind", new BilingualText("the folder of the model, which the container only reads", "模型所在文件夹，容器内只读").In(language) },
                        { "source", Quoting.Compose(folder) },
                        { "target", ModelsInside },
                        { "read_only", true },
                    },
                }
            },
            { "command", command },
        };
        if (settings.ApiKeyVariable is { } variable)
        {
            service.Add("environment", new YamlMap
            {
                { "LLAMA_API_KEY", $"${{{variable}:?}}", ExportWords.KeyFromEnvironment(variable).In(language) },
            });
        }

        AddDevices(service, plan, backend, language);
        service.Add("mem_limit", $"{limit.Bytes / ByteSize.MiB}m", limitWhy.In(language));
        service.Add("healthcheck", new YamlMap
        {
            { "test", new YamlList { "CMD", "curl", "-fsS", $"http://127.0.0.1:{Number(inside)}/health" }, new BilingualText("answers 503 while the model loads, 200 when it serves", "加载模型时返回 503，可以服务时返回 200").In(language) },
            { "interval", $"{ExportDefaults.Text("probe", "liveness_period")}s" },
            { "timeout", $"{ExportDefaults.Text("probe", "timeout")}s" },
            { "retries", ExportDefaults.Whole("probe", "liveness_failures") },
            { "start_period", $"{Number(plan.Waits.StartupSeconds)}s", plan.Waits.Why.In(language) },
        });
        service.Add("stop_grace_period", $"{Number(stop)}s", stopWhy.In(language));
        service.Add("read_only", true, new BilingualText("the container writes nothing", "容器不写入任何内容").In(language));
        service.Add("tmpfs", new YamlList { "/tmp" });
        service.Add("security_opt", new YamlList { "no-new-privileges:true" });

        string text = YamlWriter.Write(
            [
                ExportWords.Heading($"{plan.Model.DisplayName} {plan.Model.Layout.Quantization}, llama-server", settings.Version, plan.Machine.Name).In(language),
                ExportWords.NoSystemPrompt.In(language),
                "docker compose up -d",
            ],
            [new YamlMap { { "services", new YamlMap { { settings.Service, service } } } }]);
        var notes = new List<BilingualText>();
        if (settings.Model is null)
        {
            notes.Add(ExportWords.FileExpected(path, plan.Model));
        }

        if (backend == "cuda")
        {
            notes.Add(new(
                "NVIDIA GPUs reach a container through the NVIDIA Container Toolkit, which must be installed.", "容器使用 NVIDIA GPU 需要先安装 NVIDIA Container Toolkit。"));
        }

        return [new ExportFile("compose.yaml", text, false, notes)];
    }

    private static string Backend(LlamaPlan plan, ExportSettings settings)
    {
        if (!plan.UsesGpu)
        {
            return "cpu";
        }

        string backend = plan.Vendors.Count > 0 && plan.Vendors[0] == "nvidia" ? "cuda" : plan.Gpus[0].Backend;
        return backend == "metal"
            ? throw new UserErrorException(new(
                "A container on macOS cannot use Apple's GPU, and the plan puts layers there. Export for launchd or llama-server, or plan with --gpu-layers 0.",
                "macOS 上的容器无法使用苹果 GPU，而规划把部分层放在 GPU 上。请导出为 launchd 或 llama-server，或用 --gpu-layers 0 重新规划。"))
            : settings.Image is null && ExportDefaults.Find("image", "llama-" + backend) is null
                ? throw new UserErrorException(new(
                    $"llama.cpp publishes no image for {backend}. Name one of your own with --image, or plan with --gpu-layers 0.",
                    $"llama.cpp 没有发布适用于 {backend} 的镜像。请用 --image 指定您自己的镜像，或用 --gpu-layers 0 重新规划。"))
                : backend;
    }

    private static void AddDevices(YamlMap service, LlamaPlan plan, string backend, Language language)
    {
        if (backend == "cuda")
        {
            var device = new YamlMap
            {
                { "driver", "nvidia", new BilingualText("as many GPUs as the plan uses", "规划使用的 GPU 数量").In(language) },
                { "count", plan.Gpus.Count },
                { "capabilities", new YamlList { "gpu" } },
            };
            service.Add("deploy", new YamlMap { { "resources", new YamlMap { { "reservations", new YamlMap { { "devices", new YamlList { device } } } } } } });
        }
        else if (backend != "cpu")
        {
            string why = new BilingualText("the GPUs' device files", "GPU 的设备文件").In(language);
            var devices = new YamlList();
            if (backend == "rocm")
            {
                devices.Add("/dev/kfd:/dev/kfd");
            }

            devices.Add("/dev/dri:/dev/dri");
            service.Add("devices", devices, why);
        }
    }

    private static BilingualText Image(string backend, ExportSettings settings) => settings.Image is not null
        ? new("the image that was asked for", "按要求使用的镜像")
        : new(
            $"llama.cpp's own image for {backend}; for a fixed version add its digest (@sha256:...)",
            $"llama.cpp 官方的 {backend} 镜像；如需固定版本，请加上其摘要（@sha256:...）");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
