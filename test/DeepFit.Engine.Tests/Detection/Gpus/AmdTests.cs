using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Amd;

namespace DeepFit.Engine.Tests.Detection.Gpus;

public class AmdTests
{
    private const string Ids = "# List of AMDGPU IDs\n1.0.0\n744C,\tC8,\tAMD Radeon RX 7900 XTX\n744C,\tCC,\tAMD Radeon RX 7900 XT\n1586,\tC1,\tRadeon 8060S Graphics\n15BF,\tD3,\t\n";

    [Fact]
    public async Task A_card_is_read_from_sysfs_without_a_process()
    {
        FakeProbeHost host = Host("0000:03:00.0", "1002:744C", vram: 25753026560, used: 512 * ByteSize.MiB, gtt: 67280633856, revision: "0xc8")
            .File("/dev/kfd", "").File("/dev/dri/renderD128", "");

        GpuDevice gpu = (await Machines.DetectAsync(host)).ShouldHaveSingleItem();

        gpu.Name.ShouldBe("AMD Radeon RX 7900 XTX");
        gpu.Vendor.ShouldBe("amd");
        gpu.Memory.Bytes.ShouldBe(25753026560);
        gpu.MemoryFree!.Value.Bytes.ShouldBe(25753026560 - (512 * ByteSize.MiB));
        gpu.Unified.ShouldBeFalse();
        gpu.CarveOut.ShouldBeNull();
        gpu.Backends.ShouldBe(["rocm", "vulkan"]);
        gpu.Id.ShouldBe("0000:03:00.0");
        gpu.Bandwidth!.Value.InGBPerSecond.ShouldBe(960, 0.01);
        gpu.Fp16Tflops.ShouldBe(123);
        host.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_apu_with_a_large_carve_out_is_told_by_its_neighbours_on_the_bus()
    {
        FakeProbeHost host = Host("0000:c5:00.0", "1002:1586", vram: 64 * ByteSize.GiB, used: ByteSize.GiB, gtt: 30 * ByteSize.GiB, revision: "0xff")
            .Pci("0000:c5:00.2", "108000", "1022:17E0", "ccp").File("/dev/dri/renderD128", "");

        GpuDevice gpu = (await Machines.DetectAsync(host, memory: Machines.Memory(62, 20))).ShouldHaveSingleItem();

        gpu.Unified.ShouldBeTrue();
        gpu.CarveOut.ShouldBe(ByteSize.FromGiB(64));
        gpu.Memory.ShouldBe(ByteSize.FromGiB(94));
        gpu.MemoryFree.ShouldBe(ByteSize.FromGiB(63 + 20), "the GTT has no more than the system has free");
        gpu.Backends.ShouldBe(["vulkan"]);
    }

    [Fact]
    public async Task An_apu_in_a_virtual_machine_is_told_by_its_name()
    {
        FakeProbeHost host = Host("0000:06:00.0", "1002:1586", vram: 64 * ByteSize.GiB, used: 0, gtt: 30 * ByteSize.GiB, revision: "0xc1");

        GpuDevice gpu = (await Machines.DetectAsync(host)).ShouldHaveSingleItem();

        gpu.Unified.ShouldBeTrue();
        gpu.Bandwidth!.Value.InGBPerSecond.ShouldBe(256, 0.01);
    }

    [Fact]
    public async Task An_apu_outside_the_catalogue_reads_as_fast_as_the_systems_memory()
    {
        FakeProbeHost host = Host("0000:05:00.0", "1002:1638", vram: 512 * ByteSize.MiB, used: 0, gtt: 15 * ByteSize.GiB, revision: "0xc5");
        MemoryInfo memory = Machines.Memory() with { Bandwidth = ByteRate.FromGBPerSecond(41) };

        GpuDevice gpu = (await Machines.DetectAsync(host, memory: memory)).ShouldHaveSingleItem();

        gpu.Unified.ShouldBeTrue();
        gpu.Name.ShouldBe("AMD GPU 0x1638");
        gpu.Bandwidth.ShouldBe(ByteRate.FromGBPerSecond(41));
    }

    [Fact]
    public async Task A_card_with_little_memory_and_a_name_of_its_own_stays_a_card()
    {
        FakeProbeHost host = Host("0000:03:00.0", "1002:744C", vram: 4 * ByteSize.GiB, used: 0, gtt: 32 * ByteSize.GiB, revision: "0xc8");

        (await Machines.DetectAsync(host)).ShouldHaveSingleItem().Unified.ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_unknown_to_libdrm_comes_from_lspci()
    {
        FakeProbeHost host = Host("0000:03:00.0", "1002:7590", vram: 16 * ByteSize.GiB, used: 0, gtt: 32 * ByteSize.GiB, revision: "0xc0")
            .Tool("lspci -vmm -s 0000:03:00.0", "Slot:\t03:00.0\nClass:\tVGA compatible controller\nVendor:\tAdvanced Micro Devices, Inc. [AMD/ATI]\nDevice:\tNavi 44 [Radeon RX 9060 XT]\nRev:\tc0\n");

        (await Machines.DetectAsync(host))[0].Name.ShouldBe("Radeon RX 9060 XT");
    }

    [Fact]
    public async Task A_gpu_without_amdgpu_is_recorded_and_left_out()
    {
        FakeProbeHost host = new FakeProbeHost().Pci("0000:03:00.0", "30000", "1002:744C", "vfio-pci");

        (await Machines.DetectAsync(host)).ShouldBeEmpty();
        host.Records.ShouldContain(r => r.Error!.Contains("vfio-pci"));
    }

    [Fact]
    public void Ids_are_told_apart_by_revision()
    {
        AmdGpuIdsParser.Find(Ids, 0x744c, 0xcc).ShouldBe("AMD Radeon RX 7900 XT");
        AmdGpuIdsParser.Find(Ids, 0x744c, 0xc1).ShouldBeNull();
        AmdGpuIdsParser.Find(Ids, 0x15bf, 0xd3).ShouldBeNull();
    }

    [Theory]
    [InlineData("AMD Radeon Graphics", true)]
    [InlineData("AMD Radeon(TM) Graphics", true)]
    [InlineData("AMD Radeon 780M", true)]
    [InlineData("AMD Radeon 780M Graphics", true)]
    [InlineData("Radeon 8060S Graphics", true)]
    [InlineData("AMD Radeon RX Vega 10 Graphics", true)]
    [InlineData("AMD Radeon RX 7900 XTX", false)]
    [InlineData("AMD Radeon RX 6800M", false)]
    [InlineData("AMD Radeon RX Vega", false)]
    [InlineData("AMD Radeon PRO W7900", false)]
    [InlineData("AMD Instinct MI300X", false)]
    [InlineData(null, false)]
    public void Integrated_gpus_are_known_by_name(string? name, bool integrated) => AmdNames.IsIntegrated(name).ShouldBe(integrated);

    private static FakeProbeHost Host(string address, string id, long vram, long used, long gtt, string revision)
    {
        string folder = "/sys/bus/pci/devices/" + address;
        return new FakeProbeHost().Pci(address, "30000", id, "amdgpu")
            .File(folder + "/mem_info_vram_total", $"{vram}\n").File(folder + "/mem_info_vram_used", $"{used}\n")
            .File(folder + "/mem_info_gtt_total", $"{gtt}\n").File(folder + "/mem_info_gtt_used", "0\n")
            .File(folder + "/revision", revision + "\n").File("/usr/share/libdrm/amdgpu.ids", Ids);
    }
}
