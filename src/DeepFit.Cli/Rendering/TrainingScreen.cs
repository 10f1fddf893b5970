using System.Globalization;
using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>What training takes: verdict, bars, parts with their formulas, the layer's terms, the other methods, what would make it fit.</summary>
internal sealed class TrainingScreen(PlannedModel model, TrainingPlan plan, TrainingPlanner planner, TrainingOptionSet.Asked asked, string? otherMachine, CommandContext context)
{
    private const int BarWidth = 48;

    private readonly IAnsiConsole screen = context.Screen;
    private readonly TrainingMemory memory = plan.Memory;
    private readonly TrainingOptions options = plan.Memory.Options;
    private readonly ModelArchitecture architecture = model.Layout.Architecture;

    public void Write()
    {
        screen.Write(new FlowText(
            Ink.Title(model.DisplayName), "  ", Ink.Title(context.Say(TrainingTexts.MethodName(options.Method))), Ink.Dim("  " + context.Say(CommonTexts.Basis(EstimateBasis.Estimated)))));
        WriteHead();
        WriteVerdict();
        Title(memory.GpuCount > 1 ? TrainingTexts.PartsTitleEach : TrainingTexts.PartsTitle);
        WriteParts();
        if (options.Checkpointing == ActivationCheckpointing.Off)
        {
            Title(TrainingTexts.LayerTitle);
            WriteLayer();
        }

        Title(TrainingTexts.MethodsTitle);
        WriteMethods();
        WriteRemedies();
        Title(TrainingTexts.RuleTitle);
        WriteRule();
        foreach (BilingualText note in plan.Notes)
        {
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
        }
    }

    private void WriteHead()
    {
        var rows = new FactRows();
        rows.Add(context.Say(TrainingTexts.Trains), context.Say(TrainingTexts.TrainsOf(memory.TrainableParameters, memory.Parameters)));
        rows.Add(context.Say(TrainingTexts.Settings), context.Say(TrainingTexts.SettingsOf(options, TrainingMap.Word(options.Precision), TrainingMap.Word(options.Optimizer))));
        screen.Write(rows);
        screen.WriteLine();
    }

    private void WriteVerdict()
    {
        BilingualText name = otherMachine is null ? EstimateTexts.ThisMachine : EstimateTexts.OtherMachine(otherMachine);
        Ink verdict = plan.Fits ? Ink.Good(context.Say(EstimateTexts.Fits(name))) : Ink.Bad(context.Say(EstimateTexts.DoesNotFit(name)));
        screen.Write(new FlowText(verdict with { Style = new Style(verdict.Style.Foreground, decoration: Decoration.Bold) }, context.Say(plan.Reason)));
        if (plan.Devices.Count > 1)
        {
            var rows = new FactRows();
            foreach (TrainingDevice device in plan.Devices)
            {
                rows.Add(
                    device.Device,
                    device.Fits ? Ink.Good("✓ ") : Ink.Bad("✗ "),
                    device.Usable is { } usable ? context.Say(RecommendTexts.MemoryNeed(Figures.GiB(device.Need), Figures.GiB(usable))) : Figures.GiB(device.Need),
                    Ink.Dim($" · {device.Name}"));
            }

            screen.Write(rows);
        }

        screen.WriteLine();
    }

    private void WriteParts()
    {
        double total = Math.Max(plan.Devices[0].Usable?.Bytes ?? 0, memory.Total.Bytes);
        screen.Write(new Indented(new StackedBar(
            [
                new BarPart((memory.Weights + memory.Adapters).Bytes, '█', Styles.Weights),
                new BarPart((memory.Gradients + memory.MasterWeights + memory.OptimizerStates).Bytes, '▓', Styles.Cache),
                new BarPart((memory.Activations + memory.Working).Bytes, '▒', Styles.Compute),
                new BarPart((memory.Dequantization + memory.Gathered + memory.Reserve).Bytes, '░', Styles.Overhead),
            ],
            total,
            BarWidth)));
        var table = new PlainTable(indent: 2);
        table.Column(context.Say(TrainingTexts.Part));
        table.Column(context.Say(TrainingTexts.Size), right: true);
        table.Column(context.Say(TrainingTexts.How), wrap: true);
        foreach ((BilingualText name, ByteSize size, BilingualText how) in Parts())
        {
            if (size.Bytes > 0)
            {
                table.Row(context.Say(name), Figures.GiB(size), Ink.Dim(context.Say(how)));
            }
        }

        table.Row(
            Ink.Strong(context.Say(TrainingTexts.Sum)), Ink.Strong(Figures.GiB(memory.Total)), Ink.Dim(options.AccumulatesGradients ? "" : context.Say(TrainingTexts.NotTogether)));
        screen.Write(table);
        screen.WriteLine();
    }

