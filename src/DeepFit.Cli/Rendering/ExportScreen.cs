using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Exports;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Rendering;

/// <summary>Exported files: on standard output as they are, so that they can be redirected; what was written is listed.</summary>
internal sealed class ExportScreen(IReadOnlyList<ExportFile> files, IReadOnlyList<string?> written, CommandContext context)
{
    public void Write()
    {
        bool several = files.Count > 1;
        for (int i = 0; i < files.Count; i++)
        {
            if (written[i] is { } path)
            {
                context.Screen.Write(new FlowText([Ink.Good("✓ "), Ink.Title(context.Say(ExportTexts.Written)), " ", Ink.Command(path)], hanging: 2));
                continue;
            }

            if (several)
            {
                context.Console.Out.Write($"{(i > 0 ? "\n" : "")}==> {files[i].Path} <==\n");
            }

            context.Console.Out.Write(files[i].Content.TrimStart('\uFEFF'));
        }

        context.Console.Out.Flush();
        if (several && written[0] is null)
        {
            context.Warn(ExportTexts.SeveralFiles);
        }

        foreach (BilingualText note in files.SelectMany(file => file.Notes))
        {
            context.Warn(note);
        }
    }
}
