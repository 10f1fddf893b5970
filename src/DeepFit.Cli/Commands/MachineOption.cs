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
    public static Option<string?> Create(Language language) => Options.Text("--machine", "FILE|WORDS", HelpTexts.Machine.In(language));

    /// <summary>The machine in the file or in words, or this one.</summary>
    public static async Task<MachineProfile> ResolveAsync(string? machine, CommandContext context, DetectionDepth depth = DetectionDepth.Plan)
    {
        if (machine is null)
        {
            return await context.Services.DetectAsync(depth, context.CancellationToken).ConfigureAwait(false);
        }

        return Read(machine, context.Services);
    }

    /// <summary>The machine in a file, where there is one of that name; else in words.</summary>
    public static MachineProfile Read(string machine, ICliServices services)
    {
        using Stream? stream = services.OpenFile(machine);
        return stream is not null ? MachineFile.Read(stream, machine)
            : IsPath(machine) ? throw new CliException("not_found", ExitCode.WrongUsage, ErrorTexts.NoMachineFile(machine))
            : MachineText.Parse(machine);
    }

    private static bool IsPath(string text) => text.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || text.StartsWith('.') || text.StartsWith('~')
        || text.Contains('\\', StringComparison.Ordinal) || Path.IsPathRooted(text);
}
