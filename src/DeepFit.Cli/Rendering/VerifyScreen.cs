using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.Verification;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>What was promised and what came.</summary>
internal static class VerifyScreen
{
    private const int Shown = 240;

    public static void Write(VerificationOutcome outcome, CommandContext context)
    {
        VerificationReport report = outcome.Report;
        ServerStatusDocument status = report.Status;
        IAnsiConsole screen = context.Screen;
        screen.Write(new FlowText(Ink.Title(context.Say(VerifyTexts.Title(status.Model, status.Quantization, status.Id)))));
        screen.WriteLine();
        screen.Write(Table(report, context));
        screen.WriteLine();
        screen.Write(Smoke(report.Smoke, context));
        screen.WriteLine();
        string verdict = context.Say(VerificationWords.Verdict(report));
        screen.Write(new FlowText(report.Holds ? Ink.Good("✓ " + verdict) : Ink.Bad("✗ " + verdict)));
        screen.WriteLine();
        foreach (BilingualText note in Notes(outcome))
        {
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(note))], hanging: 2));
        }
    }

    private static PlainTable Table(VerificationReport report, CommandContext context)
    {
        PlainTable table = new PlainTable()
            .Column("", wrap: true)
            .Column(context.Say(VerifyTexts.Promised), right: true)
            .Column(context.Say(VerifyTexts.Came), right: true)
            .Column(context.Say(VerifyTexts.Difference), right: true)
            .Column("");
        foreach (PromiseCheck check in report.Checks)
        {
            string word = context.Say(VerifyTexts.Outcome(check.Outcome));
            table.Row(
                context.Say(VerificationWords.Name(check)),
                Promised(check, context),
                Ink.Strong(check.Actual is { } actual ? Figure(actual, check.Unit, context) : "–"),
                Difference(check, context),
                check.Outcome switch
                {
                    PromiseOutcome.Broken => Ink.Bad(word),
                    PromiseOutcome.Unknown => Ink.Dim(word),
                    _ => Ink.Good(word),
                });
        }

        return table;
    }

    private static FactRows Smoke(SmokeCheck smoke, CommandContext context)
    {
        var rows = new FactRows(indent: 0);
        rows.Add(context.Say(VerifyTexts.Question), smoke.Question);
        rows.Add(context.Say(VerifyTexts.Reasoning), Ink.Dim(Excerpt(smoke.Reasoning, context)));
        rows.Add(context.Say(VerifyTexts.Answer), Ink.Strong(Excerpt(smoke.Answer, context)));
        string word = context.Say(VerifyTexts.Smoke(smoke));
        rows.Add(context.Say(VerifyTexts.Checked), smoke.Outcome switch
        {
            PromiseOutcome.Broken => Ink.Bad(word),
            PromiseOutcome.Unknown => Ink.Dim(word),
            _ => Ink.Good(word),
        });
        return rows;
    }

    private static IEnumerable<BilingualText> Notes(VerificationOutcome outcome)
    {
        VerificationReport report = outcome.Report;
        if (report.SpeedBasis is { } basis)
        {
            yield return VerifyTexts.HowSpeed(report, CommonTexts.Basis(basis));
        }

        yield return report.Status.CopiedWeightsBytes > 0 ? VerifyTexts.HowMemory(Figures.GiB(new ByteSize(report.Status.CopiedWeightsBytes))) : VerifyTexts.HowMemoryPlain;
        if (report.Disturbance != Disturbance.None)
        {
            yield return VerifyTexts.Disturbed(report.Disturbance);
        }

        if (outcome.Learned)
        {
            yield return VerifyTexts.Learned(outcome.Name);
        }
        else if (outcome.LearnedMemory)
        {
            yield return VerifyTexts.LearnedMemory(outcome.Name);
        }
    }

    private static string Promised(PromiseCheck check, CommandContext context)
    {
        if (check.Predicted is not { } promised)
        {
            return "–";
        }

        string figure = Figure(promised, check.Unit, context);
        return check.Unit == PromiseUnit.TokensPerSecond && check is { Low: { } low, High: { } high } ? $"{figure} ({Figures.RateRange(low, high)})" : figure;
    }

    private static string Figure(double value, PromiseUnit unit, CommandContext context) => unit switch
    {
        PromiseUnit.Bytes => Figures.Exact(new ByteSize((long)value)),
        PromiseUnit.Seconds => context.Say(value < 1 ? VerifyTexts.Milliseconds(value * 1000) : Figures.Duration(value)),
        _ => $"{Figures.Rate(value)} {context.Say(CommonTexts.TokensPerSecond)}",
    };

    private static string Difference(PromiseCheck check, CommandContext context) => check switch
    {
        { Outcome: PromiseOutcome.Kept, Unit: PromiseUnit.Bytes, Low: not null } => context.Say(VerifyTexts.Exact),
        { Difference: { } share } => (share > 0 ? "+" : "") + Figures.Invariant($"{share * 100:0.#}%"),
        _ => "–",
    };

    private static string Excerpt(string text, CommandContext context)
    {
        string flat = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return flat.Length == 0 ? context.Say(VerifyTexts.Nothing) : Cells.Cut(flat, Shown);
    }
}
