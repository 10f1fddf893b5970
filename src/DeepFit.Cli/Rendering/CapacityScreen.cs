using System.Globalization;
using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The plan for a team: what was asked, the answer, the engines side by side, the commands with the reason of every flag.</summary>
internal sealed class CapacityScreen(CapacityPlan plan, CommandContext context)
{
    private const double Negligible = 0.05; // seconds

    private readonly IAnsiConsole screen = context.Screen;
    private readonly CapacityRequest request = plan.Request;

    public void Write()
    {
        CapacityOption? shown = plan.Pick ?? plan.Closest;
        screen.Write(MachineScreen.Brief(request.Machine, context));
        screen.WriteLine();
        screen.Write(new Frame(context.Say(CapacityTexts.Title(request.Variant.DisplayName)), Body(shown), plan.Pick is null ? Styles.Bad : Styles.Good));
        screen.WriteLine();
        if (plan.Options.Count > 1 || shown is null)
        {
            WriteEngines();
        }

        if (shown is { Commands.Count: > 0 })
        {
            WriteCommands(shown);
            WriteNotes(shown);
        }
    }

    /// <summary>The plan below a recommendation, with the command that goes further.</summary>
    /// <param name="machineFile">What was given as <c>--machine</c>, or null.</param>
    public void WriteSection(string? machineFile)
    {
        screen.WriteLine();
        screen.Write(new FlowText(Ink.Title(context.Say(CapacityTexts.Title(request.Variant.DisplayName)))));
        screen.Write(Rows(plan.Pick ?? plan.Closest, indent: 2));
        string command = $"deepfit capacity {request.Variant.Id}";
        command += request.Users is { } users ? $" --users {users}" : "";
        command += request.RequestsPerMinute is { } rate ? Figures.Invariant($" --arrival-rate {rate}") : "";
        command += request.AnswerGoal is { } seconds ? Figures.Invariant($" --latency-goal {seconds}") : "";
        command += request.Use.Id == UseOption.Names[0] ? "" : $" --use {request.Use.Id}";
        command += machineFile is null ? "" : $" --machine {(machineFile.Contains(' ', StringComparison.Ordinal) ? $"\"{machineFile}\"" : machineFile)}";
        screen.Write(new FlowText([Ink.Dim("· " + context.Say(CapacityTexts.TeamHint(command)))], hanging: 2));
    }

    private FactRows Rows(CapacityOption? shown, int indent)
    {
        var rows = new FactRows(indent);
        rows.Add(context.Say(CapacityTexts.Team), context.Say(request.Users is { } users
            ? CapacityTexts.People(users, Duration(plan.ThinkSeconds ?? 0), request.Use.Name)
            : CapacityTexts.Stream(Number(request.RequestsPerMinute ?? 0), request.Use.Name)));
        rows.Add(context.Say(CapacityTexts.Goal), [.. GoalLine()]);
        if (shown is not null)
        {
            AddOption(rows, shown);
        }

        rows.Add(context.Say(CommonTexts.Why), context.Say(plan.Explanation));
        return rows;
    }

    private Rows Body(CapacityOption? shown)
    {
        FactRows rows = Rows(shown, indent: 0);
        return plan.Pick is not null
            ? new Rows(rows)
            : new Rows(new FlowText(Ink.Bad(context.Say(shown is null ? CapacityTexts.NothingFits : CapacityTexts.NothingMeets))), new FlowText(""), rows);
    }

    private IEnumerable<Ink> GoalLine()
    {
        yield return context.Say(CapacityTexts.AnswerGoal(Figures.Percent(plan.AnswerGoal.Share), Duration(plan.AnswerGoal.Seconds)));
        if (request.FirstTokenGoal is { } first)
        {
            yield return (context.Language == Language.Chinese ? "；" : "; ") + context.Say(CapacityTexts.FirstTokenGoal(Duration(first)));
        }

        if (request.AnswerGoal is null)
        {
            yield return Ink.Dim(" · " + context.Say(CapacityTexts.DefaultGoal));
        }
    }

    private void AddOption(FactRows rows, CapacityOption option)
    {
        QueueOutcome outcome = option.Outcome!;
        double factor = Math.Exp(option.HalfWidth);
        rows.Add(context.Say(CapacityTexts.Engine), Ink.Strong(context.Say(CapacityTexts.EngineLine(Name(option.Engine), option.Weights, Figures.Gb(new ByteSize(option.WeightBytes))))));
        rows.Add(context.Say(CapacityTexts.Nodes), Ink.Strong(context.Say(CapacityTexts.NodesLine(option.Nodes, request.Machine.Name, option.Replicas, Layout(option)))));
        if (option.Memory is { } memory)
        {
            rows.Add(context.Say(CapacityTexts.EachGpu), context.Say(CapacityTexts.GpuLine(
                Figures.GiB(memory.Weights), Figures.GiB(memory.Activation), Figures.GiB(memory.Cache), Figures.GiB(memory.Kept))));
        }
        else
        {
            rows.Add(context.Say(CommonTexts.Memory), MemoryView.Create(option.Devices!, context));
        }

        rows.Add(context.Say(CapacityTexts.Cache), context.Say(CapacityTexts.CacheLine(
            Figures.Count(option.CacheTokens), Number((double)option.CacheTokens / request.ContextTokens), request.ContextTokens)));
        rows.Add(context.Say(CapacityTexts.FirstToken), Times(outcome.FirstToken, factor));
        rows.Add(context.Say(CommonTexts.Answer), Times(outcome.Answer, factor));
        rows.Add(context.Say(CapacityTexts.Queue), Times(outcome.Wait, factor));
        rows.Add(
            context.Say(CommonTexts.Speed),
            context.Say(CapacityTexts.SpeedLine(
                Figures.Rate(option.TokensPerSecond), Figures.Rate(option.TokensPerSecond / factor), Figures.Rate(option.TokensPerSecond * factor), Figures.Rate(option.SingleTokensPerSecond))),
            Ink.Dim(" · " + context.Say(CommonTexts.Basis(Core.Estimation.EstimateBasis.Estimated))));
        rows.Add(context.Say(CapacityTexts.Load), context.Say(CapacityTexts.LoadLine(
            Figures.Percent(outcome.Utilization), Number(outcome.MeanSequences), outcome.PeakSequences, Figures.Percent(outcome.PeakCacheShare))));
        if (outcome.Rejected + outcome.Truncated + outcome.Preempted > 0)
        {
            rows.Add(context.Say(CapacityTexts.Load), Ink.Warn(context.Say(CapacityTexts.Trouble(outcome.Rejected, outcome.Truncated, outcome.Preempted))));
        }
    }

    private string Times(Quantiles times, double factor) => context.Say(!(times.P95 >= Negligible)
        ? CapacityTexts.NoTime
        : CapacityTexts.Times(Duration(times.P50), Duration(times.P95), Duration(times.P95 / factor), Duration(times.P95 * factor)));

    // minutes are too coarse to hold against a goal in seconds
    private static BilingualText Duration(double seconds) => seconds is >= 10 and < 600
        ? new(Figures.Invariant($"{seconds:0} s"), Figures.Invariant($"{seconds:0} 秒"))
        : Figures.Duration(seconds);

    private void WriteEngines()
    {
        screen.Write(new FlowText(Ink.Title(context.Say(CapacityTexts.Engines))));
        var table = new PlainTable(indent: 2);
        table.Column(context.Say(CapacityTexts.Engine));
        table.Column(context.Say(CapacityTexts.ColumnWeights));
        table.Column(context.Say(CapacityTexts.ColumnLayout));
        table.Column(context.Say(CapacityTexts.ColumnCopies), right: true);
        table.Column(context.Say(CapacityTexts.ColumnNodes), right: true);
        table.Column(context.Say(CapacityTexts.ColumnAnswer), right: true);
        table.Column(context.Say(CapacityTexts.ColumnTotal), right: true);
        table.Column(context.Say(CapacityTexts.ColumnMet));
        foreach (CapacityOption option in plan.Options)
        {
            Ink verdict = option.Meets ? Ink.Good(context.Say(CapacityTexts.Met)) : Ink.Bad(context.Say(option.Fits ? CapacityTexts.NotMet : CapacityTexts.NoFit));
            table.Row(
                Name(option.Engine),
                option.Weights,
                option.Fits && option.Memory is not null ? $"{option.Layout!.Tensor} x {option.Layout.Pipeline}" : "–",
                option.Fits ? Figures.Count(option.Replicas) : "–",
                option.Fits ? Figures.Count(option.Nodes) : "–",
                context.Say(Duration(option.Outcome?.Answer.P95 ?? double.NaN)),
                option.Fits ? Figures.Rate(option.TokensPerSecond) : "–",
                verdict);
        }

        screen.Write(table);
        screen.WriteLine();
        CapacityOption[] others = [.. plan.Options.Where(o => !o.Meets && o != plan.Closest)];
        if (others.Length > 0 && (plan.Pick ?? plan.Closest) is not null)
        {
            var rows = new FactRows();
            foreach (CapacityOption option in others)
            {
                rows.Add(Name(option.Engine), context.Say(option.Reason));
            }

            screen.Write(new FlowText(Ink.Title(context.Say(CapacityTexts.WhyNot))));
            screen.Write(rows);
            screen.WriteLine();
        }
    }

    private void WriteCommands(CapacityOption option)
    {
        screen.Write(new FlowText(Ink.Title(context.Say(CapacityTexts.Start))));
        foreach (EngineCommandLine line in option.Commands)
        {
            screen.Write(new FlowText([Ink.Dim("  # " + context.Say(line.Where))], hanging: 4));
            screen.Write(new FlowText([Ink.Command("  " + line.Text)], hanging: 4));
            var table = new PlainTable(headers: false, indent: 4);
            table.Column("");
            table.Column("", wrap: true);
            foreach (EngineFlag flag in line.Flags)
            {
                table.Row(flag.Name, Ink.Dim(context.Say(flag.Why)));
            }

            screen.Write(table);
            screen.WriteLine();
        }
    }

    private void WriteNotes(CapacityOption option)
    {
        string factor = Math.Exp(option.HalfWidth).ToString("0.00", CultureInfo.InvariantCulture);
        Accelerator? gpu = Accelerator.Of(request.Machine);
        BilingualText basis = option.Memory is null || gpu is null
            ? CapacityTexts.LlamaNotes(factor)
            : CapacityTexts.Notes(factor, gpu.LinkAssumed, $"{gpu.Link} {gpu.LinkRate}");
        foreach (BilingualText note in (BilingualText[])[basis, CapacityTexts.LengthsNote])
        {
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
        }
    }

    private string Layout(CapacityOption option)
    {
        if (option.Memory is null || option.Layout is not { } layout)
        {
            return "";
        }

        string text = $", tensor parallel {layout.Tensor}";
        text += layout.Pipeline > 1 ? $" x pipeline {layout.Pipeline}" : "";
        text += layout.DataParallelAttention ? ", data-parallel attention" : "";
        return context.Language == Language.English ? text : $"，张量并行 {layout.Tensor}{(layout.Pipeline > 1 ? $" × 流水线并行 {layout.Pipeline}" : "")}{(layout.DataParallelAttention ? "，数据并行注意力" : "")}";
    }

    private static string Name(ServingEngine engine) => engine switch
    {
        ServingEngine.Vllm => "vLLM",
        ServingEngine.SgLang => "SGLang",
        _ => "llama-server",
    };

    private static string Number(double value) => value.ToString(value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
