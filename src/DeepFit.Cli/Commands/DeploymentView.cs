using DeepFit.Cli.Hosting;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;

namespace DeepFit.Cli.Commands;

/// <summary>A deployment with what it says of itself and what the system says of its process, at one moment.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Now">The moment.</param>
/// <param name="Status">What the server says; null where it does not answer.</param>
/// <param name="Memory">What its process holds; null where it is gone.</param>
internal sealed record DeploymentView(Deployment Deployment, DateTimeOffset Now, ServerStatusDocument? Status, ProcessMemory? Memory)
{
    /// <summary>How long it has been there, or was.</summary>
    public TimeSpan Uptime => (Deployment.EndedAt ?? Now) - Deployment.StartedAt;

    /// <summary>The system memory that it needs, as <c>deepfit verify</c> counts it; null where it does not answer.</summary>
    public ByteSize? Needed => Status is null ? null : NeededMemory.Of(Status);

    /// <summary>Looks at a deployment.</summary>
    public static async Task<DeploymentView> OfAsync(Deployment deployment, DateTimeOffset now, CommandContext context)
    {
        ServerStatusDocument? status = deployment.IsActive ? await context.Services.Servers.StatusAsync(deployment, context.CancellationToken).ConfigureAwait(false) : null;
        ProcessMemory? memory = deployment.IsActive && deployment.Host == Environment.MachineName ? ProcessMemory.Of(deployment.Process.Id) : null;
        return new DeploymentView(deployment, now, status, memory);
    }

    /// <summary>The contract's document.</summary>
    public DeploymentDocument ToDocument(Language language) => new()
    {
        Id = Deployment.Id,
        State = DeploymentWords.Of(Deployment.State),
        Model = Deployment.Model,
        Variant = Deployment.Variant,
        Quantization = Deployment.Quantization,
        ModelPath = Deployment.ModelPath,
        Host = Deployment.Host,
        ProcessId = Deployment.Process.Id,
        Url = Deployment.Url?.GetLeftPart(UriPartial.Authority),
        StartedAt = Deployment.StartedAt,
        ReadyAt = Deployment.ReadyAt,
        EndedAt = Deployment.EndedAt,
        UptimeSeconds = ContractNumbers.Decimals(Uptime.TotalSeconds, 1) ?? 0,
        LoadedShare = ContractNumbers.Decimals(Deployment.LoadedShare, 2) ?? 0,
        ProcessMemory = Memory?.ToDocument(),
        NeededBytes = Needed?.Bytes,
        PredictedBytes = Deployment.Plan?.Memory.Sum(m => m.Weights + m.KvCache + m.Compute + m.Overhead),
        Statistics = Status?.Statistics,
        ExitCode = Deployment.ExitCode,
        Error = Deployment.Error?.In(language),
        LogPath = Deployment.LogPath,
    };
}
