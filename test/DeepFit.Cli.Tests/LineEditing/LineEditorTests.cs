using CsCheck;
using DeepFit.Cli.Chat;
using DeepFit.Cli.LineEditing;
using DeepFit.Cli.Tests.Support;

namespace DeepFit.Cli.Tests.LineEditing;

public sealed class LineEditorTests
{
    private const string Up = "\x1b[A";
    private const string Down = "\x1b[B";
    private const string Left = "\x1b[D";
    private const string PasteOn = "\x1b[200~";
    private const string PasteOff = "\x1b[201~";

    private static readonly string[] Keyboard =
    [
        "a", "你", "字", " ", Left, "\x1b[C", Up, Down, "\x7f", "\x1b[3~", "\x01", "\x05",
        "\x17", "\n", "w", "，", PasteOn + "粘\n贴" + PasteOff,
    ];

    [Theory]
    [InlineData("你好世界\r", "你好世界")]
    [InlineData("ac" + Left + "b\r", "abc")]
    [InlineData("你界" + Left + "好世\r", "你好世界")]
    [InlineData("one\\\rtwo\r", "one\ntwo")]
    [InlineData("\"\"\"first\rsecond\"\"\"\r", "\"\"\"first\nsecond\"\"\"")]
    [InlineData("a\x1b\rb\r", "a\nb")]
    [InlineData("a\nb\r", "a\nb")]
    [InlineData(PasteOn + "x\ny\n" + PasteOff + "z\r", "x\ny\nz")]
    [InlineData(PasteOn + "make \\\nall" + PasteOff + "\r", "make \\\nall")]
    public void A_message_is_what_was_typed(string typed, string text)
    {
        using var terminal = new ScriptedTerminal(typed);
        Read(terminal).ShouldBe(new Input(InputEnd.Entered, text));
        terminal.Entered.ShouldBeFalse();
    }

    [Theory]
    [InlineData("\x03", "Interrupted")]
    [InlineData("\x04", "EndOfInput")]
    [InlineData("", "EndOfInput")]
    public void Control_keys_end_it(string typed, string end)
    {
        using var terminal = new ScriptedTerminal(typed);
        Read(terminal).End.ToString().ShouldBe(end);
        terminal.Entered.ShouldBeFalse();
    }

    [Fact]
    public void Ctrl_D_in_a_text_deletes_and_does_not_end()
    {
        using var terminal = new ScriptedTerminal("abc" + Left + Left + "\x04\r");
        Read(terminal).ShouldBe(new Input(InputEnd.Entered, "ac"));
    }

    [Fact]
    public void History_comes_back_with_the_arrows_and_the_draft_is_kept()
    {
        using var terminal = new ScriptedTerminal($"first\rsecond\r{Up}{Up}!\r" + $"draft{Up}{Down}\r");
        var editor = new LineEditor(terminal, ">>> ", "... ");
        string[] read = [.. Enumerable.Range(0, 4).Select(_ => editor.Read(MessageText.Continued, TestContext.Current.CancellationToken).Text)];
        read.ShouldBe(["first", "second", "first!", "draft"]);
    }

    [Fact]
    public void A_cancelled_token_gives_the_terminal_back()
    {
        using var stop = new CancellationTokenSource();
        int keys = 0;
        using var terminal = new ScriptedTerminal("abc")
        {
            BeforeKey = () =>
            {
                if (++keys == 3)
                {
                    stop.Cancel();
                }
            },
        };
        Should.Throw<OperationCanceledException>(() => new LineEditor(terminal, ">>> ", "... ").Read(MessageText.Continued, stop.Token));
        terminal.Entered.ShouldBeFalse();
    }

    [Fact]
    public void Suspending_gives_the_terminal_back_and_takes_it_again()
    {
        using var terminal = new ScriptedTerminal("ab\x1a" + "c\r");
        Read(terminal).Text.ShouldBe("abc");
        terminal.Suspensions.ShouldBe(1);
        terminal.Screen.Lines.Count(line => line.StartsWith(">>> ab", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void Lines_break_where_the_terminal_breaks_them_and_what_was_above_stays()
    {
        using var terminal = new ScriptedTerminal("你好你好你好" + Left + Left + "x\r", width: 10);
        terminal.Write("above\r\n");
        Read(terminal).Text.ShouldBe("你好你好x你好");
        terminal.Screen.Lines.ShouldBe(["above", ">>> 你好你", "好x你好", ""]);
    }

    [Fact]
    public void A_text_taller_than_the_screen_does_not_repeat_itself_above()
    {
        string typed = string.Concat(Enumerable.Range(1, 12).Select(i => $"line {i}\n"));
        using var terminal = new ScriptedTerminal(typed + "end\r", width: 20, height: 6);
        Read(terminal);
        terminal.Screen.Lines.Count(line => line.EndsWith("line 3", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1);
        terminal.Screen.Lines.ShouldContain("... end");
    }

    [Fact]
    public void The_screen_always_shows_the_text_and_the_cursor_where_it_is() =>
        Gen.Select(Gen.Int[6, 30], Gen.Int[0, Keyboard.Length - 1].Select(i => Keyboard[i]).Array[0, 40]).Sample((width, keys) =>
        {
            // the last key is unknown to the editor, so that what stands on the screen before the end can be looked at
            (int Row, int Column) cursor = default;
            string[] shown = [];
            int count = 0;
            ScriptedTerminal? terminal = null;
            string all = string.Concat(keys) + "\x1b[99y";
            int total = CountKeys(all);
            terminal = new ScriptedTerminal(all, width, 200)
            {
                BeforeKey = () =>
                {
                    if (count++ == total)
                    {
                        shown = [.. terminal!.Screen.Lines];
                        cursor = (terminal.Screen.Row, terminal.Screen.Column);
                    }
                },
            };
            var model = new EditBuffer();
            foreach (Key key in Keys(all))
            {
                model.Apply(key);
            }

            new LineEditor(terminal, ">>> ", "... ").Read(MessageText.Continued, CancellationToken.None);
            EditLayout layout = EditLayout.Of(">>> ", "... ", model.Text, model.Cursor, width);
            while (shown.Length > layout.Rows.Count && shown[^1].Length == 0)
            {
                shown = shown[..^1];
            }

            shown.ShouldBe(layout.Rows.Select(row => row.TrimEnd()));
            cursor.ShouldBe((layout.CursorRow, layout.CursorColumn));
            terminal.Dispose();
        });

    private static Input Read(ScriptedTerminal terminal) => new LineEditor(terminal, ">>> ", "... ").Read(MessageText.Continued, TestContext.Current.CancellationToken);

    private static int CountKeys(string typed) => Keys(typed).Count;

    private static List<Key> Keys(string typed)
    {
        using var terminal = new ScriptedTerminal(typed);
        var keys = new List<Key>();
        while (terminal.ReadKey(CancellationToken.None) is { } key)
        {
            keys.Add(key);
        }

        return keys;
    }
}
