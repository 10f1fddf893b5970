using System.Text;
using CsCheck;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Engine.Tests.LlamaCpp.Inference;

public sealed class OutputTextTests
{
    private static readonly Gen<string> Text = Gen.OneOf<string>([.. new[] { "a", " ", "\n", "你", "😀", "é", "<", "</", "think>", "END" }.Select(Gen.Const)]).Array[0, 30].Select(string.Concat);

    [Fact]
    public void Bytes_in_any_pieces_become_the_text_of_the_whole() =>
        Gen.Select(Gen.OneOf(Text.Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 40]), Gen.Int[1, 5].Array[1, 40]).Sample((bytes, cuts) =>
        {
            var decoder = new Utf8Decoder();
            var output = new StringBuilder();
            foreach (byte[] piece in Cut(bytes, cuts))
            {
                decoder.Append(piece, output);
                decoder.Held.ShouldBeLessThan(4);
            }

            decoder.Flush(output);
            output.ToString().ShouldBe(Encoding.UTF8.GetString(bytes));
        });

    [Theory]
    [InlineData("<think>\nwhy\n</think>\n\nbecause", false, "why", "because")]
    [InlineData("why\n</think>\n\nbecause", true, "why", "because")]
    [InlineData("<think>\nwhy</think>because", true, "why", "because")] // opened twice
    [InlineData("\n\n</think>\n\nbecause", true, "", "because")]
    [InlineData("<think>\n\n</think>\n\nbecause", false, "", "because")]
    [InlineData("just an answer", false, "", "just an answer")]
    [InlineData("  <thin ice", false, "", "  <thin ice")]
    [InlineData("a < b </thin </think>so", true, "a < b </thin", "so")]
    [InlineData("cut off </thi", true, "cut off </thi", "")]
    [InlineData("<think>一\n\n二</think>三</think>", false, "一\n\n二", "三</think>")]
    public void Reasoning_is_split_off_wherever_the_pieces_end(string text, bool open, string reasoning, string answer)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int size = 1; size <= bytes.Length; size++)
        {
            var output = new OutputText(separate: true, open, [], tools: false);
            var told = (R: new StringBuilder(), A: new StringBuilder());
            foreach (byte[] piece in Cut(bytes, [size]))
            {
                output.Push(piece);
                Tell();
            }

            output.Finish();
            Tell();
            (told.R.ToString(), told.A.ToString()).ShouldBe((reasoning, answer));
            (output.Reasoning, output.Answer).ShouldBe((reasoning, answer));

            void Tell()
            {
                (string r, string a) = output.Take();
                told.R.Append(r);
                told.A.Append(a);
            }
        }
    }

    [Fact]
    public void Text_before_the_first_stop_is_told_and_nothing_after() =>
        Gen.Select(Text, Gen.OneOf<string>([.. new[] { "END", "\n\n", "a<", "你好" }.Select(Gen.Const)]).Array[1, 3], Gen.Int[1, 4].Array[1, 30]).Sample((text, stops, cuts) =>
        {
            int first = stops.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
            var output = new OutputText(separate: false, reasoningOpen: false, stops, tools: false);
            var told = new StringBuilder();
            bool stopped = false;
            foreach (byte[] piece in Cut(Encoding.UTF8.GetBytes(text), cuts))
            {
                stopped = output.Push(piece);
                told.Append(output.Take().Answer);
                if (stopped)
                {
                    break;
                }
            }

            output.Finish();
            told.Append(output.Take().Answer);
            stopped.ShouldBe(first >= 0);
            told.ToString().ShouldBe(first >= 0 ? text[..first] : text);
        });

    [Fact]
    public void Calls_of_functions_are_read_and_kept_out_of_what_is_told()
    {
        const string calls = "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>add\n```json\n{\"a\": 1}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
        var output = new OutputText(separate: true, reasoningOpen: false, [], tools: true);
        var told = new StringBuilder();
        foreach (byte[] piece in Cut(Encoding.UTF8.GetBytes("One moment." + calls), [3]))
        {
            output.Push(piece);
            told.Append(output.Take().Answer);
        }

        output.Finish();
        told.Append(output.Take().Answer);

        told.ToString().ShouldBe("One moment.");
        (string answer, IReadOnlyList<ChatToolCall> read) = ToolCallParser.Parse(output.Answer);
        answer.ShouldBe("One moment.");
        read.ShouldBe([new ChatToolCall("add", "{\"a\": 1}"), new ChatToolCall("now", "{}")]);
        ToolCallParser.Parse("text <｜tool▁calls▁begin｜> no call").Calls.ShouldBeEmpty();
    }

    private static List<byte[]> Cut(byte[] bytes, int[] sizes)
    {
        var pieces = new List<byte[]>();
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            int size = Math.Min(sizes[i % sizes.Length], bytes.Length - at);
            pieces.Add(bytes[at..(at + size)]);
            at += size;
        }

        return pieces;
    }
}
