using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LocalModels;

/// <summary>
/// The models on this machine: those that DeepFit pulled, and those of other programs (Ollama, LM Studio, Hugging Face's and llama.cpp's caches), which are used where they
/// lie and never copied.
/// </summary>
public interface IModelStore
{
    /// <summary>The folder that DeepFit pulls into.</summary>
    string Folder { get; }

    /// <summary>Every GGUF model that is found, DeepFit's own first. Files that cannot be read are left out.</summary>
    IReadOnlyList<LocalModel> List();

    /// <summary>The model on this machine, or null. DeepFit's own comes first, then one whose digest was checked, then any other.</summary>
    /// <param name="variant">The variant.</param>
    /// <param name="quantization">The quantization.</param>
    LocalModel? FindLocal(ModelVariant variant, Quantization quantization);

    /// <summary>
    /// Brings a model to this machine, or finds it there: the last item carries it (<see cref="PullProgress.Model"/>). Stopping it at any point keeps what has arrived; the same request goes on
    /// from there.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PullException">It cannot be had; the message says what to do.</exception>
    /// <exception cref="UserErrorException">The request is wrong.</exception>
    IAsyncEnumerable<PullProgress> PullAsync(PullRequest request, CancellationToken cancellationToken = default);

    /// <summary>Pulls that were interrupted: what has arrived is kept until they go on or are removed.</summary>
    IReadOnlyList<UnfinishedPull> Unfinished();

    /// <summary>Deletes what an interrupted pull left.</summary>
    /// <param name="pull">An item of <see cref="Unfinished"/>.</param>
    /// <returns>The bytes that became free.</returns>
    /// <exception cref="UserErrorException">It is under way in another process.</exception>
    long Remove(UnfinishedPull pull);

    /// <summary>Deletes a model that DeepFit pulled. A link to elsewhere is deleted as a link; nothing outside the folder is touched.</summary>
    /// <param name="model">An item of <see cref="List"/>.</param>
    /// <returns>The bytes that became free.</returns>
    /// <exception cref="UserErrorException">Another program owns it; the message names the command that removes it.</exception>
    long Remove(LocalModel model);
}

/// <summary>Which program keeps a model.</summary>
public enum ModelOwner
{
    /// <summary>DeepFit pulled it.</summary>
    DeepFit = 0,

    /// <summary>Ollama's blobs.</summary>
    Ollama = 1,

    /// <summary>LM Studio's models.</summary>
    LmStudio = 2,

    /// <summary>The cache of Hugging Face's own programs.</summary>
    HuggingFace = 3,

    /// <summary>llama.cpp's cache.</summary>
    LlamaCpp = 4,
}

/// <summary>A model on this machine.</summary>
public sealed record LocalModel
{
    /// <summary>The file; of a split model the first part. An engine loads it from here.</summary>
    public required string Path { get; init; }

    /// <summary>All files, in order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Who keeps it.</summary>
    public required ModelOwner Owner { get; init; }

    /// <summary>The owner's name for it, such as <c>deepseek-r1:7b</c> or <c>unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF</c>; or the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>The catalogue's id of the variant; null for a model that is no DeepSeek-R1.</summary>
    public string? Variant { get; init; }

    /// <summary>The quantization as the file says, such as <c>Q4_K_M</c>.</summary>
    public required string Quantization { get; init; }

    /// <summary>
    /// Whether the content's SHA-256 was compared with the hub's after the download: by DeepFit, which keeps a record, or by Ollama. Of split models, of all files.
    /// </summary>
    public bool Verified { get; init; }

    /// <summary>The digest of the first file in lower-case hexadecimal, where it is known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where it was pulled from, where it is known.</summary>
    public string? Source { get; init; }
}

/// <summary>A file of which a part is here.</summary>
/// <param name="Target">Where it is to be.</param>
/// <param name="Bytes">Bytes that are here.</param>
/// <param name="TotalBytes">Bytes of the whole.</param>
public sealed record UnfinishedPull(string Target, long Bytes, long TotalBytes);

