using System.Diagnostics;
using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.Tests.Downloads;
using DeepFit.Engine.Tests.Downloads.Hubs;

namespace DeepFit.Engine.Tests.LocalModels;

/// <summary>The program itself as a child process: killed, interrupted, behind a proxy, and two of it at once.</summary>
public sealed class KilledPullTests : IDisposable
{
    private const int Bytes = 24_000_000;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "deepfit-killed-" + Guid.NewGuid().ToString("N"));
    private readonly byte[] content = StoreBench.Content(Bytes);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(folder, "models", "owner", "name", "model-Q4_K_M.gguf");

    [Fact]
    public async Task Kill_minus_9_loses_nothing_but_the_pieces_under_way()
    {
        await using HubServer server = Serve();
        using Process first = Start(server);
        await ArrivedAsync(8, first);
        first.Kill(); // SIGKILL
        await first.WaitForExitAsync(Token);
        File.Exists(Target).ShouldBeFalse();

        long arrived = TransferJournal.Read(Target)!.Value.Pieces.Count * (1L << 20);
        long before = server.ServedBytes;
        server.Fault = _ => null;
        using Process second = Start(server);
        string output = await second.StandardOutput.ReadToEndAsync(Token);
        await second.WaitForExitAsync(Token);
        second.ExitCode.ShouldBe(0, await second.StandardError.ReadToEndAsync(Token));
        output.ShouldContain("\"verified\": true");
        File.ReadAllBytes(Target).AsSpan().SequenceEqual(content).ShouldBeTrue();
        (server.ServedBytes - before).ShouldBeLessThanOrEqualTo(Bytes - arrived + (1 << 20));
    }

    [Fact]
    public async Task A_second_process_waits_for_the_first_and_takes_over_when_that_one_is_killed()
    {
        await using HubServer server = Serve();
        using Process first = Start(server);
        await ArrivedAsync(4, first);
        server.Fault = _ => new Fault { Delay = TimeSpan.FromSeconds(20) }; // the first does not get ready while the second begins, on however busy a machine
        using Process second = Start(server);
        string? line;
        do
        {
            line = await second.StandardError.ReadLineAsync(Token);
        }
        while (line is not null && !line.Contains("\"waiting\"", StringComparison.Ordinal));

        line.ShouldNotBeNull("the second pull never said that it waits");
        line.ShouldContain($"\"total_bytes\":{content.Length}");
        first.Kill();
        server.Fault = _ => null;
        _ = second.StandardError.ReadToEndAsync(Token);
        await second.StandardOutput.ReadToEndAsync(Token);
        await second.WaitForExitAsync(Token);
        second.ExitCode.ShouldBe(0);
        File.ReadAllBytes(Target).AsSpan().SequenceEqual(content).ShouldBeTrue();
        server.ServedBytes.ShouldBeLessThan(Bytes + (10 << 20));
    }

    [Fact]
    public async Task An_interruption_says_how_to_go_on_and_ends_with_130()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // there is no SIGINT to send to one process there
        }

        await using HubServer server = Serve();
        using Process pull = Start(server);
        await ArrivedAsync(2, pull);
        Process.Start("kill", $"-INT {pull.Id}").WaitForExit();
        string error = await pull.StandardError.ReadToEndAsync(Token);
        await pull.StandardOutput.ReadToEndAsync(Token);
        await pull.WaitForExitAsync(Token);
        pull.ExitCode.ShouldBe(130);
        error.ReplaceLineEndings(" ").ShouldContain("goes on from there");
        error.ShouldContain("--repo owner/name");
        File.Exists(TransferJournal.PartOf(Target)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_proxy_in_the_environment_is_used_and_NO_PROXY_goes_past_it()
    {
        await using HubServer server = Serve();
        server.Fault = _ => null;
        await using var proxy = new RangeServer(_ => new ServedResponse(407, []));
        using Process through = Start(server, ("http_proxy", proxy.Address("").ToString()));
        string error = await through.StandardError.ReadToEndAsync(Token);
        await through.WaitForExitAsync(Token);
        through.ExitCode.ShouldBe(1);
        error.ReplaceLineEndings(" ").ShouldContain("HTTPS_PROXY");
        proxy.Requests.Count.ShouldBeGreaterThan(0);
        server.Asked.ShouldBeEmpty();

        using Process past = Start(server, ("http_proxy", proxy.Address("").ToString()), ("no_proxy", "127.0.0.1"));
        _ = past.StandardError.ReadToEndAsync(Token);
        await past.StandardOutput.ReadToEndAsync(Token);
        await past.WaitForExitAsync(Token);
        past.ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private HubServer Serve() => new HubServer { Fault = _ => new Fault { Delay = TimeSpan.FromMilliseconds(100) } }.With("owner/name/model-Q4_K_M.gguf", content);

    private async Task ArrivedAsync(int pieces, Process process)
    {
        while (TransferJournal.Read(Target) is not { } journal || journal.Pieces.Count < pieces)
        {
            process.HasExited.ShouldBeFalse("the pull ended early");
            await Task.Delay(10, Token);
        }
    }

    private Process Start(HubServer server, params (string Name, string Value)[] environment)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "deepfit.exe" : "deepfit");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in (string[])["pull", "--repo", "owner/name", "--quant", "Q4_K_M", "--json", "--lang", "en", "--connections", "4"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string proxy in (string[])["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"])
        {
            start.Environment.Remove(proxy);
        }

        start.Environment["HF_ENDPOINT"] = server.Endpoint;
        start.Environment["HOME"] = folder;
        start.Environment["USERPROFILE"] = folder;
        start.Environment["DEEPFIT_HOME"] = folder;
        start.Environment["DEEPFIT_MODELS"] = Path.Combine(folder, "models");
        start.Environment.Remove("OLLAMA_MODELS");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Directory.CreateDirectory(folder);
        return Process.Start(start)!;
    }
}
