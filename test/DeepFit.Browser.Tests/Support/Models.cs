using System.Text;
using DeepFit.TestModels;

namespace DeepFit.Browser.Tests.Support;

/// <summary>The models that the page's servers find: a few megabytes each, with known answers.</summary>
internal static class Models
{
    /// <summary>The file that answers by the highest digit of what it is asked.</summary>
    public const string Tiny = "tiny.gguf";

    /// <summary>The file that thinks and answers for a second or more.</summary>
    public const string Slow = "slow.gguf";

    /// <summary>Asked with a 1: what R1 writes, as Markdown, code and TeX.</summary>
    public const string Rich =
        "Think **first**.\n</think>\n\n## Proof\n\nIt is *known*: $\\sqrt{2}$ is irrational.\n\n\\[ x^{2} = 2y^{2} \\]\n\n```python\nprint('hello')\n```\n\n| p | q |\n|---|---|\n| a | b |\n\n- one\n- two";

    /// <summary>Asked with a 2: what would take over a page that believes what a model writes.</summary>
    public const string Hostile =
        "<img src=x onerror=\"window.taken=0\">\n</think>\n\n<script>window.taken=1</script>\n\n<svg onload=\"window.taken=3\"></svg>\n\n[press](javascript:window.taken=4)\n\n"
        + "![pixel](http://evil.example/pixel.png)\n\n<iframe srcdoc=\"<script>parent.taken=5</script>\"></iframe>\n\n<a href=\"javascript:window.taken=6\">go</a>\n\n"
        + "$\\href{javascript:window.taken=7}{tex}$\n\n<style>body{display:none}</style>\n\n<form action=\"http://evil.example/\"><button>send</button></form>\n\nThe end.";

    public const int SlowTokens = 1200;

    /// <summary>Writes both models into a folder.</summary>
    public static void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        new TinyModel([TinyModel.ThinkingAnswer, Rich, Hostile]).Write(Path.Combine(folder, Tiny));

        // no character twice: a piece says where in the answer it stands
        var text = new StringBuilder();
        for (int i = 0; i < SlowTokens; i++)
        {
            text.Append((char)('\u4E00' + i));
        }

        new TinyModel([$"想。\n</think>\n\n{text}"]).Write(Path.Combine(folder, Slow));
    }
}
