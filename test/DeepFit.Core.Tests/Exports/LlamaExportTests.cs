using System.Management.Automation.Language;
using System.Text;
using System.Xml.Linq;
using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Exports;

public sealed class LlamaExportTests
{
    private const string HostileModel = "/srv/it's $HOME %h \"x\" (1) `id`/模型.gguf";

    public static TheoryData<Language> Languages => new(Language.English, Language.Chinese);

    private static ExportSettings Open(Language language) =>
        Plans.Settings(language) with { Host = "0.0.0.0", ApiKeyVariable = "DEEPFIT_API_KEY", Model = HostileModel };

    [Theory]
    [MemberData(nameof(Languages))]
    public void The_script_hands_llama_server_the_planned_flags_in_order_and_the_persons_own_last(Language language)
    {
        using var folder = new Tool.Folder();
        string program = folder.Write("llama 'server'", "#!/bin/sh\nprintf '%s\\n' \"key=$LLAMA_API_KEY\" \"$@\"\n", executable: true);
        LlamaPlan plan = Plans.Llama();
        ExportFile file = Exporter.Render(ExportTarget.LlamaServer, plan, Open(language) with { Program = program }).Single();
        string script = folder.Write(file.Path, file.Content);

        foreach (string shell in (string[])["sh", "bash"])
        {
            (int code, string output) = Tool.Run("env", ["DEEPFIT_API_KEY=se cret", Tool.Find(shell), script, "--port", "9"]);

            code.ShouldBe(0, output);
            string[] expected = [.. plan.Flags(HostileModel, "0.0.0.0", 8080).SelectMany(flag => flag.Value.Length > 0 ? (string[])[flag.Name, flag.Value] : [flag.Name])];
            output.Split('\n')[..^1].ShouldBe(["key=se cret", .. expected, "--port", "9"]);
        }

        Tool.Run("env", ["-u", "DEEPFIT_API_KEY", Tool.Find("sh"), script]).ExitCode.ShouldNotBe(0);
        file.Content.ShouldNotContain("se cret");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Shellcheck_finds_nothing_in_the_scripts(Language language)
    {
        string shellcheck = Tool.Find("shellcheck");
        ExportFile[] files =
        [
            .. Exporter.Render(ExportTarget.LlamaServer, Plans.Llama(), Plans.Settings(language)),
            .. Exporter.Render(ExportTarget.LlamaServer, Plans.Llama(), Open(language)),
            .. Exporter.Render(ExportTarget.LlamaRpc, Plans.Llama(), Open(language) with { Workers = ["10.0.0.2", "fd00::3", "worker-3"] }),
        ];
        foreach (ExportFile file in files)
        {
            // SC2016: that `$HOME` in a path is not expanded is what single quotes are for
            Tool.Run(shellcheck, ["--norc", "-o", "all", "-e", "SC2016", "-"], file.Content).ShouldBe((0, ""), file.Path);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void PowerShells_parser_reads_the_scripts_and_their_arguments(Language language)
    {
        LlamaPlan plan = Plans.Llama();
        string model = @"C:\it's ’x’ $env:X `(1)\模型.gguf";
        ExportFile run = Exporter.Render(ExportTarget.LlamaServer, plan, Open(language) with { PowerShell = true, Model = model }).Single();
        ExportFile install = Exporter.Render(ExportTarget.WindowsService, plan, Open(language) with { Model = model })[1];

        foreach (ExportFile file in (ExportFile[])[run, install])
        {
            Parser.ParseInput(file.Content.TrimStart('\uFEFF'), out _, out ParseError[] errors);
            errors.ShouldBeEmpty();
            (file.Content[0] == '\uFEFF').ShouldBe(!file.Content.TrimStart('\uFEFF').All(char.IsAscii), "Windows PowerShell 5.1 needs the mark");
        }

        ScriptBlockAst script = Parser.ParseInput(run.Content.TrimStart('\uFEFF'), out _, out _);
        string[] arguments = [.. script.FindAll(ast => ast is ArrayExpressionAst, true).Single().FindAll(ast => ast is StringConstantExpressionAst, true).Cast<StringConstantExpressionAst>().Select(s => s.Value)];
        arguments[..2].ShouldBe(["--model", model]);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Systemd_verifies_the_unit(Language language)
    {
        string analyze = Tool.Find("systemd-analyze");
        using var folder = new Tool.Folder();
        string program = folder.Write("llama server", "#!/bin/sh\n", executable: true);
        foreach (ExportSettings settings in (ExportSettings[])[Plans.Settings(language), Open(language)])
        {
            ExportFile file = Exporter.Render(ExportTarget.Systemd, Plans.Llama(), settings with { Program = program }).Single();

            (int code, string output) = Tool.Run(analyze, ["verify", "--recursive-errors=no", folder.Write(file.Path, file.Content)]);

            // a machine without a booted systemd may complain of other units, never of this one
            output.Split('\n').Where(line => line.Contains(file.Path, StringComparison.Ordinal) || line.Contains("llama", StringComparison.Ordinal)).ShouldBeEmpty();
            code.ShouldBe(0, output);
        }
    }

    [Fact]
    public void Systemd_would_find_a_wrong_unit()
    {
        string analyze = Tool.Find("systemd-analyze");
        using var folder = new Tool.Folder();

        Tool.Run(analyze, ["verify", "--recursive-errors=no", folder.Write("x.service", "[Service]\nExecStart=/nonexistent/x\nMemoryMaxx=1\n")]).Output.ShouldContain("MemoryMaxx");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Compose_reads_the_file_and_gives_the_flags_back(Language language)
    {
        string compose = Tool.Find("docker-compose");
        using var folder = new Tool.Folder();
        foreach (Core.Hardware.MachineProfile machine in (Core.Hardware.MachineProfile[])[Plans.Laptop, Plans.Bare])
        {
            ExportFile file = Exporter.Render(ExportTarget.DockerCompose, Plans.Llama(machine: machine), Open(language)).Single();
            string path = folder.Write(file.Path, file.Content);

            (int code, string output) = Tool.Run("env", ["DEEPFIT_API_KEY=k", compose, "-f", path, "config"]);

            code.ShouldBe(0, output);
            output.ShouldContain("it's $$HOME %h");
            Tool.Run("env", ["-u", "DEEPFIT_API_KEY", compose, "-f", path, "config"]).ExitCode.ShouldNotBe(0);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void The_property_list_is_one_to_libplist_and_to_xml(Language language)
    {
        LlamaPlan plan = Plans.Llama(machine: Plans.Mac);
        ExportFile file = Exporter.Render(ExportTarget.Launchd, plan, Open(language)).Single();

        XDocument xml = XDocument.Parse(file.Content);
        string[] arguments = [.. xml.Descendants("array").First().Elements("string").Select(e => e.Value)];
        arguments[1..3].ShouldBe(["--model", HostileModel]);
        arguments.ShouldContain("--api-key-file");
        using var folder = new Tool.Folder();
        string path = folder.Write(file.Path, file.Content);
        string binary = Path.Combine(folder.Path, "binary.plist");
        Tool.Run(Tool.Find("plistutil"), ["-i", path, "-f", "bin", "-o", binary]).ShouldBe((0, ""));
        (int code, string output) = Tool.Run(Tool.Find("plistutil"), ["-i", binary, "-f", "xml"]);
        code.ShouldBe(0, output);
        XDocument.Parse(output).Descendants("array").First().Elements("string").Select(e => e.Value).ShouldBe(arguments);
    }

    [Fact]
    public void The_windows_service_goes_through_a_wrapper_and_says_why()
    {
        LlamaPlan plan = Plans.Llama();
        IReadOnlyList<ExportFile> files = Exporter.Render(ExportTarget.WindowsService, plan, Plans.Settings() with { Host = "0.0.0.0", ApiKeyVariable = "KEY" });

        files.Select(file => file.Path).ShouldBe(["deepseek-r1.xml", "install-deepseek-r1.ps1"]);
        XElement service = XDocument.Parse(files[0].Content).Root!;
        service.Element("arguments")!.Value.ShouldContain("--ctx-size 8192");
        service.Element("env")!.Attribute("value")!.Value.ShouldBe("%KEY%");
        files[1].Content.ShouldContain("1053");
        files[1].Content.ShouldContain("New-Service");
    }

    [Theory]
    [InlineData("7b", "Q4_K_M", true)]
    [InlineData("8b", "Q4_K_M", true)]
    [InlineData("7b", "Q5_K_M", false)]
    public void A_modelfile_starts_from_ollamas_own_tag_or_brings_the_template(string variant, string quantization, bool published)
    {
        LlamaPlan plan = Plans.Llama(variant, quantization);
        List<(string Name, string Value)> commands = Modelfile.Parse(Exporter.Render(ExportTarget.Ollama, plan, Plans.Settings()).Single().Content);

        string from = commands.Single(command => command.Name == "from").Value;
        if (published)
        {
            ModelCatalog.Default.Find(from).Id.ShouldBe(variant);
            commands.ShouldNotContain(command => command.Name == "template");
        }
        else
        {
            from.ShouldBe("./" + plan.Model.FileName);
            commands.Single(command => command.Name == "template").Value.ShouldContain("<｜Assistant｜><think>");
        }

        commands.ShouldContain(("num_ctx", "8192"));
        commands.ShouldContain(("temperature", "0.6"));
        commands.ShouldContain(("top_p", "0.95"));
        commands.ShouldContain(("num_gpu", plan.Options.GpuLayers.ToString()));
        commands.ShouldNotContain(command => command.Name == "system");
    }

    [Theory]
    [InlineData("/srv/a b/m.gguf")]
    [InlineData("/srv/say \"hi\" now/m.gguf")]
    [InlineData("/srv/it's $x/模型.gguf")]
    [InlineData("/srv/#1/m.gguf")]
    public void A_modelfile_gives_the_path_back(string path)
    {
        string text = Exporter.Render(ExportTarget.Ollama, Plans.Llama(), Plans.Settings() with { Model = path }).Single().Content;

        Modelfile.Parse(text).Single(command => command.Name == "from").Value.ShouldBe(path);
    }

    [Fact]
    public void One_conversation_has_its_share_of_the_context()
    {
        LlamaPlan plan = Plans.Llama(options: new RuntimeOptions { Context = 16384, Parallel = 4 });
        ExportFile file = Exporter.Render(ExportTarget.Ollama, plan, Plans.Settings()).Single();

        Modelfile.Parse(file.Content).ShouldContain(("num_ctx", "4096"));
        file.Content.ShouldContain("OLLAMA_NUM_PARALLEL=4");
    }

    [Fact]
    public void The_memory_limit_is_the_estimate_and_the_headroom()
    {
        LlamaPlan plan = Plans.Llama(machine: Plans.Bare);

        long need = plan.Memory.Total.Bytes;
        plan.MemoryLimit.Limit.Bytes.ShouldBeInRange((long)(need * 1.1), (long)(need * 1.1) + (1 << 20));
    }

    [Fact]
    public void Unified_memory_counts_toward_the_limit()
    {
        LlamaPlan plan = Plans.Llama(machine: Plans.Mac);

        plan.UsesGpu.ShouldBeTrue();
        plan.MemoryLimit.Limit.ShouldBeGreaterThan(plan.Memory.Total);
    }

    [Fact]
    public void A_start_may_take_twice_the_reading_and_a_minute()
    {
        LlamaPlan plan = Plans.Llama(); // nvme without a measured rate: 1 GB/s assumed

        double reading = plan.Model.Layout.FileBytes.Bytes / 1e9;
        ((double)plan.Waits.StartupSeconds).ShouldBeInRange((2 * reading) + 60, (2 * reading) + 70);
        plan.Waits.Why.En.ShouldContain("assumed");
    }

    [Fact]
    public void A_container_cannot_have_apples_gpu() =>
        Should.Throw<UserErrorException>(() => Exporter.Render(ExportTarget.DockerCompose, Plans.Llama(machine: Plans.Mac), Plans.Settings())).Text.En.ShouldContain("launchd");

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("2001:db8::1")]
    public void Rpc_workers_on_open_networks_are_refused(string address) =>
        Should.Throw<UserErrorException>(() => Exporter.Render(ExportTarget.LlamaRpc, Plans.Llama(), Plans.Settings() with { Workers = [address] })).Text.En.ShouldContain("private");

    [Theory]
    [InlineData("8.8.8.8:50052")]
    [InlineData("10.0.0.2:50052")]
    [InlineData("[fd00::3]:50052")]
    [InlineData("[2001:db8::1]:1")]
    public void Rpc_workers_with_a_port_are_refused_since_neither_the_check_nor_the_scripts_can_take_them(string worker) =>
        Should.Throw<UserErrorException>(() => Exporter.Render(ExportTarget.LlamaRpc, Plans.Llama(), Plans.Settings() with { Workers = [worker] })).Text.Zh.ShouldContain(worker);

    [Fact]
    public void Rpc_names_every_worker_and_warns_in_every_file()
    {
        IReadOnlyList<ExportFile> files = Exporter.Render(ExportTarget.LlamaRpc, Plans.Llama(), Plans.Settings() with { Workers = ["10.0.0.2", "fd00::3"] });

        files.Select(file => file.Path).ShouldBe(["head.sh", "worker-1.sh", "worker-2.sh"]);
        files.ShouldAllBe(file => file.Content.Contains("WARNING", StringComparison.Ordinal) && file.Executable);
        files[0].Content.ShouldContain("10.0.0.2:50052,[fd00::3]:50052");
        files[2].Content.ShouldContain("--host fd00::3");
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void What_no_file_can_carry_is_refused(string model) =>
        Should.Throw<UserErrorException>(() => Exporter.Render(ExportTarget.LlamaServer, Plans.Llama(), Plans.Settings() with { Model = model })).Text.Zh.ShouldContain("--model");

    [Theory]
    [InlineData("A")]
    [InlineData("x;id")]
    [InlineData("-x")]
    public void A_service_has_a_plain_name(string name) =>
        Should.Throw<UserErrorException>(() => Exporter.Render(ExportTarget.Systemd, Plans.Llama(), Plans.Settings() with { Service = name }));

    [Fact]
    public void The_key_itself_is_not_taken_for_a_variable() =>
        Should.Throw<UserErrorException>(() => Exporter.Render(ExportTarget.Systemd, Plans.Llama(), Plans.Settings() with { ApiKeyVariable = "sk-123" })).Text.En.ShouldContain("never");

    [Theory]
    [InlineData("compose", ExportTarget.DockerCompose)]
    [InlineData("K8s", ExportTarget.Kubernetes)]
    public void A_target_has_other_names(string name, ExportTarget target) => ExportTargets.Find(name).ShouldBe(target);

    [Fact]
    public void An_unknown_target_brings_the_nearest() =>
        Should.Throw<UserErrorException>(() => ExportTargets.Find("systmd")).Suggestions.ShouldContain("systemd");
}

/// <summary>Reads a Modelfile by the rules of Ollama's documentation: comments, one instruction a line, values bare or between one or three quotes, without escapes.</summary>
internal static class Modelfile
{
    public static List<(string Name, string Value)> Parse(string text)
    {
        var commands = new List<(string Name, string Value)>();
        int i = 0;
        while (i < text.Length)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            int end = text.IndexOf('\n', i);
            end = end < 0 ? text.Length : end;
            if (text[i] == '#')
            {
                i = end;
                continue;
            }

            string name = Word();
            name.ShouldBeOneOf("FROM", "PARAMETER", "TEMPLATE", "SYSTEM");
            if (name == "PARAMETER")
            {
                name = Word();
            }

            commands.Add((name.ToLowerInvariant(), Value()));

            string Word()
            {
                var word = new StringBuilder();
                for (; text[i] != ' '; i++)
                {
                    word.Append(text[i]);
                }

                i++;
                return word.ToString();
            }

            string Value()
            {
                foreach (string quote in (string[])["\"\"\"", "\""])
                {
                    if (text.AsSpan(i).StartsWith(quote))
                    {
                        int close = text.IndexOf(quote, i + quote.Length, StringComparison.Ordinal);
                        close.ShouldBeGreaterThan(0);
                        string value = text[(i + quote.Length)..close];
                        i = close + quote.Length;
                        text[i].ShouldBe('\n');
                        return value;
                    }
                }

                string bare = text[i..end];
                bare.Any(char.IsWhiteSpace).ShouldBeFalse("a bare value ends at a blank");
                i = end;
                return bare;
            }
        }

        return commands;
    }
}
