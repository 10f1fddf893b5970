using DeepFit.Core.Text;
using SkiaSharp;

namespace DeepFit.Charts;

/// <summary>Which typeface of this machine a chart is set in.</summary>
internal static class ChartFonts
{
    /// <summary>Faces that read well at small sizes, in order of preference; the first that is installed is used for English.</summary>
    private static readonly string[] Latin = ["Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial"];

    /// <summary>The same for Chinese.</summary>
    private static readonly string[] Chinese =
        ["Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"];

    /// <summary>The typeface's family for a language; null where none here has its characters.</summary>
    public static string? Family(Language language)
    {
        string[] installed = SKFontManager.Default.FontFamilies.ToArray();
        string? preferred = Array.Find(language == Language.Chinese ? Chinese : Latin, family => Array.IndexOf(installed, family) >= 0);
        if (preferred is not null)
        {
            return preferred;
        }

        using SKTypeface? any = SKFontManager.Default.MatchCharacter(language == Language.Chinese ? '模' : 'a');
        return any?.FamilyName;
    }
}
