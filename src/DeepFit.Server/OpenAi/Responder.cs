using System.Buffers;
using System.Globalization;
using System.Text.Json;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace DeepFit.Server.OpenAi;

/// <summary>Runs one request and writes its answer, whole or piece by piece. A client that leaves cancels it.</summary>
internal sealed class Responder(HttpContext context, ApiRequest request, AnswerFormat format, ServedModel model, ServerMetrics metrics, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    private readonly string id = format.IdPrefix + Guid.NewGuid().ToString("N");
    private readonly long created = clock.GetUtcNow().ToUnixTimeSeconds();

    private CancellationToken Left => context.RequestAborted;

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="GenerationRequestException">The engine refused it.</exception>
    /// <exception cref="QueueFullException">Too many wait.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public async Task<RequestOutcome> RunAsync(InferenceEngine engine)
    {
        await using Generation generation = Start(engine);
        if (request.Stream)
        {
            return await StreamAsync(generation).ConfigureAwait(false);
        }

        await WholeAsync(generation).ConfigureAwait(false);
        return RequestOutcome.Completed;
    }

    private Generation Start(InferenceEngine engine)
    {
        try
        {
            return engine.Start(request.Generation, Left);
        }
        catch (GenerationRequestException e)
        {
            throw new GenerationRequestException(request.NameOf(e.Parameter), e.Code, e.Text);
        }
    }

    private async Task WholeAsync(Generation generation)
    {
        LogProbLists? logProbs = request.Generation.LogProbs is null ? null : new LogProbLists();
        await foreach (GenerationChunk chunk in generation.ReadAsync(Left).ConfigureAwait(false))
        {
            logProbs?.Add(chunk);
        }

        GenerationResult result = await EndOf(generation).ConfigureAwait(false);
        var body = new ArrayBufferWriter<byte>(512 + (2 * result.Answer.Length) + (2 * result.Reasoning.Length));
        using (var json = new Utf8JsonWriter(body, ServerError.JsonOptions))
        {
            AnswerJson.Begin(json, Head(format.Whole));
            format.WriteWhole(json, result, logProbs);
            json.WriteEndArray();
            AnswerJson.Usage(json, result.Usage);
            AnswerJson.Timings(json, result);
            json.WriteEndObject();
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, Left).ConfigureAwait(false);
    }

    private async Task<RequestOutcome> StreamAsync(Generation generation)
    {
        RequestOutcome outcome = RequestOutcome.Completed;
        using var events = new EventStream(context.Response);
        try
        {
            await PiecesAsync(generation, events).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException) && !Left.IsCancellationRequested)
        {
            // the status went out with the first piece: what is left is to say it in the stream, where official clients look for it
            outcome = RequestOutcome.Failed;
            ServerError.Of(e, 0).Write(events.Begin());
            events.End();
        }

        events.Done();
        await events.FlushAsync(Left).ConfigureAwait(false);
        return outcome;
    }

    private async Task PiecesAsync(Generation generation, EventStream events)
    {
        AnswerHead head = Head(format.Piece);
        if (format.HasOpening)
        {
            Write(events, head, format.WriteOpening);
        }

        await events.FlushAsync(Left).ConfigureAwait(false);
        await using IAsyncEnumerator<GenerationChunk> chunks = generation.ReadAsync(Left).GetAsyncEnumerator(Left);
        int textAt = 0;
        for (bool more = await FirstAsync(chunks, events).ConfigureAwait(false); more; more = await chunks.MoveNextAsync().ConfigureAwait(false))
        {
            GenerationChunk chunk = chunks.Current;
            Utf8JsonWriter json = events.Begin();
            AnswerJson.Begin(json, head);
            format.WritePiece(json, chunk, ref textAt);
            EndPiece(json);
            events.End();
            await events.FlushAsync(Left).ConfigureAwait(false);
        }

        GenerationResult result = await EndOf(generation).ConfigureAwait(false);
        foreach (Action<Utf8JsonWriter> call in format.BeforeEnd(result))
        {
            Write(events, head, call);
        }

        Write(events, head, json => format.WriteEnd(json, result), result);
        if (request.IncludeUsage)
        {
            Utf8JsonWriter json = events.Begin();
            AnswerJson.Begin(json, head);
            json.WriteEndArray();
            AnswerJson.Usage(json, result.Usage);
            AnswerJson.Timings(json, result);
            json.WriteEndObject();
            events.End();
        }
    }

    /// <summary>The first piece may be long in coming: a line that clients skip keeps the connection alive.</summary>
    private async Task<bool> FirstAsync(IAsyncEnumerator<GenerationChunk> chunks, EventStream events)
    {
        ValueTask<bool> first = chunks.MoveNextAsync();
        if (first.IsCompleted)
        {
            return await first.ConfigureAwait(false);
        }

        Task<bool> waiting = first.AsTask();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Left);
        while (await Task.WhenAny(waiting, Task.Delay(Quiet, clock, stop.Token)).ConfigureAwait(false) != waiting && !Left.IsCancellationRequested)
        {
            events.Comment();
            await events.FlushAsync(Left).ConfigureAwait(false);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        return await waiting.ConfigureAwait(false);
    }

    private void Write(EventStream events, in AnswerHead head, Action<Utf8JsonWriter> choice, GenerationResult? last = null)
    {
        Utf8JsonWriter json = events.Begin();
        AnswerJson.Begin(json, head);
        choice(json);
        EndPiece(json, last);
        events.End();
    }

    private void EndPiece(Utf8JsonWriter json, GenerationResult? last = null)
    {
        json.WriteEndArray();
        if (request.IncludeUsage)
        {
            json.WriteNull("usage"u8);
        }

        if (last is not null)
        {
            AnswerJson.Timings(json, last);
        }

        json.WriteEndObject();
    }

    private async Task<GenerationResult> EndOf(Generation generation)
    {
        GenerationResult result = await generation.Completion.ConfigureAwait(false);
        Left.ThrowIfCancellationRequested();
        if (result.Finish == FinishReason.Cancelled)
        {
            throw new ServerErrorException(ServedModel.Stopped);
        }

        metrics.Observe(result);
        string rate = result.Timings.TokensPerSecond is { } known ? string.Create(CultureInfo.InvariantCulture, $", {known:0.0} tokens/s") : "";
        RequestGuard.Note(context, string.Create(
            CultureInfo.InvariantCulture, $"{result.Usage.PromptTokens} ({result.Usage.CachedTokens} reused) + {result.Usage.GeneratedTokens} tokens{rate}, {AnswerJson.FinishReason(result)}"));
        return request.SeveralCalls || result.ToolCalls.Count < 2 ? result : result with { ToolCalls = [result.ToolCalls[0]] };
    }

    private AnswerHead Head(string what) => new(id, what, created, model.Id);
}
