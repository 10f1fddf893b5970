using DeepFit.Engine.Downloads.Hubs;
using DeepFit.Engine.Downloads.Transfer;

namespace DeepFit.Engine.LocalModels;

/// <summary>One pull: what is here, who serves it fastest, then file by file.</summary>
internal sealed class PullJob(ModelStore store, HttpClient client, Func<string, string?> environment, TransferOptions options, Action<PullProgress> report)
{
    private readonly RateMeter meter = new(options.TimeProvider);
    private bool arrived;

    /// <summary>Runs it; what happens is reported, the model last.</summary>
    public async Task RunAsync(PullRequest request, CancellationToken token)
    {
        report(new PullProgress { Phase = PullPhase.Searching });
        if (request is { UseExisting: true, Variant: { } variant, Quantization: { } quantization, Repository: null, Address: null }
            && store.FindLocal(variant, quantization) is { } here)
        {
            Done(here, wasHere: true);
            return;
        }

        var candidates = new PullCandidates(request, client, environment);
        report(new PullProgress { Phase = PullPhase.Choosing });
        IReadOnlyList<HubAnswer> answers = await AnswersAsync(candidates, request, token).ConfigureAwait(false);
        HubModel[] models = [.. answers.Select(answer => answer.Model).OfType<HubModel>()];
        for (int i = 0; ; i++)
        {
            try
            {
                await PullAsync(models[i], [.. models.Skip(i + 1).Where(models[i].SameBytes)], request, token).ConfigureAwait(false);
                return;
            }
            catch (PullException e) when (!arrived && i + 1 < models.Length && e.Kind is "no_network" or "refused" or "failed" && request.Hub is null)
            {
                report(new PullProgress { Phase = PullPhase.Choosing, Note = e.Text });
            }
        }
    }

    private async Task<IReadOnlyList<HubAnswer>> AnswersAsync(PullCandidates candidates, PullRequest request, CancellationToken token)
    {
        var race = new HubRace(client, options.TimeProvider);
        IReadOnlyList<HubAnswer> answers = await race.RunAsync(candidates.First, token).ConfigureAwait(false);
        if (answers[0].Model is null && candidates.Others.Count > 0 && answers.Any(answer => answer.Failure is PullException))
        {
            answers = [.. await race.RunAsync(candidates.Others, token).ConfigureAwait(false), .. answers];
        }

        if (answers.Any(answer => answer.Model is not null))
        {
            return answers;
        }

        // an answer that refuses says more than a network that does not work
        throw answers.Select(answer => answer.Failure).OfType<PullException>().FirstOrDefault() is { } refusal
            ? StoreErrors.Refused(refusal, request)
            : StoreErrors.NoNetwork(request, [.. answers.Select(answer => answer.Candidate)], store.Folder, candidates.Row, [.. answers.Select(answer => answer.Failure).OfType<Exception>()]);
    }

    private async Task PullAsync(HubModel model, IReadOnlyList<HubModel> twins, PullRequest request, CancellationToken token)
    {
        if (request.UseExisting && model.Files is [{ Sha256: { } digest }] && store.FindDigest(digest) is { } same)
        {
            Done(same, wasHere: true);
            return;
        }

        string folder = Path.Combine(store.Folder, model.Hub.FolderOf(model.Repository));
        string[] targets = [.. model.Files.Select(file => Path.Combine(folder, SafePath.Of(file.Name)))];
        long total = model.Files.Sum(file => file.Bytes ?? 0);
        CheckSpace(model, targets);
        bool wasHere = true;
        long before = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            HubFile file = model.Files[i];
            var position = new FilePosition(file.Name, i + 1, targets.Length, before, total);
            if (await IsHereAsync(targets[i], file, position, token).ConfigureAwait(false))
            {
                before += file.Bytes ?? 0;
                continue;
            }

            wasHere = false;
            TransferResult result = await new FileTransfer(client, options).RunAsync(
                new TransferRequest
                {
                    Target = targets[i],
                    Sources = [model.Hub.SourceOf(model.Repository, file), .. twins.Select(twin => twin.Hub.SourceOf(twin.Repository, twin.Files[i]))],
                    Bytes = file.Bytes,
                    Sha256 = file.Sha256,
                    Connections = request.Connections,
                },
                state => Report(state, position),
                token).ConfigureAwait(false);
            if (i == 0)
            {
                KeepOnlyGguf(targets[i], result.Source);
            }

            before += result.Bytes;
        }

