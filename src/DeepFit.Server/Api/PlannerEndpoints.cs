using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Planning.Guide;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Server.Api.Documents;
using Microsoft.AspNetCore.Routing;

namespace DeepFit.Server.Api;

/// <summary>The planning questions. They go through the same <see cref="Planner"/> as the command line, so that the figures are the same.</summary>
internal sealed class PlannerEndpoints(IDeepFitServices services, string version, TimeProvider time)
{
    private static readonly IReadOnlyList<ApiParameter> Question =
        [ApiParameter.Use, ApiParameter.ContextForUse, ApiParameter.KvTypeForUse, ApiParameter.MinTps, ApiParameter.Users, ApiParameter.Machine, ApiParameter.Lang];

    private readonly Planner planner = new(services);
    private readonly SharedPlans plans = new(new Planner(services), time);
    private readonly ExportPlanner exports = new(services, version);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get<RecommendationDocument>(
            "/api/recommend",
            new("recommend", "Which DeepSeek-R1 to run: `deepfit --json`.", Question),
            RecommendAsync);
        routes.Get<MatrixDocument>(
            "/api/matrix",
            new("getMatrix", "Every variant in every quantization.", Question),
            MatrixAsync);
        routes.Get<CellDocument>(
            "/api/cell",
            new(
                "getCell", "One cell of the matrix with all its figures.",
                [ApiParameter.Model with { Required = false, Description = "Catalogue name of the cell's version; left out, the cell that is recommended." }, ApiParameter.Quant, .. Question]),
            CellAsync);
        routes.Get<ConfigurationDocument>(
            "/api/estimate",
            new("estimate", "What one configuration takes: `deepfit estimate --json`.", [ApiParameter.Model, ApiParameter.Quant, .. ApiParameter.Runtime, ApiParameter.Use, ApiParameter.Machine, ApiParameter.Lang]),
            EstimateAsync);
        routes.Get<AdviceDocument>(
            "/api/advise",
            new(
                "advise",
                "Hardware that reaches a goal: `deepfit advise --want --json`.",
                [
                    new("want", "string", "Versions that must run, separated by commas.", null, true), ApiParameter.Quant with { Description = "The quantization; left out, the best that is worth running." },
                    ApiParameter.MinTps, ApiParameter.ContextForUse, ApiParameter.Use, ApiParameter.Users, new("max_price", "number", "Highest launch price in US dollars."),
                    new("vendor", "string", "The maker."), new("form", "string", "Kind of machine.", HardwareGoal.Forms), ApiParameter.Lang,
                ]),
            Advise);
        routes.Get<UpgradeDocument>(
            "/api/upgrade",
            new("upgrade", "What would lift the machine: `deepfit advise --json`.", [ApiParameter.Use, ApiParameter.ContextForUse, ApiParameter.MinTps, ApiParameter.Users, ApiParameter.Machine, ApiParameter.Lang]),
            UpgradeAsync);
        routes.Get<ClaimsDocument>(
            "/api/claims", new("getClaims", "A popular guide's claims beside published benchmarks and the speed on the machine.", [ApiParameter.Machine, ApiParameter.Lang]), ClaimsAsync);
        routes.Get<ExportDocument>(
            "/api/export",
            new(
                "export",
                "The plan as files for other programs: `deepfit export --json`.",
                [
                    ApiParameter.Target, ApiParameter.Model, ApiParameter.Quant, .. ApiParameter.Runtime, new("nodes", "integer", "Nodes of one copy; for clusters."),
                    new("replicas", "integer", "Copies of the model; for clusters."), ApiParameter.Users with { Description = "People at a time; for clusters." },
                    new("workers", "string", "Addresses of the other machines, separated by commas; for llama-rpc."), ApiParameter.Machine, ApiParameter.Lang,
                ]),
            ExportAsync);
    }

    /// <summary>Plans for this machine and for one with a GPU, so that the next plan is quick.</summary>
    public async Task WarmAsync(CancellationToken cancellationToken)
    {
        await PlanMatrixAsync(new RecommendQuery(), cancellationToken).ConfigureAwait(false);
        await PlanMatrixAsync(new RecommendQuery { Machine = MachineCatalogs.Default.Devices.Devices[0].Name }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ApiAnswer> RecommendAsync(ApiRequest request)
    {
        (Recommendation advice, MachineProfile machine, _) = await plans.RecommendAsync(Asked(request), request.Aborted).ConfigureAwait(false);
        return new ApiAnswer(stream => ContractJson.Write(stream, advice.ToDocument(machine, request.Language)));
    }

    private async Task<ApiAnswer> MatrixAsync(ApiRequest request) =>
        ApiAnswer.Of(await PlanMatrixAsync(Asked(request), request.Aborted).ConfigureAwait(false), ApiJsonContext.Default.MatrixDocument);

    private async Task<MatrixDocument> PlanMatrixAsync(RecommendQuery query, CancellationToken cancellationToken)
    {
        RecommendAnswer answer = await plans.RecommendAsync(query, cancellationToken).ConfigureAwait(false);
        return MatrixOf(answer).Plan(answer.Advice);
    }

    private async Task<ApiAnswer> CellAsync(ApiRequest request)
    {
        RecommendQuery query = Asked(request);
        (ModelVariant Variant, Quantization Quantization)? named = request.Query("model") is { } name ? ApiNames.Model(name, request.Query("quant")) : null;
        RecommendAnswer answer = await plans.RecommendAsync(query, request.Aborted).ConfigureAwait(false);
        Configuration shown = answer.Advice.Pick ?? answer.Advice.Configurations[0];
        (ModelVariant variant, Quantization quantization) = named ?? ApiNames.Model(shown.Variant, shown.Quantization);
        MatrixCellDocument cell = MatrixOf(answer).Cell(answer.Advice, variant, quantization);
        EstimateAnswer estimate = await planner.EstimateAsync(
            new EstimateQuery
            {
                Model = variant.Id,
                Quantization = quantization.Name,
                Runtime = SettingsOf(cell),
                Use = query.Request.Use,
                Machine = query.Machine,
            },
            request.Aborted).ConfigureAwait(false);
        return ApiAnswer.Of(new CellDocument(cell, estimate.Configuration.ToDocument(request.Language)), ApiJsonContext.Default.CellDocument);
    }

    private static MatrixPlanner MatrixOf(RecommendAnswer answer) => new(new Judge(answer.Machine, answer.Request.Measurements, answer.Request.Use, answer.Request.Memories), answer.Request);

    private static RuntimeRequest SettingsOf(MatrixCellDocument cell) => new RuntimeWishes
    {
        Context = cell.Context,
        KvTypeK = OptionValues.CacheType("--kv-type-k", cell.KvTypeK),
        KvTypeV = OptionValues.CacheType("--kv-type-v", cell.KvTypeV),
        Parallel = cell.Parallel,
        GpuLayers = cell.GpuLayers,
        CpuMoeLayers = cell.CpuMoeLayers,
    }.ToRequest();

    /// <summary>What a recommendation is asked for; the cache's type too, which the command line leaves to the recommender.</summary>
    private static RecommendQuery Asked(ApiRequest request)
    {
        RecommendRequest wanted = OptionReader.Recommend(request.Options);
        return new RecommendQuery
        {
            Request = OptionValues.CacheType("--kv-type", request.Query("kv_type")) is { } type ? wanted with { KvTypes = [type] } : wanted,
            Machine = ApiNames.Machine(request.Query("machine")),
        };
    }

    private async Task<ApiAnswer> EstimateAsync(ApiRequest request)
    {
        (ModelVariant variant, Quantization quantization) = ApiNames.Model(request.Required("model"), request.Query("quant"));
        var query = new EstimateQuery
        {
            Model = variant.Id,
            Quantization = quantization.Name,
            Runtime = OptionReader.Runtime(request.Options).ToRequest(),
            Use = OptionReader.Use(request.Options),
            Machine = ApiNames.Machine(request.Query("machine")),
        };
        EstimateAnswer answer = await planner.EstimateAsync(query, request.Aborted).ConfigureAwait(false);
        return new ApiAnswer(stream => ContractJson.Write(stream, answer.Configuration.ToDocument(request.Language)));
    }

    private static Task<ApiAnswer> Advise(ApiRequest request)
    {
        HardwareAdvice advice = HardwareAdvisor.Advise(OptionReader.Goal(request.Options));
        return Task.FromResult(new ApiAnswer(stream => ContractJson.Write(stream, advice.ToDocument(request.Language))));
    }

    private async Task<ApiAnswer> UpgradeAsync(ApiRequest request)
    {
        var query = new RecommendQuery { Request = OptionReader.Recommend(request.Options), Machine = ApiNames.Machine(request.Query("machine")) };
        UpgradeAdvice advice = await planner.AdviseUpgradeAsync(query, request.Aborted).ConfigureAwait(false);
        return new ApiAnswer(stream => ContractJson.Write(stream, advice.ToDocument(request.Language)));
    }

    private async Task<ApiAnswer> ClaimsAsync(ApiRequest request)
    {
        string? words = ApiNames.Machine(request.Query("machine"));
        MachineProfile machine = await MachineReference.ResolveAsync(words, services, DetectionDepth.Plan, request.Aborted).ConfigureAwait(false);
        var judge = new Judge(machine, words is null ? services.Measurements(machine) : [], memories: words is null ? services.Memories(machine) : null);
        Quantization usual = Quantizations.Find(ModelReference.DefaultQuantization);
        Dictionary<string, Configuration> configurations = ModelCatalog.Default.Variants.ToDictionary(variant => variant.Id, variant =>
        {
            var model = new PlannedModel(variant.Id, variant.Layout(usual), variant, null);
            RuntimeOptions options = judge.Place(model.Layout, new RuntimeOptions { Context = RequestLimits.DefaultContext });
            return judge.Of(model, options, MemoryEstimator.Estimate(model.Layout, options, judge.Target));
        });
        var document = new ClaimsDocument(machine.Name, usual.Name, [.. GuideClaims.Steps(configurations).Select(pair => pair.ToDocument(request.Language))]);
        return ApiAnswer.Of(document, ApiJsonContext.Default.ClaimsDocument);
    }

    private async Task<ApiAnswer> ExportAsync(ApiRequest request)
    {
        (ModelVariant variant, Quantization quantization) = ApiNames.Model(request.Required("model"), request.Query("quant"));
        request.Required("target");
        ExportAnswer answer = await exports.PlanAsync(
            new ExportQuery
            {
                Model = variant.Id,
                Quantization = quantization.Name,
                Machine = ApiNames.Machine(request.Query("machine")),
                Language = request.Language,
                Options = option => option == "--model" ? null : request.Options(option), // there a path of the files' own; here the variant has that name
            },
            request.Aborted).ConfigureAwait(false);
        return new ApiAnswer(stream => ContractJson.Write(stream, answer.ToDocument(null, request.Language)));
    }
}
