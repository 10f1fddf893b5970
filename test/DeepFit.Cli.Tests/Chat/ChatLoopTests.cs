using DeepFit.Cli.Chat;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Inference;

namespace DeepFit.Cli.Tests.Chat;

public sealed class ChatLoopTests
{
    [Theory]
    [InlineData(Language.English, "thought for", "12 tokens/s", "about 3.4 tokens/s")]
    [InlineData(Language.Chinese, "思考了", "12 token/秒", "约 3.4 token/秒")]
    public async Task A_question_gets_its_reasoning_then_its_answer_then_the_figures(Language language, string thought, string rate, string expected)
    {
        var backend = new ScriptedBackend { Says = _ => ("嗯，\n简单。", "你好！😀") };
        ChatRun run = await ChatRun.Of(backend, ["你好"], ChatRun.Settings, language, cancellationToken: TestContext.Current.CancellationToken);
        run.ExitCode.ShouldBe(0);
        int[] places = [run.Out.IndexOf(expected, StringComparison.Ordinal), run.Out.IndexOf("嗯，\n简单。\n", StringComparison.Ordinal), run.Out.IndexOf(thought, StringComparison.Ordinal),
            run.Out.IndexOf("\n你好！😀\n", StringComparison.Ordinal), run.Out.IndexOf(rate, StringComparison.Ordinal)];
        places.ShouldAllBe(place => place >= 0);
        places.ShouldBe(places.Order());
        ScreenWidth.ShouldFit(run.Out, 80);
    }

    [Fact]
    public async Task Earlier_answers_are_sent_again_without_their_reasoning_and_new_begins_anew()
    {
        var backend = new ScriptedBackend();
        await ChatRun.Of(backend, "one", "two", "/new", "three");
        backend.Asked[0].Select(turn => (turn.Role, turn.Content)).ShouldBe([(ChatRole.User, "one")]);
        backend.Asked[1].Select(turn => (turn.Role, turn.Content)).ShouldBe([(ChatRole.User, "one"), (ChatRole.Assistant, "answer 1"), (ChatRole.User, "two")]);
        backend.Asked[2].Select(turn => turn.Content).ShouldBe(["three"]);
    }

    [Fact]
    public async Task Instructions_are_sent_only_where_they_are_given()
    {
        var backend = new ScriptedBackend();
        await ChatRun.Of(backend, ["hi", "/new", "again"], ChatRun.Settings with { System = "Be brief." }, cancellationToken: TestContext.Current.CancellationToken);
        backend.Asked.ShouldAllBe(turns => turns[0].Role == ChatRole.System && turns[0].Content == "Be brief.");
    }

