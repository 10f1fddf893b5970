using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Linux;

namespace DeepFit.Engine.Tests.Detection.Linux;

public class LinuxCpuDetectorTests
{
    private static (CpuInfo Cpu, ByteSize? Cache) Detect(string fixture) => LinuxCpuDetector.Detect(FakeProbeHost.Of(fixture), null);

    [Fact]
    public void A_Ryzen_desktop_has_16_equal_cores_of_two_threads()
    {
        (CpuInfo cpu, ByteSize? cache) = Detect("linux-ryzen-9-7950x.txt");
        cpu.Model.ShouldBe("AMD Ryzen 9 7950X 16-Core Processor");
        (cpu.PhysicalCores, cpu.LogicalCores).ShouldBe((16, 32));
        (cpu.PerformanceCores, cpu.EfficiencyCores).ShouldBe((null, null)); // favoured cores clock higher, but are no other kind
        cpu.Simd.ShouldBe(["sse42", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16"]);
        cpu.MaxMhz.ShouldBe(5881);
        cpu.NumaNodes.ShouldBe(1);
        cache.ShouldBe(new ByteSize(64 * ByteSize.MiB));
    }

    [Fact]
    public void A_hybrid_laptop_has_6_performance_and_8_efficiency_cores()
    {
        (CpuInfo cpu, ByteSize? cache) = Detect("linux-core-i9-13900hk.txt");
        cpu.Model.ShouldBe("13th Gen Intel(R) Core(TM) i9-13900HK");
        (cpu.PhysicalCores, cpu.LogicalCores).ShouldBe((14, 20));
        (cpu.PerformanceCores, cpu.EfficiencyCores).ShouldBe((6, 8));
        cpu.Simd.ShouldBe(["sse42", "avx", "avx2", "fma", "f16c", "avx_vnni"]);
        cpu.MaxMhz.ShouldBe(5400);
        cache.ShouldBe(new ByteSize(24 * ByteSize.MiB));
    }

    [Fact]
    public void A_hybrid_laptop_restricted_to_efficiency_cores_has_no_two_kinds()
    {
        FakeProbeHost host = FakeProbeHost.Of("linux-core-i9-13900hk.txt").Add("/proc/self/status", "Cpus_allowed_list:\t12-19\n");
        CpuInfo cpu = LinuxCpuDetector.Detect(host, null).Cpu;
        (cpu.PhysicalCores, cpu.LogicalCores, cpu.PerformanceCores).ShouldBe((8, 8, null));
    }

    [Fact]
    public void Two_EPYC_sockets_are_two_NUMA_nodes_and_eight_caches()
    {
        (CpuInfo cpu, ByteSize? cache) = Detect("linux-epyc-7313-2p.txt");
        cpu.Model.ShouldBe("AMD EPYC 7313 16-Core Processor");
        (cpu.PhysicalCores, cpu.LogicalCores, cpu.NumaNodes).ShouldBe((32, 64, 2));
        cache.ShouldBe(new ByteSize(256 * ByteSize.MiB));
    }

    [Fact]
    public void A_process_bound_to_one_socket_has_that_socket()
    {
        FakeProbeHost host = FakeProbeHost.Of("linux-epyc-7313-2p.txt").Add("/proc/self/status", "Cpus_allowed_list:\t16-31,48-63\n");
        (CpuInfo cpu, ByteSize? cache) = LinuxCpuDetector.Detect(host, null);
        (cpu.PhysicalCores, cpu.LogicalCores, cpu.NumaNodes).ShouldBe((16, 32, 1));
        cache.ShouldBe(new ByteSize(128 * ByteSize.MiB));
    }

    [Fact]
    public void A_Raspberry_Pi_is_named_by_its_core_and_board()
    {
        CpuInfo cpu = Detect("linux-raspberry-pi-5.txt").Cpu;
        cpu.Model.ShouldBe("ARM Cortex-A76 (Raspberry Pi 5 Model B Rev 1.0)");
        (cpu.PhysicalCores, cpu.LogicalCores).ShouldBe((4, 4));
        cpu.Simd.ShouldBe(["neon", "dotprod"]);
        cpu.MaxMhz.ShouldBe(2400);
    }

    [Fact]
    public void A_big_little_board_is_told_apart_by_capacity()
    {
        CpuInfo cpu = Detect("linux-rk3588.txt").Cpu;
        cpu.Model.ShouldBe("ARM Cortex-A55 + ARM Cortex-A76 (Xunlong Orange Pi 5)");
        (cpu.PerformanceCores, cpu.EfficiencyCores).ShouldBe((4, 4));
    }

    [Fact]
    public void An_unknown_ARM_part_is_named_by_its_numbers()
    {
        FakeProbeHost host = new FakeProbeHost().Add("/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xfff\n");
        LinuxCpuDetector.Detect(host, null).Cpu.Model.ShouldBe("ARM processor (implementer 0x41, part 0xfff)");
    }

    [Fact]
    public void A_container_that_shows_fewer_renumbered_processors_counts_its_real_ones()
    {
        // lxcfs: two processors in cpuinfo numbered from 0, while the container owns 4 and 5, two threads of one core.
        FakeProbeHost host = new FakeProbeHost()
            .Add("/proc/cpuinfo", "processor\t: 0\nmodel name\t: X\nphysical id\t: 0\ncore id\t\t: 2\n\nprocessor\t: 1\nmodel name\t: X\nphysical id\t: 0\ncore id\t\t: 2\n")
            .Add("/sys/devices/system/cpu/online", "0-7\n")
            .Add("/proc/self/status", "Cpus_allowed_list:\t4-5\n")
            .Add("/sys/devices/system/cpu/cpu4/topology/thread_siblings_list", "4-5\n");
        CpuInfo cpu = LinuxCpuDetector.Detect(host, null).Cpu;
        (cpu.Model, cpu.PhysicalCores, cpu.LogicalCores).ShouldBe(("X", 1, 2));
    }

    [Fact]
    public void A_machine_that_says_nothing_still_has_a_core()
    {
        CpuInfo cpu = LinuxCpuDetector.Detect(new FakeProbeHost(), null).Cpu;
        cpu.Model.ShouldBe("unknown");
        cpu.PhysicalCores.ShouldBeGreaterThan(0);
        cpu.Simd.ShouldBeEmpty();
        cpu.MaxMhz.ShouldBeNull();
    }

    [Theory]
    [InlineData(2.5, 2.5)]
    [InlineData(64.0, null)]
    public void A_quota_counts_only_below_the_cores_that_are_there(double quota, double? expected) =>
        LinuxCpuDetector.Detect(FakeProbeHost.Of("linux-ryzen-9-7950x.txt"), quota).Cpu.QuotaCores.ShouldBe(expected);

    [Theory]
    [InlineData("0-3,8,10-11\n", new[] { 0, 1, 2, 3, 8, 10, 11 })]
    [InlineData("0-7:1/4", new[] { 0, 4 })]
    [InlineData("", new int[0])]
    [InlineData("x,2,5-,-1,9-7", new[] { 2 })]
    [InlineData("0-99999999", new int[0])]
    public void Lists_of_processors_are_read(string text, int[] expected) => CpuList.Parse(text).ShouldBe(expected);

    [Fact]
    public void Old_ARM_kernels_name_the_processor_once_for_all()
    {
        LinuxCpuInfo info = LinuxCpuInfoParser.Parse("Processor\t: ARMv7 Processor rev 4 (v7l)\nprocessor\t: 0\n\nprocessor\t: 1\n\nFeatures\t: half thumb neon vfpv4\nHardware\t: BCM2709\n");
        info.Processors.Select(p => p.Name).ShouldBe(["ARMv7 Processor rev 4 (v7l)", "ARMv7 Processor rev 4 (v7l)"]);
        LinuxSimd.Levels(info.Processors[0].Flags).ShouldBe(["neon"]);
        info.Board.ShouldBe("BCM2709");
    }
}