        LocalModel here = store.Own(targets) ?? throw StoreErrors.NotAModel(targets[0]);
        Done(here, wasHere);
    }

    /// <summary>What is no GGUF file, such as a page that asks to sign in, is not left among the models.</summary>
    private static void KeepOnlyGguf(string path, string source)
    {
        Span<byte> beginning = stackalloc byte[8];
        using (FileStream file = File.OpenRead(path))
        {
            beginning = beginning[..file.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
        }

        if (!beginning.StartsWith("GGUF"u8))
        {
            File.Delete(path);
            File.Delete(PullRecord.PathOf(path));
            throw StoreErrors.NoGguf(source, beginning);
        }
    }

    /// <summary>Whether a file is here whole: by DeepFit's record, or, put here by hand, by its digest.</summary>
    private async Task<bool> IsHereAsync(string target, HubFile file, FilePosition position, CancellationToken token)
    {
        if (!File.Exists(target) || File.Exists(TransferJournal.PartOf(target)))
        {
            return false;
        }

        if (PullRecord.Read(target) is { } record)
        {
            return file.Sha256 is null ? file.Bytes is null || record.Bytes == file.Bytes : record.Sha256 == file.Sha256;
        }

        long length = new FileInfo(target).Length;
        if (file.Sha256 is null || length != file.Bytes)
        {
            return false;
        }

        string digest = await Task.Run(
            () =>
            {
                using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(target);
                return OrderedHash.Of(handle, PieceMap.Of(length), done => Report(new TransferState(PullPhase.Checking, done, length, null), position), token);
            },
            token).ConfigureAwait(false);
        if (digest != file.Sha256)
        {
            return false;
        }

        PullRecord.Write(target, target, new TransferResult(length, digest, Verified: true, Path.GetFileName(target)), options.TimeProvider.GetUtcNow());
        return true;
    }

    /// <summary>Room for all parts before the first byte: a set of parts that cannot be whole is of no use.</summary>
    private void CheckSpace(HubModel model, string[] targets)
    {
        long missing = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (!File.Exists(targets[i]))
            {
                missing += Math.Max(0, (model.Files[i].Bytes ?? 0) - PartialFile.TakenBytes(targets[i], options));
            }
        }

        PartialFile.CheckSpace(targets[0], missing, options);
    }

    private void Report(TransferState state, FilePosition position)
    {
        arrived |= state.Phase == PullPhase.Downloading && state.Bytes > 0;
        long bytes = position.Before + state.Bytes;
        report(new PullProgress
        {
            Phase = state.Phase,
            File = position.File,
            FileNumber = position.Number,
            FileCount = position.Count,
            Bytes = bytes,
            TotalBytes = Math.Max(position.Total, state.TotalBytes),
            BytesPerSecond = meter.Measure(state.Phase, bytes),
            Source = state.Source,
            Note = state.Note,
        });
    }

    private void Done(LocalModel model, bool wasHere) => report(new PullProgress
    {
        Phase = PullPhase.Done,
        File = Path.GetFileName(model.Path),
        FileNumber = model.Files.Count,
        FileCount = model.Files.Count,
        Bytes = model.Bytes,
        TotalBytes = model.Bytes,
        Source = model.Source,
        Model = model,
        WasHere = wasHere,
    });

    private sealed record FilePosition(string File, int Number, int Count, long Before, long Total);
}

/// <summary>The rate over the last seconds; a new phase begins a new measurement.</summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);

    private readonly Queue<(long Time, long Bytes)> samples = new();
    private PullPhase phase;

    /// <summary>Takes a sample.</summary>
    /// <returns>Bytes per second; 0 while there is too little to tell.</returns>
    public double Measure(PullPhase now, long bytes)
    {
        if (now != phase)
        {
            phase = now;
            samples.Clear();
        }

        long time = clock.GetTimestamp();
        samples.Enqueue((time, bytes));
        while (samples.Count > 2 && clock.GetElapsedTime(samples.Peek().Time, time) > Window)
        {
            samples.Dequeue();
        }

        (long first, long then) = samples.Peek();
        double seconds = clock.GetElapsedTime(first, time).TotalSeconds;
        return seconds < 0.15 ? 0 : Math.Max(0, bytes - then) / seconds;
    }
}
