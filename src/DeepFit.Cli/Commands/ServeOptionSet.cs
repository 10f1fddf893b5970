using System.CommandLine;
using System.Net;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Server.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary>The options that say where a server listens, whom it answers, and its limits.</summary>
internal sealed class ServeOptionSet
{
    private const int MostPort = 65535;
    private const int MostQueue = 100_000;
    private const int MostMib = 1024;
    private const int MostDrain = 24 * 3600;

    private readonly Option<string?> host;
    private readonly Option<string?> port;
    private readonly Option<string?> key;
    private readonly Option<string?> keyFile;
    private readonly Option<string?> origins;
    private readonly Option<string?> hosts;
    private readonly Option<string?> aliases;
    private readonly Option<string?> queue;
    private readonly Option<string?> mostOutput;
    private readonly Option<string?> bodyLimit;
    private readonly Option<string?> drain;

    public ServeOptionSet(Command command, Language language)
    {
        command.Add(host = CommandLine.Options.Text("--host", "ADDRESS", ServeTexts.HostHelp.In(language)));
        command.Add(port = CommandLine.Options.Text("--port", "N", ServeTexts.PortHelp.In(language)));
        command.Add(key = CommandLine.Options.Text("--api-key", "KEY", ServeTexts.KeyHelp.In(language)));
        command.Add(keyFile = CommandLine.Options.Text("--api-key-file", "FILE", ServeTexts.KeyFileHelp.In(language)));
        command.Add(origins = CommandLine.Options.Text("--cors-origin", "ORIGIN,...", ServeTexts.OriginHelp.In(language)));
        command.Add(hosts = CommandLine.Options.Text("--allow-host", "NAME,...", ServeTexts.AllowHostHelp.In(language)));
        command.Add(aliases = CommandLine.Options.Text("--alias", "NAME,...", ServeTexts.AliasHelp.In(language)));
        command.Add(queue = CommandLine.Options.Text("--queue", "N", ServeTexts.QueueHelp.In(language)));
        command.Add(mostOutput = CommandLine.Options.Text("--max-output", "N", ServeTexts.MostOutputHelp.In(language)));
        command.Add(bodyLimit = CommandLine.Options.Text("--body-limit", "MIB", ServeTexts.BodyLimitHelp.In(language)));
        command.Add(drain = CommandLine.Options.Text("--drain", "SECONDS", ServeTexts.DrainHelp.In(language)));
    }

    /// <summary>What the line asks for; checked, so that what is unsafe is refused before anything is started.</summary>
    public ServeSettings Read(ParseResult line, CommandContext context)
    {
        var server = new ServerOptions
        {
            Address = Address(line.GetValue(host)),
            Port = OptionValues.Whole("--port", line.GetValue(port), 0, MostPort) ?? ServerOptions.DefaultPort,
            ApiKeys = Keys(line, context),
            AllowedOrigins = List(line.GetValue(origins)),
            AllowedHosts = List(line.GetValue(hosts)),
            BodyLimit = OptionValues.Whole("--body-limit", line.GetValue(bodyLimit), 1, MostMib) is { } mib ? mib * 1024L * 1024 : new ServerOptions().BodyLimit,
        };
        server.Check();
        return new ServeSettings(
            server,
            List(line.GetValue(aliases)),
            OptionValues.Whole("--queue", line.GetValue(queue), 0, MostQueue),
            OptionValues.Tokens("--max-output", line.GetValue(mostOutput)),
            TimeSpan.FromSeconds(OptionValues.Whole("--drain", line.GetValue(drain), 0, MostDrain) ?? ServeSettings.DefaultDrainSeconds));
    }

    private static IPAddress Address(string? text) => text?.Trim() switch
    {
        null => IPAddress.Loopback,
        var local when local.Equals("localhost", StringComparison.OrdinalIgnoreCase) => IPAddress.Loopback,
        var given => IPAddress.TryParse(given.Trim('[', ']'), out IPAddress? address) ? address : throw CliException.Usage(ServeTexts.NoAddress(given)),
    };

    private string[] Keys(ParseResult line, CommandContext context)
    {
        string? path = line.GetValue(keyFile);
        if (path is null)
        {
            return (line.GetValue(key) ?? context.Console.Environment("DEEPFIT_API_KEY")) is { Length: > 0 } given ? [given] : [];
        }

        if (line.GetValue(key) is not null)
        {
            throw CliException.Usage(ServeTexts.KeyTwice);
        }

        using Stream file = context.Services.OpenFile(path) ?? throw new NotFoundException(ServeTexts.NoKeyFile(path));
        using var reader = new StreamReader(file);
        string[] keys = [.. reader.ReadToEnd().Split('\n').Select(k => k.Trim()).Where(k => k.Length > 0 && !k.StartsWith('#'))];
        return keys.Length > 0 ? keys : throw CliException.Usage(ServeTexts.EmptyKeyFile(path));
    }

    private static string[] List(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

/// <summary>How a server is to be.</summary>
/// <param name="Server">Where it listens, whom it answers, its limits.</param>
/// <param name="Aliases">More names of the model.</param>
/// <param name="Queue">Requests that may wait, or null for the engine's default.</param>
/// <param name="MostOutput">Most tokens of an answer, or null.</param>
/// <param name="Drain">How long it finishes what runs when it is stopped.</param>
internal sealed record ServeSettings(ServerOptions Server, IReadOnlyList<string> Aliases, int? Queue, int? MostOutput, TimeSpan Drain)
{
    /// <summary>Long enough for a slow machine's long thought.</summary>
    public const int DefaultDrainSeconds = 600;
}