    private IEnumerable<(BilingualText Name, ByteSize Size, BilingualText How)> Parts()
    {
        string Each(ByteSize size, bool divided) =>
            (size.Bytes * (double)(divided ? memory.GpuCount : 1) / memory.TrainableParameters).ToString("0.##", CultureInfo.InvariantCulture);
        BilingualText Shared(BilingualText text, int from) => options.ShardingStage >= from ? TrainingTexts.AndShared(text, memory.GpuCount) : text;
        yield return (TrainingTexts.Weights, memory.Weights, Shared(
            TrainingTexts.WeightsHow(memory.QuantizedParameters > 0, Figures.ParametersShort(memory.QuantizedParameters), Figures.ParametersShort(memory.Parameters - memory.QuantizedParameters)), 3));
        yield return (TrainingTexts.Adapters, memory.Adapters, Shared(TrainingTexts.BytesEach(Each(memory.Adapters, options.ShardingStage >= 3)), 3));
        yield return (TrainingTexts.Gradients, memory.Gradients, Shared(TrainingTexts.BytesEach(Each(memory.Gradients, options.ShardingStage >= 2)), 2));
        yield return (TrainingTexts.Master, memory.MasterWeights, Shared(TrainingTexts.BytesEach(Each(memory.MasterWeights, options.ShardingStage >= 1)), 1));
        yield return (TrainingTexts.Optimizer, memory.OptimizerStates, Shared(TrainingTexts.BytesEach(Each(memory.OptimizerStates, options.ShardingStage >= 1)), 1));
        yield return (TrainingTexts.Activations, memory.Activations + memory.HostActivations, options.Checkpointing == ActivationCheckpointing.Off
            ? TrainingTexts.AllLayersHow(architecture.LayerCount, options.Tokens)
            : TrainingTexts.InputsHow(architecture.LayerCount, architecture.EmbeddingLength, options.Tokens, options.Checkpointing == ActivationCheckpointing.Offload));
        double perRow = memory.Logits.Bytes / (double)(architecture.VocabularySize * options.Tokens);
        yield return (TrainingTexts.Working, memory.Working, memory.Logits >= memory.LayerWork
            ? TrainingTexts.LogitsHow(architecture.VocabularySize, perRow.ToString("0.##", CultureInfo.InvariantCulture), options.Tokens, Figures.GiB(memory.LayerWork))
            : TrainingTexts.LayerHow(Figures.GiB(memory.Logits)));
        yield return (TrainingTexts.Dequantized, memory.Dequantization, TrainingTexts.DequantizedHow);
        yield return (TrainingTexts.Gathered, memory.Gathered, TrainingTexts.GatheredHow);
        yield return (TrainingTexts.Reserve, memory.Reserve, TrainingTexts.ReserveHow);
    }

    private void WriteLayer()
    {
        var table = new PlainTable(headers: false, indent: 2);
        table.Column("", wrap: true);
        table.Column("", right: true);
        table.Column("");
        foreach (ActivationTerm term in memory.ActivationTerms)
        {
            table.Row(context.Say(term.Name), Figures.Count(term.BytesPerToken) + " B", Ink.Dim("= " + term.Formula));
        }

        screen.Write(table);
        screen.WriteLine();
    }

    private void WriteMethods()
    {
        var table = new PlainTable(indent: 2);
        table.Column(context.Say(TrainingTexts.Method));
        table.Column(context.Say(TrainingTexts.Trained), right: true);
        table.Column(context.Say(TrainingTexts.Takes), right: true);
        table.Column(context.Say(TrainingTexts.Fits));
        foreach (TrainingMethod method in Enum.GetValues<TrainingMethod>())
        {
            TrainingPlan other = method == options.Method ? plan : planner.Plan(asked.Options with { Method = method }, asked.ChooseStage);
            string name = context.Say(TrainingTexts.MethodName(method)) + (other.Memory.Options.ShardingStage is var stage and > 0 ? $" (ZeRO {stage})" : "");
            table.Row(
                method == options.Method ? Ink.Strong(name) : name,
                TrainingTexts.Short(other.Memory.TrainableParameters),
                Figures.GiB(other.Devices[0].Need),
                other.Fits ? Ink.Good("✓ " + context.Say(CommonTexts.Yes)) : Ink.Bad("✗ " + context.Say(CommonTexts.No)));
        }

        screen.Write(table);
        screen.WriteLine();
    }

    private void WriteRemedies()
    {
        if (plan.Remedies.Count == 0)
        {
            return;
        }

        Title(TrainingTexts.RemediesTitle);
        var rows = new FactRows();
        foreach (TrainingRemedy remedy in plan.Remedies)
        {
            Ink text = context.Say(remedy.Text);
            rows.Add(Figures.GiB(remedy.Total), remedy.Arguments is { } arguments ? [text, Ink.Command("\n" + arguments)] : [text]);
        }

        screen.Write(rows);
        screen.WriteLine();
    }

    private void WriteRule()
    {
        ByteSize rule = plan.Rule.At(4);
        ByteSize all = memory.Total * memory.GpuCount;
        screen.Write(new Indented(new FlowText(context.Say(TrainingTexts.Rule(
            Figures.GiB(rule),
            plan.RunningQuantization,
            options.SequenceLength,
            Figures.GiB(plan.Running),
            Figures.GiB(all),
            (all.Bytes / (double)plan.Running.Bytes).ToString("0.0", CultureInfo.InvariantCulture),
            options.Method == TrainingMethod.Full)))));
        screen.WriteLine();
    }

    private void Title(BilingualText title) => screen.Write(new FlowText(Ink.Title(context.Say(title))));
}
