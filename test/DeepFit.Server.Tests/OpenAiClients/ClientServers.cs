using System.Globalization;
using System.Text.RegularExpressions;
using DeepFit.Cli.Tests.Support;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Server.Tests.OpenAiClients;

/// <summary>The servers that official clients are tried on: <c>deepfit serve</c> itself, in processes of their own, with small models whose answers are known.</summary>
[CollectionDefinition(Collection)]
public sealed class ClientServers : IAsyncLifetime, ICollectionFixture<ClientServers>
{
    /// <summary>Tests of official clients take turns: some fill a server.</summary>
    public const string Collection = "official clients";

    /// <summary>The key that <see cref="Main"/> asks for.</summary>
    public const string Key = "clients-key-of-enough-letters";

    /// <summary>Tokens that one request may have.</summary>
    public const int Context = 16384;

    private readonly TinyModels tiny = new();
    private ServedRun? main;
    private ServedRun? narrow;

    /// <summary>Answers four at a time, asks for a key, and has a place for functions.</summary>
    internal ServedRun Main => main ?? throw Missing();

    /// <summary>Answers one at a time and lets nobody wait; asks for no key, and has no place for functions.</summary>
    internal ServedRun Narrow => narrow ?? throw Missing();

    public async ValueTask InitializeAsync()
    {
        if (NativeEngine.IsPresent && !OperatingSystem.IsWindows())
        {
            string keys = Path.Combine(tiny.Home, "keys.txt");
            await File.WriteAllTextAsync(keys, Key + "\n", TestContext.Current.CancellationToken);
            string context = Context.ToString(CultureInfo.InvariantCulture);
            main = await ServedRun.StartAsync(tiny, tiny.Tools, "--parallel", "4", "--context", context, "--threads", "1", "--alias", "my-r1", "--api-key-file", keys);
            narrow = await ServedRun.StartAsync(tiny, tiny.Model, "--parallel", "1", "--context", context, "--threads", "1", "--queue", "0");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServedRun? run in (ServedRun?[])[main, narrow])
        {
            if (run is not null)
            {
                await run.DisposeAsync();
            }
        }

        tiny.Dispose();
    }

    /// <summary>A figure of a server's <c>/metrics</c>.</summary>
    internal static async Task<double> MetricAsync(ServedRun run, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        request.Headers.Add("X-Api-Key", Key);
        using HttpResponseMessage answer = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return double.Parse(Figure(name).Match(text).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a figure is what it should be.</summary>
    internal static async Task UntilAsync(ServedRun run, string name, double value, bool orMore = false)
    {
        while (await MetricAsync(run, name) is var now && now != value && !(orMore && now > value))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static Regex Figure(string name) => new($"^{Regex.Escape(name)} (.*)$", RegexOptions.Multiline);

    private static InvalidOperationException Missing()
    {
        Assert.Skip("the build restored no engine for this platform, or there are no signals");
        return new InvalidOperationException();
    }
}
