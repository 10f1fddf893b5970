using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Charts;

/// <summary>What a chart is drawn of.</summary>
public sealed record ChartSubject
{
    /// <summary>The configurations, in the order of the table beside which the chart stands.</summary>
    public required IReadOnlyList<Configuration> Configurations { get; init; }

    /// <summary>The configuration to mark, or null.</summary>
    public Configuration? Pick { get; init; }

    /// <summary>The machine's name.</summary>
    public required string Machine { get; init; }

    /// <summary>What the scores are for.</summary>
    public required UseProfile Use { get; init; }

    /// <summary>The language of the labels.</summary>
    public required Language Language { get; init; }
}

/// <summary>Draws charts.</summary>
public static class ChartDrawing
{
    /// <summary>Draws a chart; without a typeface for Chinese on this machine its labels are English (<see cref="Chart.Language"/> says so).</summary>
    /// <exception cref="NothingToDrawException">None of the configurations can be shown.</exception>
    /// <exception cref="UserErrorException">There is no typeface at all.</exception>
    public static Chart Draw(ChartKind kind, ChartSubject subject)
    {
        string? family = ChartFonts.Family(subject.Language);
        if (family is null && subject.Language == Language.Chinese)
        {
            subject = subject with { Language = Language.English };
            family = ChartFonts.Family(Language.English);
        }

        if (family is null)
        {
            throw new UserErrorException(new(
                "There is no typeface on this machine to write a chart's labels with. Install one, such as DejaVu Sans (Debian: fonts-dejavu-core).",
                "本机没有任何字体，无法绘制图表文字。请安装一种字体，例如 Noto Sans CJK（Debian：fonts-noto-cjk）。"));
        }

        return kind == ChartKind.Memory ? MemoryChart.Draw(subject, family) : SpeedQualityChart.Draw(subject, family);
    }
}

/// <summary>None of the configurations can be shown in the chart that was asked for.</summary>
public sealed class NothingToDrawException(BilingualText text) : UserErrorException(text);
