using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Intel;

namespace DeepFit.Engine.Tests.Detection.Gpus;

public class IntelTests
{
    private const string Resource256MiB = "0x00000000f0000000 0x00000000f0ffffff 0x0000000000140204\n0x0 0x0 0x0\n0x0000006000000000 0x000000600fffffff 0x000000000014220c\n";
    private const string Resource16GiB = "0x00000000f0000000 0x00000000f0ffffff 0x0000000000140204\n0x0 0x0 0x0\n0x0000006000000000 0x00000063ffffffff 0x000000000014220c\n";

    [Fact]
    public async Task An_integrated_gpu_shares_half_of_the_memory()
    {
        FakeProbeHost host = Host("0000:00:02.0", "8086:46A6", "i915", "Alder Lake-P GT2 [Iris Xe Graphics]");

        GpuDevice gpu = (await Machines.DetectAsync(host, memory: Machines.Memory(16, 6))).ShouldHaveSingleItem();

        gpu.Name.ShouldBe("Intel Iris Xe Graphics");
        gpu.Unified.ShouldBeTrue();
        gpu.Memory.ShouldBe(ByteSize.FromGiB(8));
        gpu.MemoryFree.ShouldBe(ByteSize.FromGiB(6));
        gpu.Backends.ShouldBe(["vulkan", "sycl"]);
    }

    [Fact]
    public async Task A_cards_memory_comes_from_the_kernel_where_it_tells()
    {
        FakeProbeHost host = Host("0000:03:00.0", "8086:0BDA", "i915", "Ponte Vecchio XL [Data Center GPU Max 1100]")
            .File("/sys/bus/pci/devices/0000:03:00.0/drm/card1/lmem_total_bytes", "51539607552\n");

        GpuDevice gpu = (await Machines.DetectAsync(host)).ShouldHaveSingleItem();

        gpu.Unified.ShouldBeFalse();
        gpu.Memory.ShouldBe(ByteSize.FromGiB(48));
    }

    [Fact]
    public async Task A_cards_memory_comes_from_xpu_smi_next()
    {
        FakeProbeHost host = Host("0000:03:00.0", "8086:56A0", "xe", "DG2 [Arc A770]")
            .Tool("xpu-smi discovery -d 0000:03:00.0 -j", Fixture.Read("xpu-smi-discovery.json"));

        GpuDevice gpu = (await Machines.DetectAsync(host)).ShouldHaveSingleItem();

        gpu.Name.ShouldBe("Intel(R) Arc(TM) A770 Graphics");
        gpu.Memory.Bytes.ShouldBe(17102532608);
    }

    [Fact]
    public async Task A_cards_memory_comes_from_the_catalogue_at_last()
    {
        FakeProbeHost host = Host("0000:03:00.0", "8086:E20B", "xe", "Battlemage G21 [Arc B580]")
            .File("/sys/bus/pci/devices/0000:03:00.0/resource", Resource16GiB);

        (await Machines.DetectAsync(host)).ShouldHaveSingleItem().Memory.ShouldBe(ByteSize.FromGiB(12));
    }

    [Fact]
    public async Task A_card_whose_memory_nobody_tells_is_left_out_and_recorded()
    {
        FakeProbeHost host = Host("0000:03:00.0", "8086:FFFF", "xe", "Crescent Island [Arc Z999]");

        (await Machines.DetectAsync(host)).ShouldBeEmpty();
        host.Records.ShouldContain(r => r.Error!.Contains("memory"));
    }

    [Fact]
    public void The_window_tells_the_smaller_of_two_cards()
    {
        IntelDetector.ParseBar(Resource16GiB, 2).ShouldBe(ByteSize.FromGiB(16));
        IntelDetector.ParseBar(Resource16GiB, 1).ShouldBeNull();
        IntelDetector.Choose([16], ByteSize.FromGiB(8)).ShouldBe(ByteSize.FromGiB(8));
        IntelDetector.Choose([24, 48], ByteSize.FromGiB(32)).ShouldBe(ByteSize.FromGiB(24));
        IntelDetector.Choose([24, 48], IntelDetector.ParseBar(Resource256MiB, 2)).ShouldBeNull();
    }

    [Fact]
    public void The_vram_managers_size_is_read() =>
        IntelDetector.ParseVramManager("  use_type: 1\n  use_tt: 0\n  size: 12809404416\n  usage: 77103104\n").ShouldBe(new ByteSize(12809404416));

    [Theory]
    [InlineData("Intel(R) Arc(TM) A770 Graphics", true)]
    [InlineData("Arc B580", true)]
    [InlineData("Intel(R) Arc(TM) Pro B60 Graphics", true)]
    [InlineData("Intel(R) Iris(R) Xe MAX Graphics", true)]
    [InlineData("Intel(R) Data Center GPU Flex 170", true)]
    [InlineData("Intel(R) Arc(TM) Graphics", false)]
    [InlineData("Intel(R) Arc(TM) 140V GPU (16GB)", false)]
    [InlineData("Intel(R) Iris(R) Xe Graphics", false)]
    [InlineData("Intel(R) UHD Graphics 770", false)]
    public void Cards_are_known_by_name(string name, bool discrete) => IntelNames.IsDiscrete(name).ShouldBe(discrete);

    private static FakeProbeHost Host(string address, string id, string driver, string name) =>
        new FakeProbeHost().Pci(address, "30000", id, driver).File("/dev/dri/renderD128", "")
            .Tool("lspci -vmm -s " + address, $"Slot:\t{address}\nVendor:\tIntel Corporation\nDevice:\t{name}\n");
}
