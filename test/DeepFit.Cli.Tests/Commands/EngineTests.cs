using System.Text.Json;
using DeepFit.Cli.Commands;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp.Flavours;

namespace DeepFit.Cli.Tests.Commands;

public sealed class EngineTests
{
    private static readonly EngineFlavour Vulkan = new("vulkan", "linux-x64-vulkan", "/x", ["cpu", "vulkan"], true, true);
    private static readonly EngineFlavour Cuda = new("cuda", "linux-x64-cuda", null, ["cpu", "cuda"], false, false);
    private static readonly EngineDevice Seen = new("Vulkan0", "GPU", "gpu", ByteSize.FromGiB(8), ByteSize.FromGiB(8));
    private static readonly EngineDevice Cpu = new("CPU", "CPU", "cpu", default, default);

    [Theory]
    [InlineData("engine")]
    [InlineData("engine list")]
    [InlineData("engine doctor")]
    public async Task The_engine_shows_its_flavours_in_both_languages(string line)
    {
        foreach (string language in (string[])["en", "zh"])
        {
            CliRun run = await CliRun.Of($"{line} --lang {language}");

            run.ExitCode.ShouldBe(0, run.Error);
            run.Out.ShouldContain("vulkan");
            run.Out.ShouldContain("deepfit engine install cuda");
            ScreenWidth.ShouldFit(run.Out, 80);
        }
    }

    [Fact]
    public async Task The_document_tells_what_is_loaded_and_what_is_not_here()
    {
        CliRun run = await CliRun.Of("engine list --json");

        JsonElement[] flavours = [.. run.Json.GetProperty("flavours").EnumerateArray()];
        flavours.Single(flavour => flavour.GetProperty("chosen").GetBoolean()).GetProperty("id").GetString().ShouldBe("vulkan");
        flavours.Single(flavour => flavour.GetProperty("folder").ValueKind == JsonValueKind.Null).GetProperty("id").GetString().ShouldBe("cuda");
        run.Json.GetProperty("devices").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Installing_says_what_is_loaded_from_now_on()
    {
        CliRun run = await CliRun.Of("engine install cuda --lang en");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Out.ShouldContain("cuda was fetched");
    }

    [Fact]
    public void A_gpu_that_a_flavour_would_use_better_is_told()
    {
        GpuDevice nvidia = Gpu("nvidia", "cuda", "vulkan");

        EngineAdvice.Of(nvidia, [Vulkan, Cuda], [Seen, Cpu]).ShouldSatisfyAllConditions(a => a.Used.ShouldBeTrue(), a => a.Install.ShouldBe("cuda"));
        EngineAdvice.Of(nvidia, [Vulkan, Cuda], [Cpu]).ShouldSatisfyAllConditions(a => a.Used.ShouldBeFalse(), a => a.Install.ShouldBe("cuda"));
        EngineAdvice.Of(Gpu("intel", "vulkan"), [Vulkan, Cuda], [Seen, Cpu]).ShouldSatisfyAllConditions(a => a.Used.ShouldBeTrue(), a => a.Install.ShouldBeNull());
        EngineAdvice.Of(Gpu("intel", "vulkan"), [Vulkan, Cuda], [Cpu]).Text.En.ShouldContain("driver");
        EngineAdvice.Of(Gpu("huawei", "cann"), [Vulkan, Cuda], [Cpu]).Text.En.ShouldContain("cann");
    }

    private static GpuDevice Gpu(string vendor, params string[] backends) => new() { Name = vendor, Vendor = vendor, Memory = ByteSize.FromGiB(8), Backends = backends };
}
