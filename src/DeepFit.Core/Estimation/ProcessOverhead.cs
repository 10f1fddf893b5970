using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>
/// What the engine's process takes besides weights, cache and compute buffers: its code, the vocabulary, the logits of each sequence, and the
/// driver's context on a GPU. The figures and their sources are in <c>Data/process_overhead.csv</c>.
/// </summary>
public static class ProcessOverhead
{
    private static readonly Lazy<Dictionary<string, long>> Bytes = new(Load);

    /// <summary>System memory beside the model's own, in bytes.</summary>
    /// <param name="model">The hyperparameters; the vocabulary counts.</param>
    /// <param name="options">How it is run; the parallel sequences count.</param>
    public static ByteSize Host(ModelArchitecture model, RuntimeOptions options)
    {
        long perRow = Bytes.Value.GetValueOrDefault($"vocabulary_row_{model.Name}", Bytes.Value["vocabulary_row"]);
        long logits = (long)model.VocabularySize * sizeof(float) * options.Parallel; // llama_context::output_reserve, llama-context.cpp:2043
        return new ByteSize(Bytes.Value["engine"] + (model.VocabularySize * perRow) + logits);
    }

    /// <summary>A GPU's memory beside the model's own, in bytes; zero where no figure has a source.</summary>
    /// <param name="backend"><c>cuda</c>, <c>rocm</c>, <c>vulkan</c> ...</param>
    public static ByteSize Gpu(string backend) => new(Bytes.Value.GetValueOrDefault($"gpu_{backend}"));

    private static Dictionary<string, long> Load()
    {
        using Stream stream = typeof(ProcessOverhead).Assembly.GetManifestResourceStream("DeepFit.Core.Data.process_overhead.csv")!;
        using var reader = new StreamReader(stream);
        var figures = new Dictionary<string, long>(StringComparer.Ordinal);
        reader.ReadLine();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            string[] cells = line.Split(',', 4);
            figures[cells[0]] = long.Parse(cells[1], CultureInfo.InvariantCulture) * (cells[2] == "MiB" ? ByteSize.MiB : 1);
        }

        return figures;
    }
}
