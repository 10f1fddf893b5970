using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Flavours;

namespace DeepFit.Engine.Tests.LlamaCpp.Flavours;

public sealed class EngineFlavoursTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("deepfit-flavours-").FullName;

    private string Bundled => Path.Combine(root, "bundled");

    private string Engines => Path.Combine(root, "engines");

    public void Dispose() => Directory.Delete(root, true);

    [Fact]
    public void Back_ends_are_read_from_the_names_of_libraries() =>
        EngineFlavours.Backends(["libggml-vulkan.so", "libggml-cpu-haswell.so", "libggml-cpu-x64.so", "libggml-base.so", "libggml.vulkan.v0.4.0.so", "ggml-cuda.dll"])
            .ShouldBe(["cpu", "cuda", "vulkan"]);

    [Fact]
    public void What_lies_beside_the_program_is_loaded_until_another_is_chosen()
    {
        Put(Bundled, "vulkan");

        IReadOnlyList<EngineFlavour> flavours = EngineFlavours.All("linux-x64", Bundled, Engines);

        flavours.Select(flavour => (flavour.Id, flavour.Bundled, flavour.Chosen, Here: flavour.Folder is not null)).ShouldBe([("vulkan", true, true, true), ("cuda", false, false, false)]);
    }

    [Fact]
    public void A_choice_whose_libraries_are_gone_counts_for_nothing()
    {
        Put(Bundled, "vulkan");
        EngineFlavours.Choose(Engines, "cuda");

        EngineFlavours.All("linux-x64", Bundled, Engines).Single(flavour => flavour.Chosen).Id.ShouldBe("vulkan");
    }

    [Fact]
    public async Task A_flavour_is_fetched_by_npm_from_the_lock_and_chosen()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-in for npm is a shell script");
        Put(Bundled, "vulkan");
        EngineInstaller installer = Installer("""
            while [ "$1" != --prefix ]; do shift; done
            grep -q sha512 "$2/package-lock.json" || exit 9
            bins="$2/node_modules/@node-llama-cpp/linux-x64-cuda/bins/linux-x64-cuda"
            mkdir -p "$bins"
            for name in libggml-base.so libggml.so libllama.so libggml-cpu-x64.so libggml-cuda.so libllama-common.so llama-addon.node; do : > "$bins/$name"; done
            """);

        (EngineFlavour flavour, bool fetched) = await installer.InstallAsync("CUDA", TestContext.Current.CancellationToken);

        fetched.ShouldBeTrue();
        flavour.ShouldSatisfyAllConditions(f => f.Id.ShouldBe("cuda"), f => f.Chosen.ShouldBeTrue(), f => f.Backends.ShouldBe(["cpu", "cuda"]));
        Directory.GetFiles(flavour.Folder!).Select(Path.GetFileName).Order().ShouldBe(["libggml-base.so", "libggml-cpu-x64.so", "libggml-cuda.so", "libggml.so", "libllama.so"]);
        Directory.GetFileSystemEntries(Engines).Length.ShouldBe(2, "the flavour and the choice, nothing else");

        (EngineFlavour back, bool again) = await installer.InstallAsync("vulkan", TestContext.Current.CancellationToken);
        (back.Chosen, again).ShouldBe((true, false));
    }

    [Fact]
    public async Task When_npm_brings_nothing_the_old_engine_stays_and_no_trace_is_left()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-in for npm is a shell script");
        Put(Bundled, "vulkan");
        EngineInstaller installer = Installer("echo 'npm error code EINTEGRITY' >&2; exit 1");

        (await Should.ThrowAsync<EngineUnavailableException>(() => installer.InstallAsync("cuda", TestContext.Current.CancellationToken))).Text.En.ShouldContain("EINTEGRITY");

        Directory.GetFileSystemEntries(Engines).ShouldBeEmpty();
        EngineFlavours.All("linux-x64", Bundled, Engines).Single(flavour => flavour.Chosen).Id.ShouldBe("vulkan");
    }

    [Fact]
    public async Task Without_npm_it_says_what_to_install()
    {
        Put(Bundled, "vulkan");
        var installer = new EngineInstaller("no-such-npm", Engines, "linux-x64", Bundled);

        (await Should.ThrowAsync<EngineUnavailableException>(() => installer.InstallAsync("cuda", TestContext.Current.CancellationToken))).Text.En.ShouldContain("Node.js");
    }

    [Fact]
    public async Task An_unknown_flavour_brings_the_nearest()
    {
        Put(Bundled, "vulkan");
        var installer = new EngineInstaller("npm", Engines, "linux-x64", Bundled);

        (await Should.ThrowAsync<UserErrorException>(() => installer.InstallAsync("cudaa", TestContext.Current.CancellationToken))).Suggestions.ShouldBe(["cuda"]);
    }

    private EngineInstaller Installer(string script)
    {
        string npm = Path.Combine(root, "npm");
        File.WriteAllText(npm, "#!/bin/sh\n" + script.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new EngineInstaller(npm, Engines, "linux-x64", Bundled);
    }

    private static void Put(string folder, string backend)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in (string[])["libggml-base.so", "libggml.so", "libllama.so", "libggml-cpu-x64.so", $"libggml-{backend}.so"])
        {
            File.WriteAllText(Path.Combine(folder, name), "");
        }
    }
}
