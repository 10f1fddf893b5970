using CsCheck;
using DeepFit.Cli.LineEditing;

namespace DeepFit.Cli.Tests.LineEditing;

public sealed class EditBufferTests
{
    private static readonly string[] Pieces = ["a", "你", "😀", "e\u0301", "👨‍👩‍👧", "\n", " "];

    [Theory]
    [InlineData("你好", "Backspace", "你")]
    [InlineData("ok 👨‍👩‍👧", "Backspace", "ok ")]
    [InlineData("e\u0301", "Backspace", "")]
    [InlineData("one two  ", "DeleteWordLeft", "one ")]
    [InlineData("a\nbcd", "DeleteToStart", "a\n")]
    [InlineData("a\n", "DeleteToStart", "a")]
    public void What_people_see_as_one_is_deleted_as_one(string text, string key, string left)
    {
        var buffer = new EditBuffer();
        buffer.Set(text);
        buffer.Apply(new Key(Enum.Parse<KeyKind>(key)));
        buffer.Text.ShouldBe(left);
        buffer.Cursor.ShouldBe(left.Length);
    }

    [Fact]
    public void Arrows_move_by_what_people_see_and_keep_the_column_over_lines()
    {
        var buffer = new EditBuffer();
        buffer.Set("第一行x\n二\nthird line");
        buffer.Apply(new Key(KeyKind.Home));
        buffer.Apply(new Key(KeyKind.Right));
        buffer.Apply(new Key(KeyKind.Right));
        buffer.Apply(new Key(KeyKind.Up)).ShouldBeTrue();
        buffer.Cursor.ShouldBe("第一行x\n二".Length);
        buffer.Apply(new Key(KeyKind.Up)).ShouldBeTrue();
        buffer.Cursor.ShouldBe(1);
        buffer.Apply(new Key(KeyKind.Up)).ShouldBeFalse();
        buffer.Apply(new Key(KeyKind.End));
        buffer.Apply(new Key(KeyKind.Delete));
        buffer.Text.ShouldBe("第一行x二\nthird line");
    }

    [Fact]
    public void The_cursor_never_stands_inside_a_character_and_left_undoes_right() =>
        Gen.Select(Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 12], Gen.Enum<KeyKind>().Array[0, 30]).Sample((pieces, kinds) =>
        {
            var buffer = new EditBuffer();
            buffer.Set(string.Concat(pieces));
            foreach (KeyKind kind in kinds)
            {
                buffer.Apply(new Key(kind, kind == KeyKind.Text ? "好" : ""));
                buffer.Cursor.ShouldBeInRange(0, buffer.Text.Length);
                (buffer.Cursor > 0 && buffer.Cursor < buffer.Text.Length && char.IsLowSurrogate(buffer.Text[buffer.Cursor])).ShouldBeFalse();
                int cursor = buffer.Cursor;
                if (buffer.Apply(new Key(KeyKind.Right)))
                {
                    buffer.Apply(new Key(KeyKind.Left));
                    buffer.Cursor.ShouldBe(cursor);
                }
            }
        });
}
