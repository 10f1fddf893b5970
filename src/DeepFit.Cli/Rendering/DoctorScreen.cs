using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Hosting;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The doctor's report: findings, the machine, every raw probe.</summary>
internal sealed class DoctorScreen(
    MachineProfile? machine, EngineState engine, IReadOnlyList<BilingualText> findings, IReadOnlyList<ProbeRecord> probes, CommandContext context)
{
    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        screen.Write(new FlowText(Ink.Title($"DeepFit {CliApplication.Version}"), $" · {engine.Name}"));
        screen.WriteLine();
        screen.Write(new FlowText(Ink.Title(context.Say(DoctorTexts.Findings))));
        if (findings.Count == 0)
        {
            screen.Write(new FlowText([Ink.Good("✓ "), context.Say(DoctorTexts.AllWell)], hanging: 2));
        }

        foreach (BilingualText finding in findings)
        {
            screen.Write(new FlowText([Ink.Warn("! "), context.Say(finding)], hanging: 2));
        }

        screen.WriteLine();
        if (machine is not null)
        {
            MachineScreen.Write(machine, context);
        }

        screen.Write(new FlowText(Ink.Title(context.Say(DoctorTexts.Probes))));
        screen.Write(new FlowText([Ink.Dim("· " + context.Say(DoctorTexts.Redacted))], hanging: 2));
        foreach (ProbeRecord probe in probes)
        {
            screen.WriteLine();
            WriteProbe(probe);
        }
    }

    // raw text goes out as it is: wrapped lines would not parse when the report becomes a fixture
    private void WriteProbe(ProbeRecord probe)
    {
        screen.Write(new FlowText(Ink.Strong("$ "), Ink.Command(probe.Probe)));
        TextWriter output = context.Console.Out;
        if (probe.Output is { Length: > 0 } text)
        {
            foreach (string line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            {
                output.WriteLine("  " + Printable(line));
            }
        }

        if (probe.Error is { Length: > 0 } error)
        {
            output.WriteLine("  ! " + Printable(error.ReplaceLineEndings(" ")));
        }
        else if (string.IsNullOrEmpty(probe.Output))
        {
            output.WriteLine("  " + context.Say(DoctorTexts.NoOutput));
        }
    }

    // what a probe printed must not steer the terminal
    private static string Printable(string line) => string.Concat(line.Select(c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c));
}
