using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Nvidia;

namespace DeepFit.Engine.Tests.Detection.Gpus;

public class NvidiaTests
{
    private const long GiB = ByteSize.GiB;
    private const string Query = "nvidia-smi --query-gpu=" + NvidiaSmiParser.Query + " --format=csv,noheader,nounits";
    private const string OldQuery = "nvidia-smi --query-gpu=" + NvidiaSmiParser.OldQuery + " --format=csv,noheader,nounits";

    [Fact]
    public async Task Nvml_gives_every_field_and_the_catalogue_adds_the_published_figures()
    {
        FakeNvml nvml = new() { Cards = { new("NVIDIA GeForce RTX 3090", 24 * GiB, 23 * GiB, "00000000:41:00.0", (8, 6)) } };
        FakeProbeHost host = new FakeProbeHost().Pci("0000:41:00.0", "30000", "10DE:2204", "nvidia");

        GpuDevice gpu = (await Machines.DetectAsync(host, nvml: nvml)).ShouldHaveSingleItem();

        gpu.Name.ShouldBe("NVIDIA GeForce RTX 3090");
        gpu.Vendor.ShouldBe("nvidia");
        gpu.Memory.ShouldBe(ByteSize.FromGiB(24));
        gpu.MemoryFree.ShouldBe(ByteSize.FromGiB(23));
        gpu.Unified.ShouldBeFalse();
        gpu.Driver.ShouldBe("550.54.14");
        gpu.ComputeCapability.ShouldBe("8.6");
        gpu.Id.ShouldBe("0000:41:00.0");
        gpu.Backends.ShouldBe(["cuda", "vulkan"]);
        gpu.Bandwidth!.Value.InGBPerSecond.ShouldBe(936.2, 0.01);
        gpu.Fp16Tflops!.Value.ShouldBe(71.16, 0.01);
        host.Runs.ShouldBeEmpty();
        nvml.Disposed.ShouldBeTrue();
    }

    [Fact]
    public void Nvml_leaves_out_lost_and_nameless_cards_and_keeps_cards_that_answer_less()
    {
        FakeNvml nvml = new()
        {
            Cards =
            {
                new("Lost", 8 * GiB, 0) { Lost = true },
                new(null, 8 * GiB, 0),
                new("Broken", 0, 0) { MemoryResult = NvmlReturn.GpuIsLost },
                new("Tesla K80", 12 * GiB, 13 * GiB),
            },
        };

        NvidiaCard card = NvmlReader.Read(nvml, out string? error)!.ShouldHaveSingleItem();

        error.ShouldBeNull();
        card.Name.ShouldBe("Tesla K80");
        card.Address.ShouldBeNull();
        card.ComputeCapability.ShouldBeNull();
        card.MemoryFree.ShouldBe(ByteSize.FromGiB(12));
    }

    [Fact]
    public void Nvml_that_does_not_start_says_why()
    {
        NvmlReader.Read(new FakeNvml { InitResult = NvmlReturn.LibRmVersionMismatch }, out string? error).ShouldBeNull();
        error.ShouldBe("nvmlInit_v2 returned 18");
    }

    [Fact]
    public async Task A_gpu_without_memory_of_its_own_shares_the_systems()
    {
        FakeNvml nvml = new() { Cards = { new("NVIDIA GB10", 0, 0, "0000000F:01:00.0", (12, 1)) { MemoryResult = NvmlReturn.NotSupported } } };
        FakeProbeHost host = new FakeProbeHost().Pci("000f:01:00.0", "30200", "10DE:2E12", "nvidia");

        GpuDevice gpu = (await Machines.DetectAsync(host, Machines.Os(architecture: "arm64"), Machines.Memory(119.7, 110), nvml)).ShouldHaveSingleItem();

        gpu.Unified.ShouldBeTrue();
        gpu.Memory.ShouldBe(ByteSize.FromGiB(119.7));
        gpu.MemoryFree.ShouldBe(ByteSize.FromGiB(110));
        gpu.Id.ShouldBe("000f:01:00.0");
        gpu.Bandwidth!.Value.InGBPerSecond.ShouldBe(273, 0.01);
    }

