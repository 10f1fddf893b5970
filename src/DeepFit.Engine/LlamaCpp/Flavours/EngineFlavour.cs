using System.Text.RegularExpressions;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.LlamaCpp.Flavours;

/// <summary>One set of the engine's libraries for this platform.</summary>
/// <param name="Id">What it is called: <c>vulkan</c>, <c>cuda</c>, <c>metal</c>, <c>cpu</c>.</param>
/// <param name="Package">The package that holds it, without its scope; null for libraries of unknown origin.</param>
/// <param name="Folder">Where it lies, or null when it is not here.</param>
/// <param name="Backends">The back ends among its libraries; of one that is not here, those that its package has.</param>
/// <param name="Bundled">Whether it lies beside the program.</param>
/// <param name="Chosen">Whether the engine's process loads it.</param>
public sealed record EngineFlavour(string Id, string? Package, string? Folder, IReadOnlyList<string> Backends, bool Bundled, bool Chosen);

/// <summary>
/// The flavours of the engine: the one beside the program, those that were installed for this user, those that could be. Which one is loaded is a line in a file beside the
/// installed ones; <c>DEEPFIT_ENGINE_FOLDER</c> overrides it.
/// </summary>
public static partial class EngineFlavours
{
    private const string ChoiceFile = "chosen";

    // the packages of eng/native/package.json and eng/native/cuda/package.json
    private static readonly (string Platform, string Id, string Package, string[] Backends)[] Offered =
    [
        ("linux-x64", "vulkan", "linux-x64-vulkan", ["cpu", "vulkan"]),
        ("linux-x64", "cuda", "linux-x64-cuda", ["cpu", "cuda"]),
        ("linux-arm64", "cpu", "linux-arm64", ["cpu"]),
        ("osx-arm64", "metal", "mac-arm64-metal", ["cpu", "metal"]),
        ("osx-x64", "cpu", "mac-x64", ["cpu"]),
        ("win-x64", "vulkan", "win-x64-vulkan", ["cpu", "vulkan"]),
        ("win-x64", "cuda", "win-x64-cuda", ["cpu", "cuda"]),
        ("win-arm64", "cpu", "win-arm64", ["cpu"]),
    ];

    /// <summary>The folder of installed flavours.</summary>
    public static string Root => Path.Combine(StoreLocation.Folder(), "engines");

    /// <summary>All flavours of this platform.</summary>
    public static IReadOnlyList<EngineFlavour> All() => All(EngineLibraries.Platform, EngineLibraries.BundledFolder, Root);

    /// <summary>The folder of the installed flavour that was chosen; null where none was, or its libraries are gone.</summary>
    internal static string? ChosenFolder => Choice(Root) is { } id && EngineLibraries.Find(FolderOf(Root, id)) is { } libraries ? libraries.Folder : null;

    /// <summary>Where a flavour is installed.</summary>
    internal static string FolderOf(string root, string id) => Path.Combine(root, $"llama.cpp-{NativeEngine.Version}-{id}");

    internal static IReadOnlyList<EngineFlavour> All(string platform, string bundledFolder, string root)
    {
        string? chosen = Choice(root);
        EngineLibraries? bundled = EngineLibraries.Find(bundledFolder);
        IReadOnlyList<string> own = bundled is null ? [] : BackendsIn(bundledFolder);
        string? ownId = bundled is null ? null : IdOf(own);
        bool installedChosen = chosen is not null && EngineLibraries.Find(FolderOf(root, chosen)) is not null;
        var flavours = new List<EngineFlavour>();
        if (ownId is not null)
        {
            flavours.Add(new EngineFlavour(ownId, Package(platform, ownId), bundledFolder, own, Bundled: true, Chosen: !installedChosen));
        }

        foreach ((string of, string id, string package, string[] backends) in Offered)
        {
            if (of == platform && id != ownId)
            {
                string folder = FolderOf(root, id);
                bool here = EngineLibraries.Find(folder) is not null;
                flavours.Add(new EngineFlavour(id, package, here ? folder : null, here ? BackendsIn(folder) : backends, Bundled: false, Chosen: installedChosen && chosen == id));
            }
        }

        return flavours;
    }

    /// <summary>The package of a flavour on a platform, or null.</summary>
    internal static string? Package(string platform, string id) => Array.Find(Offered, row => row.Platform == platform && row.Id == id).Package;

    /// <summary>The flavour that a person chose, or null for the one beside the program.</summary>
    internal static string? Choice(string root)
    {
        try
        {
            string file = Path.Combine(root, ChoiceFile);
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 and < 32 } id && id.All(char.IsAsciiLetterOrDigit) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // unreadable: the engine beside the program serves
        }
    }

    /// <summary>Chooses a flavour; null for the one beside the program.</summary>
    internal static void Choose(string root, string? id)
    {
        string file = Path.Combine(root, ChoiceFile);
        if (id is null)
        {
            File.Delete(file);
            return;
        }

        Directory.CreateDirectory(root);
        string part = file + "." + Path.GetRandomFileName();
        File.WriteAllText(part, id + "\n");
        File.Move(part, file, overwrite: true);
    }

    /// <summary>The back ends of a folder by the names of its libraries, <c>cpu</c> first.</summary>
    internal static IReadOnlyList<string> BackendsIn(string folder) => Backends(Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!));

    internal static IReadOnlyList<string> Backends(IEnumerable<string> names) =>
        [.. names.Select(name => BackendName().Match(name)).Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct().OrderBy(name => name != "cpu").ThenBy(name => name, StringComparer.Ordinal)];

    private static string IdOf(IReadOnlyList<string> backends) => backends.FirstOrDefault(backend => backend != "cpu") ?? "cpu";

    [GeneratedRegex(@"^(?:lib)?ggml-(cpu|vulkan|cuda|metal|hip|sycl|cann|musa)(?:-[a-z0-9]+)?\.(?:so|dylib|dll)$", RegexOptions.CultureInvariant)]
    private static partial Regex BackendName();
}
