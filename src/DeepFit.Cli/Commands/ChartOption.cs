using System.CommandLine;
using DeepFit.Charts;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>The options <c>--chart FILE</c> and <c>--chart-kind</c>.</summary>
internal sealed class ChartOption
{
    private static readonly string[] Kinds = ["speed-quality", "memory"];

    private readonly Option<string?> file;
    private readonly Option<string?> kind;
    private readonly ChartKind usual;

    public ChartOption(Command command, ChartKind usual, Language language)
    {
        this.usual = usual;
        command.Add(file = CommandLine.Options.Text("--chart", "FILE", ChartMessages.Option.In(language)));
        command.Add(kind = CommandLine.Options.Text("--chart-kind", string.Join('|', Kinds), ChartMessages.Kind.In(language)));
    }

    /// <summary>The chart that is asked for, or null; what is wrong with the file's name is said before anything slow is done.</summary>
    public Asked? Read(ParseResult line)
    {
        string? named = OptionValues.Word("--chart-kind", line.GetValue(kind), Kinds);
        if (line.GetValue(file) is not { } path)
        {
            return named is null ? null : throw CliException.Usage(ChartMessages.KindWithoutChart);
        }

        if (Directory.Exists(path))
        {
            throw CliException.Usage(ChartMessages.IsFolder(path));
        }

        ChartFormat format = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".SVG" => ChartFormat.Svg,
            ".PNG" => ChartFormat.Png,
            _ => throw CliException.Usage(ChartMessages.WrongExtension(path)),
        };
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        return Directory.Exists(folder)
            ? new Asked(path, format, named is null ? usual : named == Kinds[1] ? ChartKind.Memory : ChartKind.SpeedQuality)
            : throw CliException.Usage(ChartMessages.NoFolder(path, folder));
    }

    /// <summary>A chart that is asked for.</summary>
    internal sealed record Asked(string Path, ChartFormat Format, ChartKind Kind)
    {
        /// <summary>
        /// Draws it and puts it into its file: as a whole, or not at all. Done before the command prints, so that a failure is all that is printed; what there is to
        /// say of the chart itself comes after.
        /// </summary>
        /// <returns>What to say, and the exit code: failed where there is nothing to draw.</returns>
        public Outcome Write(ChartSubject subject)
        {
            Chart chart;
            try
            {
                chart = Draw(subject);
            }
            catch (NothingToDrawException e)
            {
                return new Outcome([e.Text], ExitCode.Failed);
            }

            byte[] bytes = chart.Render(Format);
            string temporary = $"{Path}.{Environment.ProcessId}.tmp";
            try
            {
                File.WriteAllBytes(temporary, bytes);
                File.Move(temporary, Path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Discard(temporary);
                throw new CliException("failed", ExitCode.Failed, ChartMessages.CannotWrite(Path, e.Message), null, e);
            }

            BilingualText written = ChartMessages.Written(Path);
            return new Outcome(chart.Language == subject.Language ? [written] : [written, ChartMessages.EnglishLabels(Path)], ExitCode.Done);
        }

        private Chart Draw(ChartSubject subject)
        {
            try
            {
                return ChartDrawing.Draw(Kind, subject);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException || e.InnerException is DllNotFoundException or BadImageFormatException)
            {
                throw new CliException("failed", ExitCode.Failed, ChartMessages.NoLibrary((e.InnerException ?? e).Message.Split('\n')[0].Trim()), null, e);
            }
        }

        private static void Discard(string temporary)
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // what could not be written may not be there to delete; the first error is the one to tell
            }
        }
    }

    /// <summary>What became of a chart.</summary>
    internal sealed record Outcome(IReadOnlyList<BilingualText> Notes, int ExitCode)
    {
        /// <summary>Says it on standard error.</summary>
        public void Say(CommandContext context)
        {
            foreach (BilingualText note in Notes)
            {
                context.Warn(note);
            }
        }
    }
}
