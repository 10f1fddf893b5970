using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;

namespace DeepFit.Engine.Verification;

/// <summary>Holds what a deployment does against what was promised when it was started, and keeps what it shows, for whoever asks.</summary>
/// <param name="services">The machine, its deployments and the store.</param>
/// <param name="time">The clock.</param>
public sealed class DeploymentVerifier(IDeepFitServices services, TimeProvider time)
{
    /// <summary>Verifies a deployment.</summary>
    /// <param name="deployment">A running one.</param>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationFailedException">It does not run, or does not answer.</exception>
    public async Task<VerificationOutcome> VerifyAsync(Deployment deployment, Action<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        if (deployment.State != DeploymentState.Running)
        {
            throw new OperationFailedException(VerificationTexts.NotRunning(deployment.Id, DeploymentWords.Text(deployment.State)));
        }

        MachineProfile machine = await services.DetectAsync(DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
        IModelUnderTest served = services.Servers.UnderTest(deployment);
        ServerStatusDocument status = await served.StatusAsync(cancellationToken).ConfigureAwait(false);
        PlannedModel planned = await ModelOfAsync(deployment, status, cancellationToken).ConfigureAwait(false);
        RuntimeOptions options = deployment.Plan?.Options ?? new RuntimeOptions { Context = status.Context, Parallel = status.Statistics.Slots, FewOutputs = true };
        SpeedMeasurement[] before = [.. services.Measurements(machine).Where(m => m.MeasuredAt < deployment.StartedAt)];
        var promise = new Promise
        {
            Memory = deployment.Plan?.ToMemory() ?? Read(status.PredictedMemory),
            Speed = deployment.Plan is null ? (_, _) => null : (prompt, generated) => Speed(machine, before, planned, options, prompt, generated),
            CanAnswer = planned.Variant is not null,
        };
        bool cores = options.GpuLayers == 0 && deployment.Host == Environment.MachineName;
        int threads = deployment.Plan?.Threads ?? 0;
        var verifier = new Verifier(served, promise, cores ? () => CpuShare.Watch(deployment.Process.Id, threads) : null);
        VerificationReport report = await FollowAsync(verifier, progress, cancellationToken).ConfigureAwait(false);

        // threads that a person chose are theirs: estimates are of the usual ones
        SpeedMeasurement? learned = threads > 0 ? null : Verifier.Learn(report, planned.Key, options, time.GetUtcNow());
        if (learned is not null)
        {
            services.Keep(machine, learned);
        }

        MemoryMeasurement? memory = deployment.Plan is null ? null : Verifier.LearnMemory(report, planned, options, promise.Memory, time.GetUtcNow());
        if (memory is not null)
        {
            services.Keep(machine, memory);
        }

        return new VerificationOutcome(report, learned is not null, memory is not null, planned.Name);
    }

    private static async Task<VerificationReport> FollowAsync(Verifier verifier, Action<VerificationProgress>? progress, CancellationToken cancellationToken)
    {
        VerificationReport? report = null;
        await foreach (VerificationProgress step in verifier.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            progress?.Invoke(step);
            report = step.Report ?? report;
        }

        return report ?? throw new InvalidOperationException("the verification ended without a report");
    }

    private async Task<PlannedModel> ModelOfAsync(Deployment deployment, ServerStatusDocument status, CancellationToken cancellationToken)
    {
        string path = deployment.ModelPath ?? status.Path;
        ModelLayout layout = await services.ReadGgufAsync(path, cancellationToken).ConfigureAwait(false);
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
