using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Server.Api.Documents;

namespace DeepFit.Server.Api;

/// <summary>
/// Every variant in every quantization on a machine: judged as <c>deepfit estimate</c> judges one, with the settings that <c>deepfit</c> would recommend. What it
/// does recommend is shown as recommended.
/// </summary>
/// <param name="judge">The machine and the use.</param>
/// <param name="request">What is wanted.</param>
internal sealed class MatrixPlanner(Judge judge, RecommendRequest request)
{
    private static readonly Lazy<Quantization[]> Columns = new(() => [.. Quantizations.All.Where(q => q.BaseType != GgmlType.F32).OrderBy(q => q.BitsPerWeight(Rows[0]))]);

    private readonly double floor = request.MinTps ?? request.Use.MinTokensPerSecond;

    private static IReadOnlyList<ModelVariant> Rows => ModelCatalog.Default.Variants;

    /// <summary>Judges them all, on all cores.</summary>
    /// <param name="recommendation">What is recommended for the same request.</param>
    public MatrixDocument Plan(Recommendation recommendation)
    {
        Dictionary<(string Variant, string Quantization), Configuration> recommended = [];
        foreach (Configuration one in recommendation.Configurations.Concat(recommendation.Alternatives.Select(a => a.Configuration)).Where(c => c.Fits))
        {
            recommended.TryAdd((one.Variant, one.Quantization), one);
        }

        Quantization[] columns = Columns.Value;
        var cells = new MatrixCellDocument[Rows.Count * columns.Length];
        Parallel.For(0, cells.Length, index =>
        {
            (int row, int column) = Math.DivRem(index, columns.Length);
            cells[index] = recommended.TryGetValue((Rows[row].Id, columns[column].Name), out Configuration? known) ? Cell(known) : Cell(Rows[row], columns[column]);
        });
        return new MatrixDocument(request.Use.Id, [.. Rows.Select(v => v.Id)], [.. columns.Select(q => q.Name)], WithFrontier(cells));
    }

    private MatrixCellDocument Cell(ModelVariant variant, Quantization quantization)
    {
        var model = new PlannedModel(variant.Id, variant.Layout(quantization), variant, null);
        ContextNeed need = request.Use.ContextFor(variant.Id);
        int needed = request.Context ?? Math.Min(need.Comfortable, variant.ContextLength);
        if (needed > variant.ContextLength)
        {
            return TooLong(model, needed);
        }

        // as the recommender does: the first cache type that fits, and where none does, a shorter context, but never shorter than a typical exchange
        for (int context = needed; request.Context is null ? context >= Math.Min(need.Least, needed) : context == needed; context /= 2)
        {
            foreach (GgmlType type in request.KvTypes)
            {
                RuntimeOptions options = Options(model, context, type);
                MemoryEstimate memory = MemoryEstimator.Estimate(model.Layout, options, judge.Target);
                if (judge.Of(model, options, memory) is { Fits: true } fits)
                {
                    return Cell(context < needed ? fits with { LimitedBy = "context" } : fits);
                }
            }
        }

        RuntimeOptions asked = Options(model, needed, request.KvTypes[0]);
        return Cell(judge.Of(model, asked, MemoryEstimator.Estimate(model.Layout, asked, judge.Target)));
    }

    private RuntimeOptions Options(PlannedModel model, int context, GgmlType type) =>
        judge.Place(model.Layout, new RuntimeOptions { Context = checked(context * request.Users), KvTypeK = type, KvTypeV = type, Parallel = request.Users });

    private MatrixCellDocument Cell(Configuration configuration)
    {
        ConfigurationDocument document = configuration.ToDocument(Language.English);
        bool slow = document.Fits && document.LimitedBy is null && document.Speed?.GenerationTps < floor;
        return new MatrixCellDocument
        {
            Variant = document.Variant,
            Quantization = document.Quantization,
            Context = document.Context,
            Parallel = document.Parallel,
            KvTypeK = document.KvTypeK,
            KvTypeV = document.KvTypeV,
            GpuLayers = document.GpuLayers,
            CpuMoeLayers = document.CpuMoeLayers,
            FileBytes = document.FileBytes,
            Fits = document.Fits,
            LimitedBy = slow ? "speed" : document.LimitedBy,
            TotalBytes = document.Memory.TotalBytes,
            GenerationTps = document.Speed?.GenerationTps,
            GenerationTpsLow = document.Speed?.GenerationTpsLow,
            GenerationTpsHigh = document.Speed?.GenerationTpsHigh,
            SecondsToAnswer = document.Speed?.SecondsToAnswer,
            Score = document.Quality.Score,
            Basis = document.Speed?.Basis,
            Frontier = false,
        };
    }

    /// <summary>A context that the model was not made for: nothing can be said of memory and speed.</summary>
    private MatrixCellDocument TooLong(PlannedModel model, int context)
    {
        var options = new RuntimeOptions { Context = checked(context * request.Users), KvTypeK = request.KvTypes[0], KvTypeV = request.KvTypes[0], Parallel = request.Users };
        string type = request.KvTypes[0].ToString().ToLowerInvariant();
        return new MatrixCellDocument
        {
            Variant = model.Name,
            Quantization = model.Layout.Quantization,
            Context = options.Context,
            Parallel = request.Users,
            KvTypeK = type,
            KvTypeV = type,
            GpuLayers = 0,
            CpuMoeLayers = 0,
            FileBytes = model.Layout.FileBytes.Bytes,
            Fits = false,
            LimitedBy = "context",
            TotalBytes = null,
            GenerationTps = null,
            GenerationTpsLow = null,
            GenerationTpsHigh = null,
            SecondsToAnswer = null,
            Score = ContractNumbers.Significant(QualityEstimator.Estimate(model.Name, model.Layout, options, request.Use).Score ?? double.NaN),
            Basis = null,
            Frontier = false,
        };
    }

    /// <summary>Marks what runs and is beaten by nothing in both speed and score.</summary>
    private static MatrixCellDocument[] WithFrontier(MatrixCellDocument[] cells)
    {
        double best = double.NegativeInfinity;
        HashSet<MatrixCellDocument> frontier = new(ReferenceEqualityComparer.Instance);
        foreach (MatrixCellDocument cell in cells
            .Where(c => c is { Fits: true, GenerationTps: not null, Score: not null })
            .OrderByDescending(c => c.GenerationTps).ThenByDescending(c => c.Score))
        {
            if (cell.Score > best)
            {
                best = cell.Score.Value;
                frontier.Add(cell);
            }
        }

        return Array.ConvertAll(cells, cell => frontier.Contains(cell) ? cell with { Frontier = true } : cell);
    }
}
