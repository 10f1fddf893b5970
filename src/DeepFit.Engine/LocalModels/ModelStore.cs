using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DeepFit.Core.Models;
using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.LocalModels.Finders;

namespace DeepFit.Engine.LocalModels;

/// <summary>The models of this machine: finds them, pulls them, removes its own.</summary>
public sealed class ModelStore : IModelStore
{
    // published files of one quantization differ by their headers, importance-matrix builds by a few tensors more
    private const double SizeTolerance = 0.06;

    private readonly HttpClient client;
    private readonly Func<string, string?> environment;
    private readonly TransferOptions options;

    /// <summary>Opens the store; nothing is read before the first call.</summary>
    /// <param name="folder">Where to pull to (<see cref="ModelFolder"/>).</param>
    /// <param name="client">Sends the requests; must not follow redirects itself, so that a token stays with its hub. Stays the caller's.</param>
    /// <param name="environment">Reads an environment variable; null for the process's own.</param>
    public ModelStore(string folder, HttpClient client, Func<string, string?>? environment = null)
        : this(folder, client, environment, TransferOptions.Default)
    {
    }

    internal ModelStore(string folder, HttpClient client, Func<string, string?>? environment, TransferOptions options)
    {
        Folder = folder;
        this.client = client;
        this.environment = environment ?? Environment.GetEnvironmentVariable;
        this.options = options;
    }

    /// <inheritdoc/>
    public string Folder { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LocalModel> List() => [.. Found().Select(Identify).OfType<LocalModel>()];

    /// <inheritdoc/>
    public IReadOnlyList<UnfinishedPull> Unfinished() => OwnFinder.Unfinished(Folder);

    /// <inheritdoc/>
    public LocalModel? FindLocal(ModelVariant variant, Quantization quantization)
    {
        // headers are read only of files of about the right size
        double expected = variant.Layout(quantization).FileBytes.Bytes;
        return Found()
            .Where(found => found.Bytes() is { } bytes && Math.Abs((bytes / expected) - 1) < SizeTolerance)
            .Select(Identify)
            .Where(model => model is not null && model.Variant == variant.Id && model.Quantization == quantization.Name)
            .MinBy(model => (model!.Owner == ModelOwner.DeepFit ? 0 : 2) + (model.Verified ? 0 : 1));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PullProgress> PullAsync(PullRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateUnbounded<PullProgress>(new UnboundedChannelOptions { SingleReader = true });
        var job = new PullJob(this, client, environment, options, progress => channel.Writer.TryWrite(progress));
        Task work = Task.Run(
            async () =>
            {
                try
                {
                    await job.RunAsync(request, stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    channel.Writer.TryComplete();
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (PullProgress progress in channel.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return progress;
            }

            await work.ConfigureAwait(false);
        }
        finally
        {
            // whoever stops listening stops the pull, and it is over when this returns: the lock is free
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)work.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public long Remove(LocalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Owner != ModelOwner.DeepFit)
        {
            throw StoreErrors.OwnedByOther(model);
        }

        long freed = 0;
        foreach (string file in model.Files)
        {
            freed += RemoveFile(file);
        }

        return freed;
    }

    /// <inheritdoc/>
    public long Remove(UnfinishedPull pull)
    {
        ArgumentNullException.ThrowIfNull(pull);
        return RemoveFile(pull.Target);
    }

    /// <summary>A model as a found set of files holds it; null when they cannot be read.</summary>
    internal static LocalModel? Identify(FoundFiles found)
    {
        if (found.Bytes() is not { } bytes || ModelIdentity.Read(found.Files[0], found.Name, found.Sha256) is not { } identity)
        {
            return null;
        }

        return new LocalModel
        {
            Path = found.Files[0],
            Files = found.Files,
            Bytes = bytes,
            Owner = found.Owner,
            Name = found.Name,
            Variant = identity.Variant,
            Quantization = identity.Quantization,
            Verified = found.Verified,
            Sha256 = found.Sha256,
            Source = found.Source,
        };
    }

    /// <summary>Models with this digest, wherever they lie.</summary>
    internal LocalModel? FindDigest(string sha256) => Found().Where(found => found.Sha256 == sha256 && found.Files.Count == 1).Select(Identify).FirstOrDefault(model => model is not null);

    /// <summary>A model that was just pulled.</summary>
    internal LocalModel? Own(IReadOnlyList<string> files) => OwnFinder.Find(Folder).Where(found => found.Files[0] == files[0]).Select(Identify).FirstOrDefault();

    private IEnumerable<FoundFiles> Found()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return OwnFinder.Find(Folder)
            .Concat(OllamaFinder.Find(environment))
            .Concat(LmStudioFinder.Find(environment))
            .Concat(HuggingFaceFinder.Find(environment))
            .Concat(LlamaCppFinder.Find(environment))
            .Where(found => seen.Add(found.Files[0]));
    }

    private long RemoveFile(string target)
    {
        string folder = Path.GetFullPath(Folder);
        string full = Path.GetFullPath(target);
        string inside = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
        if (!full.StartsWith(inside, StringComparison.Ordinal) || Folders.UnderLink(folder, full))
        {
            throw StoreErrors.OutsideFolder(target, folder);
        }

        using FileStream held = TransferLock.TryTake(full) ?? throw StoreErrors.InUse(target);
        long freed = 0;
        foreach (string path in (ReadOnlySpan<string>)[full, TransferJournal.PartOf(full), TransferJournal.PathOf(full), PullRecord.PathOf(full)])
        {
            // deleting a link deletes the link alone, never what it leads to
            var info = new FileInfo(path);
            if (info.Exists || info.LinkTarget is not null)
            {
                freed += info.LinkTarget is null ? info.Length : 0;
                info.Delete();
            }
        }

        held.Dispose();
        RemoveEmptyFolders(Path.GetDirectoryName(full)!, folder);
        return freed;
    }

    private static void RemoveEmptyFolders(string from, string outer)
    {
        for (string folder = from; folder.Length > outer.Length; folder = Path.GetDirectoryName(folder)!)
        {
            string locks = Path.Combine(folder, TransferLock.Folder);
            try
            {
                if (Directory.EnumerateFileSystemEntries(folder).Any(entry => entry != locks))
                {
                    return;
                }

                if (Directory.Exists(locks))
                {
                    Directory.Delete(locks, recursive: true);
                }

                Directory.Delete(folder);
            }
            catch (IOException)
            {
                return; // somebody put something there meanwhile
            }
        }
    }
}
