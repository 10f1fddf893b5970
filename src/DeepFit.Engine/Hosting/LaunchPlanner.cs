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
        IReadOnlyList<MemoryMeasurement> memories = services.Memories(machine);
        var judge = new Judge(machine, measurements, query.Use, memories);
        if (query.Model is { } name && ModelReference.IsFileOrAddress(name))
        {
            PlannedModel file = await ModelReference.ResolveAsync(name, query.Quantization, services, cancellationToken).ConfigureAwait(false);
            return file.Path is { } path
                ? Plan(query, machine, judge, file) with { Path = System.IO.Path.GetFullPath(path) }
                : Plan(query, machine, judge, file) with { Pull = new PullRequest { Address = new Uri(name) } };
        }

        (ModelVariant variant, Quantization quantization, LocalModel? local) = Choose(query, machine, judge, measurements, memories);
        var model = new PlannedModel(variant.Id, variant.Layout(quantization), variant, local?.Path);
        LaunchPlan plan = Plan(query, machine, judge, model);
        return local is not null
            ? plan with { Path = local.Path }
            : plan with { Pull = new PullRequest { Variant = variant, Quantization = quantization } };
    }

    // what was named; else the recommended one of what is here, else the best that is here, else the nearest to the recommended one that is published
    private (ModelVariant Variant, Quantization Quantization, LocalModel? Local) Choose(
        LaunchQuery query, MachineProfile machine, Judge judge, IReadOnlyList<SpeedMeasurement> measurements, IReadOnlyList<MemoryMeasurement> memories)
    {
        IModelStore store = services.Models(query.ModelsFolder);
        bool named = query.Quantization is not null || (query.Model is { } text && !ModelCatalog.Default.TryFind(text, out _));
        if (query.Model is { } model && named)
        {
            (ModelVariant asked, Quantization quantization) = ModelReference.FromCatalogue(model, query.Quantization);
            return (asked, quantization, store.FindLocal(asked, quantization));
        }

        ModelVariant? variant = query.Model is { } id ? ModelReference.FromCatalogue(id, null).Variant : null;
        Quantization? only = query.Quantization is { } given ? ModelReference.FindQuantization(given) : null;
        Recommendation advice = Recommender.Recommend(machine, new RecommendRequest
        {
            Use = query.Use,
            Context = query.Context,
            Users = query.Parallel,
            Variants = variant is null ? null : [variant],
            Quantizations = only is null ? null : [only],
            Measurements = measurements,
            Memories = memories,
        });
        Configuration? best = variant is null ? advice.Pick : advice.Configurations.FirstOrDefault(configuration => configuration.Fits);
        ModelVariant? wanted = variant ?? (best is null ? null : ModelCatalog.Default.Find(best.Variant));
        Quantization? recommended = best is null ? only : Quantizations.Find(best.Quantization);
        if (best is not null && store.FindLocal(wanted!, recommended!) is { } exact)
        {
            return (wanted!, recommended!, exact);
        }

        if (BestHere(query, store, judge, machine, wanted, only) is { } here)
        {
            return here;
        }

        if (wanted is null)
        {
            throw new NothingFitsException(ReferenceTexts.NothingFits);
        }

        recommended ??= Quantizations.Find(ModelReference.DefaultQuantization);
        return (wanted, only is null && ModelFileCatalog.Nearest(wanted, recommended, 1) is [var nearest] ? nearest : recommended, null);
    }

    // of what is here: what fits before what does not, what is fast enough before what is not, then the largest; of what does not fit, the smallest
    private static (ModelVariant Variant, Quantization Quantization, LocalModel? Local)? BestHere(
        LaunchQuery query, IModelStore store, Judge judge, MachineProfile machine, ModelVariant? wanted, Quantization? only)
    {
        var here = new List<(ModelVariant Variant, Quantization Quantization, LocalModel Local, bool Fits, bool Fast)>();
        foreach (LocalModel local in store.List())
        {
            if (local.Variant is { } id && ModelCatalog.Default.TryFind(id, out ModelVariant? variant) && (wanted is null || variant.Id == wanted.Id)
                && Quantizations.TryFind(local.Quantization, out Quantization? quantization) && (only is null || quantization.Name == only.Name))
            {
                Configuration planned = Plan(query, machine, judge, new PlannedModel(variant.Id, variant.Layout(quantization), variant, local.Path)).Configuration;
                here.Add((variant, quantization, local, planned.Fits, planned.Speed?.GenerationTps >= query.Use.MinTokensPerSecond));
            }
        }

        // nothing was named and nothing fits: there is no reason to start this one rather than that
        return here
            .Where(model => model.Fits || wanted is not null)
            .OrderByDescending(model => model.Fits)
            .ThenByDescending(model => model.Fits && model.Fast)
            .ThenByDescending(model => model.Fits ? model.Local.Bytes : -model.Local.Bytes)
            .Select(model => ((ModelVariant, Quantization, LocalModel?)?)(model.Variant, model.Quantization, model.Local))
            .FirstOrDefault();
    }

    // the longest context that fits, from what a long thought needs down to what a typical one needs; a quantized cache before a shorter context
    private static LaunchPlan Plan(LaunchQuery query, MachineProfile machine, Judge judge, PlannedModel model)
    {
        ContextNeed need = query.Use.ContextFor(model.Name);
        int most = model.Layout.Architecture.ContextLength;
        int least = Math.Min(need.Least, most);
        int context = query.Context ?? Math.Min(need.Comfortable, most);
        Configuration? configuration = null;
        while (true)
        {
            foreach (GgmlType? type in CacheTypes(query, model))
            {
                Configuration tried = Of(query, judge, model, context, type);
                if (tried.Fits)
                {
                    return Chosen(tried);
                }

                configuration = tried;
            }

            if (query.Context is not null || context <= least)
            {
                return Chosen(configuration!);
            }

            context = Math.Max(context / 2, least);
        }

        LaunchPlan Chosen(Configuration chosen) => new() { Model = model, Configuration = chosen, Machine = machine, Threads = query.Threads, Force = query.Force };
    }

    // the type that was asked for; else F16, and Q8_0 where the engine takes it for this model
    private static IEnumerable<GgmlType?> CacheTypes(LaunchQuery query, PlannedModel model)
    {
        if (query.CacheTypeGiven)
        {
            return [null];
        }

        ModelArchitecture architecture = model.Layout.Architecture;
        int block = GgmlType.Q8_0.BlockSize();
        bool quantized = query.Runtime.Options.FlashAttention && architecture.KeyLength % block == 0 && architecture.ValueLength % block == 0;
        return quantized ? [GgmlType.F16, GgmlType.Q8_0] : [GgmlType.F16];
    }

    private static Configuration Of(LaunchQuery query, Judge judge, PlannedModel model, int context, GgmlType? cacheType)
    {
        (query.Runtime with { Options = query.Runtime.Options with { Context = context, Parallel = 1 } }).CheckAgainst(model); // one slot's context, before it is multiplied
        RuntimeOptions options = query.Runtime.Options with { Context = checked(context * query.Parallel), Parallel = query.Parallel, FewOutputs = true };
        RuntimeRequest runtime = query.Runtime with { Options = cacheType is { } type ? options with { KvTypeK = type, KvTypeV = type } : options };
        runtime.CheckAgainst(model);
        RuntimeOptions placed = runtime.On(judge, model);
        return judge.Of(model, placed, MemoryEstimator.Estimate(model.Layout, placed, judge.Target));
    }
}
