using CsCheck;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus;
using DeepFit.Engine.Detection.Gpus.Accelerators;
using DeepFit.Engine.Detection.Gpus.Amd;
using DeepFit.Engine.Detection.Gpus.Apple;
using DeepFit.Engine.Detection.Gpus.Intel;
using DeepFit.Engine.Detection.Gpus.Nvidia;
using DeepFit.Engine.Detection.Gpus.Windows;

namespace DeepFit.Engine.Tests.Detection.Gpus;

public class GpuDetectorTests
{
    private static readonly (string Name, Action<string> Parse)[] s_parsers =
    [
        ("nvidia-smi", t => NvidiaSmiParser.Parse(t)),
        ("nvidia-smi -L", t => NvidiaSmiParser.ParseList(t)),
        ("amdgpu.ids", t => AmdGpuIdsParser.Find(t, 0x744c, 0xc8)),
        ("lspci", t => Lspci.ParseName(t)),
        ("uevent", t => PciScanner.ParseUevent("0000:01:00.0", t)),
        ("address", t => PciAddress.Normalize(t)),
        ("xpu-smi", t => XpuSmiParser.Parse(t)),
        ("resource", t => IntelDetector.ParseBar(t, 2)),
        ("vram0_mm", t => IntelDetector.ParseVramManager(t)),
        ("sysctl", t => SysctlParser.Parse(t)),
        ("system_profiler", t => SystemProfilerParser.Parse(t)),
        ("cim", t => VideoControllerParser.Parse(t)),
        ("reg", t => DisplayRegistryParser.Parse(t)),
        ("npu-smi", t => NpuSmiParser.Parse(t)),
        ("mthreads-gmi", t => MthreadsGmiParser.Parse(t)),
        ("hy-smi", t => HySmiParser.Parse(t, null)),
        ("hy-smi driver", t => HySmiParser.ParseDriver(t)),
        ("cnmon", t => CnmonParser.Parse(t)),
        ("names", t => DeviceCatalog.Default.Match(t, ByteSize.FromGiB(8), 8)),
    ];

    [Fact]
    public async Task A_machine_without_a_gpu_is_done_without_a_process()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Pci("0000:00:00.0", "60000", "8086:1237").Pci("0000:00:03.0", "20000", "1AF4:1041", "virtio-pci").Pci("0000:00:02.0", "30000", "1234:1111", "bochs-drm")
            .Pci("0000:02:00.0", "30000", "19E5:1711", "hibmc-drm").File("/dev/null", "").File("/dev/dri/card0", "");

        (await Machines.DetectAsync(host)).ShouldBeEmpty();
        host.Runs.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_machine_that_shows_nothing_has_no_gpu()
    {
        foreach (string family in (string[])["linux", "windows", "freebsd"])
            (await Machines.DetectAsync(new FakeProbeHost(), Machines.Os(family))).ShouldBeEmpty(family);
    }

    [Fact]
    public async Task A_cancelled_search_ends() =>
        await Should.ThrowAsync<OperationCanceledException>(() => new GpuDetector().DetectAsync(new FakeProbeHost(), Machines.Os(), Machines.Memory(), new CancellationToken(true)));

    [Fact]
    public async Task Cards_of_two_makers_come_before_the_integrated_gpu()
    {
        FakeNvml nvml = new() { Cards = { new("NVIDIA GeForce RTX 4090", 24564 * ByteSize.MiB, 24000 * ByteSize.MiB, "00000000:01:00.0", (8, 9)) } };
        FakeProbeHost host = new FakeProbeHost()
            .Pci("0000:00:02.0", "30000", "8086:A780", "i915").Pci("0000:01:00.0", "30000", "10DE:2684", "nvidia").Pci("0000:03:00.0", "30000", "1002:744C", "amdgpu")
            .File("/sys/bus/pci/devices/0000:03:00.0/mem_info_vram_total", "25753026560").File("/sys/bus/pci/devices/0000:03:00.0/product_name", "AMD Radeon RX 7900 XTX");

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(host, nvml: nvml);

        gpus.Select(g => g.Vendor).ShouldBe(["nvidia", "amd", "intel"]);
    }

    [Fact]
    public void Equal_cards_of_one_source_stay_two_and_merge_with_their_like_only()
    {
        GpuFinding first = Finding("NVIDIA GeForce RTX 3090", "0000:01:00.0");
        GpuFinding second = Finding("NVIDIA GeForce RTX 3090", "0000:02:00.0");
        GpuFinding nameless = Finding("nvidia geforce rtx 3090", @"PCI\VEN_10DE&DEV_2204") with { Cores = 7 };

        IReadOnlyList<GpuFinding> merged = GpuMerger.Merge([[first, second], [nameless, nameless], [second]]);

        merged.Select(f => (f.Device.Id, f.Cores)).ShouldBe([("0000:01:00.0", 7), ("0000:02:00.0", 7)]);
    }

    [Theory]
    [InlineData("00000000:41:00.0", "0000:41:00.0")]
    [InlineData("0000000F:01:00.0", "000f:01:00.0")]
    [InlineData("c1:00.0", "0000:c1:00.0")]
    [InlineData("10001:C1:1F.7", "10001:c1:1f.7")]
    [InlineData("0000:xx:00.0", null)]
    [InlineData("MIG-1:2.3:4", null)]
    [InlineData("PCI\\VEN_10DE&DEV_2204", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Addresses_of_all_tools_come_to_the_kernels_form(string? text, string? address) => PciAddress.Normalize(text).ShouldBe(address);

    [Fact]
    public void Random_text_never_breaks_a_parser()
    {
        Gen<string> text = Gen.OneOf(
            Gen.String,
            Gen.Char[" \n\t|,:;/.%()[]{}\"'0123456789abcdefABCDEFxgMGiBN-+="].Array[0, 400].Select(c => new string(c)));
        text.Sample(t =>
        {
            foreach ((string name, Action<string> parse) in s_parsers)
                Should.NotThrow(() => parse(t), name);
        });
    }

    [Fact]
    public void Damaged_output_of_real_tools_never_breaks_a_parser()
    {
        string[] fixtures =
        [
            "npu-smi-910b4.txt", "npu-smi-collapsed.txt", "mthreads-gmi-s5000.txt", "hy-smi-bw.json", "hy-smi-all.json", "cnmon-info-mlu370.txt", "system-profiler-m1.json",
            "sysctl-m3-pro.txt", "reg-qw-memory-size.txt", "reg-matching-device-id.txt", "win32-videocontroller.json", "xpu-smi-discovery.json", "nvidia-smi-mig.csv", "nvidia-smi-list-mig.txt",
        ];
        string[] texts = [.. fixtures.Select(Fixture.Read)];
        Gen.Select(Gen.Int[0, texts.Length - 1], Gen.Double.Unit, Gen.Double.Unit, Gen.Char).Sample((index, at, until, c) =>
        {
            string whole = texts[index];
            int start = (int)(at * whole.Length);
            int end = Math.Min(whole.Length, start + (int)(until * 40));
            foreach (string damaged in (string[])[whole[..start], whole[start..], whole.Remove(start, end - start), whole[..start] + c + whole[end..]])
            {
                foreach ((string name, Action<string> parse) in s_parsers)
                    Should.NotThrow(() => parse(damaged), name);
            }
        }, iter: 300);
    }

    private static GpuFinding Finding(string name, string? id) => new(new GpuDevice { Name = name, Vendor = "nvidia", Memory = ByteSize.FromGiB(24), Id = id });
}