    [Fact]
    public async Task Mig_instances_stand_for_the_card_and_carry_no_figures_of_the_whole()
    {
        FakeNvml nvml = new()
        {
            Cards =
            {
                new("NVIDIA A100-SXM4-80GB", 80 * GiB, 80 * GiB, "00000000:07:00.0", (8, 0))
                {
                    Instances = [("NVIDIA A100-SXM4-80GB MIG 3g.40gb", "MIG-1", 40 * GiB), ("NVIDIA A100-SXM4-80GB", "MIG-2", 10 * GiB)],
                },
            },
        };
        FakeProbeHost host = new FakeProbeHost().Pci("0000:07:00.0", "30200", "10DE:20B2", "nvidia");

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(host, nvml: nvml);

        gpus.Select(g => g.Name).ShouldBe(["NVIDIA A100-SXM4-80GB MIG 3g.40gb", "NVIDIA A100-SXM4-80GB MIG"]);
        gpus.Select(g => g.Id).ShouldBe(["MIG-1", "MIG-2"]);
        gpus.Select(g => g.Memory.InGiB).ShouldBe([40, 10]);
        gpus.ShouldAllBe(g => g.Bandwidth == null && g.Fp16Tflops == null);
    }

    [Fact]
    public async Task Smi_answers_where_the_library_does_not()
    {
        FakeProbeHost host = new FakeProbeHost().Pci("0000:01:00.0", "30000", "10DE:2684", "nvidia").Tool(Query, Fixture.Read("nvidia-smi-multi.csv"));

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(host, nvml: new FakeNvml { InitResult = NvmlReturn.NoPermission });

        gpus.Select(g => (g.Name, g.Id, g.ComputeCapability)).ShouldBe(
            [("NVIDIA GeForce RTX 4090", "0000:01:00.0", "8.9"), ("NVIDIA GeForce RTX 3090", "0000:41:00.0", "8.6")]);
        gpus[0].Memory.ShouldBe(ByteSize.FromMiB(24564));
        gpus[0].MemoryFree.ShouldBe(ByteSize.FromMiB(24090));
    }

    [Fact]
    public async Task Smi_of_an_old_driver_is_asked_for_less()
    {
        FakeProbeHost host = new FakeProbeHost().Pci("0000:01:00.0", "30000", "10DE:1B80", "nvidia")
            .Tool(Query, "Field \"compute_cap\" is not a valid field to query.\n\n", 2)
            .Tool(OldQuery, "GeForce GTX 1080, 8119, 7000, 390.157, 00000000:01:00.0\n");

        GpuDevice gpu = (await Machines.DetectAsync(host)).ShouldHaveSingleItem();

        gpu.Name.ShouldBe("GeForce GTX 1080");
        gpu.ComputeCapability.ShouldBeNull();
    }

