using System.Reflection;

namespace DeepFit.Browser.Tests.Support;

/// <summary>What the tests leave for people to look at: <c>artifacts/</c> of the checkout, which git ignores.</summary>
internal static class Artifacts
{
    /// <summary>The checkout.</summary>
    public static string Repository { get; } = Find();

    /// <summary>A file in a folder of the artifacts, which is made.</summary>
    public static string File(string folder, string name)
    {
        string path = Path.Combine(Repository, "artifacts", folder);
        Directory.CreateDirectory(path);
        return Path.Combine(path, name);
    }

    /// <summary>Tells a figure in the test's output and keeps it in <c>artifacts/browser/NAME.txt</c>.</summary>
    public static async Task TellAsync(string name, string text)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        await System.IO.File.WriteAllTextAsync(File("browser", name + ".txt"), text + "\n");
    }

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "DeepFit.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"{Assembly.GetExecutingAssembly().GetName().Name} runs outside the repository");
    }
}
