using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Units;
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
        Dictionary<(string Variant, string Quantization), Configuration> recommended = Recommended(recommendation);
        Quantization[] columns = Columns.Value;
        var cells = new MatrixCellDocument[Rows.Count * columns.Length];
        Parallel.For(0, cells.Length, index =>
        {
            (int row, int column) = Math.DivRem(index, columns.Length);
            cells[index] = Cell(recommended, Rows[row], columns[column]);
        });
        return new MatrixDocument(request.Use.Id, [.. Rows.Select(v => v.Id)], [.. columns.Select(q => q.Name)], WithFrontier(cells));
    }

    /// <summary>Judges one, as <see cref="Plan(Recommendation)"/> does; whether it is on the frontier only the whole can say.</summary>
    /// <param name="recommendation">What is recommended for the same request.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="quantization">The quantization.</param>
    public MatrixCellDocument Cell(Recommendation recommendation, ModelVariant variant, Quantization quantization) => Cell(Recommended(recommendation), variant, quantization);

    private static Dictionary<(string Variant, string Quantization), Configuration> Recommended(Recommendation recommendation)
    {
        Dictionary<(string Variant, string Quantization), Configuration> recommended = [];
        foreach (Configuration one in recommendation.Configurations.Concat(recommendation.Alternatives.Select(a => a.Configuration)).Where(c => c.Fits))
        {
            recommended.TryAdd((one.Variant, one.Quantization), one);
        }

        return recommended;
    }

    private MatrixCellDocument Cell(Dictionary<(string Variant, string Quantization), Configuration> recommended, ModelVariant variant, Quantization quantization) =>
        recommended.TryGetValue((variant.Id, quantization.Name), out Configuration? known) ? Cell(known) : Cell(variant, quantization);

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
                OffloadPlan plan = Plan(model, context, type);
                if (plan.Fits)
                {
                    Verdict held = judge.Weigh(model, plan.Options, plan.Memory);
                    return Cell(model, plan, context < needed && held.Fits ? held with { LimitedBy = "context" } : held);
                }
            }
        }

        OffloadPlan asked = Plan(model, needed, request.KvTypes[0]);
        return Cell(model, asked, judge.Weigh(model, asked.Options, asked.Memory));
    }

    private OffloadPlan Plan(PlannedModel model, int context, GgmlType type) =>
        judge.Plan(model.Layout, new RuntimeOptions { Context = checked(context * request.Users), KvTypeK = type, KvTypeV = type, Parallel = request.Users });

    private MatrixCellDocument Cell(Configuration known) => Cell(
        known.Variant, known.Quantization, known.FileBytes, known.Options, known.Memory, new Verdict(known.Fits, known.LimitedBy, known.Speed, known.Quality.Score));

    private MatrixCellDocument Cell(PlannedModel model, OffloadPlan plan, Verdict verdict) =>
        Cell(model.Name, model.Layout.Quantization, model.Layout.FileBytes, plan.Options, plan.Memory, verdict);

    private MatrixCellDocument Cell(string variant, string quantization, ByteSize file, RuntimeOptions options, MemoryEstimate memory, Verdict verdict)
    {
        SpeedEstimate? speed = verdict.Speed;
        bool slow = verdict is { Fits: true, LimitedBy: null } && ContractNumbers.Significant(speed?.GenerationTps ?? double.NaN) < floor;
        return new MatrixCellDocument
        {
            Variant = variant,
            Quantization = quantization,
            Context = options.Context,
            Parallel = options.Parallel,
            KvTypeK = ContractMap.CacheType(options.KvTypeK),
            KvTypeV = ContractMap.CacheType(options.KvTypeV),
            GpuLayers = options.GpuLayers,
            CpuMoeLayers = options.CpuMoeLayers,
            FileBytes = file.Bytes,
            Fits = verdict.Fits,
            LimitedBy = slow ? "speed" : verdict.LimitedBy,
            TotalBytes = memory.Total.Bytes,
            GenerationTps = Figure(speed?.GenerationTps),
            GenerationTpsLow = Figure(speed?.GenerationTpsLow),
            GenerationTpsHigh = Figure(speed?.GenerationTpsHigh),
            SecondsToAnswer = Figure(speed?.SecondsToAnswer),
            Score = Points(verdict.Score),
            Basis = speed is null ? null : ContractMap.Basis(speed.Basis),
            Frontier = false,
        };
    }

    private static double? Figure(double? value) => value is { } known ? ContractNumbers.Significant(known) : null;

    private static double? Points(double? score) => score is { } known ? ContractNumbers.Decimals(known, 1) : null;

    /// <summary>A context that the model was not made for: nothing can be said of memory and speed.</summary>
    private MatrixCellDocument TooLong(PlannedModel model, int context)
    {
        var options = new RuntimeOptions { Context = checked(context * request.Users), KvTypeK = request.KvTypes[0], KvTypeV = request.KvTypes[0], Parallel = request.Users };
        string type = ContractMap.CacheType(request.KvTypes[0]);
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
            Score = Points(QualityEstimator.Score(model.Name, model.Layout, options, request.Use)),
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