    [Theory]
    [InlineData("show", true, true)]
    [InlineData("fold", false, true)]
    [InlineData("hide", false, false)]
    public async Task Reasoning_is_shown_folded_or_hidden_and_think_unfolds_it(string mode, bool shown, bool summary)
    {
        ChatRun run = await ChatRun.Of(new ScriptedBackend(), $"/think {mode}", "question");
        run.Out.Contains("thought 1\n", StringComparison.Ordinal).ShouldBe(shown);
        run.Out.Contains("thought for", StringComparison.Ordinal).ShouldBe(summary);
        run.Out.ShouldContain("answer 1\n");
        (await ChatRun.Of(new ScriptedBackend(), $"/think {mode}", "question", "/think")).Out.LastIndexOf("thought 1\n", StringComparison.Ordinal)
            .ShouldBeGreaterThan(run.Out.IndexOf("answer 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reasoning_is_dim_and_no_colour_is_left_on()
    {
        ChatRun run = await ChatRun.Of(new ScriptedBackend(), ["q"], ChatRun.Settings, colour: true, cancellationToken: TestContext.Current.CancellationToken);
        run.Out.ShouldContain("\x1b[90mt\x1b[0m");
        run.Out.ShouldNotContain("\x1b[90ma\x1b[0m");
        run.Out.LastIndexOf("\x1b[0m", StringComparison.Ordinal).ShouldBeGreaterThan(run.Out.LastIndexOf("\x1b[90m", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_model_says_cannot_control_the_terminal()
    {
        ChatRun run = await ChatRun.Of(new ScriptedBackend { Says = _ => ("a\x1b[2J", "b\x1b]0;title\x07\rc") }, "q");
        run.Out.ShouldNotContain('\x1b');
        run.Out.ShouldNotContain('\x07');
        run.Out.ShouldContain("b]0;titlec\n");
    }

    [Fact]
    public async Task Ctrl_C_stops_the_answer_and_not_the_chat_and_what_came_is_kept()
    {
        var interrupts = new Interrupts();
        var backend = new ScriptedBackend
        {
            Says = number => number == 1 ? ("", "first words and more") : ("", "second"),
            Saying = (number, c) =>
            {
                if (number == 1 && c == 'w')
                {
                    interrupts.Raise().ShouldBeTrue();
                    interrupts.Raise().ShouldBeFalse("a second one is the program's");
                }
            },
        };
        ChatRun run = await ChatRun.Of(backend, ["one", "two"], ChatRun.Settings, interrupts: interrupts, cancellationToken: TestContext.Current.CancellationToken);
        run.ExitCode.ShouldBe(0);
        run.Out.ShouldContain("stopped");
        backend.Asked[1].Select(turn => turn.Content).ShouldBe(["one", "first ", "two"]);
        interrupts.Raise().ShouldBeFalse("after the answer Ctrl-C is the program's again");
    }

    [Fact]
    public async Task An_exchange_stopped_in_its_thoughts_is_not_kept_and_retry_asks_again()
    {
        var interrupts = new Interrupts();
        var backend = new ScriptedBackend
        {
            Saying = (number, _) =>
            {
                if (number == 1)
                {
                    interrupts.Raise();
                }
            },
        };
        ChatRun run = await ChatRun.Of(
            backend, ["one", "/retry", "/retry"], ChatRun.Settings with { Sampling = new ChatSampling(Seed: 7) }, interrupts: interrupts, cancellationToken: TestContext.Current.CancellationToken);
        run.Out.ReplaceLineEndings(" ").ShouldContain("/retry asks again");
        backend.Asked.Count.ShouldBe(3);
        backend.Asked.ShouldAllBe(turns => turns.Count == 1 && turns[0].Content == "one");
        backend.Sampled.Select(sampling => sampling.Seed).ShouldBe([7u, null, null], "the same seed would give the same answer");
    }

    [Fact]
    public async Task A_full_context_drops_the_oldest_exchanges_and_says_so()
    {
        // 1000 tokens, 400 of them kept for an answer: the third question leaves no room for the first exchange
        var backend = new ScriptedBackend { Says = _ => ("", new string('x', 200)) };
        ChatRun run = await ChatRun.Of(
            backend, [new string('a', 100), new string('b', 100), new string('c', 100), "/context"], ChatRun.Settings with { Reserve = 400 }, cancellationToken: TestContext.Current.CancellationToken);
        backend.Asked[2].Select(turn => turn.Content[0]).ShouldBe(['b', 'x', 'c']);
        run.Out.ReplaceLineEndings(" ").ShouldContain("The oldest exchange is no longer sent");
        run.Out.ShouldContain("1000");
        run.Out.ReplaceLineEndings(" ").ShouldContain("600 of 1000 tokens (60%)");
    }

    [Fact]
    public async Task A_server_that_refuses_the_length_gets_one_exchange_less_at_a_time()
    {
        var refusal = new GenerationRequestException("messages", "context_length_exceeded", new BilingualText("too long", "太长"));
        var backend = new ScriptedBackend { Counts = false, Fails = number => number is 3 or 4 ? refusal : null };
        ChatRun run = await ChatRun.Of(backend, "one", "two", "three");
        backend.Asked.Select(turns => turns.Count).ShouldBe([1, 3, 5, 3, 1]);
        run.Out.ShouldContain("answer 5");
    }

    [Fact]
    public async Task A_question_that_alone_is_too_long_is_refused_and_the_chat_goes_on()
    {
        var refusal = new GenerationRequestException("messages", "context_length_exceeded", new BilingualText("it has too many tokens", "太长"));
        var backend = new ScriptedBackend { Fails = number => number == 1 ? refusal : null };
        ChatRun run = await ChatRun.Of(backend, "long", "short");
        run.Out.ShouldContain("it has too many tokens");
        backend.Asked[1].Select(turn => turn.Content).ShouldBe(["short"]);
        run.Out.ShouldContain("answer 2");
    }

    [Theory]
    [InlineData("", "in the middle of its thoughts", 1)]
    [InlineData("half an ans", "continues it", 3)]
    public async Task An_answer_cut_off_by_the_context_says_how_to_go_on(string answer, string says, int sentNext)
    {
        var backend = new ScriptedBackend { Says = _ => ("hm", answer), Ends = () => FinishReason.Length };
        ChatRun run = await ChatRun.Of(backend, "one", "go on");
        run.Out.ReplaceLineEndings(" ").ShouldContain(says);
        backend.Asked[1].Count.ShouldBe(sentNext);
    }

    [Fact]
    public async Task An_answer_cut_off_by_its_limit_names_the_limit()
    {
        var backend = new ScriptedBackend { Says = _ => ("", "12345"), Ends = () => FinishReason.Length };
        ChatRun run = await ChatRun.Of(backend, ["q"], ChatRun.Settings with { Sampling = new ChatSampling(MaxTokens: 5) }, cancellationToken: TestContext.Current.CancellationToken);
        run.Out.ShouldContain("--max-tokens 5");
    }

    [Theory]
    [InlineData("/help", "/save")]
    [InlineData("/svae x", "/save")]
    [InlineData("/stats", "Nothing was asked")]
    [InlineData("/save", "Nothing was asked")]
    [InlineData("/retry", "Nothing was asked")]
    [InlineData("/think", "Nothing was asked")]
    [InlineData("/think loud", "show, fold or hide")]
    [InlineData("/context", "0 of 1000")]
    public async Task A_command_answers_at_once(string line, string says)
    {
        var backend = new ScriptedBackend();
        (await ChatRun.Of(backend, line)).Out.ReplaceLineEndings(" ").ShouldContain(says);
        backend.Asked.ShouldBeEmpty();
        ChatRun chinese = await ChatRun.Of(backend, [line], ChatRun.Settings, Language.Chinese, cancellationToken: TestContext.Current.CancellationToken);
        ScreenWidth.ShouldFit(chinese.Out, 80);
    }

    [Theory]
    [InlineData("/usr/bin is what?")]
    [InlineData(" /new is a command of what?")]
    [InlineData("/help\nsecond line")]
    public async Task A_text_that_begins_with_a_slash_and_is_no_command_is_sent(string line)
    {
        var backend = new ScriptedBackend();
        await ChatRun.Of(backend, line);
        backend.Asked.ShouldHaveSingleItem()[0].Content.ShouldBe(line.Trim());
    }

    [Fact]
    public async Task Statistics_sum_the_session_and_hold_it_against_what_was_expected()
    {
        ChatRun run = await ChatRun.Of(new ScriptedBackend { Says = _ => ("", "12345678") }, "a", "b", "/stats");
        run.Out.ShouldContain("2 answers · 16 tokens");
        run.Out.ShouldContain("seed 42");
        run.Out.Split("about 3.4 tokens/s").Length.ShouldBe(3, "in the title and in the statistics");
    }

    [Fact]
    public async Task Bye_a_second_Ctrl_C_and_the_end_of_input_end_it()
    {
        var backend = new ScriptedBackend();
        (await ChatRun.Of(backend, "/bye", "never")).ExitCode.ShouldBe(0);
        (await ChatRun.Of(backend, "^C", "^C", "never")).Out.ShouldContain("Ctrl-D ends");
        backend.Asked.ShouldBeEmpty();
        await ChatRun.Of(backend, "^C", "asked", "^C", "asked too");
        backend.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_conversation_is_saved_as_Markdown_or_as_messages_and_overwrites_nothing()
    {
        string folder = Directory.CreateTempSubdirectory("deepfit-chat-").FullName;
        try
        {
            string text = Path.Combine(folder, "谈话.md");
            string json = Path.Combine(folder, "talk.json");
            ChatRun run = await ChatRun.Of(
                new ScriptedBackend { Says = _ => ("想一想", "答案") }, ["问题", $"/save {text}", $"/save {text}", $"/save {json}", $"/save {folder}/no/where.md"],
                ChatRun.Settings with { System = "简短" }, cancellationToken: TestContext.Current.CancellationToken);
            string markdown = await File.ReadAllTextAsync(text, TestContext.Current.CancellationToken);
            markdown.ShouldContain("简短");
            markdown.ShouldContain("## Question\n\n问题\n");
            markdown.ShouldContain("想一想");
            markdown.ShouldContain("答案");
            using var document = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
            document.RootElement.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()).ShouldBe(["system", "user", "assistant"]);
            document.RootElement.GetProperty("messages")[2].GetProperty("reasoning_content").GetString().ShouldBe("想一想");
            run.Out.ReplaceLineEndings(" ").ShouldContain("already");
            run.Out.ReplaceLineEndings(" ").ShouldContain("cannot be written");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Stopping_the_program_ends_the_chat()
    {
        using var stop = new CancellationTokenSource();
        var backend = new ScriptedBackend { Saying = (_, _) => stop.Cancel() };
        await Should.ThrowAsync<OperationCanceledException>(() => ChatRun.Of(backend, ["q", "never"], ChatRun.Settings, cancellationToken: stop.Token));
        backend.Asked.Count.ShouldBe(1);
    }
}
