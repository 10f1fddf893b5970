using System.Text;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.TestModels;

namespace DeepFit.Cli.Tests.Support;

/// <summary>Small model files in a folder of their own, which also is the program's home.</summary>
public sealed class TinyModels : IDisposable
{
    /// <summary>Valid JSON, and then something that is none.</summary>
    public const string JsonAnswer = "Hm.\n</think>\n\n{\"word\": \"二\", \"count\": 12}!! and more";

    private const int LongTokens = 1200;

    public string Home { get; } = Directory.CreateTempSubdirectory("deepfit-run-").FullName;

    /// <summary>Says <see cref="TinyModel.ThinkingAnswer"/> and the others.</summary>
    public string Model => Make("tiny.gguf", path => new TinyModel().Write(path));

    /// <summary>With a place for functions in its template, and one answer more: <see cref="JsonAnswer"/>, by the digit 4.</summary>
    public string Tools => Make("tools.gguf", path =>
        new TinyModel([TinyModel.ThinkingAnswer, TinyModel.SecondAnswer, TinyModel.ThirdAnswer, TinyModel.CallingAnswer, JsonAnswer], ChatTemplates.DeepSeekR1Tools).Write(path));

    /// <summary>Thinks and answers for a while: some thousand characters, none of them twice.</summary>
    public string Slow => Make("slow.gguf", path =>
    {
        var text = new StringBuilder();
        for (int i = 0; i < LongTokens; i++)
        {
            text.Append((char)('\u4E00' + i));
        }

        new TinyModel([$"想。\n</think>\n\n{text}"]).Write(path);
    });

    /// <summary>A template that nobody knows.</summary>
    public string Unheard => Make("unheard.gguf", path => new TinyModel(template: ChatTemplates.Unheard).Write(path));

    /// <summary>The tiny model's shapes without a vocabulary.</summary>
    public string Mute => Make("mute.gguf", path =>
    {
        ModelLayout layout;
        using (FileStream model = File.OpenRead(Model))
        {
            layout = GgufModelReader.ReadLayout(GgufReader.Read(model));
        }

        using FileStream file = File.Create(path);
        SyntheticGguf.Write(file, layout);
        file.SetLength(file.Length + layout.TensorBytes.Bytes + (1 << 20));
    });

    /// <summary>Another family's file.</summary>
    public string Stranger => Make("stranger.gguf", path =>
    {
        using FileStream file = File.Create(path);
        GgufWriter.Write(file, new GgufMetadata { { "general.architecture", GgufValue.From("gemma3") } }, [], (_, _) => { });
    });

    public void Dispose() => Directory.Delete(Home, recursive: true);

    private string Make(string name, Action<string> write)
    {
        string path = Path.Combine(Home, name);
        lock (Home)
        {
            if (!File.Exists(path))
            {
                write(path + ".part");
                File.Move(path + ".part", path);
            }
        }

        return path;
    }
}
