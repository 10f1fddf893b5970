namespace DeepFit.Cli.Chat;

/// <summary>What is shown of the model's reasoning.</summary>
internal enum ThinkMode
{
    /// <summary>All of it, dim, as it comes.</summary>
    Show = 0,

    /// <summary>One line that is replaced as it comes, and stays as a summary; <c>/think</c> unfolds it.</summary>
    Fold = 1,

    /// <summary>Nothing but that it is being thought.</summary>
    Hide = 2,
}

/// <summary>The modes' names.</summary>
internal static class ThinkModes
{
    public static readonly string[] Names = ["show", "fold", "hide"];

    /// <summary>The mode of a name in any case, or null.</summary>
    public static ThinkMode? Find(string name) =>
        Array.FindIndex(Names, n => n.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is >= 0 and var i ? (ThinkMode)i : null;
}
