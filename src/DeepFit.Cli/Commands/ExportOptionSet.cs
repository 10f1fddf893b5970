using System.CommandLine;
using System.CommandLine.Parsing;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Exports;
using DeepFit.Core.Models;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>The options of an export beside the plan's: where it listens, what it is called, where it is written.</summary>
internal sealed class ExportOptionSet
{
    private static readonly string[] Cluster = ["--engine", "--weights", "--nodes", "--replicas", "--users", "--namespace"];

    private readonly Option<string?> engine;
    private readonly Option<string?> weights;
    private readonly Option<string?> nodes;
    private readonly Option<string?> replicas;
    private readonly Option<string?> users;
    private readonly Option<string?> model;
    private readonly Option<string?> image;
    private readonly Option<string?> program;
    private readonly Option<string?> name;
    private readonly Option<string?> space;
    private readonly Option<string?> host;
    private readonly Option<string?> port;
    private readonly Option<string?> apiKey;
    private readonly Option<string?> workers;
    private readonly Option<string?> shell;
    private readonly Option<string?> output;
    private readonly Option<bool> force;

    public ExportOptionSet(Command command, Language language)
    {
        Option<string?> New(string option, string value, BilingualText text)
        {
            Option<string?> made = Options.Text(option, value, text.In(language));
            command.Add(made);
            return made;
        }

        model = New("--model", "PATH", ExportTexts.Model);
        host = New("--host", "ADDRESS", ExportTexts.Host);
        port = New("--port", "N", ExportTexts.Port);
        apiKey = New("--api-key-env", "NAME", ExportTexts.ApiKeyEnv);
        name = New("--name", "NAME", ExportTexts.Name);
        image = New("--image", "IMAGE", ExportTexts.Image);
        program = New("--program", "PATH", ExportTexts.Program);
        shell = New("--shell", "sh|powershell", ExportTexts.Shell);
        workers = New("--workers", "HOST,HOST", ExportTexts.Workers);
        engine = New("--engine", "vllm|sglang", ExportTexts.Engine);
        weights = New("--weights", "FORMAT", ExportTexts.Weights);
        nodes = New("--nodes", "N", ExportTexts.Nodes);
        replicas = New("--replicas", "N", ExportTexts.Replicas);
        users = New("--users", "N", ExportTexts.Users);
        space = New("--namespace", "NAME", ExportTexts.Namespace);
        output = New("--out", "PATH", ExportTexts.Out);
        command.Add(force = new Option<bool>("--force") { Description = ExportTexts.Force.In(language) });
    }

    /// <summary>Refuses options that the target has no use for: they would be lost without a word.</summary>
    public static void Check(ParseResult line, ExportTarget target)
    {
        bool cluster = !ExportTargets.RunsLlama(target);
        foreach (string given in line.CommandResult.Children.OfType<OptionResult>().Where(result => !result.Implicit).Select(result => result.Option.Name))
        {
            string? belongs = given switch
            {
                _ when Cluster.Contains(given) && !cluster => "kubernetes, ray",
                "--image" when target is not (ExportTarget.DockerCompose or ExportTarget.Kubernetes or ExportTarget.Ray) => "docker-compose, kubernetes, ray",
                "--program" when target is ExportTarget.Ollama or ExportTarget.DockerCompose || cluster => "llama-server, systemd, launchd, windows-service, llama-rpc",
                "--workers" when target != ExportTarget.LlamaRpc => "llama-rpc",
                "--shell" when target != ExportTarget.LlamaServer => "llama-server",
                "--host" when cluster => "llama-server, docker-compose, systemd, launchd, windows-service, llama-rpc, ollama",
                "--quant" or "--kv-type" or "--kv-type-k" or "--kv-type-v" or "--ubatch" or "--flash-attn" or "--gpu-layers" or "--cpu-moe" when cluster => "llama.cpp",
                _ => null,
            };
            if (belongs is not null)
            {
                throw CliException.Usage(ExportTexts.OnlyFor(given, belongs));
            }
        }
    }

    /// <summary>The settings, but for what depends on the machine.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="target">What is exported.</param>
    /// <param name="planned">The model.</param>
    /// <param name="here">Whether the files are for this machine.</param>
    /// <param name="language">The comments' language.</param>
    public ExportSettings Read(ParseResult line, ExportTarget target, PlannedModel planned, bool here, Language language)
    {
        bool cluster = !ExportTargets.RunsLlama(target);
        string? path = line.GetValue(model) ?? planned.Path;
        if (path is not null && here && !cluster && target != ExportTarget.Ollama && !path.Contains('\\', StringComparison.Ordinal))
        {
            path = Path.GetFullPath(path); // a service has another working folder
        }

        var settings = new ExportSettings
        {
            Language = language,
            Version = CliApplication.Version,
            Service = line.GetValue(name) ?? (planned.Variant is { } variant ? "deepseek-r1-" + variant.Id.Replace('.', '-') : "deepseek-r1"),
            Host = line.GetValue(host) ?? "127.0.0.1",
            Port = OptionValues.Whole("--port", line.GetValue(port), 1, 65535),
            Model = path,
            Image = line.GetValue(image),
            Program = line.GetValue(program),
            ApiKeyVariable = line.GetValue(apiKey),
            Namespace = line.GetValue(space) ?? "default",
            Workers = [.. (line.GetValue(workers) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            PowerShell = Shell(line) == "powershell",
        };
        ExportCheck.Settings(settings);
        return !settings.Loopback && settings.ApiKeyVariable is null && target != ExportTarget.Ollama
            ? throw CliException.Usage(ExportTexts.NeedsKey(settings.Host))
            : settings;
    }

    public string? Shell(ParseResult line) => OptionValues.Word("--shell", line.GetValue(shell), "sh", "powershell");

    public ServingEngine Engine(ParseResult line) =>
        OptionValues.Word("--engine", line.GetValue(engine), "vllm", "sglang") == "sglang" ? ServingEngine.SgLang : ServingEngine.Vllm;

    public string? Weights(ParseResult line) => line.GetValue(weights);

    public int? Nodes(ParseResult line, int most) => OptionValues.Whole("--nodes", line.GetValue(nodes), 1, most);

    public int? Replicas(ParseResult line, int most) => OptionValues.Whole("--replicas", line.GetValue(replicas), 1, most);

    public int? Users(ParseResult line, int most) => OptionValues.Whole("--users", line.GetValue(users), 1, most);

    public string? Out(ParseResult line) => line.GetValue(output);

    public bool Force(ParseResult line) => line.GetValue(force);
}
