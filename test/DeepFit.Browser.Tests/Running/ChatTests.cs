using System.Text.RegularExpressions;
using DeepFit.Browser.Tests.Support;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Running;

/// <summary>Talking to a model that runs.</summary>
public sealed class ChatTests(BrowserHost host) : PageTest(host)
{
    [Fact]
    public Task An_answer_comes_with_its_reasoning_folded_and_every_character_right() => InChatAsync(Models.Tiny, async (page, chat) =>
    {
        await chat.AskAsync("你好");
        await Assertions.Expect(chat.Answer).ToContainTextAsync(ThinkingAnswer.Text);
        await Assertions.Expect(chat.Fold).ToHaveAttributeAsync("aria-expanded", "false");
        await Assertions.Expect(chat.Fold).ToContainTextAsync(new Regex(@"^\s*Thought for [\d.]+ s\s*· \d+ tokens\s*$"));
        await Assertions.Expect(chat.Answer.Locator(".thoughts")).ToHaveCountAsync(0);
        await chat.Fold.ClickAsync();
        foreach (string line in ThinkingAnswer.Reasoning.Split('\n'))
        {
            await Assertions.Expect(chat.Answer.Locator(".thoughts")).ToContainTextAsync(line);
        }

        await Assertions.Expect(chat.Answer.Locator(".foot")).ToContainTextAsync(new Regex(@"\d+ tokens.*\d+ tokens/s"));
    });

