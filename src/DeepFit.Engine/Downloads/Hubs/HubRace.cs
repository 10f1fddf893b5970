using System.Diagnostics;
using System.Net.Http.Headers;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>A place that may have the model.</summary>
/// <param name="Hub">The hub.</param>
/// <param name="Wish">What to ask it for.</param>
internal sealed record HubCandidate(IModelHub Hub, HubWish Wish);

/// <summary>What a hub answered.</summary>
/// <param name="Candidate">Whom it was asked.</param>
/// <param name="Model">The model, or null when it failed.</param>
/// <param name="BytesPerSecond">How fast a sample arrived, the waits for its list and for the first byte counted.</param>
/// <param name="Failure">Why it failed, or null.</param>
internal sealed record HubAnswer(HubCandidate Candidate, HubModel? Model, double BytesPerSecond, Exception? Failure);

/// <summary>
/// Asks hubs at once which one serves faster: each for its list and then for the first bytes of the file. Short, and a hub that is slower to answer than the fastest one by much is not waited for; in
/// China that is ModelScope or a mirror, elsewhere mostly Hugging Face.
/// </summary>
internal sealed class HubRace(HttpClient client, TimeProvider clock)
{
    private const int SampleBytes = 1 << 20;

    /// <summary>How long a hub may take once another one has answered.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long all may take when none has answered.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>All answers, the fastest first, failures last.</summary>
    public async Task<IReadOnlyList<HubAnswer>> RunAsync(IReadOnlyList<HubCandidate> candidates, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var limit = new CancellationTokenSource(Limit, clock);
        using CancellationTokenRegistration end = limit.Token.Register(stop.Cancel);
        Task<HubAnswer>[] asked = [.. candidates.Select(candidate => AskAsync(candidate, candidates.Count > 1, stop.Token))];
        bool patient = true;
        await foreach (Task<HubAnswer> answer in Task.WhenEach(asked).ConfigureAwait(false))
        {
            if (patient && (await answer.ConfigureAwait(false)).Model is not null)
            {
                patient = false;
                limit.CancelAfter(Patience);
            }
        }

        token.ThrowIfCancellationRequested();
        HubAnswer[] answers = await Task.WhenAll(asked).ConfigureAwait(false);
        return [.. answers.OrderBy(answer => answer.Model is null ? 1 : 0).ThenByDescending(answer => answer.BytesPerSecond)];
    }

    private async Task<HubAnswer> AskAsync(HubCandidate candidate, bool sample, CancellationToken token)
    {
        long start = Stopwatch.GetTimestamp();
        HubModel? model = null;
        try
        {
            model = await candidate.Hub.FindAsync(candidate.Wish, token).ConfigureAwait(false);
            long bytes = sample ? await SampleAsync(model, token).ConfigureAwait(false) : 0;
            return new HubAnswer(candidate, model, bytes / Stopwatch.GetElapsedTime(start).TotalSeconds, null);
        }
        catch (OperationCanceledException e)
        {
            // its list came but the sample did not: it may still serve where the faster one fails
            return new HubAnswer(candidate, model, 0, model is null ? new HttpRequestException("no answer in time", e) : null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or PullException)
        {
            return new HubAnswer(candidate, null, 0, e);
        }
    }

    private async Task<long> SampleAsync(HubModel model, CancellationToken token)
    {
        Transfer.TransferSource source = model.Hub.SourceOf(model.Repository, model.Files[0]);
        Uri address = source.Address;
        for (int redirects = 0; redirects < 5; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Range = new RangeHeaderValue(0, SampleBytes - 1);
            request.Headers.Authorization = Redirects.SameServer(address, source.Address) ? source.Authorization : null;
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location && Redirects.Follow(address, location) is { } next)
            {
                address = next;
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                return 0;
            }

            Stream body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                return await body.ReadAtLeastAsync(new byte[SampleBytes], SampleBytes, throwOnEndOfStream: false, token).ConfigureAwait(false);
            }
        }

        return 0;
    }
}
