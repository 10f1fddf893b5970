using System.Globalization;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>An estimate that explains itself: verdict, bars, the formula's terms, the rule of thumb, speed and quality.</summary>
internal sealed class EstimateScreen(PlannedModel model, Configuration result, MachineProfile machine, bool thisMachine, CommandContext context)
{
    private const int RuleBarWidth = 36;

    private readonly IAnsiConsole screen = context.Screen;
    private readonly ModelLayout layout = model.Layout;

    public void Write()
    {
        screen.Write(new FlowText(Ink.Title(model.DisplayName), "  ", Ink.Title(result.Quantization), Ink.Dim("  " + context.Say(CommonTexts.Basis(result.Memory.Basis)))));
        WriteHead();
        WriteVerdict();
        if (!thisMachine)
        {
            MachineScreen.WriteBrief(machine, context);
        }

        Title(EstimateTexts.MemoryTitle);
        screen.Write(new Indented(MemoryView.Create(result.Memory, context)));
        screen.WriteLine();
        Title(EstimateTexts.TermsTitle);
        WriteTerms();
        Title(EstimateTexts.RuleTitle);
        WriteRule();
        Title(EstimateTexts.SpeedTitle);
        WriteSpeed();
    }

    private void WriteHead()
    {
        ModelArchitecture architecture = layout.Architecture;
        RuntimeOptions options = result.Options;
        var rows = new FactRows();
        rows.Add(context.Say(EstimateTexts.Model), context.Say(EstimateTexts.Shape(architecture, layout.ParameterCount, architecture.Experts is null ? layout.ParameterCount : model.Variant?.ActiveParameterCount ?? layout.ParameterCount)));
        rows.Add(context.Say(model.Variant is null ? EstimateTexts.File : CommonTexts.Download), Figures.Gb(result.FileBytes));
        rows.Add(
            context.Say(EstimateTexts.Settings),
            context.Say(EstimateTexts.Runtime(
                options.Context, ContractMap.CacheType(options.KvTypeK), ContractMap.CacheType(options.KvTypeV), options.UBatch, options.Parallel, options.FlashAttention)),
            options.GpuLayers > 0 ? context.Say(EstimateTexts.GpuLayers(options.GpuLayers, architecture.LayerCount + 1, options.CpuMoeLayers)) : "");
        screen.Write(rows);
        screen.WriteLine();
    }

    private void WriteVerdict()
    {
        BilingualText name = thisMachine ? EstimateTexts.ThisMachine : EstimateTexts.OtherMachine(machine.Name);
        Ink verdict = result.Fits ? Ink.Good(context.Say(EstimateTexts.Fits(name))) : Ink.Bad(context.Say(EstimateTexts.DoesNotFit(name)));
        screen.Write(new FlowText(verdict with { Style = new Style(verdict.Style.Foreground, decoration: Decoration.Bold) }, context.Say(result.Reason)));
        screen.WriteLine();
    }

    private void WriteTerms()
    {
        ByteSize Sum(Func<DeviceMemory, ByteSize> part) => new(result.Memory.Devices.Sum(device => part(device).Bytes));
        var rows = new FactRows();
        rows.Add(context.Say(EstimateTexts.Weights), new Rows(
            new FlowText(context.Say(EstimateTexts.WeightsTerm(layout.Tensors.Count, Figures.GiB(Sum(d => d.Weights))))),
            TypeTable()));
        KvCacheLayout cache = KvCacheLayout.Create(layout.Architecture, result.Options);
        var formula = new List<Ink> { context.Say(EstimateTexts.CacheTerm(Figures.GiB(Sum(d => d.KvCache)))), context.Say(CacheFormula(cache)) };
        if (layout.Architecture.IsMla)
        {
            formula.Add(Ink.Dim("\n" + context.Say(EstimateTexts.LatentNote(layout.Architecture.HeadCount))));
        }

        rows.Add(context.Say(EstimateTexts.Cache), [.. formula]);
        string compute = Figures.Exact(Sum(d => d.Compute));
        rows.Add(context.Say(EstimateTexts.Compute), context.Say(result.Memory.Basis == EstimateBasis.Estimated
            ? EstimateTexts.ComputeTerm(compute, result.Options.UBatch, result.Options.FlashAttention)
            : EstimateTexts.SimulatedComputeTerm(compute)));
        rows.Add(context.Say(EstimateTexts.Overhead), context.Say(EstimateTexts.OverheadTerm(Figures.Exact(Sum(d => d.Overhead)))));
        screen.Write(rows);
        screen.WriteLine();
    }

    private BilingualText CacheFormula(KvCacheLayout cache)
    {
        ModelArchitecture a = layout.Architecture;
        string k = Bytes(result.Options.KvTypeK);
        return a.IsMla
            ? EstimateTexts.LatentCacheFormula(cache.LayerCount, cache.KeyElements, k, cache.Cells)
            : EstimateTexts.CacheFormula(cache.LayerCount, a.HeadCountKv, a.KeyLength, k, a.ValueLength, Bytes(result.Options.KvTypeV), cache.Cells);
    }

