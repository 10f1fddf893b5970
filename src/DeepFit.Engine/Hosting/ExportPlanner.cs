using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Hosting;

/// <summary>What is to be written as files for another program.</summary>
public sealed record ExportQuery
{
    /// <summary>The variant (with a quantization after a colon, if any), a GGUF file, or an address.</summary>
    public required string Model { get; init; }

    /// <summary>The quantization; null for the one in <see cref="Model"/>, else Q4_K_M.</summary>
    public string? Quantization { get; init; }

    /// <summary>A machine file or a machine in words; null for this machine.</summary>
    public string? Machine { get; init; }

    /// <summary>The language of the comments.</summary>
    public Language Language { get; init; }

    /// <summary>The options: <c>--target</c>, those that say how the model is run (<see cref="OptionReader.Runtime"/>), and those of the files (<see cref="ExportOptions"/>).</summary>
    public required OptionSource Options { get; init; }
}

/// <summary>Files, and the plan that they are made from: one of the two plans is null.</summary>
/// <param name="Target">What they are for.</param>
/// <param name="Model">The model.</param>
/// <param name="Configuration">The plan for llama.cpp.</param>
/// <param name="Cluster">The plan for a cluster.</param>
/// <param name="Files">The files.</param>
public sealed record ExportAnswer(ExportTarget Target, PlannedModel Model, Configuration? Configuration, ClusterPlan? Cluster, IReadOnlyList<ExportFile> Files)
{
    /// <summary>The contract's document.</summary>
    /// <param name="written">Where each file was written, or null where none was.</param>
    /// <param name="language">The language of notes and reasons.</param>
    public ExportDocument ToDocument(IReadOnlyList<string?>? written, Language language) => new(
        ExportTargets.Name(Target),
        Model.Name,
        Cluster?.Model.Format.Id ?? Model.Layout.Quantization,
        Cluster is { } plan ? (plan.Request.Engine == ServingEngine.Vllm ? "vllm" : "sglang") : Target == ExportTarget.Ollama ? "ollama" : "llama-server",
        Configuration?.ToDocument(language),
        Cluster?.ToDocument(),
        [.. Files.Select((file, i) => file.ToDocument(written?[i], language))]);
}

