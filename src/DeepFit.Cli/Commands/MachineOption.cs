using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary>The option <c>--machine</c>: another machine than this one.</summary>
internal static class MachineOption
{
    public static Option<string?> Create(Language language) => Options.Text("--machine", "FILE|WORDS", HelpTexts.Machine.In(language));

    /// <summary>The machine in the file or in words, or this one.</summary>
    public static Task<MachineProfile> ResolveAsync(string? machine, CommandContext context, DetectionDepth depth = DetectionDepth.Plan) =>
        MachineReference.ResolveAsync(machine, context.Services, depth, context.CancellationToken);
}
