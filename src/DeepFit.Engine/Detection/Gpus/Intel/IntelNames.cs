using System.Text.RegularExpressions;

namespace DeepFit.Engine.Detection.Gpus.Intel;

/// <summary>What Intel's product names tell.</summary>
internal static partial class IntelNames
{
    /// <summary>
    /// Whether the name is a card's: Arc A380 and B580, Arc Pro, Data Center GPU Flex and Max, Iris Xe MAX. <c>Arc Graphics</c> and
    /// <c>Arc 140V</c> are parts of processors.
    /// </summary>
    public static bool IsDiscrete(string? name) => name is not null && Discrete().IsMatch(name);

    [GeneratedRegex(@"\bArc(\(TM\))?\s+(Pro\s+)?[A-Z]\d{2,3}M?\b|\bData Center GPU\b|\bIris(\(R\))?\s+Xe\s+MAX\b|\bDG1\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Discrete();
}
