using System.Runtime.CompilerServices;
using System.Text.Json;
using DeepFit.Core.Text;

namespace DeepFit.Server.Api.Jobs;

/// <summary>Something that happened to a job.</summary>
/// <param name="Name">The event's name on the wire.</param>
/// <param name="Write">Writes its document in a language.</param>
/// <param name="Last">Whether nothing comes after it.</param>
internal sealed record JobEvent(string Name, Action<Stream, Language> Write, bool Last = false)
{
    /// <summary>The document in one line, as a stream of events needs it.</summary>
    public byte[] Line(Language language)
    {
        using var document = new MemoryStream();
        Write(document, language);
        document.Position = 0;
        using var parsed = JsonDocument.Parse(document);
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            parsed.RootElement.WriteTo(writer);
        }

        return line.ToArray();
    }
}

/// <summary>
/// Work that goes on whether anybody looks or not. Whoever looks gets the latest event at once, also after the end, and then those that come; one who is slow misses some in between, never the last.
/// </summary>
internal sealed class Job : IAsyncDisposable
{
    // what is stopped ends child processes; nobody waits for one that hangs
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock turn = new();
    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource changed = NewSignal();
    private JobEvent? latest;
    private Task running = Task.CompletedTask;

    /// <summary>Its name.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>Whether it has ended.</summary>
    public bool Ended
    {
        get
        {
            lock (turn)
            {
                return latest is { Last: true };
            }
        }
    }

    /// <summary>Runs the work in the background; its exceptions become the last event.</summary>
    /// <param name="work">Reports events; the last of them has to say so.</param>
    /// <param name="ended">Told when it has ended, before the last event is: null when it went well.</param>
    public void Run(Func<CancellationToken, Task> work, Action<Exception?> ended) => running = Task.Run(async () =>
    {
        try
        {
            await work(stop.Token).ConfigureAwait(false);
            ended(null);
        }
#pragma warning disable CA1031 // whatever went wrong is told to who looks
        catch (Exception e)
#pragma warning restore CA1031
        {
            ended(e);
            Report(Failed(e));
        }
    });

    /// <summary>What an exception is as the last event.</summary>
    public static JobEvent Failed(Exception exception)
    {
        Documents.ApiErrorDocument error = exception is OperationCanceledException ? ApiRoutes.ErrorOf("cancelled", ApiTexts.Cancelled) : ApiRoutes.ErrorOf(exception);
        return new JobEvent("failed", (stream, _) => ApiJson.Write(stream, error, ApiJsonContext.Default.ApiErrorDocument), Last: true);
    }

    /// <summary>Tells those who look.</summary>
    public void Report(JobEvent happened)
    {
        TaskCompletionSource signal;
        lock (turn)
        {
            latest = happened;
            (signal, changed) = (changed, NewSignal());
        }

        signal.SetResult();
    }

    /// <summary>Stops it.</summary>
    public Task StopAsync() => stop.CancelAsync();

    /// <summary>The latest event, and those that come, to the last.</summary>
    public async IAsyncEnumerable<JobEvent> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JobEvent? told = null;
        while (told is not { Last: true })
        {
            JobEvent? now;
            Task next;
            lock (turn)
            {
                (now, next) = (latest, changed.Task);
            }

            if (now is not null && !ReferenceEquals(now, told))
            {
                told = now;
                yield return now;
            }
            else
            {
                await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Stops it and waits until it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(running, Task.Delay(Patience)).ConfigureAwait(false);
        stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
