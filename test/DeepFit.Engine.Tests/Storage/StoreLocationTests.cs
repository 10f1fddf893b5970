using System.Runtime.InteropServices;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Tests.Storage;

public class StoreLocationTests
{
    private static string Folder(OSPlatform system, params (string Name, string Value)[] variables) =>
        StoreLocation.Folder(system, name => variables.FirstOrDefault(v => v.Name == name).Value, "/temporary")
            .Replace('\\', '/');

    [Fact]
    public void Linux_follows_the_xdg_folders() =>
        Folder(OSPlatform.Linux, ("HOME", "/home/ana"), ("XDG_DATA_HOME", "/data/ana")).ShouldBe("/data/ana/deepfit");

    [Fact]
    public void Linux_without_xdg_uses_the_usual_place() =>
        Folder(OSPlatform.Linux, ("HOME", "/home/ana"), ("XDG_DATA_HOME", "")).ShouldBe("/home/ana/.local/share/deepfit");

    [Fact]
    public void A_relative_xdg_folder_is_ignored() =>
        Folder(OSPlatform.Linux, ("HOME", "/home/ana"), ("XDG_DATA_HOME", "data")).ShouldBe("/home/ana/.local/share/deepfit");

    [Fact]
    public void Without_a_home_the_temporary_folder_serves()
    {
        Folder(OSPlatform.Linux).ShouldBe("/temporary/deepfit");
        Folder(OSPlatform.OSX).ShouldBe("/temporary/DeepFit");
        Folder(OSPlatform.Windows).ShouldBe("/temporary/DeepFit");
    }

    [Fact]
    public void MacOS_uses_application_support() =>
        Folder(OSPlatform.OSX, ("HOME", "/Users/ana"), ("XDG_DATA_HOME", "/data")).ShouldBe("/Users/ana/Library/Application Support/DeepFit");

    [Fact]
    public void Windows_uses_local_application_data()
    {
        Folder(OSPlatform.Windows, ("LOCALAPPDATA", "C:/Users/ana/AppData/Local")).ShouldBe("C:/Users/ana/AppData/Local/DeepFit");
        Folder(OSPlatform.Windows, ("USERPROFILE", "C:/Users/ana")).ShouldBe("C:/Users/ana/AppData/Local/DeepFit");
    }

    [Fact]
    public void The_variable_overrides_every_system()
    {
        string chosen = Path.Combine(Path.GetTempPath(), "elsewhere");
        foreach (OSPlatform system in (OSPlatform[])[OSPlatform.Linux, OSPlatform.OSX, OSPlatform.Windows])
        {
            Folder(system, ("DEEPFIT_HOME", chosen), ("HOME", "/home/ana"), ("LOCALAPPDATA", "C:/x")).ShouldBe(chosen.Replace('\\', '/'));
        }
    }
}
