using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.LocalModels;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The models on this machine.</summary>
internal static class ListScreen
{
    public static void Write(IReadOnlyList<LocalModel> models, IReadOnlyList<UnfinishedPull> unfinished, CommandContext context)
    {
        IAnsiConsole screen = context.Screen;
        if (models.Count == 0 && unfinished.Count == 0)
        {
            screen.Write(new FlowText(context.Say(PullTexts.Nothing)));
            return;
        }

        if (models.Count > 0)
        {
            screen.Write(new FlowText(Ink.Title(context.Say(PullTexts.ListTitle))));
            WriteModels(models, context);
            screen.WriteLine();
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(PullTexts.CheckedNote))], hanging: 2));
        }

        if (unfinished.Count > 0)
        {
            if (models.Count > 0)
            {
                screen.WriteLine();
            }

            screen.Write(new FlowText(Ink.Title(context.Say(PullTexts.Unfinished))));
            var rows = new FactRows();
            foreach (UnfinishedPull pull in unfinished)
            {
                rows.Add(Figures.Percent((double)pull.Bytes / Math.Max(1, pull.TotalBytes)), $"{Figures.Gb(new ByteSize(pull.Bytes))} / {Figures.Gb(new ByteSize(pull.TotalBytes))} · {Short(pull.Target, context)}");
            }

            screen.Write(rows);
        }
    }

    private static void WriteModels(IReadOnlyList<LocalModel> models, CommandContext context)
    {
        PlainTable table = new PlainTable()
            .Column(context.Say(CommonTexts.Variant))
            .Column(context.Say(CommonTexts.Quantization))
            .Column("GB", right: true)
            .Column(context.Say(PullTexts.Checked))
            .Column(context.Say(PullTexts.Owner))
            .Column(context.Say(PullTexts.Where), wrap: true);
        foreach (LocalModel model in models)
        {
            table.Row(
                model.Variant is { } variant ? Ink.Strong(variant) : Ink.Dim(context.Say(PullTexts.OtherModel)),
                model.Quantization,
                Figures.ThreeDigits(new ByteSize(model.Bytes).InGB),
                model.Verified ? Ink.Good(context.Say(CommonTexts.Yes)) : Ink.Dim(context.Say(CommonTexts.No)),
                context.Say(PullTexts.OwnerName(model.Owner)),
                model.Owner == ModelOwner.Ollama ? $"{model.Name} · {Short(model.Path, context)}" : Short(model.Path, context));
        }

        context.Screen.Write(table);
    }

    /// <summary>The path with the home folder as <c>~</c>.</summary>
    private static string Short(string path, CommandContext context) =>
        context.Console.Environment("HOME") is { Length: > 1 } home && path.StartsWith(home + "/", StringComparison.Ordinal) ? "~" + path[home.Length..] : path;
}
