using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit doctor</c>.</summary>
internal sealed class DoctorCommand(Language language) : CliCommand("doctor", HelpTexts.Doctor, language)
{
    public override IReadOnlyList<string> Examples => ["deepfit doctor > report.txt", "deepfit doctor --json > report.json"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        (MachineProfile? machine, BilingualText? failure) = await DetectAsync(context).ConfigureAwait(false);
        EngineState engine = context.Services.Engine;
        IReadOnlyList<BilingualText> findings = machine is not null ? DoctorFindings.Of(machine, engine) : [DoctorTexts.DetectionFailed(failure!)];
        var redactor = Redactor.ForProcess(context.Console.Environment);
        ProbeRecord[] probes =
        [
            .. context.Services.Probes.Select(probe => new ProbeRecord(redactor.Redact(probe.Probe)!, redactor.Redact(probe.Output), redactor.Redact(probe.Error))),
        ];
        machine = machine is null ? null : Redact(machine, redactor);
        if (context.Json)
        {
            var document = new DoctorDocument(
                CliApplication.Version,
                engine.Missing is { } missing ? $"{engine.Name}: {context.Say(missing)}" : engine.Name,
                machine?.ToDocument(),
                [.. findings.Select(context.Say)],
                [.. probes.Select(probe => new ProbeDocument(probe.Probe, probe.Output, probe.Error))]);
            context.WriteDocument(stream => ContractJson.Write(stream, document));
        }
        else
        {
            new DoctorScreen(machine, engine, findings, probes, context).Write();
        }

        return machine is null ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<(MachineProfile? Machine, BilingualText? Failure)> DetectAsync(CommandContext context)
    {
        try
        {
            return (await context.Services.DetectAsync(DetectionDepth.Full, context.CancellationToken).ConfigureAwait(false), null);
        }
        catch (UserErrorException e)
        {
            return (null, e.Text); // the raw probes are wanted most of all when detection fails
        }
    }

    private static MachineProfile Redact(MachineProfile machine, Redactor redactor) => machine with
    {
        Name = redactor.Redact(machine.Name)!,
        Disk = machine.Disk is { } disk ? disk with { Path = redactor.Redact(disk.Path)! } : null,
    };
}
