using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Detection.MacOS;

namespace DeepFit.Engine.Tests.Detection.MacOS;

public class MacMachineDetectorTests
{
    private const string Sysctl = "/usr/sbin/sysctl hw machdep.cpu vm.swapusage";

    [Fact]
    public async Task An_M1_Pro_is_read_from_its_small_tools()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Tool(Sysctl, FakeProbeHost.Fixture("macos-m1-pro-sysctl.txt"))
            .Tool("/usr/bin/vm_stat", FakeProbeHost.Fixture("macos-16g-vm_stat.txt"))
            .Tool("/usr/bin/sw_vers", FakeProbeHost.Fixture("macos-sw_vers.txt"));
        MachineFacts facts = await MacMachineDetector.DetectAsync(host, TestContext.Current.CancellationToken);
        (facts.Os.Family, facts.Os.Description, facts.Os.Architecture).ShouldBe(("macos", "macOS 26.5.2 (25F84)", "arm64"));
        facts.Cpu.Model.ShouldBe("Apple M1 Pro");
        (facts.Cpu.PhysicalCores, facts.Cpu.LogicalCores, facts.Cpu.PerformanceCores, facts.Cpu.EfficiencyCores).ShouldBe((10, 10, 8, 2));
        facts.Cpu.Simd.ShouldBe(["neon", "dotprod"]);
        facts.Memory.Total.ShouldBe(new ByteSize(32 * ByteSize.GiB));
        facts.Memory.Available.ShouldBe(new ByteSize((4518 + 191193 + 3014 + 630) * 16384L));
        facts.Memory.Swap.ShouldBe(new ByteSize(2 * ByteSize.GiB));
        facts.LastLevelCache.ShouldBe(new ByteSize(28 * ByteSize.MiB)); // two clusters of 12, one of 4
    }

    [Fact]
    public void An_Intel_Mac_has_equal_cores_and_an_L3()
    {
        IReadOnlyDictionary<string, string> values = SysctlParser.Parse(FakeProbeHost.Fixture("macos-intel-i9-sysctl.txt"));
        CpuInfo cpu = MacCpuParser.Parse(values)!;
        (cpu.PhysicalCores, cpu.LogicalCores, cpu.PerformanceCores, cpu.MaxMhz).ShouldBe((8, 16, null, 2400));
        cpu.Simd.ShouldBe(["sse42", "avx", "avx2", "fma", "f16c"]);
        MacCpuParser.LastLevelCache(values).ShouldBe(new ByteSize(16 * ByteSize.MiB));
    }

    [Fact]
    public void Levels_that_are_all_fast_are_no_efficiency_cores()
    {
        IReadOnlyDictionary<string, string> values = SysctlParser.Parse(
            "hw.physicalcpu: 18\nhw.perflevel0.physicalcpu: 6\nhw.perflevel0.name: Super\nhw.perflevel1.physicalcpu: 12\nhw.perflevel1.name: Performance\n");
        MacCpuParser.Parse(values)!.EfficiencyCores.ShouldBeNull();
    }

    [Fact]
    public async Task Without_sysctl_the_system_profile_is_asked()
    {
        FakeProbeHost host = new FakeProbeHost().Tool(
            "/usr/sbin/system_profiler SPHardwareDataType -json -detailLevel mini", FakeProbeHost.Fixture("macos-m4-max-hardware.json"));
        MachineFacts facts = await MacMachineDetector.DetectAsync(host, TestContext.Current.CancellationToken);
        (facts.Cpu.Model, facts.Cpu.PhysicalCores, facts.Cpu.PerformanceCores, facts.Cpu.EfficiencyCores).ShouldBe(("Apple M4 Max", 16, 12, 4));
        facts.Memory.Total.ShouldBe(new ByteSize(48 * ByteSize.GiB));
    }

    [Theory]
    [InlineData("\"proc 24:16:8:0\"", 24, null)] // a fourth figure, in differing places: only the sum is safe
    [InlineData("\"proc 12:0:8:4\"", 12, null)]
    [InlineData("8", 8, null)]
    [InlineData("\"proc \"", null, null)]
    [InlineData("\"proc 8:x\"", null, null)]
    [InlineData("[]", null, null)]
    public void Odd_counts_of_processors_keep_what_is_sure(string value, int? cores, int? performance)
    {
        MacHardware hardware = SystemProfilerParser.Parse($$"""{ "SPHardwareDataType": [ { "number_processors": {{value}} } ] }""");
        (hardware.Cores, hardware.PerformanceCores).ShouldBe((cores, performance));
    }

    [Fact]
    public void Memory_without_a_count_of_free_pages_is_unknown()
    {
        VmStatParser.Available("Mach Virtual Memory Statistics: (page size of 16384 bytes)\n").ShouldBeNull();
        VmStatParser.Available(null).ShouldBeNull();
        VmStatParser.Swap("total = x").ShouldBe(ByteSize.Zero);
    }
}
