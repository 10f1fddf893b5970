using DeepFit.Engine.Downloads.Transfer;

namespace DeepFit.Engine.LocalModels.Finders;

/// <summary>What DeepFit pulled, or what somebody put into its folder by hand.</summary>
internal static class OwnFinder
{
    private const int Depth = 6;

    public static IEnumerable<FoundFiles> Find(string folder)
    {
        foreach (IReadOnlyList<string> files in Folders.Models(folder, Depth))
        {
            PullRecord?[] records = [.. files.Select(PullRecord.Read)];
            yield return new FoundFiles(
                ModelOwner.DeepFit,
                Path.GetRelativePath(folder, files[0]).Replace('\\', '/'),
                files,
                records[0]?.Sha256,
                records.All(record => record is { Verified: true }),
                records[0]?.Source);
        }
    }

    /// <summary>Pulls that were interrupted.</summary>
    public static IReadOnlyList<UnfinishedPull> Unfinished(string folder) =>
    [
        .. Folders.Files(folder, "*.part", Depth)
            .Select(part => (Target: part[..^".part".Length], Left: TransferJournal.Read(part[..^".part".Length])))
            .Where(part => part.Left is not null)
            .Select(part => new UnfinishedPull(
                part.Target,
                part.Left!.Value.Identity.Arrived(part.Left.Value.Pieces),
                part.Left.Value.Identity.Bytes)),
    ];
}
