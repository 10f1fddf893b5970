using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DeepFit.Cli.Tests.Support;
using DeepFit.Server.Tests.Support;

namespace DeepFit.Server.Tests.OpenAiClients;

/// <summary>OpenAI's client for Node (test/openai-node, run by Node's own test runner) gets what it asks for.</summary>
[Collection(ClientServers.Collection)]
public sealed class NodeClientTests(ClientServers servers)
{
    private const int OldestNode = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_for_Node_gets_what_it_asks_for()
    {
        ServedRun main = servers.Main; // skips where there is no engine
        string version = await VersionAsync("node");
        Assert.SkipUnless(int.Parse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture) >= OldestNode, $"node is {version}, older than {OldestNode}");
        await VersionAsync("npm");
        string folder = await InstallAsync();

        string[] tests = [.. Directory.EnumerateFiles(folder, "*.test.mjs").Order(StringComparer.Ordinal)];
        (int exitCode, string output, string error) = await RunAsync(
            "node", ["--test", "--test-concurrency=1", "--test-timeout=60000", "--test-reporter=./reporter.mjs", "--test-reporter-destination=stdout", .. tests], folder, new()
            {
                ["DEEPFIT_TEST_MAIN"] = main.Client.BaseAddress!.ToString().TrimEnd('/'),
                ["DEEPFIT_TEST_NARROW"] = servers.Narrow.Client.BaseAddress!.ToString().TrimEnd('/'),
                ["DEEPFIT_TEST_KEY"] = ClientServers.Key,
                ["DEEPFIT_TEST_CONTEXT"] = ClientServers.Context.ToString(CultureInfo.InvariantCulture),
                ["DEEPFIT_TEST_ANSWERS"] = JsonSerializer.Serialize(OpenAiClient.Answers.Select(answer => new { reasoning = answer.Reasoning, content = answer.Content })),
            });

        JsonElement[] results = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        string[] failed = [.. results.Where(test => !test.GetProperty("passed").GetBoolean()).Select(test => $"{test.GetProperty("name").GetString()}: {test.GetProperty("error").GetString()}")];
        failed.ShouldBeEmpty();
        exitCode.ShouldBe(0, output + error);
        string sources = string.Concat(tests.Select(File.ReadAllText));
        results.Length.ShouldBeGreaterThanOrEqualTo(sources.Split("\ntest(").Length - 1, "a test was not run");
    }

    // a copy, so that the packages do not come to lie in the sources
    private static async Task<string> InstallAsync()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "openai-node");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "test", "openai-node")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        string mark = Path.Combine(folder, "node_modules", ".installed"), wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"), Token);
        if (!File.Exists(mark) || await File.ReadAllTextAsync(mark, Token) != wanted)
        {
            (int exitCode, string output, string error) = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, []);
            exitCode.ShouldBe(0, output + error);
            await File.WriteAllTextAsync(mark, wanted, Token);
        }

        return folder;
    }

    private static async Task<string> VersionAsync(string program)
    {
        try
        {
            return (await RunAsync(program, ["--version"], AppContext.BaseDirectory, [])).Output.Trim();
        }
        catch (Win32Exception)
        {
            Assert.Skip($"there is no {program} here");
            throw;
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string[] arguments, string folder, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(Longest);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(late.Token), error = process.StandardError.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
