using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Deployments;

/// <summary>Lists, starts and stops deployments. What it finds to have gone away it writes back to the store.</summary>
/// <param name="store">What is known of them.</param>
/// <param name="files">Their logs and keys.</param>
/// <param name="time">The clock.</param>
/// <param name="command">How to start this program; null for <see cref="EngineCommand.Default"/>.</param>
public sealed class DeploymentManager(IDeploymentStore store, DeploymentFiles files, TimeProvider time, EngineCommand? command = null)
{
    /// <summary>Deployments that have ended and are still remembered, with their logs.</summary>
    public const int Remembered = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>All deployments, the newest first; of each that should run it was looked whether it does.</summary>
    public IReadOnlyList<Deployment> List() => [.. store.All().Select(Settle)];

    /// <summary>The deployment that a person names; see <see cref="DeploymentNames"/>.</summary>
    /// <param name="name">An id, its beginning, or a model; null for the only one that runs.</param>
    /// <exception cref="NotFoundException">There is none, or several could be meant.</exception>
    public Deployment Resolve(string? name) => DeploymentNames.Resolve(name, List());

    /// <summary>One deployment, looked after; null where there is none.</summary>
    public Deployment? Find(string id) => store.Find(id) is { } found ? Settle(found) : null;

    /// <summary>Registers this process as one that serves.</summary>
    public DeploymentSession Register(DeploymentRegistration registration)
    {
        Forget();
        return DeploymentSession.Register(store, registration, files, time);
    }

    /// <summary>Notes how a serving process crashed: for who watches it.</summary>
    /// <param name="id">The deployment.</param>
    /// <param name="exitCode">The process's exit code.</param>
    /// <param name="error">What happened.</param>
    public void Crashed(string id, int exitCode, BilingualText error) => store.Change(id, d => d.ExitCode is not null || d.State == DeploymentState.Stopped || d.StopRequestedAt is not null
        ? d
        : d with
        {
            State = d.ReadyAt is null ? DeploymentState.Failed : DeploymentState.Crashed,
            EndedAt = d.EndedAt ?? time.GetUtcNow(),
            ExitCode = exitCode,
            Error = error,
        });

