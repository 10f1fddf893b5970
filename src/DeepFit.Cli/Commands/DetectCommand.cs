using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit detect</c>.</summary>
internal sealed class DetectCommand(Language language) : CliCommand("detect", HelpTexts.Detect, language)
{
    public override IReadOnlyList<string> Examples => ["deepfit detect", "deepfit detect --json > machine.json"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        MachineProfile machine = await context.Services.DetectAsync(DetectionDepth.Full, context.CancellationToken).ConfigureAwait(false);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, machine.ToDocument(context.Language)));
        }
        else
        {
            MachineScreen.Write(machine, context);
            context.Screen.Write(new FlowText([Ink.Dim("· " + context.Say(MachineTexts.Hint))], hanging: 2));
        }

        return ExitCode.Done;
    }
}
