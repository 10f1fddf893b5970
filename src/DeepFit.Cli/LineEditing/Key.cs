namespace DeepFit.Cli.LineEditing;

/// <summary>What a key press means to the editor.</summary>
internal enum KeyKind
{
    /// <summary>Nothing that the editor knows.</summary>
    None = 0,

    /// <summary>Text that was typed.</summary>
    Text,

    /// <summary>Text that was pasted; line breaks in it do not send it.</summary>
    Paste,

    Enter,

    /// <summary>A line break within the text: Alt-Enter, or Ctrl-J.</summary>
    NewLine,

    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    WordLeft,
    WordRight,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteToStart,
    DeleteToEnd,
    ClearScreen,
    Interrupt,
    EndOfInput,
    Suspend,
}

/// <summary>A key press.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Text">The text of <see cref="KeyKind.Text"/> and <see cref="KeyKind.Paste"/>; otherwise empty.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");
