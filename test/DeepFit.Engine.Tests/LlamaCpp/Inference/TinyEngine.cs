using DeepFit.Core.Estimation;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.TestModels;

namespace DeepFit.Engine.Tests.LlamaCpp.Inference;

/// <summary>A tiny model in a temporary file, and engines that run it in this process.</summary>
public sealed class TinyEngine : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deepfit-tiny-").FullName;

    static TinyEngine() => Environment.SetEnvironmentVariable("GGML_VK_VISIBLE_DEVICES", "99");

    public TinyModel Model { get; } = new();

    public string Path(TinyModel? model = null)
    {
        model ??= Model;
        string path = System.IO.Path.Combine(folder, $"tiny-{(uint)string.Concat(model.Answers).GetHashCode(StringComparison.Ordinal)}-{(uint)model.Template.GetHashCode(StringComparison.Ordinal)}.gguf");
        if (!File.Exists(path))
        {
            model.Write(path);
        }

        return path;
    }

    internal Task<InferenceEngine> LoadAsync(
        int slots = 1, int context = 2048, TinyModel? model = null, Func<RuntimeOptions, RuntimeOptions>? options = null, Func<InferenceSettings, InferenceSettings>? settings = null)
    {
        DeepFit.Engine.Tests.LlamaCpp.Engine.Require();
        RuntimeOptions run = new() { Context = context * slots, Parallel = slots, UBatch = 64, Batch = 64 };
        InferenceSettings set = new() { ModelPath = Path(model), Options = options?.Invoke(run) ?? run, Threads = 1 };
        return InferenceEngine.LoadAsync(settings?.Invoke(set) ?? set, null, TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
