using DeepFit.Engine.Detection;

namespace DeepFit.Engine.Tests.Detection;

public sealed class ProbeHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deepfit-probe-").FullName;
    private readonly ProbeHost _host = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_read_is_kept_and_what_is_missing_is_noted()
    {
        string path = Path.Combine(_folder, "a");
        File.WriteAllText(path, "text");
        _host.ReadFile(path).ShouldBe("text");
        _host.ReadFile(path + "x").ShouldBeNull();
        _host.Records.ShouldBe([new ProbeRecord(path, "text", null), new ProbeRecord(path + "x", null, "missing")]);
    }

    [Fact]
    public void A_huge_file_is_read_in_part()
    {
        string path = Path.Combine(_folder, "huge");
        using (FileStream stream = File.Create(path))
            stream.SetLength(ProbeHost.MaxBytes + 1000);
        _host.ReadFile(path)!.Length.ShouldBe(ProbeHost.MaxBytes);
    }

    [Fact]
    public void Odd_paths_are_missing_files()
    {
        _host.ReadFile("").ShouldBeNull();
        _host.ReadFile("a\0b").ShouldBeNull();
        _host.ReadFile(_folder).ShouldBeNull();
        _host.ListFolder("a\0b").ShouldBeEmpty();
        _host.ListFolder(Path.Combine(_folder, "none")).ShouldBeEmpty();
        _host.ReadLink(Path.Combine(_folder, "none")).ShouldBeNull();
    }

    [Fact]
    public void Folders_are_listed_in_ordinal_order_and_links_are_read()
    {
        File.WriteAllText(Path.Combine(_folder, "b"), "");
        File.WriteAllText(Path.Combine(_folder, "B"), "");
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        _host.ListFolder(_folder).ShouldBe(["B", "a", "b"]);
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "b");
        _host.ReadLink(Path.Combine(_folder, "link")).ShouldBe("b");
        _host.ReadLink(Path.Combine(_folder, "b")).ShouldBeNull();
    }

    [Fact]
    public async Task A_tool_that_is_missing_is_a_result()
    {
        ToolResult result = await _host.RunAsync("deepfit-no-such-tool", [], cancellationToken: TestContext.Current.CancellationToken);
        result.ShouldBe(new ToolResult(null, "", "not found"));
        _host.Records[^1].ShouldBe(new ProbeRecord("deepfit-no-such-tool", "", "not found"));
    }

    [Fact]
    public async Task A_tool_in_the_current_folder_is_not_run()
    {
        string tool = Script("deepfit-local-tool", "echo hello");
        ToolLocator.Find("deepfit-local-tool", ".:" + Path.GetRelativePath(Environment.CurrentDirectory, _folder), windows: false).ShouldBeNull();
        ToolLocator.Find("./deepfit-local-tool", _folder, windows: false).ShouldBeNull();
        ToolLocator.Find("deepfit-local-tool", _folder, windows: false).ShouldBe(tool);
        (await _host.RunAsync(tool, [], cancellationToken: TestContext.Current.CancellationToken)).Output.ShouldBe("hello\n");
    }

    [Fact]
    public async Task Tools_speak_English_and_get_no_input()
    {
        string tool = Script("speak", "echo $LC_ALL $LANG; cat; echo to-error >&2; exit 3");
        ToolResult result = await _host.RunAsync(tool, ["an argument"], cancellationToken: TestContext.Current.CancellationToken);
        result.ShouldBe(new ToolResult(3, "C C\n", "to-error\n"));
        _host.Records[^1].Probe.ShouldBe(tool + " 'an argument'");
        _host.Records[^1].Error.ShouldBe("exit code 3. to-error");
    }

    [Fact]
    public async Task A_tool_that_hangs_is_killed_with_its_children_and_keeps_what_it_said()
    {
        string children = Path.Combine(_folder, "children");
        string tool = Script("hang", $"echo before; sleep 600 & echo $! > {children}; wait");
        ToolResult result = await _host.RunAsync(tool, [], TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        result.ExitCode.ShouldBeNull();
        result.Output.ShouldBe("before\n");
        result.Error.ShouldBe("killed after 0.5 s");
        string stat = $"/proc/{File.ReadAllText(children).Trim()}/stat";
        for (int i = 0; i < 500 && IsRunning(stat); i++)
            await Task.Delay(10, TestContext.Current.CancellationToken); // dying takes a moment
        IsRunning(stat).ShouldBeFalse();
    }

    [Fact]
    public async Task A_child_left_behind_that_keeps_the_pipe_open_is_not_waited_for()
    {
        string children = Path.Combine(_folder, "left");
        string tool = Script("leave", $"sleep 30 & echo $! > {children}; echo done");
        ToolResult result = await _host.RunAsync(tool, [], TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        result.Output.ShouldBe("done\n");
        result.ExitCode.ShouldBe(0);
        System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(children), System.Globalization.CultureInfo.InvariantCulture)).Kill();
    }

    [Fact]
    public async Task A_talkative_tool_is_cut_and_does_not_block()
    {
        string tool = Script("talk", "head -c 6000000 /dev/zero | tr '\\0' x");
        ToolResult result = await _host.RunAsync(tool, [], TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        result.ExitCode.ShouldBe(0);
        result.Output.Length.ShouldBe(ProbeHost.MaxBytes);
    }

    [Fact]
    public async Task Cancelling_kills_the_tool()
    {
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(200));
        string tool = Script("wait", "exec sleep 600");
        await Should.ThrowAsync<OperationCanceledException>(() => _host.RunAsync(tool, [], TimeSpan.FromSeconds(60), cancel.Token));
    }

    [Fact]
    public void What_identifies_the_installation_is_not_shown()
    {
        string? id = _host.ReadFile("/etc/machine-id");
        if (id is not null)
            _host.Records[^1].Output!.ShouldNotContain(id.Trim());
        _host.Records[^1].Probe.ShouldBe("/etc/machine-id");
    }

    private static bool IsRunning(string stat)
    {
        try
        {
            return !File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string Script(string name, string body)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a Unix shell and /proc");
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
