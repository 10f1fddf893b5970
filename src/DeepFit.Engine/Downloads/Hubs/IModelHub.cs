using DeepFit.Core.Models;
using DeepFit.Engine.Downloads.Transfer;

namespace DeepFit.Engine.Downloads.Hubs;

/// <summary>A file as a hub lists it.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Bytes">Its size, or null where the hub does not say.</param>
/// <param name="Sha256">Its digest, lower-case hexadecimal, or null where the hub does not say.</param>
/// <param name="Name">The name that it is kept under here.</param>
internal sealed record HubFile(string Path, long? Bytes, string? Sha256, string Name);

/// <summary>What is wanted of a hub: a repository, and which of its files.</summary>
/// <param name="Repository">Such as <c>unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF</c>; of Ollama <c>deepseek-r1</c>.</param>
/// <param name="File">A file's path, of a split model its first part; of Ollama the tag. Null to choose by quantization.</param>
/// <param name="Quantization">Chooses the file where <paramref name="File"/> is null or no longer there; or null.</param>
internal sealed record HubWish(string Repository, string? File, Quantization? Quantization);

/// <summary>A model as a hub serves it.</summary>
/// <param name="Hub">The hub.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Files">All files of the model, in order.</param>
internal sealed record HubModel(IModelHub Hub, string Repository, IReadOnlyList<HubFile> Files)
{
    /// <summary>Whether another hub serves the very same bytes.</summary>
    public bool SameBytes(HubModel other) => Files.Count == other.Files.Count
        && Files.Zip(other.Files).All(pair => pair.First.Sha256 is { } digest && digest == pair.Second.Sha256);
}

/// <summary>A place that serves models.</summary>
internal interface IModelHub
{
    /// <summary>The word of <c>--hub</c>: <c>hf</c>, <c>modelscope</c>, <c>ollama</c>.</summary>
    string Name { get; }

    /// <summary>The name for people.</summary>
    string DisplayName { get; }

    /// <summary>Asks the hub for a model's files, sizes and digests.</summary>
    /// <exception cref="LocalModels.PullException">It has no such model, or refuses.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached.</exception>
    Task<HubModel> FindAsync(HubWish wish, CancellationToken token);

    /// <summary>Where a file is downloaded from.</summary>
    TransferSource SourceOf(string repository, HubFile file);

    /// <summary>The folder below the models' folder that a repository's files are kept in.</summary>
    string FolderOf(string repository);
}
