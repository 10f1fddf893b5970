namespace DeepFit.Engine.Tests.Detection.Gpus;

/// <summary>Texts of the Fixtures folder, read from the source tree.</summary>
internal static class Fixture
{
    private static readonly string s_folder = Find();

    public static string Read(string name) => File.ReadAllText(Path.Combine(s_folder, name));

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string fixtures = Path.Combine(folder.FullName, "test", "DeepFit.Engine.Tests", "Detection", "Gpus", "Fixtures");
            if (Directory.Exists(fixtures))
                return fixtures;
        }

        throw new DirectoryNotFoundException("The fixtures are looked for in the source tree.");
    }
}
