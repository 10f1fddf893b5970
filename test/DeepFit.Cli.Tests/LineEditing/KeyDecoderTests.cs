using System.Text;
using CsCheck;
using DeepFit.Cli.LineEditing;

namespace DeepFit.Cli.Tests.LineEditing;

public sealed class KeyDecoderTests
{
    [Theory]
    [InlineData("\x1b[A", "Up")]
    [InlineData("\x1bOA", "Up")]
    [InlineData("\x1b[D", "Left")]
    [InlineData("\x1b[1;5D", "WordLeft")]
    [InlineData("\x1b[1;3C", "WordRight")]
    [InlineData("\x1b" + "b", "WordLeft")]
    [InlineData("\x1b[H", "Home")]
    [InlineData("\x1b[4~", "End")]
    [InlineData("\x1b[3~", "Delete")]
    [InlineData("\x1b\r", "NewLine")]
    [InlineData("\n", "NewLine")]
    [InlineData("\x1b[13;2u", "NewLine")]
    [InlineData("\x1b[27;2;13~", "NewLine")]
    [InlineData("\r", "Enter")]
    [InlineData("\x7f", "Backspace")]
    [InlineData("\x17", "DeleteWordLeft")]
    [InlineData("\x03", "Interrupt")]
    [InlineData("\x04", "EndOfInput")]
    [InlineData("\x1b[38;5;7z", "None")]
    public void A_sequence_is_one_key_however_its_bytes_come(string sent, string kind)
    {
        Decode(sent, 1).Select(key => key.Kind.ToString()).ShouldBe([kind]);
        Decode(sent, 64).Select(key => key.Kind.ToString()).ShouldBe([kind]);
    }

    [Fact]
    public void Text_comes_whole_also_where_bytes_of_a_character_come_apart() => Gen.Select(Gen.String[Gen.Char["a你好é ，"], 1, 30], Gen.Int[1, 7]).Sample((text, step) =>
        string.Concat(Decode(text + "😀", step).Select(key => key.Text)).ShouldBe(text + "😀"));

    [Fact]
    public void A_paste_is_one_key_with_its_line_breaks_and_without_control_characters()
    {
        Key key = Decode("\x1b[200~line one\r\n第二行\tx\x1b[31m\rthree\x1b[201~", 3).ShouldHaveSingleItem();
        key.ShouldBe(new Key(KeyKind.Paste, "line one\n第二行\tx[31m\nthree"));
    }

    [Fact]
    public void An_escape_alone_is_dropped_when_nothing_follows()
    {
        var decoder = new KeyDecoder();
        decoder.Feed("\x1b"u8);
        decoder.IsWaiting.ShouldBeTrue();
        decoder.TimeOut();
        decoder.Feed("b"u8);
        decoder.TryTake(out Key key).ShouldBeTrue();
        key.ShouldBe(new Key(KeyKind.Text, "b"));
    }

    [Fact]
    public void No_bytes_whatever_bring_it_down() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        var decoder = new KeyDecoder();
        decoder.Feed(bytes);
        decoder.TimeOut();
        while (decoder.TryTake(out Key key))
        {
            key.Text.ShouldNotContain('\x1b');
        }
    });

    private static List<Key> Decode(string sent, int step)
    {
        var decoder = new KeyDecoder();
        var keys = new List<Key>();
        byte[] bytes = Encoding.UTF8.GetBytes(sent);
        for (int at = 0; at < bytes.Length; at += step)
        {
            decoder.Feed(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
        }

        while (decoder.TryTake(out Key key))
        {
            keys.Add(key);
        }

        return keys;
    }
}
