using System.Text;

namespace DeepFit.Cli.LineEditing;

/// <summary>
/// Makes key presses of what a terminal sends: UTF-8 text, control characters, and escape sequences of xterm and its likes (ECMA-48; bracketed paste as in xterm's
/// "ctlseqs"). Bytes may come in any pieces.
/// </summary>
internal sealed class KeyDecoder
{
    private const char Escape = '\x1b';
    private const string PasteBegins = "200~";
    private const string PasteEnds = "\x1b[201~";
    private const int LongestSequence = 32;

    private readonly Decoder utf8 = new UTF8Encoding(false, false).GetDecoder();
    private readonly Queue<Key> keys = new();
    private readonly StringBuilder sequence = new();
    private readonly StringBuilder text = new();
    private StringBuilder? paste;

    /// <summary>Whether an escape sequence has begun and not ended: what comes next decides, or nothing does and it was the escape key.</summary>
    public bool IsWaiting => sequence.Length > 0;

    /// <summary>Takes bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        var chars = new char[utf8.GetCharCount(bytes, flush: false)];
        utf8.GetChars(bytes, chars, flush: false);
        foreach (char c in chars)
        {
            Feed(c);
        }

        Flush();
    }

    /// <summary>Nothing more came: an escape on its own is dropped.</summary>
    public void TimeOut() => sequence.Clear();

    /// <summary>The next key press.</summary>
    public bool TryTake(out Key key) => keys.TryDequeue(out key);

    private void Feed(char c)
    {
        if (paste is not null)
        {
            Pasted(c);
        }
        else if (sequence.Length > 0)
        {
            sequence.Append(c);
            Continue(c);
        }
        else if (c == Escape)
        {
            Flush();
            sequence.Append(c);
        }
        else if (Control(c) is { } kind)
        {
            Flush();
            keys.Enqueue(new Key(kind));
        }
        else if (c == '\t' || c >= ' ')
        {
            text.Append(c);
        }
    }

    private void Flush()
    {
        // half of a character beyond the BMP waits for its other half
        int length = text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text.Length - 1 : text.Length;
        if (length > 0)
        {
            keys.Enqueue(new Key(KeyKind.Text, text.ToString(0, length)));
            text.Remove(0, length);
        }
    }

    private static KeyKind? Control(char c) => c switch
    {
        '\r' => KeyKind.Enter,
        '\n' => KeyKind.NewLine,
        '\x7f' or '\b' => KeyKind.Backspace,
        '\x01' => KeyKind.Home,
        '\x02' => KeyKind.Left,
        '\x03' => KeyKind.Interrupt,
        '\x04' => KeyKind.EndOfInput,
        '\x05' => KeyKind.End,
        '\x06' => KeyKind.Right,
        '\x0b' => KeyKind.DeleteToEnd,
        '\x0c' => KeyKind.ClearScreen,
        '\x0e' => KeyKind.Down,
        '\x10' => KeyKind.Up,
        '\x15' => KeyKind.DeleteToStart,
        '\x17' => KeyKind.DeleteWordLeft,
        '\x1a' => KeyKind.Suspend,
        _ => null,
    };

    private void Continue(char c)
    {
        if (sequence.Length == 2)
        {
            if (c is '[' or 'O')
            {
                return;
            }

            sequence.Clear();
            if (c == Escape)
            {
                sequence.Append(c);
                return;
            }

            keys.Enqueue(new Key(c switch
            {
                '\r' or '\n' => KeyKind.NewLine,
                '\x7f' or '\b' => KeyKind.DeleteWordLeft,
                'b' or 'B' => KeyKind.WordLeft,
                'f' or 'F' => KeyKind.WordRight,
                'd' or 'D' => KeyKind.DeleteWordRight,
                _ => KeyKind.None,
            }));
            return;
        }

        // a sequence ends with a letter or ~ (ECMA-48, 5.4: final bytes 0x40 to 0x7E)
        if (c is >= '@' and <= '~')
        {
            string body = sequence.ToString(2, sequence.Length - 2);
            sequence.Clear();
            if (body == PasteBegins)
            {
                paste = new StringBuilder();
                return;
            }

            keys.Enqueue(new Key(Named(body)));
        }
        else if (sequence.Length > LongestSequence)
        {
            sequence.Clear();
        }
    }

    private static KeyKind Named(string body)
    {
        string[] parts = body[..^1].Split(';');

        // modifiers are 1 + shift 1 + alt 2 + ctrl 4
        bool byWord = parts.Length > 1 && parts[1] is "3" or "5" or "7";
        bool shifted = parts.Length > 1 && parts[1] is not "1";
        return (body[^1], parts[0]) switch
        {
            ('A', _) => KeyKind.Up,
            ('B', _) => KeyKind.Down,
            ('C', _) => byWord ? KeyKind.WordRight : KeyKind.Right,
            ('D', _) => byWord ? KeyKind.WordLeft : KeyKind.Left,
            ('H', _) or ('~', "1") or ('~', "7") => KeyKind.Home,
            ('F', _) or ('~', "4") or ('~', "8") => KeyKind.End,
            ('~', "3") => byWord ? KeyKind.DeleteWordRight : KeyKind.Delete,
            ('u', "13") or ('M', _) => shifted ? KeyKind.NewLine : KeyKind.Enter,
            ('~', "27") when parts is [_, _, "13"] => KeyKind.NewLine,
            _ => KeyKind.None,
        };
    }

    private void Pasted(char c)
    {
        paste!.Append(c);
        if (c != '~' || paste.Length < PasteEnds.Length || paste.ToString(paste.Length - PasteEnds.Length, PasteEnds.Length) != PasteEnds)
        {
            return;
        }

        string pasted = paste.ToString(0, paste.Length - PasteEnds.Length).ReplaceLineEndings("\n").Replace('\r', '\n');
        paste = null;
        keys.Enqueue(new Key(KeyKind.Paste, string.Concat(pasted.Where(p => p is '\n' or '\t' || !char.IsControl(p)))));
    }
}
