using DeepFit.Cli.Chat;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.LineEditing;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Tests.Chat;

/// <summary>A whole chat with scripted lines, and what stood on the terminal.</summary>
internal sealed record ChatRun(int ExitCode, string Out, string Error)
{
    public static ChatSettings Settings { get; } = new() { Where = "CPU", ExpectedTps = 3.4, Reserve = 100 };

    public static Task<ChatRun> Of(IChatBackend backend, params string[] lines) => Of(backend, lines, Settings);

    public static async Task<ChatRun> Of(
        IChatBackend backend, string[] lines, ChatSettings settings, Language language = Language.English, Interrupts? interrupts = null, bool colour = false, CancellationToken cancellationToken = default)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole
        {
            Out = output,
            OpenOut = () => throw new InvalidOperationException("no document"),
            Error = error,
            OutIsTerminal = true,
            Environment = _ => null,
            Interrupts = interrupts ?? new Interrupts(),
        };
        using var services = new FakeServices();
        var context = new CommandContext { Console = console, Services = services, Language = language, Json = false, NoColor = !colour, CancellationToken = cancellationToken };
        int exitCode = await new ChatLoop(backend, new Lines(lines), settings, context, TimeProvider.System).RunAsync();
        return new ChatRun(exitCode, output.ToString(), error.ToString());
    }

    private sealed class Lines(string[] lines) : IInputReader
    {
        private readonly Queue<string> left = new(lines);

        public Input Read(Func<string, string?> continued, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return left.TryDequeue(out string? line)
                ? line == "^C" ? new Input(InputEnd.Interrupted, "") : new Input(InputEnd.Entered, line)
                : new Input(InputEnd.EndOfInput, "");
        }

        public IDisposable? Hush() => null;
    }
}
