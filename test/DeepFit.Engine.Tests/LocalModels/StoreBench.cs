using System.Security.Cryptography;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Tests.Downloads.Hubs;

namespace DeepFit.Engine.Tests.LocalModels;

/// <summary>A home folder, a models folder and a store that knows no other environment.</summary>
internal sealed class StoreBench : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public StoreBench()
    {
        Directory.CreateDirectory(Home);
        Environment["HOME"] = Home;
        Environment["USERPROFILE"] = Home;
        foreach (string hub in (string[])["HF_ENDPOINT", "MODELSCOPE_DOMAIN", "DEEPFIT_OLLAMA_REGISTRY"])
        {
            Environment[hub] = "http://127.0.0.1:9"; // nobody listens there
        }
    }

    public static ModelVariant Small => ModelCatalog.Default.Find("1.5b");

    public static Quantization Q4 => Quantizations.Find("Q4_K_M");

    public string Home { get; } = Path.Combine(Path.GetTempPath(), "deepfit-store-" + Guid.NewGuid().ToString("N"));

    public Dictionary<string, string> Environment { get; } = [];

    public string Folder => Path.Combine(Home, "models");

    public TransferOptions Options { get; set; } = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(5),
        LongestDelay = TimeSpan.FromMilliseconds(20),
        LockPoll = TimeSpan.FromMilliseconds(10),
        Attempts = 3,
        SpareBytes = 0,
    };

    public ModelStore Store => new(Folder, client, name => Environment.GetValueOrDefault(name), Options);

    /// <summary>The header of a DeepSeek-R1 over a hole: the right shapes, the right size, no bytes on the disk.</summary>
    public static string WriteModel(string path, ModelVariant? variant = null, Quantization? quantization = null, string name = "DeepSeek R1 Distill Qwen 1.5B")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.Create);
        SyntheticGgufFile written = SyntheticGguf.Write(file, (variant ?? Small).Layout(quantization ?? Q4), new SyntheticGgufOptions { Name = name });
        file.SetLength(written.Length);
        return path;
    }

    /// <summary>A small GGUF model, as bytes.</summary>
    public static byte[] Content(int bytes = 3_000_000, int seed = 1) => Downloads.Transfer.TransferBench.Gguf(bytes, seed);

    public void Use(HubServer hf) => Environment["HF_ENDPOINT"] = hf.Endpoint;

    public async Task<List<PullProgress>> PullAsync(PullRequest request, CancellationToken token)
    {
        var all = new List<PullProgress>();
        await foreach (PullProgress progress in Store.PullAsync(request, token))
        {
            all.Add(progress);
        }

        return all;
    }

    public void Dispose()
    {
        client.Dispose();
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>Ollama's store with one model.</summary>
    public string WriteOllama(string root, string tag = "1.5b")
    {
        string staged = WriteModel(Path.Combine(Home, "staged.gguf"));
        string digest = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(tag)));
        string blob = Path.Combine(root, "blobs", "sha256-" + digest);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        File.Move(staged, blob);
        string manifest = Path.Combine(root, "manifests", "registry.ollama.ai", "library", "deepseek-r1", tag);
        Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
        File.WriteAllText(manifest, $$"""
            { "schemaVersion": 2, "layers": [
              { "mediaType": "application/vnd.ollama.image.params", "digest": "sha256:{{new string('1', 64)}}", "size": 5 },
              { "mediaType": "application/vnd.ollama.image.model", "digest": "sha256:{{digest}}", "size": 1 } ] }
            """);
        return blob;
    }
}
