using DeepFit.Core.Text;

namespace DeepFit.Engine.Deployments;

/// <summary>What a serving process says of itself when it begins.</summary>
public sealed record DeploymentRegistration
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The catalogue's id, or null for a file that is not in it.</summary>
    public string? Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>The GGUF file; null while it has still to be pulled.</summary>
    public string? ModelPath { get; init; }

    /// <summary>The key that the API asks for, so that the person's own commands can ask it; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>What is promised; null for nothing.</summary>
    public DeploymentPlan? Plan { get; init; }
}

/// <summary>
/// The serving process's side of a deployment: it registers, says when it is ready, when it finishes what runs and when it has ended. What cannot be written is not written: serving goes on.
/// </summary>
public sealed class DeploymentSession : IAsyncDisposable
{
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    private readonly IDeploymentStore store;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopRequested = new();
    private readonly CancellationTokenSource closing = new();
    private readonly string? log;
    private readonly Task pulse;
    private double told;

    private DeploymentSession(IDeploymentStore store, string id, string? log, TimeProvider time)
    {
        this.store = store;
        this.log = log;
        this.time = time;
        Id = id;
        pulse = PulseAsync();
    }

    /// <summary>The deployment's id.</summary>
    public string Id { get; }

    /// <summary>Cancelled when <c>deepfit stop</c> was said in a way that no signal carries (on Windows).</summary>
    public CancellationToken StopRequested => stopRequested.Token;

    /// <summary>Gives the deployment of this process and its children an id, where who started it gave none. To be called before <see cref="LlamaCpp.Inference.EngineGuard.RunAsync"/>.</summary>
    /// <returns>The id.</returns>
    public static string Announce()
    {
        if (Environment.GetEnvironmentVariable(DeploymentId.Variable) is { } given && DeploymentId.IsId(given))
        {
            return given;
        }

        string id = DeploymentId.New();
        Environment.SetEnvironmentVariable(DeploymentId.Variable, id);
        return id;
    }

    /// <summary>Registers this process.</summary>
    /// <param name="store">Where.</param>
    /// <param name="registration">What it serves.</param>
    /// <param name="files">Where keys and logs lie.</param>
    /// <param name="time">The clock.</param>
    public static DeploymentSession Register(IDeploymentStore store, DeploymentRegistration registration, DeploymentFiles files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(registration);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        string? log = Environment.GetEnvironmentVariable(DetachedProcess.Variable) is { Length: > 0 } path ? path : null;
        string id = Announce();
        Deployment? mine = null;
        Deployment? waiting = store.Change(id, found => found.State == DeploymentState.Starting && found.Host == Environment.MachineName ? mine = Mine(id, found.StartedAt) : null);
        if (mine is null)
        {
            // nobody waits for it, or the id is that of another deployment: of one that started this program's shell, say
            id = waiting is null ? id : DeploymentId.New();
            for (int i = 0; i < 10 && !store.Add(Mine(id, time.GetUtcNow())) && store.Find(id) is not null; i++)
            {
                id = DeploymentId.New();
            }
        }

        return new DeploymentSession(store, id, log, time);

        Deployment Mine(string name, DateTimeOffset startedAt) => new()
        {
            Id = name,
            Model = registration.Model,
            Variant = registration.Variant,
            Quantization = registration.Quantization,
            ModelPath = registration.ModelPath,
            Host = Environment.MachineName,
            Process = ProcessIdentity.Current,
            LogPath = log,
            KeyPath = registration.ApiKey is { Length: > 0 } key ? KeepKey(files, name, key) : null,
            State = DeploymentState.Starting,
            StartedAt = startedAt,
            Plan = registration.Plan,
        };
    }

    /// <summary>The model is at this file now: it was pulled.</summary>
    public void Pulled(string modelPath) => store.Change(Id, d => d with { ModelPath = modelPath });

    /// <summary>So much of the model is loaded; told to the store at every twentieth.</summary>
    /// <param name="share">0 to 1.</param>
    public void Loading(double share)
    {
        if (share - told >= 0.05 || (share >= 1 && told < 1))
        {
            told = share;
            store.Change(Id, d => d with { LoadedShare = share });
        }
    }

    /// <summary>It answers requests.</summary>
    /// <param name="address">The address that it listens at.</param>
    /// <param name="port">The port.</param>
    public void Ready(string address, int port) => store.Change(Id, d => d.State == DeploymentState.Starting
        ? d with { State = DeploymentState.Running, Address = address, Port = port, ReadyAt = time.GetUtcNow(), LoadedShare = 1 }
        : d);

    /// <summary>It was told to stop and finishes what runs.</summary>
    public void Draining() => store.Change(Id, d => d.IsActive
        ? d with { State = DeploymentState.Draining, StopRequestedAt = d.StopRequestedAt ?? time.GetUtcNow() }
        : d);

    /// <summary>It has ended, or is about to.</summary>
    /// <param name="exitCode">The process's exit code.</param>
    /// <param name="error">Why, where it is not because it was told to.</param>
    public void Ended(int exitCode, BilingualText? error = null) => store.Change(Id, d =>
    {
        if (!d.IsActive)
        {
            return d;
        }

        DeploymentFiles.RemoveKey(d);
        DeploymentState state = error is null ? DeploymentState.Stopped : d.ReadyAt is null ? DeploymentState.Failed : DeploymentState.Crashed;
        return d with { State = state, EndedAt = time.GetUtcNow(), ExitCode = exitCode, Error = error, KeyPath = null };
    });

    /// <summary>Ends the watching; a deployment that nobody said the end of counts as stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested)
        {
            return;
        }

        await closing.CancelAsync().ConfigureAwait(false);
        await pulse.ConfigureAwait(false);
        Ended(0);
        stopRequested.Dispose();
        closing.Dispose();
    }

    private static string? KeepKey(DeploymentFiles files, string id, string key)
    {
        try
        {
            return files.KeepKey(id, key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task PulseAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pulse, time, closing.Token).ConfigureAwait(false);
                if (log is not null)
                {
                    DeploymentLog.Trim(log);
                }

                if (OperatingSystem.IsWindows() && store.Find(Id)?.StopRequestedAt is not null)
                {
                    await stopRequested.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // it ends
        }
    }
}
