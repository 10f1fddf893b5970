using System.Runtime.CompilerServices;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Tests.Support;

/// <summary>Models of the tests' making; a pull goes through every phase.</summary>
internal sealed class FakeModelStore : IModelStore
{
    public List<LocalModel> Models { get; } = [];

    public List<UnfinishedPull> Parts { get; } = [];

    public List<PullRequest> Requests { get; } = [];

    public List<string> Removed { get; } = [];

    public Exception? PullFails { get; set; }

    /// <summary>What a pull waits for in the middle.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Cancels this in the middle of a pull.</summary>
    public CancellationTokenSource? Interrupt { get; set; }

    public string Folder => "/home/somebody/.local/share/deepfit/models";

    public static LocalModel Model(string variant = "7b", string quantization = "Q4_K_M", ModelOwner owner = ModelOwner.DeepFit, bool verified = true) => new()
    {
        Path = $"/home/somebody/.local/share/deepfit/models/unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF/DeepSeek-R1-Distill-{variant}-{quantization}.gguf",
        Files = [$"/home/somebody/.local/share/deepfit/models/unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF/DeepSeek-R1-Distill-{variant}-{quantization}.gguf"],
        Bytes = 4_683_073_504,
        Owner = owner,
        Name = owner == ModelOwner.Ollama ? $"deepseek-r1:{variant}" : $"unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF/{variant}.gguf",
        Variant = variant,
        Quantization = quantization,
        Verified = verified,
        Sha256 = new string('5', 64),
        Source = "https://huggingface.co/unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF/resolve/main/DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf",
    };

    public IReadOnlyList<LocalModel> List() => Models;

    public IReadOnlyList<UnfinishedPull> Unfinished() => Parts;

    public LocalModel? FindLocal(ModelVariant variant, Quantization quantization) => Models.Find(m => m.Variant == variant.Id && m.Quantization == quantization.Name);

    public async IAsyncEnumerable<PullProgress> PullAsync(PullRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Requests.Add(request);
        yield return new PullProgress { Phase = PullPhase.Choosing };
        await Task.Yield();
        if (PullFails is { } failure)
        {
            throw failure;
        }

        yield return new PullProgress
        {
            Phase = PullPhase.Downloading,
            File = "model.gguf",
            Bytes = 1_240_000_000,
            TotalBytes = 4_683_073_504,
            BytesPerSecond = 52_400_000,
            Note = new BilingualText("the server limits requests (HTTP 429); going on with 2", "服务器限流（HTTP 429），降为 2 个连接"),
        };
        if (Interrupt is { } interrupt)
        {
            await interrupt.CancelAsync();
        }

        await Gate.WaitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        LocalModel model = Model(request.Variant?.Id ?? "7b", request.Quantization?.Name ?? "Q4_K_M");
        yield return new PullProgress { Phase = PullPhase.Done, Bytes = model.Bytes, TotalBytes = model.Bytes, Model = model };
    }

    public long Remove(LocalModel model)
    {
        if (model.Owner != ModelOwner.DeepFit)
        {
            throw new PullException("refused", new BilingualText($"{model.Name} belongs to Ollama: `ollama rm {model.Name}`.", $"{model.Name} 属于 Ollama：`ollama rm {model.Name}`。"));
        }

        Removed.Add(model.Path);
        return model.Bytes;
    }

    public long Remove(UnfinishedPull pull)
    {
        Removed.Add(pull.Target);
        return pull.Bytes;
    }
}
