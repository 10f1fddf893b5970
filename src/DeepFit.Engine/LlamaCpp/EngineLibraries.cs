using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>
/// The engine's library files in one folder, in load order. Their names carry flavour and version (<c>libllama.vulkan.v0.4.0.so</c>), so that they are
/// found by pattern.
/// </summary>
/// <param name="Folder">The folder; the back ends (<c>ggml-cpu-*</c>, <c>ggml-vulkan</c> ...) lie in it too.</param>
/// <param name="GgmlBase">ggml's tensor library.</param>
/// <param name="Ggml">ggml's registry of back ends.</param>
/// <param name="Llama">llama.cpp itself.</param>
public sealed partial record EngineLibraries(string Folder, string GgmlBase, string Ggml, string Llama)
{
    /// <summary>Environment variable that names another folder to take the engine from.</summary>
    public const string FolderVariable = "DEEPFIT_ENGINE_FOLDER";

    /// <summary>The runtime identifier whose engine fits this process: <c>linux-x64</c>, <c>osx-arm64</c>, <c>win-x64</c> ...</summary>
    public static string Platform { get; } = DescribePlatform();

    /// <summary>Where the engine is looked for: the folder in <see cref="FolderVariable"/>, the flavour that was chosen, or the one beside the program.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named
            ? named
            : Flavours.EngineFlavours.ChosenFolder ?? BundledFolder;

    /// <summary>The engine beside the program: <c>runtimes/&lt;platform&gt;/native</c>.</summary>
    public static string BundledFolder => Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native");

    /// <summary>Finds the libraries in a folder; null when one is missing.</summary>
    public static EngineLibraries? Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        string[] names = [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        return Pick(names) is var (ggmlBase, ggml, llama)
            ? new EngineLibraries(folder, Path.Combine(folder, ggmlBase), Path.Combine(folder, ggml), Path.Combine(folder, llama))
            : null;
    }

    /// <summary>Picks the three libraries among file names; null when one is missing.</summary>
    internal static (string GgmlBase, string Ggml, string Llama)? Pick(IReadOnlyList<string> names)
    {
        string? ggmlBase = names.FirstOrDefault(n => GgmlBaseName().IsMatch(n));
        string? ggml = names.FirstOrDefault(n => GgmlName().IsMatch(n));
        string? llama = names.FirstOrDefault(n => LlamaName().IsMatch(n));
        return ggmlBase is null || ggml is null || llama is null ? null : (ggmlBase, ggml, llama);
    }

    private static string DescribePlatform()
    {
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        if (RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
        {
            system = "linux-musl";
        }

        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    [GeneratedRegex(@"^(lib)?ggml-base\.(so|dylib|dll)$", RegexOptions.CultureInvariant)]
    private static partial Regex GgmlBaseName();

    [GeneratedRegex(@"^(lib)?ggml(\.[a-z]+)?(\.v[0-9.]+)?\.(so|dylib|dll)$", RegexOptions.CultureInvariant)]
    private static partial Regex GgmlName();

    [GeneratedRegex(@"^(lib)?llama(\.[a-z]+)?(\.v[0-9.]+)?\.(so|dylib|dll)$", RegexOptions.CultureInvariant)]
    private static partial Regex LlamaName();
}
