using DeepFit.Cli.Chat;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;
using Microsoft.Extensions.Time.Testing;

namespace DeepFit.Cli.Tests.Chat;

public sealed class AnswerViewTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    [Theory]
    [InlineData(Language.English, "reading 12 tokens · 3 s")]
    [InlineData(Language.Chinese, "读取 12 个 token · 3 秒")]
    public void While_nothing_comes_a_line_says_what_is_waited_for_and_goes_away(Language language, string status)
    {
        using AnswerView view = View(AnswerPlace.Terminal, ThinkMode.Show, language);
        view.Begin(12);
        clock.Advance(TimeSpan.FromSeconds(3));
        error.ToString().ShouldContain(status);
        view.Add(new ChatPiece(ChunkKind.Answer, "hi", 1));
        string shown = error.ToString();
        shown.ShouldEndWith("\r", customMessage: "the line is taken away");
        clock.Advance(TimeSpan.FromSeconds(3));
        error.ToString().ShouldBe(shown, "and does not come back into the answer");
        output.ToString().ShouldBe("hi");
    }

    [Fact]
    public void Folded_reasoning_is_one_line_with_its_last_words_and_then_a_summary()
    {
        using AnswerView view = View(AnswerPlace.Terminal, ThinkMode.Fold);
        view.Begin(0);
        for (int i = 0; i < 60; i++)
        {
            view.Add(new ChatPiece(ChunkKind.Reasoning, $"想法{i}，\n", 2));
        }

        clock.Advance(TimeSpan.FromSeconds(12));
        string last = error.ToString().Split('\r')[^1];
        last.ShouldContain("thinking · 12 s · 120 tokens");
        last.ShouldContain("想法59");
        last.ShouldNotContain("想法10，");
        ScreenWidth.Of(last.TrimEnd()).ShouldBeLessThan(80);
        output.ToString().ShouldBeEmpty();
        view.Add(new ChatPiece(ChunkKind.Answer, "\n\n答案", 1));
        view.End();
        output.ToString().ShouldBe("▸ thought for 12 s, 120 tokens\n\n答案\n");
        view.ThoughtSeconds.ShouldBe(12);
        view.Reasoning.ShouldStartWith("想法0，\n想法1");
    }

    [Theory]
    [InlineData("Show", "想。\n· thought for 0 s, 2 tokens\n")]
    [InlineData("Fold", "▸ thought for 0 s, 2 tokens\n")]
    [InlineData("Hide", "")]
    public void A_pipe_gets_the_answer_as_it_is_and_reasoning_goes_to_standard_error(string mode, string told)
    {
        using AnswerView view = View(AnswerPlace.Pipe, Enum.Parse<ThinkMode>(mode), terminal: false);
        view.Begin(3);
        clock.Advance(TimeSpan.FromSeconds(9));
        view.Add(new ChatPiece(ChunkKind.Reasoning, "\n想。", 2));
        view.Add(new ChatPiece(ChunkKind.Answer, "a\x1b[1mb", 1));
        view.End();
        output.ToString().ShouldBe("a\x1b[1mb\n", "what goes into a file is what the model said");
        error.ToString().ShouldBe(told);
    }

    [Fact]
    public void A_document_shows_nothing()
    {
        using AnswerView view = View(AnswerPlace.Document, ThinkMode.Show, terminal: false);
        view.Begin(3);
        view.Add(new ChatPiece(ChunkKind.Reasoning, "r", 1));
        view.Add(new ChatPiece(ChunkKind.Answer, "a", 1));
        view.End();
        (output.ToString() + error).ShouldBeEmpty();
        (view.Reasoning, view.Answer).ShouldBe(("r", "a"));
    }

    [Fact]
    public void Thoughts_that_are_cut_off_end_their_line()
    {
        using AnswerView view = View(AnswerPlace.Terminal, ThinkMode.Show);
        view.Begin(0);
        view.Add(new ChatPiece(ChunkKind.Reasoning, "hm", 1));
        view.End();
        output.ToString().ShouldBe("hm\n· thought for 0 s, 1 tokens\n");
    }

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    private AnswerView View(AnswerPlace place, ThinkMode think, Language language = Language.English, bool terminal = true)
    {
        var console = new CliConsole
        {
            Out = output,
            OpenOut = () => throw new InvalidOperationException("no document"),
            Error = error,
            OutIsTerminal = place == AnswerPlace.Terminal,
            ErrorIsTerminal = terminal,
            Environment = _ => null,
        };
        var context = new CommandContext { Console = console, Services = new FakeServices(), Language = language, Json = false, NoColor = true, CancellationToken = CancellationToken.None };
        return new AnswerView(context, place, think, clock);
    }
}
