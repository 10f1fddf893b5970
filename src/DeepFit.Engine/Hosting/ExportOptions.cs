using DeepFit.Core.Exports;
using DeepFit.Core.Models;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>Reads the options of an export beside the plan's: where it listens, what it is called.</summary>
internal static class ExportOptions
{
    private const int MostReplicas = 1000;
    private const int MostNodes = 64;

    private static readonly string[] Cluster = ["--engine", "--weights", "--nodes", "--replicas", "--users", "--namespace"];
    private static readonly string[] Llama = ["--quant", "--kv-type", "--kv-type-k", "--kv-type-v", "--ubatch", "--flash-attn", "--gpu-layers", "--cpu-moe"];

    /// <summary>Refuses options that the target has no use for: they would be lost without a word.</summary>
    public static void Check(OptionSource option, ExportTarget target)
    {
        bool cluster = !ExportTargets.RunsLlama(target);
        foreach (string given in (string[])[.. Cluster, "--image", "--program", "--workers", "--shell", "--host", .. Llama])
        {
            string? belongs = given switch
            {
                _ when option(given) is null => null,
                _ when Cluster.Contains(given) && !cluster => "kubernetes, ray",
                "--image" when target is not (ExportTarget.DockerCompose or ExportTarget.Kubernetes or ExportTarget.Ray) => "docker-compose, kubernetes, ray",
                "--program" when target is ExportTarget.Ollama or ExportTarget.DockerCompose || cluster => "llama-server, systemd, launchd, windows-service, llama-rpc",
                "--workers" when target != ExportTarget.LlamaRpc => "llama-rpc",
                "--shell" when target != ExportTarget.LlamaServer => "llama-server",
                "--host" when cluster => "llama-server, docker-compose, systemd, launchd, windows-service, llama-rpc, ollama",
                _ when cluster && Llama.Contains(given) => "llama.cpp",
                _ => null,
            };
            if (belongs is not null)
            {
                throw new UserErrorException(ExportPlanTexts.OnlyFor(given, belongs));
            }
        }
    }

    /// <summary>The settings, but for what depends on the machine.</summary>
    /// <param name="option">The options.</param>
    /// <param name="target">What is exported.</param>
    /// <param name="planned">The model.</param>
    /// <param name="here">Whether the files are for this machine.</param>
    /// <param name="language">The comments' language.</param>
    /// <param name="version">DeepFit's version.</param>
    public static ExportSettings Settings(OptionSource option, ExportTarget target, PlannedModel planned, bool here, Language language, string version)
    {
        bool cluster = !ExportTargets.RunsLlama(target);
        string? path = option("--model") ?? planned.Path;
        if (path is not null && here && !cluster && target != ExportTarget.Ollama && !path.Contains('\\', StringComparison.Ordinal))
        {
            path = Path.GetFullPath(path); // a service has another working folder
        }

        var settings = new ExportSettings
        {
            Language = language,
            Version = version,
            Service = option("--name") ?? (planned.Variant is { } variant ? "deepseek-r1-" + variant.Id.Replace('.', '-') : "deepseek-r1"),
            Host = option("--host") ?? "127.0.0.1",
            Port = OptionValues.Whole("--port", option("--port"), 1, 65535),
            Model = path,
            Image = option("--image"),
            Program = option("--program"),
            ApiKeyVariable = option("--api-key-env"),
            Namespace = option("--namespace") ?? "default",
            Workers = [.. (option("--workers") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            PowerShell = Shell(option) == "powershell",
        };
        ExportCheck.Settings(settings);
        return !settings.Loopback && settings.ApiKeyVariable is null && target != ExportTarget.Ollama
            ? throw new UserErrorException(ExportPlanTexts.NeedsKey(settings.Host))
            : settings;
    }

    public static string? Shell(OptionSource option) => OptionValues.Word("--shell", option("--shell"), "sh", "powershell");

    public static ServingEngine Engine(OptionSource option) =>
        OptionValues.Word("--engine", option("--engine"), "vllm", "sglang") == "sglang" ? ServingEngine.SgLang : ServingEngine.Vllm;

    public static int? Nodes(OptionSource option) => OptionValues.Whole("--nodes", option("--nodes"), 1, MostNodes);

    public static int? Replicas(OptionSource option) => OptionValues.Whole("--replicas", option("--replicas"), 1, MostReplicas);

    public static int? Users(OptionSource option) => OptionValues.Whole("--users", option("--users"), 1, CapacityRequest.MostUsers);
}
