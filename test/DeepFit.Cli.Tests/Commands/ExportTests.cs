using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Models;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Tests.Commands;

public sealed class ExportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepfit-export-").FullName;

    private static FakeServices WithNode => new FakeServices().With("node.json", """
        {
          "name": "node", "memory": { "total_bytes": "2000 GiB", "bandwidth_bytes_per_second": 300000000000 }, "cpu": { "model": "Server", "physical_cores": 96 },
          "gpus": [ { "name": "NVIDIA H100 SXM", "memory_bytes": "80 GiB", "count": 8 } ]
        }
        """);

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [InlineData("ollama", "Modelfile")]
    [InlineData("llama-server", "deepseek-r1-7b.sh")]
    [InlineData("docker-compose", "compose.yaml")]
    [InlineData("systemd", "deepseek-r1-7b.service")]
    [InlineData("launchd", "local.deepfit.deepseek-r1-7b.plist")]
    [InlineData("windows-service", "deepseek-r1-7b.xml")]
    public async Task Every_target_gives_its_files(string target, string file)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            CliRun run = await CliRun.Of($"export 7b --target {target} --json --lang {language}");

            run.ExitCode.ShouldBe(0, run.Error);
            run.Json.GetProperty("target").GetString().ShouldBe(target);
            run.Json.GetProperty("configuration").GetProperty("variant").GetString().ShouldBe("7b");
            run.Json.GetProperty("cluster").ValueKind.ShouldBe(JsonValueKind.Null);
            JsonElement first = run.Json.GetProperty("files")[0];
            first.GetProperty("path").GetString().ShouldBe(file);
            first.GetProperty("written").GetBoolean().ShouldBeFalse();
            first.GetProperty("content").GetString()!.ShouldContain(language == "en" ? "Written by DeepFit" : "由 DeepFit");
        }
    }

    [Fact]
    public async Task Standard_output_is_the_file_itself_and_notes_go_to_standard_error()
    {
        CliRun run = await CliRun.Of("export 7b --target llama-server --lang en");

        run.Out.ShouldStartWith("#!/bin/sh\n");
        run.Out.ShouldContain("set -- --ctx-size 8192 \"$@\"");
        run.Error.ShouldContain("deepfit pull 7b");
    }

    [Theory]
    [InlineData("llama-server")]
    [InlineData("systemd")]
    [InlineData("docker-compose")]
    public async Task A_model_that_is_here_is_named_where_it_lies(string target)
    {
        LocalModel here = FakeModelStore.Model(owner: ModelOwner.LmStudio);
        var services = new FakeServices();
        services.Store.Models.Add(here);

        CliRun run = await CliRun.Of($"export 7b --target {target} --lang en", services);

        run.Out.ShouldContain(target == "docker-compose" ? Path.GetDirectoryName(here.Path)! : here.Path);
        run.Out.ShouldContain(Path.GetFileName(here.Path));
        run.Error.ShouldNotContain("deepfit pull");
    }

    [Fact]
    public async Task A_model_that_is_not_here_is_expected_where_its_pull_puts_it()
    {
        CliRun run = await CliRun.Of("export 7b --quant Q5_K_M --target llama-server --lang en");
        ModelFile row = ModelFileCatalog.Find(ModelCatalog.Default.Find("7b"), Quantizations.Find("Q5_K_M"))[0];

        run.Out.ShouldContain($"{new FakeModelStore().Folder}/{row.Repository}/{row.File}");
        run.Error.ShouldContain("deepfit pull 7b:Q5_K_M");

        CliRun elsewhere = await CliRun.Of("export 7b --target llama-server --machine node.json --lang en", WithNode);
        elsewhere.Out.ShouldContain("/var/lib/deepfit/models/DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf");
    }

    [Fact]
    public async Task The_flags_are_those_of_the_estimate()
    {
        CliRun run = await CliRun.Of("export 7b --target llama-server --context 16k --kv-type q8_0 --parallel 2 --lang en --json");

        string script = run.Json.GetProperty("files")[0].GetProperty("content").GetString()!;
        foreach (string flag in (string[])["--ctx-size 16384", "--cache-type-k q8_0", "--cache-type-v q8_0", "--parallel 2", "--n-gpu-layers 0", "--device none", "--threads 4"])
        {
            script.ShouldContain("set -- " + flag);
        }

        run.Json.GetProperty("configuration").GetProperty("context").GetInt32().ShouldBe(16384);
    }

    [Fact]
    public async Task A_cluster_is_planned_from_its_node()
    {
        CliRun run = await CliRun.Of("export 671b --target kubernetes --machine node.json --json", WithNode);

        run.ExitCode.ShouldBe(0, run.Error);
        JsonElement cluster = run.Json.GetProperty("cluster");
        cluster.GetProperty("nodes").GetInt32().ShouldBe(2);
        cluster.GetProperty("tensor_parallel").GetInt32().ShouldBe(8);
        cluster.GetProperty("pipeline_parallel").GetInt32().ShouldBe(2);
        run.Json.GetProperty("engine").GetString().ShouldBe("vllm");
        run.Json.GetProperty("files")[0].GetProperty("content").GetString()!.ShouldContain("kind: LeaderWorkerSet");
    }

    [Fact]
    public async Task A_team_gets_the_layout_of_its_capacity()
    {
        CliRun run = await CliRun.Of("export 70b --target kubernetes --machine node.json --users 20 --json", WithNode);
        CliRun capacity = await CliRun.Of("capacity 70b --machine node.json --users 20 --engine vllm --weights bf16 --context 8192 --json", WithNode);

        run.ExitCode.ShouldBe(0, run.Error);
        run.Json.GetProperty("cluster").GetProperty("sequences").GetInt32().ShouldBe(capacity.Json.GetProperty("pick").GetProperty("sequences").GetInt32());
    }

    [Fact]
    public async Task Files_are_written_whole_and_never_over_others_without_leave()
    {
        string path = Path.Combine(folder, "new", "r1.sh");
        (await CliRun.Of($"export 7b --target llama-server --out {path} --lang en")).ExitCode.ShouldBe(0);
        if (!OperatingSystem.IsWindows())
        {
            (File.GetUnixFileMode(path) & UnixFileMode.UserExecute).ShouldNotBe(default);
        }

        File.WriteAllText(path, "mine");
        CliRun refused = await CliRun.Of($"export 7b --target llama-server --out {path} --lang en --json");
        refused.ExitCode.ShouldBe(2);
        refused.JsonError.GetProperty("message").GetString()!.ShouldContain("--force");
        File.ReadAllText(path).ShouldBe("mine");

        CliRun forced = await CliRun.Of($"export 7b --target llama-server --out {path} --force --json");
        forced.ExitCode.ShouldBe(0);
        forced.Json.GetProperty("files")[0].GetProperty("path").GetString().ShouldBe(path);
        File.ReadAllText(path).ShouldStartWith("#!/bin/sh");
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldBe([path]);
    }

    [Fact]
    public async Task Several_files_go_into_a_folder()
    {
        CliRun run = await CliRun.Of($"export 7b --target llama-rpc --workers 10.0.0.2,10.0.0.3 --out {folder}");

        run.ExitCode.ShouldBe(0, run.Error);
        Directory.GetFiles(folder).Select(Path.GetFileName).Order().ShouldBe(["head.sh", "worker-1.sh", "worker-2.sh"]);
    }

    [Theory]
    [InlineData("export 7b", "--target")]
    [InlineData("export 7b --target systmd", "systemd")]
    [InlineData("export 7b --target systemd --nodes 2", "--nodes")]
    [InlineData("export 7b --target systemd --host 0.0.0.0", "--api-key-env")]
    [InlineData("export 7b --target systemd --host 0.0.0.0 --api-key-env a-b", "--api-key-env")]
    [InlineData("export 7b --target llama-rpc", "--workers")]
    [InlineData("export 7b --target llama-rpc --workers 8.8.8.8", "private")]
    [InlineData("export 7b --target kubernetes --quant Q8_0", "--quant")]
    [InlineData("export 7b --target kubernetes", "--machine")]
    [InlineData("export 7b --target kubernetes --machine node.json --weights fp9", "fp8")]
    [InlineData("export 7b --target docker-compose --port 70000", "65535")]
    [InlineData("export 7b --target docker-compose --name My_Service", "lower-case")]
    public async Task Wrong_lines_name_the_way_out(string line, string hint)
    {
        CliRun run = await CliRun.Of(line + " --json --lang en", WithNode);

        run.ExitCode.ShouldBe(2);
        run.JsonError.GetProperty("message").GetString()!.ShouldContain(hint);
        (await CliRun.Of(line + " --json --lang zh", WithNode)).JsonError.GetProperty("message").GetString()!.Any(c => c >= '\u4E00').ShouldBeTrue();
    }

    [Theory]
    [InlineData("export 70b --target systemd")]
    [InlineData("export 671b --target kubernetes --machine node.json --nodes 1")]
    public async Task What_does_not_fit_is_not_exported(string line)
    {
        CliRun run = await CliRun.Of(line + " --json", WithNode);

        run.ExitCode.ShouldBe(3);
        run.JsonError.GetProperty("kind").GetString().ShouldBe("nothing_fits");
    }
}
