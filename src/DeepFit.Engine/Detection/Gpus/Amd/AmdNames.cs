using System.Text.RegularExpressions;

namespace DeepFit.Engine.Detection.Gpus.Amd;

/// <summary>What AMD's product names tell.</summary>
internal static partial class AmdNames
{
    /// <summary>
    /// Whether the name is one of AMD's integrated GPUs: <c>AMD Radeon Graphics</c>, <c>Radeon 780M</c>, <c>Radeon 8060S Graphics</c>,
    /// <c>Radeon Vega 8 Graphics</c>. Names with RX, PRO W or Instinct are cards, mobile ones too.
    /// </summary>
    public static bool IsIntegrated(string? name) => name is not null && Integrated().IsMatch(name);

    [GeneratedRegex(@"\bRadeon(\(TM\))?\s+(Graphics|\d{3}M(\s+Graphics)?|\d{4}S(\s+Graphics)?|(RX\s+)?Vega\s+\d{1,2}(\s+Mobile)?\s+Graphics)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Integrated();
}
