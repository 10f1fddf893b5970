namespace DeepFit.Core.Contract;

/// <summary>A model on this machine, as <c>deepfit list --json</c> lists it and <c>deepfit pull --json</c> returns it.</summary>
public sealed record LocalModelDocument
{
    /// <summary>Catalogue id, or null for a model that is no DeepSeek-R1.</summary>
    public required string? Variant { get; init; }

    /// <summary>The quantization as the file says.</summary>
    public required string Quantization { get; init; }

    /// <summary>The file; of a split model the first part.</summary>
    public required string Path { get; init; }

    /// <summary>All files, in order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Who keeps it: <c>deepfit</c>, <c>ollama</c>, <c>lm-studio</c>, <c>hugging-face</c>, <c>llama.cpp</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>The owner's name for it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether its SHA-256 was compared with the hub's.</summary>
    public required bool Verified { get; init; }

    /// <summary>The first file's SHA-256, or null.</summary>
    public required string? Sha256 { get; init; }

    /// <summary>Where it was pulled from, or null.</summary>
    public required string? Source { get; init; }
}

/// <summary>What a pull brought (<c>deepfit pull</c>).</summary>
/// <param name="Model">The model.</param>
/// <param name="WasHere">Whether it was here before, so that nothing was downloaded.</param>
/// <param name="ElapsedSeconds">How long it took, in seconds.</param>
public sealed record PullDocument(LocalModelDocument Model, bool WasHere, double ElapsedSeconds);

/// <summary>The models on this machine (<c>deepfit list</c>).</summary>
/// <param name="Folder">Where DeepFit pulls to.</param>
/// <param name="Models">Every model that was found.</param>
/// <param name="Unfinished">Pulls that were interrupted.</param>
public sealed record ModelListDocument(string Folder, IReadOnlyList<LocalModelDocument> Models, IReadOnlyList<UnfinishedDocument> Unfinished);

/// <summary>A file of which a part is here.</summary>
/// <param name="Path">Where it is to be.</param>
/// <param name="DoneBytes">Bytes that are here.</param>
/// <param name="TotalBytes">Bytes of the whole.</param>
public sealed record UnfinishedDocument(string Path, long DoneBytes, long TotalBytes);

/// <summary>What was removed (<c>deepfit rm</c>).</summary>
/// <param name="Removed">The files.</param>
/// <param name="FreedBytes">Bytes that became free.</param>
public sealed record RemovalDocument(IReadOnlyList<string> Removed, long FreedBytes);

/// <summary>How far a pull is: with <c>--json</c>, one line on standard error about every second.</summary>
/// <param name="Event">Always <c>progress</c>.</param>
/// <param name="Phase"><c>searching</c>, <c>choosing</c>, <c>waiting</c>, <c>checking</c>, <c>downloading</c>, <c>verifying</c>, <c>repairing</c>, <c>done</c>.</param>
/// <param name="File">The file's name.</param>
/// <param name="FileNumber">Its number, from 1.</param>
/// <param name="FileCount">Files of the model.</param>
/// <param name="DoneBytes">Bytes that are here, of all files.</param>
/// <param name="TotalBytes">Bytes of all files; 0 while unknown.</param>
/// <param name="BytesPerSecond">Rate; 0 while unknown.</param>
/// <param name="SecondsLeft">Seconds to go, or null.</param>
/// <param name="Source">Where bytes come from, or null.</param>
/// <param name="Note">Something to know, in the language asked for, or null.</param>
public sealed record PullEventDocument(
    string Event, string Phase, string File, int FileNumber, int FileCount, long DoneBytes, long TotalBytes, double BytesPerSecond, double? SecondsLeft, string? Source, string? Note);