    /// <summary>
    /// Starts <c>deepfit serve</c> so that it outlives this process and its terminal, and waits until it answers. The last item carries the deployment. When it is cancelled before, what was
    /// started is ended again.
    /// </summary>
    /// <param name="start">What.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationFailedException">It did not start: its last error is told.</exception>
    public async IAsyncEnumerable<DeploymentProgress> StartAsync(DeploymentStart start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(start);
        Forget();
        string id = Add(start);
        Process? process = null;
        bool up = false;
        try
        {
            yield return new DeploymentProgress(DeploymentPhase.Starting, 0, store.Find(id)!);
            process = Launch(id, start);
            double share = -1;
            while (!up)
            {
                Deployment? now = Find(id);
                if (now is not { IsActive: true } || (process.HasExited && now.State == DeploymentState.Starting && !now.Process.IsAlive))
                {
                    throw DidNotStart(id, now);
                }

                if (now.State == DeploymentState.Running)
                {
                    up = true;
                    yield return new DeploymentProgress(DeploymentPhase.Ready, 1, now);
                }
                else
                {
                    if (now.LoadedShare > share)
                    {
                        share = now.LoadedShare;
                        yield return new DeploymentProgress(share > 0 ? DeploymentPhase.Loading : DeploymentPhase.Starting, share, now);
                    }

                    await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            if (!up)
            {
                await GiveUpAsync(id).ConfigureAwait(false);
            }

            process?.Dispose();
        }
    }

    /// <summary>Stops a deployment: it takes no more requests, finishes those that run, and ends.</summary>
    /// <param name="deployment">Which.</param>
    /// <param name="force">Whether it is ended at once; what runs is cut off.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="cancellationToken">Ends the waiting; it goes on stopping.</param>
    /// <returns>How it is afterwards: still active where the time was not enough.</returns>
    /// <exception cref="OperationFailedException">It runs on another machine, or belongs to another user.</exception>
    public async Task<Deployment> StopAsync(Deployment deployment, bool force, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        if (deployment.Host != Environment.MachineName)
        {
            throw new OperationFailedException(DeploymentTexts.Elsewhere(deployment.Id, deployment.Host));
        }

        Deployment now = store.Change(deployment.Id, d => d.IsActive ? d with { StopRequestedAt = d.StopRequestedAt ?? time.GetUtcNow() } : d) ?? deployment;
        if (!now.IsActive)
        {
            return now;
        }

        if (!(force ? ProcessSignals.End(now.Process) : ProcessSignals.AskToEnd(now.Process)))
        {
            throw new OperationFailedException(DeploymentTexts.NotOurs(now.Id, now.Process.Id));
        }

        long begun = time.GetTimestamp();
        while (now.Process.IsAlive && time.GetElapsedTime(begun) < patience)
        {
            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }

        return Find(now.Id) ?? now;
    }

    /// <summary>The last error in a log: what the program reported, or else its last line; null for an empty one.</summary>
    internal static string? LastError(IReadOnlyList<string> lines)
    {
        int start = lines.Count - 1;
        while (start >= 0 && !lines[start].StartsWith("Error: ", StringComparison.Ordinal) && !lines[start].StartsWith("错误：", StringComparison.Ordinal))
        {
            start--;
        }

        if (start < 0)
        {
            return lines.LastOrDefault(line => line.Trim().Length > 0)?.Trim();
        }

        string said = string.Join(' ', lines.Skip(start).Select(line => line.Trim()).Where(line => line.Length > 0));
        return said.StartsWith("Error: ", StringComparison.Ordinal) ? said["Error: ".Length..] : said["错误：".Length..];
    }

    // a process that is gone without a goodbye has crashed, unless it was told to go
    private Deployment Settle(Deployment seen)
    {
        if (!seen.IsActive || seen.Host != Environment.MachineName || seen.Process.IsAlive)
        {
            return seen;
        }

        BilingualText why = Why(seen);
        return store.Change(seen.Id, d =>
        {
            if (!d.IsActive || d.Process != seen.Process)
            {
                return d; // it said goodbye meanwhile, or another process took it over
            }

            DeploymentFiles.RemoveKey(d);
            bool asked = d.StopRequestedAt is not null;
            return d with
            {
                State = asked ? DeploymentState.Stopped : d.ReadyAt is null ? DeploymentState.Failed : DeploymentState.Crashed,
                EndedAt = time.GetUtcNow(),
                Error = asked ? null : why,
                KeyPath = null,
            };
        }) ?? seen;
    }

    private static BilingualText Why(Deployment deployment)
    {
        if (deployment.Process.Birth?.Split(':') is [var boot, _] && ProcessIdentity.Current.Birth?.Split(':') is [var now, _] && boot != now)
        {
            return DeploymentTexts.Restarted;
        }

        string[] lines = deployment.LogPath is { } log ? [.. DeploymentLog.Tail(log, 40)] : [];
        bool reported = lines.Any(l => l.StartsWith("Error: ", StringComparison.Ordinal) || l.StartsWith("错误：", StringComparison.Ordinal));
        return reported && LastError(lines) is { } words ? DeploymentTexts.LastWords(words) : DeploymentTexts.Gone;
    }

    private string Add(DeploymentStart start)
    {
        for (int i = 0; i < 10; i++)
        {
            string id = DeploymentId.New();
            string log;
            try
            {
                log = files.NewLog(id);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new OperationFailedException(DeploymentTexts.NotKept(files.Folder), e);
            }

            bool added = store.Add(new Deployment
            {
                Id = id,
                Model = start.Model,
                Variant = start.Variant,
                Quantization = start.Quantization,
                ModelPath = start.ModelPath,
                Host = Environment.MachineName,
                Process = ProcessIdentity.Current, // until there is the one that serves
                LogPath = log,
                State = DeploymentState.Starting,
                StartedAt = time.GetUtcNow(),
                Plan = start.Plan,
            });
            if (added)
            {
                return id;
            }
        }

        throw new OperationFailedException(DeploymentTexts.NotKept(files.Folder));
    }

    private Process Launch(string id, DeploymentStart start)
    {
        try
        {
            var environment = new Dictionary<string, string>(start.Environment) { [DeploymentId.Variable] = id };
            Process process = DetachedProcess.Start(start.Arguments, environment, files.Log(id), command);
            ProcessIdentity? started = ProcessIdentity.Of(process.Id);
            store.Change(id, d => d.Process == ProcessIdentity.Current ? d with { Process = started ?? new ProcessIdentity(process.Id, "-") } : d);
            return process;
        }
        catch (Win32Exception e)
        {
            throw new OperationFailedException(DeploymentTexts.NotStarted(e.Message), e);
        }
    }

    private OperationFailedException DidNotStart(string id, Deployment? now)
    {
        BilingualText why = now?.Error is { } error && error != DeploymentTexts.Gone ? error
            : LastError(DeploymentLog.Tail(files.Log(id), 40)) is { } said ? new BilingualText(said, said)
            : DeploymentTexts.EndedEarly;
        return new OperationFailedException(DeploymentTexts.DidNotStart(id, why));
    }

    // ends what was started, where it still runs, and leaves no row that looks alive
    private async Task GiveUpAsync(string id)
    {
        if (Find(id) is not { IsActive: true } left)
        {
            return;
        }

        if (left.Process != ProcessIdentity.Current)
        {
            await StopAsync(left, force: false, TimeSpan.FromSeconds(5), CancellationToken.None).ConfigureAwait(false);
            await StopAsync(left, force: true, TimeSpan.FromSeconds(5), CancellationToken.None).ConfigureAwait(false);
        }

        store.Change(id, d => d.IsActive ? d with { State = DeploymentState.Failed, EndedAt = time.GetUtcNow(), Error = DeploymentTexts.EndedEarly } : d);
    }

    private void Forget()
    {
        foreach (Deployment old in store.All().Where(d => !d.IsActive).Skip(Remembered))
        {
            files.Remove(old);
            store.Remove(old.Id);
        }
    }
}

/// <summary>A server to be started in the background.</summary>
public sealed record DeploymentStart
{
    /// <summary>The command line after <c>deepfit</c>, such as <c>serve 7b --port 8080</c>. It is seen by everybody on the machine: a key goes into <see cref="Environment"/>.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The catalogue's id, or null for a file that is not in it.</summary>
    public string? Variant { get; init; }

    /// <summary>The quantization.</summary>
    public required string Quantization { get; init; }

    /// <summary>The GGUF file; null while it has still to be pulled.</summary>
    public string? ModelPath { get; init; }

    /// <summary>What is promised; null for nothing.</summary>
    public DeploymentPlan? Plan { get; init; }

    /// <summary>Variables for the server, such as its key; only the user sees them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>How far a start is.</summary>
public enum DeploymentPhase
{
    /// <summary>The process begins.</summary>
    Starting = 0,

    /// <summary>The model is being loaded.</summary>
    Loading = 1,

    /// <summary>It answers.</summary>
    Ready = 2,
}

/// <summary>How far a start is.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Share">The share of the model that is loaded, 0 to 1.</param>
/// <param name="Deployment">The deployment.</param>
public sealed record DeploymentProgress(DeploymentPhase Phase, double Share, Deployment Deployment);
