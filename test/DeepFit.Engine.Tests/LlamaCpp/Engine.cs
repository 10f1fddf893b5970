using DeepFit.Core.Models;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Tests.LlamaCpp;

/// <summary>What the tests that run the real engine need of the machine.</summary>
internal static class Engine
{
    /// <summary>Tests that start the engine take turns: they look at what a run leaves behind, and a machine has only so many cores.</summary>
    public const string Collection = "engine";

    /// <summary>Skips where the build found no engine for the platform.</summary>
    public static void Require() => Assert.SkipUnless(NativeEngine.IsPresent, "the build restored no engine for this platform");

    /// <summary>Skips where no POSIX shell can play the child.</summary>
    public static void RequireShell()
    {
        Require();
        Assert.SkipUnless(File.Exists("/bin/sh"), "no /bin/sh");
    }

    /// <summary>The engine without GPUs, whatever the machine has.</summary>
    public static EngineClient CpuOnly() => With("GGML_VK_VISIBLE_DEVICES", "99");

    /// <summary>The engine with the first Vulkan device, a software one (llvmpipe) included.</summary>
    public static EngineClient Vulkan() => With("GGML_VK_VISIBLE_DEVICES", "0");

    public static ModelLayout Layout(string variant, string quantization) => ModelCatalog.Default.Find(variant).Layout(Quantizations.Find(quantization));

    /// <summary>Measures; where the engine says that the machine is too busy for that, again, and after the fifth time the test is skipped.</summary>
    public static async Task<T> WhenCalmAsync<T>(Func<Task<T>> measure)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await measure();
            }
            catch (EngineFailedException e) when (e.Text.En.StartsWith("The machine is too busy", StringComparison.Ordinal))
            {
                Assert.SkipWhen(attempt == 5, e.Text.En);
            }
        }
    }

    private static EngineClient With(string variable, string value) =>
        new(EngineCommand.Default with { Environment = new Dictionary<string, string?> { [variable] = value } });
}
