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

    private const char FirstIdeograph = '\u4E00';
    private const char LastIdeograph = '\u9FFF';

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

    /// <summary>
    /// Skia writes the words of an SVG from its glyphs, and where a typeface draws a radical and a character alike (⽤ U+2F64 and 用 U+7528, in Noto Sans CJK) it takes the lower number: words that look right and
    /// cannot be searched for. This puts the characters back.
    /// </summary>
    public static string Unify(string svg, Language language)
    {
        char[] radicals = [.. svg.Where(IsRadical).Distinct()];
        if (radicals.Length == 0 || Family(language) is not { } family)
        {
            return svg;
        }

        using SKTypeface typeface = SKTypeface.FromFamilyName(family);
        var radicalOf = new Dictionary<ushort, char>();
        foreach (char radical in radicals)
        {
            radicalOf.TryAdd(typeface.GetGlyph(radical), radical);
        }

        for (char character = FirstIdeograph; character <= LastIdeograph; character++)
        {
            if (typeface.GetGlyph(character) is > 0 and var glyph && radicalOf.Remove(glyph, out char radical))
            {
                svg = svg.Replace(radical, character);
            }
        }

        return svg;
    }

    /// <summary>CJK Radicals Supplement and Kangxi Radicals.</summary>
    private static bool IsRadical(char character) => character is >= '\u2E80' and <= '\u2FDF';
}
