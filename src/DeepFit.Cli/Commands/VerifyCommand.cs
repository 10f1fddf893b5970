using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.Verification;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit verify [ID]</c>: holds what a running model does against what was promised of it.</summary>
internal sealed class VerifyCommand : CliCommand
{
    private readonly Argument<string?> name;
    private readonly Option<string?> model;

    public VerifyCommand(Language language)
        : base("verify", VerifyTexts.Verify, language)
    {
        Add(name = new Argument<string?>("ID") { Description = DeployTexts.Which.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(model = CommandLine.Options.Text("--model", "VARIANT|FILE", VerifyTexts.Model.In(language)));
    }

    public override IReadOnlyList<string> Examples => ["deepfit verify", "deepfit verify kx3f --json", "deepfit verify --model 7b:Q4_K_M"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        string? id = line.GetValue(name);
        VerificationOutcome outcome;
        if (line.GetValue(model) is { } file)
        {
            outcome = id is not null ? throw CliException.Usage(VerifyTexts.OneOfTwo) : await StartAndVerifyAsync(file, context).ConfigureAwait(false);
        }
        else
        {
            outcome = await VerifyAsync(context.Services.Deployments.Resolve(id), context).ConfigureAwait(false);
        }

        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, outcome.ToDocument(context.Language)));
        }
        else
        {
            VerifyScreen.Write(outcome, context);
        }

        return outcome.Report.Holds ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Verifies what is served, and keeps what it shows. For every command that verifies.</summary>
    public static async Task<VerificationOutcome> VerifyAsync(Deployment deployment, CommandContext context)
    {
        if (deployment.State != DeploymentState.Running)
        {
            throw new OperationFailedException(VerifyTexts.NotRunning(deployment.Id, DeployTexts.State(deployment.State)));
        }

        MachineProfile machine = await context.Services.DetectAsync(DetectionDepth.Plan, context.CancellationToken).ConfigureAwait(false);
        IModelUnderTest served = context.Services.Servers.UnderTest(deployment);
        ServerStatusDocument status = await served.StatusAsync(context.CancellationToken).ConfigureAwait(false);
        PlannedModel planned = await ModelOf(deployment, status, context).ConfigureAwait(false);
        RuntimeOptions options = deployment.Plan?.Options ?? new RuntimeOptions { Context = status.Context, Parallel = status.Statistics.Slots, FewOutputs = true };
        SpeedMeasurement[] before = [.. context.Services.Measurements(machine).Where(m => m.MeasuredAt < deployment.StartedAt)];
        var promise = new Promise
        {
            Memory = deployment.Plan?.ToMemory() ?? Read(status.PredictedMemory),
            Speed = deployment.Plan is null ? (_, _) => null : (prompt, generated) => Speed(machine, before, planned, options, prompt, generated),
            CanAnswer = planned.Variant is not null,
        };
        bool cores = options.GpuLayers == 0 && deployment.Host == Environment.MachineName;
        int threads = deployment.Plan?.Threads ?? 0;
        var verifier = new Verifier(served, promise, cores ? () => CpuShare.Watch(deployment.Process.Id, threads) : null);
        VerificationReport report = await FollowAsync(verifier, context).ConfigureAwait(false);

        // threads that a person chose are theirs: estimates are of the usual ones
        SpeedMeasurement? learned = threads > 0 ? null : Verifier.Learn(report, planned.Name, options, TimeProvider.System.GetUtcNow());
        if (learned is not null)
        {
            context.Services.Keep(machine, learned);
        }

        return new VerificationOutcome(report, learned is not null, planned.Name);
    }

    private static async Task<VerificationReport> FollowAsync(Verifier verifier, CommandContext context)
    {
        using var progress = new ProgressLine(context.Console);
        VerificationReport? report = null;
        await foreach (VerificationProgress step in verifier.RunAsync(context.CancellationToken).ConfigureAwait(false))
        {
            progress.Report(step.Fraction, context.Say(VerifyTexts.Phase(step.Phase)));
            report = step.Report ?? report;
        }

        return report ?? throw new InvalidOperationException("the verification ended without a report");
    }

    // a server of its own, on a free port, that goes when it is done
    private static async Task<VerificationOutcome> StartAndVerifyAsync(string text, CommandContext context)
    {
        LaunchPlan plan = await new LaunchPlanner(context.Services).PlanAsync(new LaunchQuery { Model = text }, context.CancellationToken).ConfigureAwait(false);
        plan.ThrowIfItDoesNotFit();
        if (plan.Pull is not null)
        {
            throw new OperationFailedException(VerifyTexts.NotHere(text));
        }

        var start = new DeploymentStart
        {
            Arguments = ["serve", plan.Model.Variant is { } variant ? $"{variant.Id}:{plan.Configuration.Quantization}" : plan.Path!, "--port", "0"],
            Model = plan.Model.DisplayName,
            Variant = plan.Model.Variant?.Id,
            Quantization = plan.Configuration.Quantization,
            ModelPath = plan.Path,
            Plan = DeploymentPlan.Of(plan),
        };
        Deployment? up = null;
        try
        {
            using (var progress = new ProgressLine(context.Console))
            {
                await foreach (DeploymentProgress step in context.Services.Deployments.StartAsync(start, context.CancellationToken).ConfigureAwait(false))
                {
                    progress.Report(step.Share, context.Say(VerifyTexts.Loading));
                    up = step.Deployment;
                }
            }

            return await VerifyAsync(up!, context).ConfigureAwait(false);
        }
        finally
        {
            if (up is { State: DeploymentState.Running })
            {
                await context.Services.Deployments.StopAsync(up, force: false, TimeSpan.FromSeconds(30), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static async Task<PlannedModel> ModelOf(Deployment deployment, ServerStatusDocument status, CommandContext context)
    {
        string path = deployment.ModelPath ?? status.Path;
        ModelLayout layout = await context.Services.ReadGgufAsync(path, context.CancellationToken).ConfigureAwait(false);
        return deployment.Variant is { } id && ModelCatalog.Default.TryFind(id, out ModelVariant? variant)
            ? new PlannedModel(variant.Id, layout, variant, path)
            : new PlannedModel(path, layout, null, path);
    }

    private static SpeedEstimate Speed(MachineProfile machine, SpeedMeasurement[] measurements, PlannedModel model, RuntimeOptions options, int prompt, int generated)
    {
        // one request at a time, as verification sends them
        UseProfile use = UseProfile.Chat with { PromptTokens = prompt, ReasoningTokens = 0, AnswerTokens = generated };
        return new Judge(machine, measurements, use).Speed(model, options with { Parallel = 1 });
    }

    private static MemoryEstimate Read(MemoryDocument memory) => new(
        EstimateBasis.Estimated,
        [.. memory.Devices.Select(d => new DeviceMemory(d.Device, new(d.WeightsBytes), new(d.KvCacheBytes), new(d.ComputeBytes), new(d.OverheadBytes)))]);
}