    private PlainTable TypeTable()
    {
        var table = new PlainTable();
        table.Column(context.Say(EstimateTexts.Type));
        table.Column(context.Say(EstimateTexts.Tensors), right: true);
        table.Column(context.Say(EstimateTexts.Size), right: true);
        table.Column(context.Say(EstimateTexts.Bits), right: true);
        foreach (IGrouping<GgmlType, GgufTensorInfo> type in layout.Tensors.GroupBy(t => t.Type).OrderByDescending(g => g.Sum(t => t.Bytes)))
        {
            table.Row(
                type.Key.ToString(),
                Figures.Count(type.Count()),
                Figures.GiB(new ByteSize(type.Sum(t => t.Bytes))),
                type.Key.BitsPerElement().ToString("0.####", CultureInfo.InvariantCulture));
        }

        return table;
    }

    private void WriteRule()
    {
        var rule = new RuleOfThumb(layout.ParameterCount);
        var table = new PlainTable(headers: false, indent: 2);
        table.Column("");
        table.Column("", right: true);
        table.Column("");
        ByteSize largest = rule.At(4);
        foreach (RuleOfThumbFigure figure in rule.Figures)
        {
            AddRuleRow(table, context.Say(EstimateTexts.RuleRow(figure.BytesPerParameter.ToString(CultureInfo.InvariantCulture), figure.Name)), figure.Size, largest, Styles.Dim);
        }

        AddRuleRow(table, result.Quantization, layout.TensorBytes, largest, Styles.Weights);
        screen.Write(table);
        screen.Write(new Indented(new FlowText(context.Say(rule.Explain(layout)))));
        screen.WriteLine();
    }

    private static void AddRuleRow(PlainTable table, string name, ByteSize size, ByteSize largest, Style style) => table.Row(
        name,
        Figures.GiB(size),
        new Ink(new string('█', StackedBar.Share([size.Bytes], largest.Bytes, RuleBarWidth)[0]), style));

    private void WriteSpeed()
    {
        var rows = new FactRows();
        if (result.Speed is { } speed)
        {
            rows.Add(
                context.Say(EstimateTexts.Generation),
                Ink.Strong(Range(speed.GenerationTps, speed.GenerationTpsLow, speed.GenerationTpsHigh)),
                Ink.Dim(" · " + context.Say(CommonTexts.Basis(speed.Basis))));
            rows.Add(context.Say(EstimateTexts.Prompt), Range(speed.PromptTps, speed.PromptTpsLow, speed.PromptTpsHigh));
            rows.Add(context.Say(CommonTexts.Answer), Ink.Strong(context.Say(AnswerTexts.Typical)), context.Say(AnswerTexts.Time(speed)));
            if (result.LongSpeed is { } longer)
            {
                rows.Add(context.Say(CommonTexts.Answer), "", Ink.Strong(context.Say(AnswerTexts.Longer)), context.Say(AnswerTexts.Time(longer)));
            }

            if (result.Need is { } need)
            {
                rows.Add(
                    context.Say(CommonTexts.Context), context.Say(AnswerTexts.Need(need)),
                    result.ReasoningSource is { } source ? Ink.Dim("\n" + context.Say(AnswerTexts.LengthsFrom(source))) : "");
            }

            rows.Add(context.Say(EstimateTexts.AssumesWord), Ink.Dim(context.Say(speed.Assumes)));
        }
        else
        {
            rows.Add(context.Say(CommonTexts.Speed), "–");
        }

        QualityEstimate quality = result.Quality;
        rows.Add(
            context.Say(CommonTexts.Score),
            quality.Score is { } score ? Ink.Strong(context.Say(ScoreTexts.Range(score, quality.ScoreLow!.Value, quality.ScoreHigh!.Value))) : context.Say(CommonTexts.Unknown),
            Ink.Dim(" · " + context.Say(quality.Assumes)));
        if (quality.Score is not null)
        {
            rows.Add(context.Say(ScoreTexts.LossWord), context.Say(ScoreTexts.Loss(result.Quantization, quality)));
        }

        if (quality.Scores.Any(s => s.Weight > 0))
        {
            rows.Add(context.Say(ScoreTexts.BenchmarksWord), BenchmarkRows.Create(quality.Scores.Where(s => s.Weight > 0), context));
            rows.Add(context.Say(ScoreTexts.SourcesWord), Ink.Dim(string.Join("\n", quality.Sources)));
        }

        if (thisMachine && model.Variant is { } variant && result.Speed is not { Basis: >= EstimateBasis.Measured })
        {
            rows.Add(context.Say(CommonTexts.Next), Ink.Command($"deepfit testdrive {variant.Id} --quant {result.Quantization}"), Ink.Dim("\n" + context.Say(RecommendTexts.MeasureIt)));
        }

        screen.Write(rows);
    }

    private string Range(double middle, double low, double high) => context.Say(EstimateTexts.Rate(Figures.Rate(middle), Figures.Rate(low), Figures.Rate(high)));

    private void Title(BilingualText title) => screen.Write(new FlowText(Ink.Title(context.Say(title))));

    // q8_0 keeps 34 bytes for 32 elements
    private static string Bytes(GgmlType type) => (type.TypeSize() / (double)type.BlockSize()).ToString("0.####", CultureInfo.InvariantCulture);
}