/// <summary>What is to be pulled: a variant, or a certain file.</summary>
public sealed record PullRequest
{
    /// <summary>The variant; null when <see cref="Repository"/> or <see cref="Address"/> says it all.</summary>
    public ModelVariant? Variant { get; init; }

    /// <summary>The quantization; needed with a variant, and used to choose a file of <see cref="Repository"/>.</summary>
    public Quantization? Quantization { get; init; }

    /// <summary>The hub: <c>hf</c>, <c>modelscope</c> or <c>ollama</c>; null lets the fastest decide.</summary>
    public string? Hub { get; init; }

    /// <summary>A repository of the hub in place of the catalogue's, such as <c>owner/name</c>; of Ollama <c>name:tag</c>.</summary>
    public string? Repository { get; init; }

    /// <summary>A file of <see cref="Repository"/>; of a split model its first part.</summary>
    public string? File { get; init; }

    /// <summary>An http or https address of a GGUF file, in place of all the above.</summary>
    public Uri? Address { get; init; }

    /// <summary>Most connections at a time, 1 to 16; null begins with 4 and goes up to 8.</summary>
    public int? Connections { get; init; }

    /// <summary>Whether a model that is here already will do; default true.</summary>
    public bool UseExisting { get; init; } = true;
}

/// <summary>How far a pull is.</summary>
public sealed record PullProgress
{
    /// <summary>What is being done.</summary>
    public required PullPhase Phase { get; init; }

    /// <summary>The file's name; empty before it is known.</summary>
    public string File { get; init; } = "";

    /// <summary>Number of the file, from 1, of <see cref="FileCount"/>.</summary>
    public int FileNumber { get; init; } = 1;

    /// <summary>Files of the model.</summary>
    public int FileCount { get; init; } = 1;

    /// <summary>Bytes that are here, of all files.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of all files; 0 while unknown.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Bytes per second over the last seconds; 0 while unknown.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Seconds to go at that rate; null while unknown.</summary>
    public double? SecondsLeft => BytesPerSecond > 0 ? (TotalBytes - Bytes) / BytesPerSecond : null;

    /// <summary>The address that bytes come from, its signature left out; or null.</summary>
    public string? Source { get; init; }

    /// <summary>Something that the person should know, such as that a server limits requests; or null.</summary>
    public BilingualText? Note { get; init; }

    /// <summary>The model, with <see cref="PullPhase.Done"/>.</summary>
    public LocalModel? Model { get; init; }

    /// <summary>With <see cref="PullPhase.Done"/>: whether it was here before, so that nothing was downloaded.</summary>
    public bool WasHere { get; init; }
}

/// <summary>The steps of a pull.</summary>
public enum PullPhase
{
    /// <summary>Looks at what is here already.</summary>
    Searching = 0,

    /// <summary>Asks the hubs which answers faster, and for sizes and digests.</summary>
    Choosing = 1,

    /// <summary>Another process pulls the same file; its progress is shown.</summary>
    Waiting = 2,

    /// <summary>Checks what an earlier pull left.</summary>
    Checking = 3,

    /// <summary>Bytes arrive.</summary>
    Downloading = 4,

    /// <summary>The digest is compared.</summary>
    Verifying = 5,

    /// <summary>The digest is wrong; the part that is to blame is looked for and fetched again.</summary>
    Repairing = 6,

    /// <summary>The model is here.</summary>
    Done = 7,
}

/// <summary>A pull that failed, with what programs need of it.</summary>
public sealed class PullException(string kind, BilingualText text, Exception? inner = null) : UserErrorException(text, inner)
{
    /// <summary>A stable word: <c>no_network</c>, <c>no_space</c>, <c>not_published</c>, <c>refused</c>, <c>bad_content</c>, <c>failed</c>.</summary>
    public string Kind { get; } = kind;
}