/// <summary>Plans exports for whoever asks. Nothing is written.</summary>
/// <param name="services">The machine, the engine and the store.</param>
/// <param name="version">DeepFit's version, for the files' headings.</param>
public sealed class ExportPlanner(IDeepFitServices services, string version)
{
    /// <summary>Plans the export and renders its files.</summary>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="NothingFitsException">It would not run on the machine.</exception>
    /// <exception cref="UserErrorException">The model, the machine or the options make no sense.</exception>
    public async Task<ExportAnswer> PlanAsync(ExportQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ExportTarget target = ExportTargets.Find(query.Options("--target") ?? throw new UserErrorException(ExportPlanTexts.NoTarget));
        RuntimeWishes wishes = OptionReader.Runtime(query.Options);
        ExportOptions.Check(query.Options, target);
        PlannedModel model = await ModelReference.ResolveAsync(query.Model, query.Quantization, services, cancellationToken).ConfigureAwait(false);
        ExportSettings settings = ExportOptions.Settings(query.Options, target, model, here: query.Machine is null, query.Language, version);
        RuntimeRequest asked = wishes.ToRequest();
        asked.CheckAgainst(model);
        MachineProfile machine = await MachineReference.ResolveAsync(query.Machine, services, DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
        settings = settings with { PowerShell = settings.PowerShell || (ExportOptions.Shell(query.Options) is null && machine.Os.Family == "windows") };
        if (ExportTargets.RunsLlama(target))
        {
            settings = query.Machine is null ? WithModelOfThisMachine(settings, target, model) : settings;
            (LlamaPlan plan, Configuration configuration) = Plan(target, model, asked, machine, settings, query.Machine is null);
            return new ExportAnswer(target, model, configuration, null, Exporter.Render(target, plan, settings));
        }

        ClusterPlan cluster = PlanCluster(query.Options, model, asked, wishes.Parallel, machine, settings);
        return new ExportAnswer(target, model, null, cluster, Exporter.Render(target, cluster, settings));
    }

    /// <summary>A model that is here is named where it lies, whoever keeps it. Where Ollama publishes this very quantization, its own tag stays.</summary>
    private ExportSettings WithModelOfThisMachine(ExportSettings settings, ExportTarget target, PlannedModel model) =>
        settings.Model is null && model.Variant is { } variant && Quantizations.Find(model.Layout.Quantization) is { } quantization
            && (target != ExportTarget.Ollama || Exported(model).OllamaTag is null)
            && services.Models().FindLocal(variant, quantization) is { } here
            ? settings with { Model = here.Path }
            : settings;

    private static ExportModel Exported(PlannedModel model) => new(model.Name, model.DisplayName, model.Layout, model.Variant);

    private string? PulledTo(PlannedModel model) =>
        model.Variant is { } variant && Quantizations.Find(model.Layout.Quantization) is { } quantization && ModelFileCatalog.Find(variant, quantization) is [{ } row, ..]
            ? PullCandidates.TargetOf(services.Models().Folder, row)
            : null;

    private (LlamaPlan Plan, Configuration Configuration) Plan(ExportTarget target, PlannedModel model, RuntimeRequest asked, MachineProfile machine, ExportSettings settings, bool here)
    {
        bool several = target == ExportTarget.LlamaRpc && settings.Workers.Count > 0;
        MachineProfile whole = several ? RpcMachine.Combine(machine, settings.Workers.Count) : machine;
        var judge = new Judge(whole, here && !several ? services.Measurements(machine) : [], memories: here && !several ? services.Memories(machine) : null);
        RuntimeOptions placed = asked.On(judge, model);
        MemoryEstimate memory = MemoryEstimator.Estimate(model.Layout, placed, judge.Target);
        Configuration configuration = judge.Of(model, placed, memory);
        if (configuration.LimitedBy is "ram" or "vram")
        {
            throw new NothingFitsException(new(ExportPlanTexts.DoesNotFit(configuration.Reason.En).En, ExportPlanTexts.DoesNotFit(configuration.Reason.Zh).Zh));
        }

        MachineBudget budget = MachineBudget.Of(whole);
        var plan = new LlamaPlan
        {
            Model = Exported(model) with { PulledTo = here ? PulledTo(model) : null },
            Machine = machine,
            Options = placed,
            Memory = memory,
            Gpus = judge.Target.Gpus,
            Vendors = [.. budget.Devices.Select(device => device?.Vendor)],
            AnswerSeconds = several ? null : configuration.Speed?.SecondsToAnswer,
        };
        return (plan, configuration);
    }

    private static ClusterPlan PlanCluster(OptionSource option, PlannedModel model, RuntimeRequest asked, int? sequences, MachineProfile machine, ExportSettings settings)
    {
        var request = new ClusterRequest
        {
            Variant = model.Variant ?? throw new UserErrorException(ExportPlanTexts.OnlyCatalogue(model.DisplayName)),
            Machine = machine,
            Engine = ExportOptions.Engine(option),
            Weights = option("--weights"),
            Context = asked.Options.Context / asked.Options.Parallel,
            Sequences = sequences,
            Nodes = ExportOptions.Nodes(option),
            Replicas = ExportOptions.Replicas(option) ?? 1,
            Model = settings.Model,
        };
        if (ExportOptions.Users(option) is not { } users)
        {
            return ClusterPlan.Of(request);
        }

        CapacityPlan team = CapacityPlanner.Plan(new CapacityRequest
        {
            Variant = request.Variant,
            Machine = machine,
            Users = users,
            Engine = request.Engine,
            Context = request.Context,
            Nodes = request.Nodes,
            Weights = request.Weights ?? (request.Variant.Architecture.IsMla ? "fp8" : "bf16"),
        });
        return team.Pick is { Layout: not null } pick ? ClusterPlan.Of(request, pick) : throw new NothingFitsException(team.Explanation);
    }
}
