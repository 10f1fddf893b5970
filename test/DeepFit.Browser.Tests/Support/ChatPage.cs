using DeepFit.TestModels;
using Microsoft.Playwright;

namespace DeepFit.Browser.Tests.Support;

/// <summary>The chat, as a person sees it.</summary>
internal sealed class ChatPage(IPage page)
{
    /// <summary>The last answer.</summary>
    public ILocator Answer => page.Locator(".turn").Last.Locator(".answer");

    /// <summary>The button that folds the last answer's reasoning.</summary>
    public ILocator Fold => Answer.Locator("button[aria-expanded]");

    public ILocator Question => page.GetByRole(AriaRole.Textbox, new() { Name = "Your question" });

    /// <summary>Asks, and waits for the end of the answer.</summary>
    public async Task AskAsync(string question)
    {
        await SendAsync(question);
        await EndAsync();
    }

    /// <summary>Asks.</summary>
    public async Task SendAsync(string question)
    {
        await Question.FillAsync(question);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeEnabledAsync();
        await Question.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".turn").Last.Locator(".question")).ToContainTextAsync(question);
    }

    /// <summary>Waits for the end of the answer.</summary>
    public async Task EndAsync() => await Assertions.Expect(Answer).ToHaveAttributeAsync("aria-busy", "false");

    /// <summary>Waits until the browser has kept what is there: what reads behind a writing transaction comes after it.</summary>
    public async Task KeptAsync() => await page.EvaluateAsync("""
        () => new Promise((done, failed) => {
          const opening = indexedDB.open('deepfit');
          opening.onerror = () => failed(opening.error);
          opening.onsuccess = () => {
            const reading = opening.result.transaction('conversations', 'readonly');
            reading.oncomplete = () => { opening.result.close(); done(); };
            reading.objectStore('conversations').count();
          };
        })
        """);
}

/// <summary>The parts of <see cref="TinyModel.ThinkingAnswer"/>.</summary>
internal static class ThinkingAnswer
{
    private static readonly string[] Parts = TinyModel.ThinkingAnswer.Split("</think>");

    public static string Reasoning => Parts[0].Trim();

    public static string Text => Parts[1].Trim();
}
