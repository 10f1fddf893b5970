using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Commands;

/// <summary>Models on this machine as documents.</summary>
internal static class ModelDocuments
{
    public static LocalModelDocument Of(LocalModel model) => new()
    {
        Variant = model.Variant,
        Quantization = model.Quantization,
        Path = model.Path,
        Files = model.Files,
        FileBytes = model.Bytes,
        Owner = PullTexts.OwnerWord(model.Owner),
        Name = model.Name,
        Verified = model.Verified,
        Sha256 = model.Sha256,
        Source = model.Source,
    };

    public static PullEventDocument Of(PullProgress progress, Language language) => new(
        "progress",
        PullTexts.PhaseWord(progress.Phase),
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
