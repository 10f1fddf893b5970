using System.Globalization;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Verification;
using DeepFit.Server.Api.Documents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DeepFit.Server.Api;

/// <summary>Models that run here: list, start, stop, their logs, and talking to them.</summary>
/// <param name="services">The machine and its deployments.</param>
/// <param name="launches">The services that may open a model's file.</param>
/// <param name="time">The clock.</param>
internal sealed class DeploymentEndpoints(IDeepFitServices services, IDeepFitServices launches, TimeProvider time)
{
    private const int MostLines = 5000;
    private const int UsualLines = 200;

    private static readonly ApiParameter Id = new("id", "string", "The deployment.", null, true);

    private readonly DeploymentRates rates = new(time);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get<DeploymentsDocument>("/api/deployments", new("getDeployments", "Models that run here, or ran.", [ApiParameter.Lang]), ListAsync);
        routes.Post<DeploymentOrder, StartedDocument>(
            "/api/deployments", new("startDeployment", "Starts a model that is here; the list tells when it answers.", []), StatusCodes.Status202Accepted, StartAsync);
        routes.Delete("/api/deployments/{id}", new("stopDeployment", "Stops a model: it finishes what runs, and ends.", [Id]), StopAsync);
        routes.Get<LogDocument>(
            "/api/deployments/{id}/log", new("getDeploymentLog", "The end of its log.", [Id, new("lines", "integer", "How many lines at most. Default: 200.")]), Log);
        routes.Get<VerificationDocument>(
            "/api/deployments/{id}/verify", new("verifyDeployment", "What was promised and what came: `deepfit verify --json`. It takes some seconds.", [Id, ApiParameter.Lang]), VerifyAsync);
        routes.Stream<object>(
            "/api/deployments/{id}/chat/completions",
            new("chat", "OpenAI's chat completion, answered by the deployment; request and answer are handed on as they are.", [Id]), request => ChatProxy.HandOnAsync(request, services, Find(request)));
    }

    private async Task<ApiAnswer> ListAsync(ApiRequest request)
    {
        Deployment[] known = [.. services.Deployments.List().OrderByDescending(d => d.IsActive)];
        DeploymentStateDocument[] states = await Task.WhenAll(known.Select(d => StateAsync(d, request))).ConfigureAwait(false);
        return ApiAnswer.Of(new DeploymentsDocument(states), ApiJsonContext.Default.DeploymentsDocument);
    }

    private async Task<DeploymentStateDocument> StateAsync(Deployment deployment, ApiRequest request)
    {
        ServerStatusDocument? status = deployment.IsActive ? await services.Servers.StatusAsync(deployment, request.Aborted).ConfigureAwait(false) : null;
        IReadOnlyList<DeviceMemory>? memory = deployment.Plan?.ToMemory().Devices;
        return new DeploymentStateDocument
        {
            Id = deployment.Id,
            Model = deployment.Model,
            Variant = deployment.Variant,
            Quantization = deployment.Quantization,
            State = DeploymentWords.Of(deployment.State),
            LoadedShare = ContractNumbers.Decimals(deployment.LoadedShare, 2) ?? 0,
            Address = deployment.IsActive ? deployment.Url?.GetLeftPart(UriPartial.Authority) : null,
            Pid = deployment.IsActive ? deployment.Process.Id : null,
            Context = status?.Context ?? deployment.Plan?.Options.Context,
            Parallel = status?.Statistics.Slots ?? deployment.Plan?.Options.Parallel,
            StartedAt = deployment.StartedAt,
            MemoryBytes = status is null ? null : NeededMemory.Of(status)?.Bytes,
            PredictedMemoryBytes = memory?[0].Total.Bytes,
            PredictedGpuBytes = memory?.Skip(1).Sum(m => m.Total.Bytes),
            TokensPerSecond = status is null ? null : rates.Of(deployment.Id, status.Statistics),
            BusySlots = status?.Statistics.BusySlots,
            Error = deployment.Error?.In(request.Language),
        };
    }

    private async Task<ApiAnswer> StartAsync(ApiRequest request)
    {
        DeploymentOrder order = await request.BodyAsync(ApiJsonContext.Default.DeploymentOrder).ConfigureAwait(false);
        LocalModel? local = LocalModel(order);
        (ModelVariant Variant, Quantization Quantization)? named = local is null ? ApiNames.Model(order.Model, order.Quantization) : null;
        bool chosen = order.Quantization is not null || !ModelCatalog.Default.TryFind(order.Model, out _);
        var query = new LaunchQuery
        {
            Model = local?.Path ?? named!.Value.Variant.Id,
            Quantization = chosen ? named?.Quantization.Name : null,
            Context = OptionValues.Tokens("context", order.Context?.ToString(CultureInfo.InvariantCulture), least: RequestLimits.LeastContext),
            Parallel = OptionValues.Whole("parallel", order.Parallel?.ToString(CultureInfo.InvariantCulture), 1, EngineLimits.MaxSequences) ?? 1,
        };
        LaunchPlan plan = await new LaunchPlanner(launches).PlanAsync(query, request.Aborted).ConfigureAwait(false);
        if (plan.Path is not { } path)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "not_here", ApiTexts.PullFirst($"{plan.Model.DisplayName} {plan.Configuration.Quantization}"));
        }

        plan.ThrowIfItDoesNotFit();
        string id = await LaunchAsync(plan, path).ConfigureAwait(false);
        return ApiAnswer.Of(new StartedDocument(id), ApiJsonContext.Default.StartedDocument, StatusCodes.Status202Accepted);
    }

    /// <summary>Starts the process and returns the deployment's id at once; the rest is waited for in the background, and what becomes of it is in the store.</summary>
    private async Task<string> LaunchAsync(LaunchPlan plan, string path)
    {
        RuntimeOptions options = plan.Configuration.Options;
        string context = (options.Context / options.Parallel).ToString(CultureInfo.InvariantCulture);
        var start = new DeploymentStart
        {
            Arguments =
            [
                "serve", plan.Model.Variant is { } variant ? $"{variant.Id}:{plan.Configuration.Quantization}" : path, "--port", "0",
                "--context", context, "--parallel", options.Parallel.ToString(CultureInfo.InvariantCulture),
            ],
            Model = plan.Model.DisplayName,
            Variant = plan.Model.Variant?.Id,
            Quantization = plan.Configuration.Quantization,
            ModelPath = path,
            Plan = DeploymentPlan.Of(plan),
        };
        IAsyncEnumerator<DeploymentProgress> steps = services.Deployments.StartAsync(start, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        await steps.MoveNextAsync().ConfigureAwait(false);
        string id = steps.Current.Deployment.Id;
        _ = WaitAsync(steps);
        return id;
    }

    private static async Task WaitAsync(IAsyncEnumerator<DeploymentProgress> steps)
    {
        try
        {
            while (await steps.MoveNextAsync().ConfigureAwait(false))
            {
            }
        }
        catch (UserErrorException)
        {
            // the store says it too, and the page reads it from there
        }
        finally
        {
            await steps.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task StopAsync(ApiRequest request) => services.Deployments.StopAsync(Find(request), force: false, TimeSpan.Zero, request.Aborted);

    private Task<ApiAnswer> Log(ApiRequest request)
    {
        int lines = OptionValues.Whole("lines", request.Query("lines"), 1, MostLines) ?? UsualLines;
        Deployment deployment = Find(request);
        IReadOnlyList<string> end = deployment.LogPath is { } log ? DeploymentLog.Tail(log, lines) : [];
        var document = new LogDocument(deployment.Id, deployment.LogPath ?? "", end);
        return Task.FromResult(new ApiAnswer(stream => ContractJson.Write(stream, document)));
    }

    // the file that a deployment serves may be opened: the person chose it
    private async Task<ApiAnswer> VerifyAsync(ApiRequest request)
    {
        VerificationOutcome outcome = await new DeploymentVerifier(launches, time).VerifyAsync(Find(request), null, request.Aborted).ConfigureAwait(false);
        return new ApiAnswer(stream => ContractJson.Write(stream, outcome.ToDocument(request.Language)));
    }

    private Deployment Find(ApiRequest request)
    {
        string id = request.Path("id");
        return services.Deployments.Find(id) ?? throw new NotFoundException(ApiTexts.NoSuchJob(id));
    }

    // only what the list of models here has, by its name: a page opens no other file
    private LocalModel? LocalModel(DeploymentOrder order) => services.Models().List().FirstOrDefault(
        m => m.Name == order.Model && (m.Variant is null || order.Quantization is null || m.Quantization.Equals(order.Quantization, StringComparison.OrdinalIgnoreCase)));
}
