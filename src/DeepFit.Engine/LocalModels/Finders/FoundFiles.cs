using DeepFit.Core.Gguf;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LocalModels.Finders;

/// <summary>A model's files where a program keeps them; what is in them is not known yet.</summary>
/// <param name="Owner">Whose they are.</param>
/// <param name="Name">The owner's name for the model.</param>
/// <param name="Files">The files, in order.</param>
/// <param name="Sha256">The first file's digest, where its name or a record tells it.</param>
/// <param name="Verified">Whether that digest was checked.</param>
/// <param name="Source">Where it is from, or null.</param>
internal sealed record FoundFiles(ModelOwner Owner, string Name, IReadOnlyList<string> Files, string? Sha256 = null, bool Verified = false, string? Source = null)
{
    /// <summary>Bytes of all files; null when one is not there.</summary>
    public long? Bytes()
    {
        long sum = 0;
        foreach (string file in Files)
        {
            try
            {
                // a link's own length is not its target's
                var info = new FileInfo(file);
                FileSystemInfo final = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
                if (final is not FileInfo { Exists: true } real)
                {
                    return null;
                }

                sum += real.Length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        return sum;
    }
}

/// <summary>Looks into folders that may not be there, not be readable, or change meanwhile.</summary>
internal static class Folders
{
    /// <summary>GGUF files below a folder, links to folders not followed; sets of parts that are not complete are left out.</summary>
    /// <returns>Each model's files, in order.</returns>
    public static IReadOnlyList<IReadOnlyList<string>> Models(string folder, int depth)
    {
        string[] files = [.. Files(folder, "*.gguf", depth).Order(StringComparer.Ordinal)];
        var present = files.ToHashSet(StringComparer.Ordinal);
        var models = new List<IReadOnlyList<string>>();
        foreach (string file in files)
        {
            try
            {
                if (!GgufSplitName.TryParse(file, out GgufSplitName? part))
                {
                    models.Add([file]);
                }
                else if (part.Number == 1 && part.All().Select(p => p.ToString()).ToArray() is { } parts && parts.All(present.Contains))
                {
                    models.Add(parts);
                }
            }
            catch (UserErrorException)
            {
                // numbers that make no sense: no model
            }
        }

        return models;
    }

    /// <summary>Files below a folder.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern, int depth)
    {
        try
        {
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateFiles(folder, pattern, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = depth, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None, MatchCasing = MatchCasing.CaseInsensitive })
                    .Where(file => !UnderLink(folder, file))]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether a folder between the outer one and the file is a link: what is behind it is not in the folder.</summary>
    public static bool UnderLink(string outer, string file)
    {
        for (string? folder = Path.GetDirectoryName(file); folder is not null && folder.Length > outer.Length; folder = Path.GetDirectoryName(folder))
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The user's home, or null.</summary>
    public static string? Home(Func<string, string?> environment) => environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 0 } home ? home : null;
}
