using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.Storage;
using DeepFit.Server.Api.Documents;
using DeepFit.Server.Api.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DeepFit.Server.Api;

/// <summary>Test-drives: one at a time, since two would measure each other.</summary>
internal sealed class TestDriveEndpoints(IDeepFitServices services) : IAsyncDisposable
{
    private const int MostDepth = 1024 * 1024;

    private static readonly ApiParameter Id = new("id", "string", "The test-drive.", null, true);

    private readonly Lock turn = new();
    private readonly TestDriver driver = new(services);
    private Drive? latest;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get<TestDrivesDocument>("/api/testdrives", new("getTestDrives", "The test-drive that runs, and what was measured before.", [ApiParameter.Lang]), HistoryAsync);
        routes.Post<TestDriveOrder, StartedDocument>("/api/testdrives", new("startTestDrive", "Starts a test-drive.", []), StatusCodes.Status202Accepted, StartAsync);
        routes.Events<TestDriveEventsDocument>(
            "/api/testdrives/{id}/events", new("followTestDrive", "How a test-drive goes: events progress, then result or failed.", [Id, ApiParameter.Lang]),
            request => EventStream.WriteAsync(request.Http, Find(request).Job, request.Language));
        routes.Delete("/api/testdrives/{id}", new("stopTestDrive", "Stops a test-drive.", [Id]), request => Find(request).Job.StopAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (latest is { } drive)
        {
            await drive.Job.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ApiAnswer> StartAsync(ApiRequest request)
    {
        TestDriveOrder order = await request.BodyAsync(ApiJsonContext.Default.TestDriveOrder).ConfigureAwait(false);
        (ModelVariant variant, Quantization quantization) = ApiNames.Model(order.Variant, order.Quantization);
        int depth = OptionValues.Tokens("context_depth", order.ContextDepth.ToString(System.Globalization.CultureInfo.InvariantCulture), least: 0, most: MostDepth)!.Value;
        new RuntimeRequest(new RuntimeOptions { Context = Math.Max(depth, 1) }, null, false).CheckAgainst(new PlannedModel(variant.Id, variant.Layout(quantization), variant, null));
        var drive = new Drive(new Job(), variant.Id, quantization.Name, depth);
        lock (turn)
        {
            latest = latest is null or { Job.Ended: true } ? drive : throw new ApiException(StatusCodes.Status409Conflict, "busy", ApiTexts.TestDriveRuns);
        }

        drive.Job.Run(token => RunAsync(drive, token), _ => { });
        return ApiAnswer.Of(new StartedDocument(drive.Job.Id), ApiJsonContext.Default.StartedDocument, StatusCodes.Status202Accepted);
    }

    private async Task RunAsync(Drive drive, CancellationToken token)
    {
        var query = new TestDriveQuery { Model = drive.Variant, Quantization = drive.Quantization, ContextDepth = drive.ContextDepth };
        await foreach (TestDriveStep step in driver.RunAsync(query, token).ConfigureAwait(false))
        {
            drive.Step = step;
            drive.Job.Report(step.Outcome is { } outcome
                ? new JobEvent("result", (stream, language) => ApiJson.Write(stream, ResultOf(outcome, language), ApiJsonContext.Default.TestDriveResultDocument), Last: true)
                : new JobEvent("progress", (stream, language) => ApiJson.Write(stream, ProgressOf(step, language), ApiJsonContext.Default.TestDriveProgressDocument)));
        }
    }

    private async Task<ApiAnswer> HistoryAsync(ApiRequest request)
    {
        MachineProfile machine = await services.DetectAsync(DetectionDepth.Plan, request.Aborted).ConfigureAwait(false);
        var judge = new Judge(machine, []);
        Drive? drive = latest is { Job.Ended: false } running ? running : null;
        var document = new TestDrivesDocument(
            drive is null ? null : new RunningTestDriveDocument(
                drive.Job.Id, drive.Variant, drive.Quantization, drive.ContextDepth, drive.Step is { } step ? ProgressOf(step, request.Language) : null),
            [.. services.Measurements(machine).Where(m => !m.OneLayer).Select(m => PastOf(m, judge))]);
        return ApiAnswer.Of(document, ApiJsonContext.Default.TestDrivesDocument);
    }

    private Drive Find(ApiRequest request)
    {
        string id = request.Path("id");
        return latest is { } drive && drive.Job.Id == id ? drive : throw new NotFoundException(ApiTexts.NoSuchJob(id));
    }

    private static TestDriveProgressDocument ProgressOf(TestDriveStep step, Language language) => new(step.Phase, step.PhaseText.In(language), step.Fraction, step.Detail);

    private static TestDriveResultDocument ResultOf(TestDriveOutcome outcome, Language language) =>
        new(outcome.Result.ToDocument(), outcome.Expected.ToDocument(language), outcome.Kept, outcome.Warning?.In(language));

    private static PastTestDriveDocument PastOf(SpeedMeasurement past, Judge judge)
    {
        SpeedEstimate? estimate = null;
        if (ModelCatalog.Default.TryFind(past.Variant, out ModelVariant? variant) && Quantizations.TryFind(past.Quantization, out Quantization? quantization))
        {
            var options = new RuntimeOptions { Context = Math.Max(past.ContextDepth, 1), GpuLayers = past.GpuLayers };
            estimate = judge.Speed(new PlannedModel(variant.Id, variant.Layout(quantization), variant, null), options);
        }

        return new PastTestDriveDocument
        {
            Id = $"{past.Variant}-{past.Quantization}-{past.ContextDepth}-{past.GpuLayers}-{past.MeasuredAt.ToUnixTimeMilliseconds()}",
            Variant = past.Variant,
            Quantization = past.Quantization,
            ContextDepth = past.ContextDepth,
            GpuLayers = past.GpuLayers,
            PromptTps = ContractNumbers.Significant(past.PromptTps),
            GenerationTps = ContractNumbers.Significant(past.GenerationTps),
            PromptSpread = ContractNumbers.Significant(past.PromptSpread, 3),
            GenerationSpread = ContractNumbers.Significant(past.GenerationSpread, 3),
            Basis = ContractMap.Basis(past.Basis),
            Engine = past.Engine,
            At = past.MeasuredAt,
            Estimated = estimate is null ? null : new PastEstimateDocument(
                ContractNumbers.Significant(estimate.PromptTps), ContractNumbers.Significant(estimate.GenerationTps), ContractNumbers.Significant(estimate.GenerationTpsLow), ContractNumbers.Significant(estimate.GenerationTpsHigh)),
        };
    }

    private sealed record Drive(Job Job, string Variant, string Quantization, int ContextDepth)
    {
        public TestDriveStep? Step { get; set; }
    }
}
