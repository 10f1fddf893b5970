using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>A piece of text in one style.</summary>
internal readonly record struct Ink(string Text, Style Style)
{
    public static Ink Plain(string text) => new(text, Styles.Plain);

    public static Ink Strong(string text) => new(text, Styles.Strong);

    public static Ink Dim(string text) => new(text, Styles.Dim);

    public static Ink Title(string text) => new(text, Styles.Title);

    public static Ink Command(string text) => new(text, Styles.Command);

    public static Ink Good(string text) => new(text, Styles.Good);

    public static Ink Bad(string text) => new(text, Styles.Bad);

    public static Ink Warn(string text) => new(text, Styles.Warn);

    public static implicit operator Ink(string text) => Plain(text);
}

/// <summary>The few styles there are; nothing is told by colour alone.</summary>
internal static class Styles
{
    public static readonly Style Plain = Style.Plain;
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Dim = new(Color.Grey);
    public static readonly Style Title = new(Color.Aqua, decoration: Decoration.Bold);
    public static readonly Style Command = new(Color.Yellow);
    public static readonly Style Good = new(Color.Lime);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Warn = new(Color.Yellow);
    public static readonly Style Weights = new(Color.Blue);
    public static readonly Style Cache = new(Color.Aqua);
    public static readonly Style Compute = new(Color.Fuchsia);
    public static readonly Style Overhead = new(Color.Olive);
}
