using System.Diagnostics;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.LocalModels;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>A pull while it runs, and what came of it.</summary>
internal static class PullScreen
{
    private static readonly TimeSpan EventInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs a pull and shows how far it is: a line on a terminal, with <c>--json</c> an event a second where standard error is none.</summary>
    /// <returns>The last item: the model.</returns>
    public static async Task<PullProgress> FollowAsync(IModelStore store, PullRequest request, CommandContext context)
    {
        using var line = new ProgressLine(context.Console);
        bool events = context.Json && !context.Console.ErrorIsTerminal;
        PullProgress? done = null;
        PullPhase phase = PullPhase.Done;
        BilingualText? said = null;
        long last = 0;
        await foreach (PullProgress progress in store.PullAsync(request, context.CancellationToken).ConfigureAwait(false))
        {
            if (progress.Phase == PullPhase.Done)
            {
                done = progress;
            }

            if (progress.Note is { } note && note != said && !events)
            {
                said = note;
                line.Clear();
                context.Warn(note);
            }

            if (!events)
            {
                line.Report(progress.TotalBytes > 0 ? (double)progress.Bytes / progress.TotalBytes : 0, Text(progress, context));
            }
            else if (progress.Phase != phase || progress.Note is not null || Stopwatch.GetElapsedTime(last) >= EventInterval)
            {
                last = Stopwatch.GetTimestamp();
                phase = progress.Phase;
                await context.Console.Error.WriteLineAsync(ContractJson.Line(progress.ToDocument(context.Language))).ConfigureAwait(false);
            }
        }

        return done ?? throw new InvalidOperationException("the pull ended without a model");
    }

    /// <summary>The model that is here now.</summary>
    public static void Write(PullProgress done, TimeSpan elapsed, CommandContext context)
    {
        LocalModel model = done.Model!;
        IAnsiConsole screen = context.Screen;
        string name = model.Variant is { } id ? ModelCatalog.Default.Find(id).DisplayName : model.Name;
        screen.Write(new FlowText(Ink.Title(context.Say(PullTexts.Title(name, model.Quantization)))));
        screen.WriteLine();
        var rows = new FactRows();
        rows.Add(
            context.Say(PullTexts.File),
            Ink.Strong(model.Files.Count > 1 ? context.Say(PullTexts.Parts(model.Path, model.Files.Count)) : model.Path));
        rows.Add(context.Say(PullTexts.Size), Size(model.Bytes));
        if (model.Owner != ModelOwner.DeepFit)
        {
            rows.Add(context.Say(PullTexts.Owner), $"{context.Say(PullTexts.OwnerName(model.Owner))} · {model.Name}");
        }

        if (model.Source is { } source)
        {
            rows.Add(context.Say(PullTexts.From), source);
        }

        rows.Add(
            context.Say(PullTexts.Checked),
            model.Verified ? Ink.Good(context.Say(PullTexts.Verified)) : Ink.Warn(context.Say(PullTexts.NotVerified)));
        if (model.Sha256 is { } digest)
        {
            rows.Add("SHA-256", Ink.Dim(digest));
        }

        if (!done.WasHere)
        {
            rows.Add(
                context.Say(TestDriveTexts.Took),
                context.Say(PullTexts.Took(Figures.Duration(elapsed.TotalSeconds), Size(model.Bytes / Math.Max(0.001, elapsed.TotalSeconds)))));
        }

        if (model.Variant is { } variant)
        {
            rows.Add(context.Say(CommonTexts.Next), Ink.Strong($"deepfit run {variant}:{model.Quantization}"));
        }

        screen.Write(rows);
        if (done.WasHere)
        {
            screen.WriteLine();
            screen.Write(new FlowText([Ink.Dim("· " + context.Say(PullTexts.WasHere))], hanging: 2));
        }
    }

    private static string Text(PullProgress progress, CommandContext context)
    {
        var parts = new List<string>();
        string phase = context.Say(PullTexts.Phase(progress.Phase));
        if (phase.Length > 0)
        {
            parts.Add(phase);
        }

        if (progress.TotalBytes > 0 && progress.Phase is PullPhase.Downloading or PullPhase.Waiting or PullPhase.Checking)
        {
            parts.Add($"{Amount(progress.Bytes)}/{Size(progress.TotalBytes)}");
            if (progress.BytesPerSecond > 0 && progress.Phase is PullPhase.Downloading or PullPhase.Waiting)
            {
                parts.Add(Size(progress.BytesPerSecond) + "/s");
                if (progress.SecondsLeft is { } left)
                {
                    parts.Add(context.Say(PullTexts.Left(Figures.Duration(left))));
                }
            }
        }

        if (progress.FileCount > 1)
        {
            parts.Add($"{progress.FileNumber}/{progress.FileCount}");
        }

        return string.Join(" · ", parts);
    }

    /// <summary>Bytes, in MB below one GB.</summary>
    internal static string Size(double bytes) => bytes < 1e9 ? Figures.Invariant($"{bytes / 1e6:0.0} MB") : Figures.Gb(new ByteSize((long)bytes));

    private static string Amount(long bytes) => Size(bytes).Split(' ') is [var number, var unit] ? unit == "GB" ? number : $"{number} {unit}" : "";
}
