using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Hosting;

/// <summary>Decides which file is started and how, for <c>run</c>, <c>serve</c> and <c>up</c>. What is on this machine already is preferred to what would have to be pulled.</summary>
/// <param name="services">The machine, the store and the models.</param>
public sealed class LaunchPlanner(IDeepFitServices services)
{
    /// <summary>Plans a launch; nothing is pulled or loaded.</summary>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="UserErrorException">The model or the options make no sense, or nothing fits.</exception>
    public async Task<LaunchPlan> PlanAsync(LaunchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        MachineProfile machine = await services.DetectAsync(DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<SpeedMeasurement> measurements = services.Measurements(machine);
        var judge = new Judge(machine, measurements, query.Use);
        if (query.Model is { } name && ModelReference.IsFileOrAddress(name))
        {
            PlannedModel file = await ModelReference.ResolveAsync(name, query.Quantization, services, cancellationToken).ConfigureAwait(false);
            return file.Path is { } path
                ? Plan(query, machine, judge, file) with { Path = System.IO.Path.GetFullPath(path) }
                : Plan(query, machine, judge, file) with { Pull = new PullRequest { Address = new Uri(name) } };
        }

        (ModelVariant variant, Quantization quantization, LocalModel? local) = Choose(query, machine, measurements);
        var model = new PlannedModel(variant.Id, variant.Layout(quantization), variant, local?.Path);
        LaunchPlan plan = Plan(query, machine, judge, model);
        return local is not null
            ? plan with { Path = local.Path }
            : plan with { Pull = new PullRequest { Variant = variant, Quantization = quantization } };
    }

    // what was named; else the recommended one of what is here, else the largest that is here and fits, else the nearest to the recommended one that is published
    private (ModelVariant Variant, Quantization Quantization, LocalModel? Local) Choose(LaunchQuery query, MachineProfile machine, IReadOnlyList<SpeedMeasurement> measurements)
    {
        IModelStore store = services.Models(query.ModelsFolder);
        bool named = query.Quantization is not null || (query.Model is { } text && !ModelCatalog.Default.TryFind(text, out _));
        if (query.Model is { } model && named)
        {
            (ModelVariant asked, Quantization quantization) = ModelReference.FromCatalogue(model, query.Quantization);
            return (asked, quantization, store.FindLocal(asked, quantization));
        }

        ModelVariant? variant = query.Model is { } id ? ModelReference.FromCatalogue(id, null).Variant : null;
        Recommendation advice = Recommender.Recommend(machine, new RecommendRequest
        {
            Use = query.Use,
            Context = query.Context,
            Users = query.Parallel,
            Variants = variant is null ? null : [variant],
            Measurements = measurements,
        });
        Configuration? best = variant is null ? advice.Pick : advice.Configurations.FirstOrDefault(configuration => configuration.Fits);
        if (best is null)
        {
            return variant is null
                ? throw new NothingFitsException(ReferenceTexts.NothingFits)
                : (variant, Quantizations.Find(ModelReference.DefaultQuantization), store.FindLocal(variant, Quantizations.Find(ModelReference.DefaultQuantization)));
        }

        variant ??= ModelCatalog.Default.Find(best.Variant);
        Quantization recommended = Quantizations.Find(best.Quantization);
        if (store.FindLocal(variant, recommended) is { } exact)
        {
            return (variant, recommended, exact);
        }

        var judge = new Judge(machine, measurements, query.Use);
        foreach (LocalModel here in store.List().Where(local => local.Variant == variant.Id).OrderByDescending(local => local.Bytes))
        {
            if (Quantizations.TryFind(here.Quantization, out Quantization? quantization)
                && Plan(query, machine, judge, new PlannedModel(variant.Id, variant.Layout(quantization), variant, here.Path)).Configuration.Fits)
            {
                return (variant, quantization, here);
            }
        }

        return (variant, ModelFileCatalog.Nearest(variant, recommended, 1) is [var nearest] ? nearest : recommended, null);
    }

    // the longest context that fits, from what a long thought needs down to what a typical one needs; a quantized cache before a shorter context
    private static LaunchPlan Plan(LaunchQuery query, MachineProfile machine, Judge judge, PlannedModel model)
    {
        ContextNeed need = query.Use.ContextFor(model.Name);
        int most = model.Layout.Architecture.ContextLength;
        int context = query.Context ?? Math.Min(need.Comfortable, most);
        Configuration? configuration = null;
        while (true)
        {
            foreach (GgmlType? type in query.CacheTypeGiven ? new GgmlType?[] { null } : [GgmlType.F16, GgmlType.Q8_0])
            {
                Configuration tried = Of(query, judge, model, context, type);
                if (tried.Fits)
                {
                    return Chosen(tried);
                }

                configuration = tried;
            }

            if (query.Context is not null || context / 2 < Math.Min(need.Least, most))
            {
                return Chosen(configuration!);
            }

            context /= 2;
        }

        LaunchPlan Chosen(Configuration chosen) => new() { Model = model, Configuration = chosen, Machine = machine, Threads = query.Threads, Force = query.Force };
    }

    private static Configuration Of(LaunchQuery query, Judge judge, PlannedModel model, int context, GgmlType? cacheType)
    {
        RuntimeOptions options = query.Runtime.Options with { Context = checked(context * query.Parallel), Parallel = query.Parallel, FewOutputs = true };
        RuntimeRequest runtime = query.Runtime with { Options = cacheType is { } type ? options with { KvTypeK = type, KvTypeV = type } : options };
        runtime.CheckAgainst(model);
        RuntimeOptions placed = runtime.On(judge, model);
        return judge.Of(model, placed, MemoryEstimator.Estimate(model.Layout, placed, judge.Target));
    }
}
