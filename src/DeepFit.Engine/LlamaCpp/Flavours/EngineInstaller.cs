using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Detection;

namespace DeepFit.Engine.LlamaCpp.Flavours;

/// <summary>
/// Fetches a flavour of the engine through the npm client: <c>npm ci</c> on the lock file that this program was built with, so that npm refuses whatever does not have the
/// lock's SHA-512. No script of a package is run. The libraries appear in their folder all at once.
/// </summary>
public sealed class EngineInstaller
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private readonly string npm;
    private readonly string root;
    private readonly string platform;
    private readonly string bundled;

    /// <summary>An installer for this machine and user.</summary>
    public EngineInstaller()
        : this("npm", EngineFlavours.Root, EngineLibraries.Platform, EngineLibraries.BundledFolder)
    {
    }

    internal EngineInstaller(string npm, string root, string platform, string bundled)
    {
        this.npm = npm;
        this.root = root;
        this.platform = platform;
        this.bundled = bundled;
    }

    /// <summary>Makes a flavour the one that is loaded; fetches it where it is not here.</summary>
    /// <param name="id">The flavour.</param>
    /// <param name="cancellationToken">Stops npm; nothing is left behind.</param>
    /// <returns>The flavour, and whether it was fetched.</returns>
    /// <exception cref="UserErrorException">There is no such flavour for this platform.</exception>
    /// <exception cref="EngineUnavailableException">npm is missing or failed.</exception>
    public async Task<(EngineFlavour Flavour, bool Fetched)> InstallAsync(string id, CancellationToken cancellationToken)
    {
        IReadOnlyList<EngineFlavour> all = EngineFlavours.All(platform, bundled, root);
        EngineFlavour wanted = all.FirstOrDefault(flavour => flavour.Id.Equals(id.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(id, all);
        bool fetch = wanted.Folder is null;
        if (fetch)
        {
            await FetchAsync(wanted, cancellationToken).ConfigureAwait(false);
        }

        EngineFlavours.Choose(root, wanted.Bundled ? null : wanted.Id);
        return (EngineFlavours.All(platform, bundled, root).First(flavour => flavour.Id == wanted.Id), fetch);
    }

    private async Task FetchAsync(EngineFlavour flavour, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(root);
        string work = Path.Combine(root, ".install-" + Path.GetRandomFileName());
        Directory.CreateDirectory(work);
        try
        {
            string manifest = flavour.Id == "cuda" ? "cuda" : "default";
            foreach (string name in (string[])["package.json", "package-lock.json"])
            {
                using Stream from = typeof(EngineInstaller).Assembly.GetManifestResourceStream($"DeepFit.Engine.Native.{manifest}.{name}")
                    ?? throw new InvalidOperationException($"the embedded file {manifest}/{name} is missing");
                using FileStream to = File.Create(Path.Combine(work, name));
                await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
            }

            ToolResult result = await RunAsync(work, cancellationToken).ConfigureAwait(false);
            string package = Path.Combine(work, "node_modules", "@node-llama-cpp", flavour.Package!);
            string bins = Path.Combine(package, "bins");
            if (!Directory.Exists(bins))
            {
                throw Failed(flavour, result); // npm takes a missing optional package for a success
            }

            string ready = Path.Combine(work, "ready");
            Directory.CreateDirectory(ready);
            foreach (string file in Directory.EnumerateFiles(bins, "*", SearchOption.AllDirectories))
            {
                string name = Path.GetFileName(file);
                bool library = Path.GetExtension(name) is ".so" or ".dylib" or ".dll" or ".metal";
                if (library && !name.Contains("llama-common", StringComparison.Ordinal) && !name.Contains("llama-addon", StringComparison.Ordinal))
                {
                    File.Move(file, Path.Combine(ready, name));
                }
            }

            if (File.Exists(Path.Combine(package, "LICENSE")))
            {
                File.Move(Path.Combine(package, "LICENSE"), Path.Combine(ready, "LICENSE.node-llama-cpp"));
            }

            if (EngineLibraries.Find(ready) is null)
            {
                throw Failed(flavour, result);
            }

            string folder = EngineFlavours.FolderOf(root, flavour.Id);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true); // incomplete, or it would have been found
            }

            Directory.Move(ready, folder);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private Task<ToolResult> RunAsync(string work, CancellationToken cancellationToken)
    {
        string[] words = platform.Split('-');
        string os = words[0] switch { "osx" => "darwin", "win" => "win32", _ => "linux" };
        List<string> arguments =
        [
            "ci", "--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--no-progress", "--omit-lockfile-registry-resolved",
            "--os=" + os, "--cpu=" + words[^1],
        ];
        if (os == "linux")
        {
            arguments.Add("--libc=glibc");
        }

        // on Windows npm is a batch file, which only cmd.exe starts
        return OperatingSystem.IsWindows()
            ? ToolRunner.RunAsync("cmd", ["/d", "/c", npm, .. arguments], Limit, 1 << 20, cancellationToken)
            : ToolRunner.RunAsync(npm, arguments, Limit, 1 << 20, cancellationToken);
    }

    private static EngineUnavailableException Failed(EngineFlavour flavour, ToolResult result)
    {
        if (result.ExitCode is null && result.Error == "not found")
        {
            return new EngineUnavailableException(new BilingualText(
                "npm is not on the PATH, and the engine is fetched through it. Install Node.js 20 or later, which brings npm, and try again.",
                "PATH 中找不到 npm，而引擎需要通过它下载。请安装 Node.js 20 或更高版本（自带 npm）后重试。"));
        }

        string said = (result.Error.Length > 0 ? result.Error : result.Output).ReplaceLineEndings("\n").Split('\n').LastOrDefault(line => line.Contains("npm", StringComparison.Ordinal))?.Trim() ?? "-";
        return new EngineUnavailableException(new BilingualText(
            $"npm could not fetch {flavour.Package}: {said} Check the network and npm's registry setting, and try again; what was here before still serves.",
            $"npm 无法下载 {flavour.Package}：{said} 请检查网络和 npm 的 registry 设置后重试；原有引擎不受影响。"));
    }

    private static UserErrorException Unknown(string id, IReadOnlyList<EngineFlavour> all)
    {
        string names = all.Count > 0 ? string.Join(", ", all.Select(flavour => flavour.Id)) : "-";
        return new UserErrorException(new(
            $"There is no prebuilt engine '{id}' for this platform. There is: {names}.", $"没有适用于本平台的预编译引擎“{id}”。可用的有：{names}。"))
        { Suggestions = NearestNames.Suggest(id, all.Select(flavour => flavour.Id)) };
    }
}
