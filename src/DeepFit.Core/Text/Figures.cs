using System.Globalization;
using DeepFit.Core.Units;

namespace DeepFit.Core.Text;

/// <summary>Figures as people read them: downloads in GB (10⁹, as hubs show them), memory in GiB, invariant culture throughout.</summary>
public static class Figures
{
    /// <summary>A download or a disk in GB: <c>4.68 GB</c>, <c>42.5 GB</c>, <c>404 GB</c>.</summary>
    public static string Gb(ByteSize size) => ThreeDigits(size.InGB) + " GB";

    /// <summary>Memory: <c>303 MiB</c>, <c>4.36 GiB</c>, <c>377 GiB</c>.</summary>
    public static string GiB(ByteSize size) => Math.Abs(size.Bytes) < ByteSize.GiB
        ? Invariant($"{size.InMiB:0} MiB")
        : ThreeDigits(size.InGiB) + " GiB";

    /// <summary>Memory to the hundredth of a MiB, as llama.cpp prints buffers: <c>302.75 MiB</c>.</summary>
    public static string Exact(ByteSize size) => size.Bytes < 10 * ByteSize.GiB ? Invariant($"{size.InMiB:0.##} MiB") : Invariant($"{size.InGiB:0.00} GiB");

    /// <summary>A rate without its unit: <c>0.42</c>, <c>3.4</c>, <c>128</c>.</summary>
    public static string Rate(double rate) => rate switch
    {
        _ when !double.IsFinite(rate) => "–",
        < 1 => Invariant($"{rate:0.00}"),
        < 10 => Invariant($"{rate:0.0}"),
        _ => Invariant($"{rate:0}"),
    };

    /// <summary>An interval of rates: <c>2.9–4.0</c>.</summary>
    public static string RateRange(double low, double high)
    {
        string from = Rate(low);
        string to = Rate(high);
        return from == to ? from : from + "–" + to;
    }

    /// <summary>Seconds for people: <c>12 s</c>, <c>9 min</c>, <c>1 h 5 min</c>, <c>3 days</c>.</summary>
    public static BilingualText Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
        {
            return new("–", "–");
        }

        if (seconds < 90)
        {
            string s = seconds < 10 ? Invariant($"{seconds:0.#}") : Invariant($"{seconds:0}");
            return new($"{s} s", $"{s} 秒");
        }

        long minutes = (long)Math.Round(seconds / 60);
        if (minutes < 60)
        {
            return new(Invariant($"{minutes} min"), Invariant($"{minutes} 分钟"));
        }

        long hours = minutes / 60;
        long rest = minutes % 60;
        if (hours < 48)
        {
            return hours < 10 && rest > 0
                ? new(Invariant($"{hours} h {rest} min"), Invariant($"{hours} 小时 {rest} 分"))
                : new(Invariant($"{Math.Round(minutes / 60.0):0} h"), Invariant($"{Math.Round(minutes / 60.0):0} 小时"));
        }

        return new(Invariant($"{Math.Round(hours / 24.0):0} days"), Invariant($"{Math.Round(hours / 24.0):0} 天"));
    }

    /// <summary>Seconds where minutes are too coarse: <c>1 min 54 s</c> up to ten minutes, then as <see cref="Duration"/>.</summary>
    public static BilingualText FineDuration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds is < 90 or >= 600)
        {
            return Duration(seconds);
        }

        int whole = (int)Math.Round(seconds);
        return new(Invariant($"{whole / 60} min {whole % 60} s"), Invariant($"{whole / 60} 分 {whole % 60} 秒"));
    }

    /// <summary>A number of parameters: <c>7.62 billion</c>, <c>76.2 亿</c>.</summary>
    public static BilingualText Parameters(long count) => new(ThreeDigits(count / 1e9) + " billion", ThreeDigits(count / 1e8) + " 亿");

    /// <summary>A number of parameters in the short form of model names: <c>7.62B</c>.</summary>
    public static string ParametersShort(long count) => ThreeDigits(count / 1e9) + "B";

    /// <summary>Three significant digits without an exponent: <c>4.68</c>, <c>42.5</c>, <c>404</c>.</summary>
    public static string ThreeDigits(double value) => Math.Abs(value) switch
    {
        < 9.995 => Invariant($"{value:0.00}"),
        < 99.95 => Invariant($"{value:0.0}"),
        _ => Invariant($"{value:0}"),
    };

    /// <summary>A share: <c>23%</c>; small ones keep a digit.</summary>
    public static string Percent(double share) => share is > 0 and < 0.01 ? Invariant($"{share * 100:0.0}%") : Invariant($"{share * 100:0}%");

    /// <summary>A published result: a score of 100, or a rating.</summary>
    public static string Benchmark(double value) => value > 100 ? Invariant($"{value:0}") : Score(value);

    /// <summary>Seconds for a narrow column: <c>48 s</c>, <c>23 min</c>, <c>1.8 h</c>, <c>3 d</c>.</summary>
    public static BilingualText ShortDuration(double seconds) => seconds switch
    {
        < 3600 or double.NaN => Duration(seconds),
        < 48 * 3600 => new(Invariant($"{seconds / 3600:0.0} h"), Invariant($"{seconds / 3600:0.0} 小时")),
        _ => new(Invariant($"{seconds / 86400:0} d"), Invariant($"{seconds / 86400:0} 天")),
    };

    /// <summary>A score of 100: <c>71.3</c>.</summary>
    public static string Score(double score) => Invariant($"{score:0.0}");

    /// <summary>A score with half of its interval: <c>55.5 ±1.6</c>; a value without one stands alone.</summary>
    public static string WithInterval(double value, double? low, double? high) =>
        low is { } from && high is { } to ? $"{Score(value)} ±{Score((to - from) / 2)}" : Benchmark(value);

    /// <summary>A text whose figures are formatted with the invariant culture.</summary>
    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A whole number.</summary>
    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);
}
