using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Tests.LlamaCpp;

public class EngineLibrariesTests
{
    [Theory]
    [InlineData("libggml-base.so", "libggml.vulkan.v0.4.0.so", "libllama.vulkan.v0.4.0.so", "libggml-vulkan.so libggml-cpu-zen4.so libllama-common.so libe_sqlite3.so")]
    [InlineData("libggml-base.so", "libggml.v0.4.0.so", "libllama.v0.4.0.so", "libggml-cpu-armv8.2_1.so")]
    [InlineData("libggml-base.dylib", "libggml.metal.v0.4.0.dylib", "libllama.metal.v0.4.0.dylib", "libggml-metal.so libllama-common.dylib")]
    [InlineData("ggml-base.dll", "ggml.vulkan.v0.4.0.dll", "llama.vulkan.v0.4.0.dll", "ggml-vulkan.dll llama-common.dll llama-addon.node")]
    [InlineData("libggml-base.so", "libggml.so", "libllama.so", "libllama.so.0")]
    public void The_three_libraries_are_found_among_their_neighbours(string ggmlBase, string ggml, string llama, string others) =>
        EngineLibraries.Pick([.. others.Split(' '), llama, ggml, ggmlBase]).ShouldBe((ggmlBase, ggml, llama));

    [Fact]
    public void A_missing_library_means_no_engine() => EngineLibraries.Pick(["libggml-base.so", "libllama.vulkan.v0.4.0.so"]).ShouldBeNull();

    [Fact]
    public void A_missing_folder_means_no_engine() => EngineLibraries.Find(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))).ShouldBeNull();

    [Theory]
    [InlineData("linux-x64", "npm")]
    [InlineData("linux-musl-x64", "glibc")]
    [InlineData("linux-riscv64", "Prebuilt engines exist for")]
    public void The_message_names_the_platform_and_the_way_out(string platform, string way)
    {
        EngineUnavailableException error = NativeEngine.Unavailable(platform);
        error.Text.En.ShouldContain(platform);
        error.Text.En.ShouldContain(way);
        error.Text.Zh.ShouldContain(platform);
    }
}
