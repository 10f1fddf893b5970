using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Apple;

namespace DeepFit.Engine.Tests.Detection.Gpus;

public class AppleTests
{
    private const string Sysctl = "/usr/sbin/sysctl machdep.cpu.brand_string hw.memsize iogpu.wired_limit_mb";
    private const string Profiler = "/usr/sbin/system_profiler SPDisplaysDataType -json";

    [Fact]
    public async Task An_apple_chip_is_one_unified_gpu_under_metals_cap()
    {
        GpuDevice gpu = await DetectAsync(Fixture.Read("sysctl-m3-pro.txt"), Fixture.Read("system-profiler-m3-pro.json"), null);

        gpu.Name.ShouldBe("Apple M3 Pro");
        gpu.Vendor.ShouldBe("apple");
        gpu.Unified.ShouldBeTrue();
        gpu.Memory.ShouldBe(ByteSize.FromGiB(12));
        gpu.MemoryFree.ShouldBe(ByteSize.FromGiB(10));
        gpu.Backends.ShouldBe(["metal"]);
        gpu.Bandwidth!.Value.InGBPerSecond.ShouldBe(150, 0.01);
        gpu.Fp16Tflops.ShouldBe(7.4);
    }

    [Fact]
    public async Task Metals_own_answer_comes_before_the_rule() =>
        (await DetectAsync(Fixture.Read("sysctl-m3-pro.txt"), "", ByteSize.FromGiB(13.32))).Memory.ShouldBe(ByteSize.FromGiB(13.32));

    [Fact]
    public async Task The_wired_limit_comes_before_everything() =>
        (await DetectAsync(Fixture.Read("sysctl-m3-pro.txt").Replace("wired_limit_mb: 0", "wired_limit_mb: 16384"), "", null)).Memory.ShouldBe(ByteSize.FromGiB(16));

    [Theory]
    [InlineData(8, 5461.33)] // figures of real machines, in MiB
    [InlineData(16, 10922.67)]
    [InlineData(32, 21845.33)]
    [InlineData(36, 27648)]
    [InlineData(64, 49152)]
    [InlineData(96, 73728)]
    public void The_rule_gives_what_metal_gave(double gibibytes, double mebibytes) =>
        AppleMemory.DefaultWorkingSet(ByteSize.FromGiB(gibibytes)).InMiB.ShouldBe(mebibytes, 0.01);

    [Fact]
    public void A_limit_beyond_the_memory_is_no_more_than_the_memory() =>
        AppleMemory.WorkingSet(ByteSize.FromGiB(8), ByteSize.FromGiB(16), null).ShouldBe(ByteSize.FromGiB(8));

    [Theory]
    [InlineData("40", 400.0)]
    [InlineData("30", 300.0)]
    [InlineData("", null)]
    public async Task Core_counts_tell_chips_of_one_name_apart(string cores, double? bandwidth)
    {
        string profiler = Fixture.Read("system-profiler-m3-pro.json").Replace("M3 Pro", "M3 Max").Replace("\"18\"", $"\"{cores}\"");

        GpuDevice gpu = await DetectAsync("machdep.cpu.brand_string: Apple M3 Max\nhw.memsize: 68719476736\n", profiler, null);

        gpu.Memory.ShouldBe(ByteSize.FromGiB(48));
        gpu.Bandwidth?.InGBPerSecond.ShouldBe(bandwidth!.Value, 0.01);
        gpu.Bandwidth.HasValue.ShouldBe(bandwidth.HasValue);
    }

    [Fact]
    public void The_profilers_resource_keys_are_not_names()
    {
        ProfiledGpu gpu = SystemProfilerParser.Parse(Fixture.Read("system-profiler-m1.json")).ShouldHaveSingleItem();

        gpu.ShouldBe(new ProfiledGpu("Apple M1", 8, null, "apple", true));
    }

    [Fact]
    public async Task An_intel_mac_has_a_card_and_a_shared_gpu()
    {
        FakeProbeHost host = new FakeProbeHost().Tool(Profiler, Fixture.Read("system-profiler-intel-mac.json"));

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(host, Machines.Os("macos"), Machines.Memory(16, 10));

        gpus.Select(g => (g.Name, g.Vendor, g.Memory.InGiB, g.Unified)).ShouldBe(
            [("AMD Radeon Pro 5500M", "amd", 8, false), ("Intel UHD Graphics 630", "intel", 8, true)]);
    }

    [Fact]
    public async Task A_mac_whose_tools_say_nothing_still_has_its_gpu()
    {
        GpuDevice gpu = await DetectAsync("", "", null);

        gpu.Name.ShouldBe("Apple GPU");
        gpu.Memory.ShouldBe(ByteSize.FromGiB(12), "two thirds of the 18 GiB that the memory probe found");
    }

    private static async Task<GpuDevice> DetectAsync(string sysctl, string profiler, ByteSize? metal)
    {
        FakeProbeHost host = new FakeProbeHost().Tool(Sysctl, sysctl).Tool(Profiler, profiler);
        return (await Machines.DetectAsync(host, Machines.Os("macos", "arm64"), Machines.Memory(18, 10), metal: metal)).ShouldHaveSingleItem();
    }
}
