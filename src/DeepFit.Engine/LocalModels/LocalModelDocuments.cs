using DeepFit.Core.Contract;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LocalModels;

/// <summary>Models on this machine, and pulls, as the contract's documents.</summary>
public static class LocalModelDocuments
{
    /// <summary>All that a store knows of.</summary>
    public static ModelListDocument ToDocument(this IModelStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new ModelListDocument(
            store.Folder,
            [.. store.List().Select(ToDocument)],
            [.. store.Unfinished().Select(pull => new UnfinishedDocument(pull.Target, pull.Bytes, pull.TotalBytes))]);
    }

    /// <summary>One model.</summary>
    public static LocalModelDocument ToDocument(this LocalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new LocalModelDocument
        {
            Variant = model.Variant,
            Quantization = model.Quantization,
            Path = model.Path,
            Files = model.Files,
            FileBytes = model.Bytes,
            Owner = model.Owner.Word(),
            Name = model.Name,
            Verified = model.Verified,
            Sha256 = model.Sha256,
            Source = model.Source,
        };
    }

    /// <summary>How far a pull is, its note in one language.</summary>
    public static PullEventDocument ToDocument(this PullProgress progress, Language language)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return new PullEventDocument(
            "progress",
            progress.Phase.ToString().ToLowerInvariant(),
            progress.File,
            progress.FileNumber,
            progress.FileCount,
            progress.Bytes,
            progress.TotalBytes,
            Math.Round(progress.BytesPerSecond),
            progress.SecondsLeft,
            progress.Source,
            progress.Note?.In(language));
    }

    /// <summary>The owner's word: <c>deepfit ollama lm-studio hugging-face llama.cpp</c>.</summary>
    public static string Word(this ModelOwner owner) => owner switch
    {
        ModelOwner.DeepFit => "deepfit",
        ModelOwner.Ollama => "ollama",
        ModelOwner.LmStudio => "lm-studio",
        ModelOwner.HuggingFace => "hugging-face",
        _ => "llama.cpp",
    };
}
