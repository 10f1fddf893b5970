using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Server.Api.Documents;

namespace DeepFit.Server.Api;

/// <summary>Every variant in every quantization on a machine, judged as <c>deepfit estimate</c> judges one.</summary>
internal static class MatrixPlanner
{
    private static readonly Lazy<Quantization[]> Columns = new(() => [.. Quantizations.All.Where(q => q.BaseType != GgmlType.F32).OrderBy(q => q.BitsPerWeight(Rows[0]))]);

    private static IReadOnlyList<ModelVariant> Rows => ModelCatalog.Default.Variants;

    /// <summary>Judges them all, on all cores.</summary>
    /// <param name="judge">The machine and the use.</param>
    /// <param name="use">The use.</param>
    /// <param name="context">Tokens for each user; null for what the use needs.</param>
    /// <param name="cacheType">Cache type of keys and values.</param>
    /// <param name="users">People at a time.</param>
    public static MatrixDocument Plan(Judge judge, UseProfile use, int? context, GgmlType cacheType, int users)
    {
        Quantization[] columns = Columns.Value;
        var cells = new MatrixCellDocument[Rows.Count * columns.Length];
        Parallel.For(0, Rows.Count, row =>
        {
            for (int column = 0; column < columns.Length; column++)
            {
                cells[(row * columns.Length) + column] = Cell(judge, use, Rows[row], columns[column], context, cacheType, users);
            }
        });
        return new MatrixDocument(use.Id, [.. Rows.Select(v => v.Id)], [.. columns.Select(q => q.Name)], cells);
    }

    private static MatrixCellDocument Cell(Judge judge, UseProfile use, ModelVariant variant, Quantization quantization, int? context, GgmlType cacheType, int users)
    {
        ModelLayout layout = variant.Layout(quantization);
        int each = context ?? Math.Min(use.ContextFor(variant.Id).Comfortable, variant.ContextLength);
        var options = new RuntimeOptions { Context = checked(each * users), KvTypeK = cacheType, KvTypeV = cacheType, Parallel = users };
        if (each > variant.ContextLength)
        {
            return new MatrixCellDocument
            {
                Variant = variant.Id,
                Quantization = quantization.Name,
                Context = options.Context,
                GpuLayers = 0,
                CpuMoeLayers = 0,
                FileBytes = layout.FileBytes.Bytes,
                Fits = false,
                LimitedBy = "context",
                TotalBytes = null,
                GenerationTps = null,
                GenerationTpsLow = null,
                GenerationTpsHigh = null,
                SecondsToAnswer = null,
                Score = ContractNumbers.Significant(QualityEstimator.Estimate(variant, layout, options, use).Score ?? double.NaN),
                Basis = null,
            };
        }

        var model = new PlannedModel(variant.Id, layout, variant, null);
        RuntimeOptions placed = judge.Place(layout, options);
        ConfigurationDocument configuration = judge.Of(model, placed, MemoryEstimator.Estimate(layout, placed, judge.Target)).ToDocument(Core.Text.Language.English);
        return new MatrixCellDocument
        {
            Variant = configuration.Variant,
            Quantization = configuration.Quantization,
            Context = configuration.Context,
            GpuLayers = configuration.GpuLayers,
            CpuMoeLayers = configuration.CpuMoeLayers,
            FileBytes = configuration.FileBytes,
            Fits = configuration.Fits,
            LimitedBy = configuration.LimitedBy,
            TotalBytes = configuration.Memory.TotalBytes,
            GenerationTps = configuration.Speed?.GenerationTps,
            GenerationTpsLow = configuration.Speed?.GenerationTpsLow,
            GenerationTpsHigh = configuration.Speed?.GenerationTpsHigh,
            SecondsToAnswer = configuration.Speed?.SecondsToAnswer,
            Score = configuration.Quality.Score,
            Basis = configuration.Speed?.Basis,
        };
    }
}