    [Fact]
    public async Task Smi_splits_cards_into_their_mig_instances()
    {
        FakeProbeHost host = new FakeProbeHost().Pci("0000:36:00.0", "30200", "10DE:20B0", "nvidia")
            .Tool(Query, Fixture.Read("nvidia-smi-mig.csv")).Tool("nvidia-smi -L", Fixture.Read("nvidia-smi-list-mig.txt"));

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(host);

        gpus.Select(g => (g.Name, g.Memory.InGiB)).ShouldBe(
            [("NVIDIA A100-SXM4-40GB", 40), ("NVIDIA A100-SXM4-40GB MIG 3g.20gb", 20), ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", 5)]);
        gpus[1].Id.ShouldBe("MIG-f3bd18a5-98f3-5a1d-b3f9-1d0e1b2c3d4e");
    }

    [Fact]
    public void Smi_reads_unified_memory()
    {
        NvidiaCard card = NvidiaSmiParser.Parse(Fixture.Read("nvidia-smi-gb10.csv")).ShouldHaveSingleItem();

        card.Memory.ShouldBeNull();
        card.MemoryFree.ShouldBeNull();
        card.Address.ShouldBe("000f:01:00.0");
        card.ComputeCapability.ShouldBe("12.1");
    }

    [Theory]
    [InlineData("No devices were found\n")]
    [InlineData("[N/A], 24564, 24000, 560.94, 00000000:01:00.0, 8.9, [N/A]\n")]
    [InlineData("NVIDIA GeForce RTX 3090, [GPU is lost], [GPU is lost], 535.1, 00000000:01:00.0, 8.6, [N/A]\n")]
    [InlineData("NVIDIA GeForce RTX 3090, [Unknown Error], [Unknown Error], 535.1, 00000000:01:00.0, 8.6, [N/A]\n")]
    [InlineData("NVIDIA GeForce RTX 3090, lots, some, 535.1, 00000000:01:00.0, 8.6, [N/A]\n")]
    [InlineData("NVIDIA GeForce RTX 3090, 24576\n")]
    [InlineData("Unable to determine the device handle for GPU0000:01:00.0: Unknown Error\n")]
    public void Smi_messages_and_broken_rows_are_no_cards(string output) => NvidiaSmiParser.Parse(output).ShouldBeEmpty();

    [Theory]
    [InlineData("nvidia-smi-mismatch.txt")]
    [InlineData("nvidia-smi-no-driver.txt")]
    public void Smi_failures_are_no_cards(string fixture) => NvidiaSmiParser.Parse(Fixture.Read(fixture)).ShouldBeEmpty();

    [Fact]
    public async Task Wsl_finds_the_tool_beside_the_driver_and_offers_cuda_only()
    {
        FakeProbeHost host = new FakeProbeHost().File("/dev/dxg", "")
            .Tool("/usr/lib/wsl/lib/" + Query, "NVIDIA GeForce RTX 4060 Laptop GPU, 8188, 7000, 566.36, 00000000:01:00.0, 8.9, [N/A]\n");

        GpuDevice gpu = (await Machines.DetectAsync(host, Machines.Os(wsl: true))).ShouldHaveSingleItem();

        gpu.Backends.ShouldBe(["cuda"]);
        gpu.Bandwidth!.Value.InGBPerSecond.ShouldBe(256, 0.01, "a laptop's RTX 4060 is not the desktop's");
    }

    [Theory]
    [InlineData("compute,utility", "cuda")]
    [InlineData("compute,utility,graphics", "cuda vulkan")]
    [InlineData("all", "cuda vulkan")]
    [InlineData(null, "cuda vulkan")]
    public async Task A_container_has_vulkan_when_its_runtime_brings_graphics(string? capabilities, string backends)
    {
        FakeProbeHost host = new FakeProbeHost().Pci("0000:41:00.0", "30000", "10DE:2204", "nvidia");
        if (capabilities is not null)
            host.Variables["NVIDIA_DRIVER_CAPABILITIES"] = capabilities;
        FakeNvml nvml = new() { Cards = { new("NVIDIA GeForce RTX 3090", 24 * GiB, 23 * GiB, "00000000:41:00.0", (8, 6)) } };

        (await Machines.DetectAsync(host, Machines.Os(container: "docker"), nvml: nvml))[0].Backends.ShouldBe(backends.Split(' '));
    }

    [Fact]
    public async Task A_jetson_without_nvml_is_known_by_its_device_tree()
    {
        FakeProbeHost host = new FakeProbeHost()
            .File("/proc/device-tree/compatible", "nvidia,p3768-0000+p3767-0005\0nvidia,p3767-0005\0nvidia,tegra234\0")
            .File("/proc/device-tree/model", "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super\0")
            .File("/etc/nv_tegra_release", "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025\n");

        GpuDevice gpu = (await Machines.DetectAsync(host, Machines.Os(architecture: "arm64"), Machines.Memory(7.4, 5))).ShouldHaveSingleItem();

        gpu.Name.ShouldBe("NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super");
        gpu.Unified.ShouldBeTrue();
        gpu.Memory.ShouldBe(ByteSize.FromGiB(7.4));
        gpu.Driver.ShouldBe("36.4.3");
    }
}
