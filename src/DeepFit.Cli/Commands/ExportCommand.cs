using System.CommandLine;
using System.CommandLine.Parsing;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Engine.Exports;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit export VARIANT --target TARGET</c>.</summary>
internal sealed class ExportCommand : CliCommand
{
    private const int MostReplicas = 1000;
    private const int MostNodes = 64;

    private readonly Argument<string> model;
    private readonly Option<string?> target;
    private readonly Option<string?> quantization;
    private readonly RuntimeOptionSet runtime;
    private readonly Option<string?> machine;
    private readonly ExportOptionSet options;

    public ExportCommand(Language language)
        : base("export", ExportTexts.Export, language)
    {
        Add(model = new Argument<string>("VARIANT") { Description = HelpTexts.Variant.In(language) });
        Add(target = CommandLine.Options.Text("--target", string.Join('|', ExportTargets.Names), ExportTexts.Target.In(language)));
        Add(quantization = CommandLine.Options.Text("--quant", ModelReference.DefaultQuantization, HelpTexts.Quant.In(language)));
        runtime = new RuntimeOptionSet(this, language);
        Add(machine = MachineOption.Create(language));
        options = new ExportOptionSet(this, language);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit export 14b --target docker-compose --context 32k",
        "deepfit export 7b --target systemd --model /srv/models/r1-7b.gguf --out r1.service",
        "deepfit export 671b --target kubernetes --machine node.json --nodes 2 --out k8s/",
        "deepfit export 70b --target llama-rpc --workers 10.0.0.2,10.0.0.3 --out rpc/",
    ];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        ExportTarget to = ExportTargets.Find(line.GetValue(target) ?? throw CliException.Usage(ExportTexts.NoTarget));
        RuntimeRequest asked = runtime.Read(line);
        ExportOptionSet.Check(line, to);
        string? file = line.GetValue(machine);
        PlannedModel planned = await ModelReference
            .ResolveAsync(line.GetRequiredValue(model), line.GetValue(quantization), context.Services, context.CancellationToken).ConfigureAwait(false);
        ExportSettings settings = options.Read(line, to, planned, here: file is null, context.Language);
        asked.CheckAgainst(planned);
        MachineProfile profile = await MachineOption.ResolveAsync(file, context).ConfigureAwait(false);
        settings = settings with { PowerShell = settings.PowerShell || (options.Shell(line) is null && profile.Os.Family == "windows") };
        if (ExportTargets.RunsLlama(to))
        {
            (LlamaPlan plan, Configuration configuration) = Plan(to, planned, asked, profile, settings, file is null, context);
            Deliver(line, context, Exporter.Render(to, plan, settings), files => new ExportDocument(
                ExportTargets.Name(to), planned.Name, planned.Layout.Quantization, to == ExportTarget.Ollama ? "ollama" : "llama-server", configuration.ToDocument(context.Language), null, files));
        }
        else
        {
            ClusterPlan plan = PlanCluster(line, planned, asked, profile, settings);
            Deliver(line, context, Exporter.Render(to, plan, settings), files => new ExportDocument(
                ExportTargets.Name(to), planned.Name, plan.Model.Format.Id, plan.Request.Engine == ServingEngine.Vllm ? "vllm" : "sglang", null, plan.ToDocument(), files));
        }

        return ExitCode.Done;
    }

    private static (LlamaPlan Plan, Configuration Configuration) Plan(
        ExportTarget to, PlannedModel planned, RuntimeRequest asked, MachineProfile profile, ExportSettings settings, bool here, CommandContext context)
    {
        bool several = to == ExportTarget.LlamaRpc && settings.Workers.Count > 0;
        MachineProfile whole = several ? RpcMachine.Combine(profile, settings.Workers.Count) : profile;
        var judge = new Judge(whole, here && !several ? context.Services.Measurements(profile) : []);
        RuntimeOptions placed = asked.On(judge, planned);
        MemoryEstimate memory = MemoryEstimator.Estimate(planned.Layout, placed, judge.Target);
        Configuration configuration = judge.Of(planned, placed, memory);
        if (configuration.LimitedBy is "ram" or "vram")
        {
            throw new NothingFitsException(new(ExportTexts.DoesNotFit(configuration.Reason.En).En, ExportTexts.DoesNotFit(configuration.Reason.Zh).Zh));
        }

        MachineBudget budget = MachineBudget.Of(whole);
        var plan = new LlamaPlan
        {
            Model = new ExportModel(planned.Name, planned.DisplayName, planned.Layout, planned.Variant),
            Machine = profile,
            Options = placed,
            Memory = memory,
            Gpus = judge.Target.Gpus,
            Vendors = [.. budget.Devices.Select(device => device?.Vendor)],
            AnswerSeconds = several ? null : configuration.Speed?.SecondsToAnswer,
        };
        return (plan, configuration);
    }

    private ClusterPlan PlanCluster(ParseResult line, PlannedModel planned, RuntimeRequest asked, MachineProfile profile, ExportSettings settings)
    {
        var request = new ClusterRequest
        {
            Variant = planned.Variant ?? throw CliException.Usage(ExportTexts.OnlyCatalogue(planned.DisplayName)),
            Machine = profile,
            Engine = options.Engine(line),
            Weights = options.Weights(line),
            Context = asked.Options.Context / asked.Options.Parallel,
            Sequences = Given(line, "--parallel") ? asked.Options.Parallel : null,
            Nodes = options.Nodes(line, MostNodes),
            Replicas = options.Replicas(line, MostReplicas) ?? 1,
            Model = settings.Model,
        };
        if (options.Users(line, CapacityRequest.MostUsers) is not { } users)
        {
            return ClusterPlan.Of(request);
        }

        CapacityPlan team = CapacityPlanner.Plan(new CapacityRequest
        {
            Variant = request.Variant,
            Machine = profile,
            Users = users,
            Engine = request.Engine,
            Context = request.Context,
            Nodes = request.Nodes,
            Weights = request.Weights ?? (request.Variant.Architecture.IsMla ? "fp8" : "bf16"),
        });
        return team.Pick is { Layout: not null } pick
            ? ClusterPlan.Of(request, pick)
            : throw new NothingFitsException(team.Explanation);
    }

    private static bool Given(ParseResult line, string option) =>
        line.CommandResult.Children.OfType<OptionResult>().Any(result => !result.Implicit && result.Option.Name == option);

    private void Deliver(ParseResult line, CommandContext context, IReadOnlyList<ExportFile> files, Func<IReadOnlyList<ExportFileDocument>, ExportDocument> document)
    {
        string? destination = options.Out(line);
        IReadOnlyList<string?> written = [.. destination is null ? files.Select(_ => (string?)null) : ExportWriter.Write(destination, files, options.Force(line))];
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, document([.. files.Select((file, i) => file.ToDocument(written[i], context.Language))])));
        }
        else
        {
            new ExportScreen(files, written, context).Write();
        }
    }
}
