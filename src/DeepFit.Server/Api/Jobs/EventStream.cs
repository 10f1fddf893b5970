using DeepFit.Core.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DeepFit.Server.Api.Jobs;

/// <summary>Sends a job's events to a page, as server-sent events (HTML Standard, section 9.2).</summary>
internal static class EventStream
{
    // a comment now and then: it keeps what lies between awake, and finds out whether the client is still there
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(15);

    /// <summary>Sends events until the last, or until the client goes away.</summary>
    public static async Task WriteAsync(HttpContext http, Job job, Language language)
    {
        HttpResponse response = http.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(http.RequestAborted).ConfigureAwait(false);
        IAsyncEnumerator<JobEvent> events = job.FollowAsync(http.RequestAborted).GetAsyncEnumerator(http.RequestAborted);
        await using (events.ConfigureAwait(false))
        {
            while (true)
            {
                Task<bool> next = events.MoveNextAsync().AsTask();
                while (await Task.WhenAny(next, Task.Delay(Pulse, http.RequestAborted)).ConfigureAwait(false) != next)
                {
                    await SendAsync(response, ":\n\n"u8.ToArray(), http.RequestAborted).ConfigureAwait(false);
                }

                if (!await next.ConfigureAwait(false))
                {
                    return;
                }

                JobEvent happened = events.Current;
                await SendAsync(response, [.. System.Text.Encoding.UTF8.GetBytes($"event: {happened.Name}\ndata: "), .. happened.Line(language), .. "\n\n"u8], http.RequestAborted).ConfigureAwait(false);
            }
        }
    }

    private static async Task SendAsync(HttpResponse response, byte[] bytes, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
