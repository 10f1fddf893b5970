using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>The model that an engine runs.</summary>
/// <param name="Name"><c>general.name</c>, or the file's name without its ending.</param>
/// <param name="Path">The file.</param>
/// <param name="Layout">Its tensors and hyperparameters.</param>
public sealed record InferenceModel(string Name, string Path, ModelLayout Layout)
{
    /// <summary>Reads a file's header, and those of its other parts.</summary>
    /// <param name="path">The file; of a split model the first part.</param>
    /// <exception cref="UserErrorException">There is no such file, it is no GGUF file, or it holds another family's model.</exception>
    public static InferenceModel Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new UserErrorException(new BilingualText(
                $"There is no model file {path}. Check the path, or fetch one with deepfit pull.",
                $"找不到模型文件 {path}。请检查路径，或用 deepfit pull 下载。"));
        }

        try
        {
            GgufHeader header;
            using (FileStream stream = File.OpenRead(path))
            {
                header = GgufReader.Read(stream);
            }

            ModelLayout layout = GgufSplit.CountOf(header) > 1
                ? GgufModelReader.ReadLayout(GgufSplit.Read(path, File.OpenRead))
                : GgufModelReader.ReadLayout(header, new FileInfo(path).Length);
            string name = header.Metadata.TryGetString("general.name", out string? given) && given.Length > 0 ? given : System.IO.Path.GetFileNameWithoutExtension(path);
            return new InferenceModel(name, path, layout);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(new BilingualText($"{path} cannot be read: {e.Message}", $"无法读取 {path}：{e.Message}"), e);
        }
    }
}
