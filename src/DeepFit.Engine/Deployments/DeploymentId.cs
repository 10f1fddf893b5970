namespace DeepFit.Engine.Deployments;

/// <summary>Names for deployments.</summary>
public static class DeploymentId
{
    /// <summary>Tells a process which deployment it is; set by who starts it.</summary>
    public const string Variable = "DEEPFIT_DEPLOYMENT";

    private const string Letters = "abcdefghjkmnpqrstuvwxyz"; // none that is taken for a digit
    private const string Others = Letters + "23456789";
    private const int Length = 4;

    /// <summary>A new one; there are 685,193. A name, no secret: it need not be unguessable.</summary>
    public static string New() => Random.Shared.GetString(Letters, 1) + Random.Shared.GetString(Others, Length - 1);

    /// <summary>Whether a text could be one.</summary>
    public static bool IsId(string text) => text.Length == Length && Letters.Contains(text[0], StringComparison.Ordinal) && text.All(c => Others.Contains(c, StringComparison.Ordinal));
}
