using System.Text;
using System.Text.Json;
using DeepFit.Cli.Hosting;

namespace DeepFit.Cli.Tests.Support;

/// <summary>One run of the program with everything injected, and what it printed.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    /// <summary>The one JSON document on standard output; throws when there is anything else.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>The error document.</summary>
    public JsonElement JsonError => Json.GetProperty("error");

    public static Task<CliRun> Of(string line, FakeServices? services = null, bool terminal = false, int width = 80, params (string Name, string Value)[] environment) =>
        Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), services, terminal, width, environment);

    public static async Task<CliRun> Of(
        string[] args, FakeServices? services = null, bool terminal = false, int width = 80, (string Name, string Value)[]? environment = null, string? typed = null, CancellationToken cancellationToken = default)
    {
        var output = new MemoryStream();
        var error = new StringWriter { NewLine = "\n" };
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        var variables = (environment ?? []).ToDictionary(v => v.Name, v => v.Value);
        var console = new CliConsole
        {
            Out = writer,
            OpenOut = () => new KeptOpen(output),
            Error = error,
            OutIsTerminal = terminal,
            ErrorIsTerminal = terminal,
            TerminalWidth = width,
            ReadLine = typed is null ? null : () => typed,
            Environment = name => variables.GetValueOrDefault(name),
        };
        services ??= new FakeServices();
        int exitCode = await new CliApplication(console, _ => services).RunAsync(args, cancellationToken);
        return new CliRun(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private sealed class KeptOpen(Stream inner) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            inner.Write(ToArray());
            base.Dispose(disposing);
        }
    }
}
