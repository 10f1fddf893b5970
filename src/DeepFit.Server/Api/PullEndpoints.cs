using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LocalModels;
using DeepFit.Server.Api.Documents;
using DeepFit.Server.Api.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DeepFit.Server.Api;

/// <summary>Pulls of models. Stopping one keeps what has arrived.</summary>
internal sealed class PullEndpoints(IDeepFitServices services, TimeProvider time) : IAsyncDisposable
{
    private const int Remembered = 50;

    private static readonly ApiParameter Id = new("id", "string", "The pull.", null, true);

    private readonly Lock turn = new();
    private readonly List<Pull> pulls = [];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get<PullsDocument>("/api/pulls", new("getPulls", "Pulls since the program started.", [ApiParameter.Lang]), List);
        routes.Post<PullOrder, StartedDocument>("/api/pulls", new("startPull", "Pulls a model.", []), StatusCodes.Status202Accepted, StartAsync);
        routes.Events<PullEventsDocument>(
            "/api/pulls/{id}/events", new("followPull", "How a pull goes: events progress, then done or failed.", [Id, ApiParameter.Lang]),
            request => EventStream.WriteAsync(request.Http, Find(request).Job, request.Language));
        routes.Delete("/api/pulls/{id}", new("stopPull", "Stops a pull; what has arrived is kept, and a new pull goes on from there.", [Id]), request => Find(request).Job.StopAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Snapshot().Select(pull => pull.Job.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private async Task<ApiAnswer> StartAsync(ApiRequest request)
    {
        PullOrder order = await request.BodyAsync(ApiJsonContext.Default.PullOrder).ConfigureAwait(false);
        (ModelVariant variant, Quantization quantization) = ApiNames.Model(order.Variant, order.Quantization);
        var wanted = new PullRequest { Variant = variant, Quantization = quantization, Hub = OptionValues.Word("hub", order.Hub, "hf", "modelscope", "ollama") };
        var pull = new Pull(new Job(), wanted);
        lock (turn)
        {
            if (pulls.Exists(p => p.State == "running" && p.Wanted.Variant == variant && p.Wanted.Quantization == quantization))
            {
                throw new ApiException(StatusCodes.Status409Conflict, "busy", ApiTexts.PullRuns($"{variant.Id} {quantization.Name}"));
            }

            pulls.Insert(0, pull);
            if (pulls.Count > Remembered && pulls.FindLastIndex(p => p.State != "running") is >= 0 and var oldest)
            {
                pulls.RemoveAt(oldest);
            }
        }

        pull.Job.Run(token => RunAsync(pull, token), pull.End);
        return ApiAnswer.Of(new StartedDocument(pull.Job.Id), ApiJsonContext.Default.StartedDocument, StatusCodes.Status202Accepted);
    }

    private async Task RunAsync(Pull pull, CancellationToken token)
    {
        long start = time.GetTimestamp();
        await foreach (PullProgress progress in services.Models().PullAsync(pull.Wanted, token).ConfigureAwait(false))
        {
            pull.Progress = progress;
            if (progress.Model is { } model)
            {
                pull.Result = new PullDocument(model.ToDocument(), progress.WasHere, time.GetElapsedTime(start).TotalSeconds);
            }
            else
            {
                pull.Job.Report(new JobEvent("progress", (stream, language) => stream.Write(System.Text.Encoding.UTF8.GetBytes(ContractJson.Line(progress.ToDocument(language))))));
            }
        }

        PullDocument result = pull.Result ?? throw new InvalidOperationException("the pull ended without a model");
        pull.End(null); // before the event: who asks then is told the same
        pull.Job.Report(new JobEvent("done", (stream, _) => ContractJson.Write(stream, result), Last: true));
    }

    private Task<ApiAnswer> List(ApiRequest request)
    {
        var document = new PullsDocument([.. Snapshot().Select(pull => pull.ToDocument(request.Language))]);
        return Task.FromResult(ApiAnswer.Of(document, ApiJsonContext.Default.PullsDocument));
    }

    private Pull Find(ApiRequest request)
    {
        string id = request.Path("id");
        return Snapshot().FirstOrDefault(pull => pull.Job.Id == id) ?? throw new NotFoundException(ApiTexts.NoSuchJob(id));
    }

    private Pull[] Snapshot()
    {
        lock (turn)
        {
            return [.. pulls];
        }
    }

    private sealed record Pull(Job Job, PullRequest Wanted)
    {
        private Exception? failure;
        private bool ended;

        public PullProgress? Progress { get; set; }

        public PullDocument? Result { get; set; }

        public string State => !ended ? "running" : failure is null ? "done" : failure is OperationCanceledException ? "stopped" : "failed";

        public void End(Exception? exception) => (failure, ended) = (exception, true);

        public PullStateDocument ToDocument(Language language) => new(
            Job.Id, Wanted.Variant!.Id, Wanted.Quantization!.Name, Wanted.Hub, State, Progress?.ToDocument(language), Result,
            State == "failed" ? ApiRoutes.ErrorOf(failure!).Error : null);
    }
}
