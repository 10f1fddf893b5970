using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Server.Page;

namespace DeepFit.Cli.Commands;

/// <summary>The page, for as long as somebody wants it.</summary>
/// <param name="context">The command's context.</param>
internal sealed class PageRun(CommandContext context)
{
    /// <summary>The port; null for the usual one, or the next that is free.</summary>
    public int? Port { get; init; }

    /// <summary>Refuses where this program was built without the page.</summary>
    /// <exception cref="CliException">There is no page.</exception>
    public static void ThrowIfThereIsNone()
    {
        if (!PageServer.HasPage)
        {
            throw new CliException("failed", ExitCode.Failed, WebTexts.NoPage);
        }
    }

    /// <summary>Serves the page until Ctrl-C.</summary>
    /// <param name="started">Is told where it is.</param>
    public async Task ServeAsync(Action<Uri> started)
    {
        PageServer server = await PageServer.StartAsync(context.Services, CliApplication.Version, Port, context.CancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            started(server.Address);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Ctrl-C is how it ends
            }
        }
    }

    /// <summary>Says where the page is, and opens it where there is somebody to see it.</summary>
    /// <param name="address">The address, with the view that is meant.</param>
    /// <param name="open">Whether to open the browser at all.</param>
    public void Tell(Uri address, bool open)
    {
        TextWriter screen = context.Console.Out;
        screen.WriteLine(context.Say(WebTexts.Title));
        screen.WriteLine("  " + address.AbsoluteUri);
        screen.WriteLine(context.Say(WebTexts.HowItEnds));
        if (open && context.Console.OutIsTerminal && Browser.Command(address.AbsoluteUri, context.Console.Environment) is { } command && !Browser.TryOpen(command))
        {
            context.Warn(WebTexts.NotOpened);
        }
    }
}
