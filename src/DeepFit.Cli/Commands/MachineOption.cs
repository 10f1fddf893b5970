using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>The option <c>--machine</c>: another machine than this one.</summary>
internal static class MachineOption
{
    public static Option<string?> Create(Language language) => Options.Text("--machine", "FILE", HelpTexts.Machine.In(language));

    /// <summary>The machine in the file, or this one.</summary>
    public static async Task<MachineProfile> ResolveAsync(string? file, CommandContext context, DetectionDepth depth = DetectionDepth.Plan)
    {
        if (file is null)
        {
            return await context.Services.DetectAsync(depth, context.CancellationToken).ConfigureAwait(false);
        }

        using Stream stream = context.Services.OpenFile(file)
            ?? throw new CliException("not_found", ExitCode.WrongUsage, ErrorTexts.NoMachineFile(file));
        return MachineFile.Read(stream, file);
    }
}