    [Fact]
    public Task An_answer_is_stopped_asked_again_and_its_conversation_outlives_the_page() => InChatAsync(Models.Slow, async (page, chat) =>
    {
        await chat.SendAsync("Say a lot.");
        await Assertions.Expect(chat.Answer).ToContainTextAsync("\u4E00\u4E01\u4E02");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(chat.Answer).ToContainTextAsync("Stopped. What had come is kept.");
        await chat.EndAsync();
        int stopped = Signs(await chat.Answer.TextContentAsync());
        stopped.ShouldBeInRange(3, Models.SlowTokens - 1);
        (WebRun server, string id) = await Host.ServerAsync(Models.Slow);
        while ((await server.DeploymentAsync(id)).GetProperty("busy_slots").GetInt32() > 0)
        {
            await Task.Delay(50, Token); // the model itself must stop too; the test's own limit ends this
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Answer again" }).ClickAsync();
        await Assertions.Expect(chat.Answer).ToContainTextAsync(new Regex("[\u4E00-\u9FFF]{1200}"), new() { Timeout = 120_000 });
        await chat.EndAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();
        await Assertions.Expect(page.Locator(".turn")).ToHaveCountAsync(0);
        await chat.SendAsync("And now?");
        await Assertions.Expect(chat.Answer).ToContainTextAsync("\u4E00\u4E01\u4E02");
        await page.Keyboard.PressAsync("Escape");
        await chat.EndAsync();
        await page.ReloadAsync();
        ILocator list = page.GetByRole(AriaRole.Complementary, new() { Name = "Conversations" });
        await Assertions.Expect(list.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await list.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Say a lot") }).ClickAsync();
        Signs(await chat.Answer.TextContentAsync()).ShouldBe(Models.SlowTokens);

        await list.GetByRole(AriaRole.Button, new() { Name = "Delete “Say a lot.”" }).ClickAsync();
        await list.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Assertions.Expect(list.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
    });

    [Fact]
    public Task An_answer_goes_on_while_another_conversation_is_looked_at_and_names_are_kept() => InChatAsync(Models.Slow, async (page, chat) =>
    {
        await chat.SendAsync("Say a lot.");
        await Assertions.Expect(chat.Answer).ToContainTextAsync("\u4E00\u4E01\u4E02");
        int left = Signs(await chat.Answer.TextContentAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();
        await Assertions.Expect(page.Locator(".turn")).ToHaveCountAsync(0);
        ILocator list = page.GetByRole(AriaRole.Complementary, new() { Name = "Conversations" });
        await list.GetByRole(AriaRole.Button, new() { Name = "Rename “Say a lot.”" }).ClickAsync();
        await page.Keyboard.TypeAsync("Much");
        await page.Keyboard.PressAsync("Enter");
        await list.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Much") }).ClickAsync();
        await Assertions.Expect(chat.Answer).ToContainTextAsync(new Regex($"[\u4E00-\u9FFF]{{{left + 20}}}"));
        await chat.Question.PressAsync("Escape"); // enough is said, unless all is
        await chat.EndAsync();
        int said = Signs(await chat.Answer.TextContentAsync());
        await chat.KeptAsync();

        // a page that is loaded again shows the same conversation, by its name
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator(".turn")).ToHaveCountAsync(1);
        Signs(await chat.Answer.TextContentAsync()).ShouldBe(said);
        await Assertions.Expect(list.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Much") })).ToHaveAttributeAsync("aria-current", "true");
    });

    [Theory]
    [InlineData(Look.Desk)]
    [InlineData(Look.Phone)]
    public Task The_conversation_alone_scrolls(int width) => InChatAsync(Models.Tiny, async (page, chat) =>
    {
        await page.SetViewportSizeAsync(width, Look.Height(width));
        for (int question = 0; question < 4; question++)
        {
            await chat.AskAsync("Show me 1");
        }

        int[] heights = await page.EvaluateAsync<int[]>("""
            () => {
              const thread = document.querySelector('.thread');
              return [document.documentElement.scrollHeight, innerHeight, thread.scrollHeight, thread.clientHeight];
            }
            """);
        heights[0].ShouldBe(heights[1], "the page is as high as its window");
        heights[2].ShouldBeGreaterThan(heights[3], "what was said is longer than the window");
    });

    [Fact]
    public Task Markdown_code_and_tex_are_typeset() => InChatAsync(Models.Tiny, async (page, chat) =>
    {
        await chat.AskAsync("Show me 1");
        await Assertions.Expect(chat.Answer.GetByRole(AriaRole.Heading, new() { Name = "Proof" })).ToBeVisibleAsync();
        await Assertions.Expect(chat.Answer.Locator(".katex").First).ToBeVisibleAsync();
        await Assertions.Expect(chat.Answer.Locator(".katex-display")).ToHaveCountAsync(1);
        await Assertions.Expect(chat.Answer.GetByRole(AriaRole.Columnheader)).ToHaveTextAsync(["p", "q"]);
        await Assertions.Expect(chat.Answer.Locator("pre code")).ToHaveTextAsync(new Regex(@"^print\('hello'\)\s*$"));
        await Assertions.Expect(chat.Answer.Locator("pre code span").First).ToBeVisibleAsync();
        await Assertions.Expect(chat.Answer.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["one", "two"]);
        await Views.KeepAsync(page, "chat-rich-en-light-1440");
        await Views.CheckAccessAsync(page, "rich answer");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Views.KeepAsync(page, "chat-rich-en-dark-1440");
        await Views.CheckAccessAsync(page, "rich answer, dark");
    });

    [Fact]
    public Task What_a_model_writes_never_becomes_html_of_the_page() => InChatAsync(Models.Tiny, async (page, chat) =>
    {
        await chat.AskAsync("Try 2");
        await Assertions.Expect(chat.Answer).ToContainTextAsync("The end.");
        await chat.Fold.ClickAsync();
        await Assertions.Expect(chat.Answer.Locator(".thoughts")).ToContainTextAsync("<img src=x");
        foreach (string tag in (string[])["script", "img", "iframe", "style", "form", "svg[onload]", "[onerror]", "[href^='javascript']"])
        {
            (await chat.Answer.Locator(tag).CountAsync()).ShouldBe(0, tag);
        }

        // whatever became a link or a button of what it wrote is pressed
        foreach (string word in (string[])["press", "go", "tex"])
        {
            if (await chat.Answer.GetByText(word, new() { Exact = true }).CountAsync() > 0)
            {
                await chat.Answer.GetByText(word, new() { Exact = true }).First.ClickAsync();
            }
        }

        (await page.EvaluateAsync<bool>("() => 'taken' in window")).ShouldBeFalse();
        await Views.KeepAsync(page, "chat-hostile-en-light-1440");
    });

    private static int Signs(string? text) => text!.Count(sign => sign is >= '\u4E00' and <= '\u9FFF' and not '想');

    private async Task InChatAsync(string model, Func<IPage, ChatPage, Task> test)
    {
        (WebRun server, string id) = await Host.ServerAsync(model);
        await InBrowserAsync(server, new Look(), async page =>
        {
            await page.GotoAsync($"/chat?deployment={id}");
            await test(page, new ChatPage(page));
        });
    }
}
