using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Windows;

namespace DeepFit.Engine.Tests.Detection.Gpus;

public class WindowsTests
{
    private const string Cim =
        "powershell.exe -NoProfile -NonInteractive -Command Get-CimInstance Win32_VideoController | Select-Object Name,AdapterRAM,DriverVersion,PNPDeviceID | ConvertTo-Json -Compress";

    [Fact]
    public async Task The_registry_knows_what_the_32_bit_field_cannot_say()
    {
        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(Host(), Machines.Os("windows"), Machines.Memory(32, 20));

        gpus.Select(g => (g.Name, g.Vendor, g.Unified)).ShouldBe(
            [("NVIDIA GeForce RTX 4070 Ti", "nvidia", false), ("AMD Radeon(TM) Graphics", "amd", true)]);
        gpus[0].Memory.Bytes.ShouldBe(0x2ffa00000);
        gpus[0].Driver.ShouldBe("32.0.15.6094");
        gpus[0].Bandwidth!.Value.InGBPerSecond.ShouldBe(504, 0.01);
        gpus[1].CarveOut.ShouldBe(ByteSize.FromMiB(512));
        gpus[1].Memory.ShouldBe(ByteSize.FromGiB(16.5));
    }

    [Fact]
    public async Task Nvml_and_windows_see_one_card()
    {
        FakeNvml nvml = new() { Cards = { new("NVIDIA GeForce RTX 4070 Ti", 12282 * ByteSize.MiB, 11000 * ByteSize.MiB, "00000000:01:00.0", (8, 9)) } };

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(Host(), Machines.Os("windows"), nvml: nvml);

        gpus.Count.ShouldBe(2);
        gpus[0].Memory.ShouldBe(ByteSize.FromMiB(12282));
        gpus[0].Id.ShouldBe("0000:01:00.0");
        gpus[0].Driver.ShouldBe("550.54.14");
    }

    [Fact]
    public async Task Without_powershell_the_registry_stands_in()
    {
        FakeProbeHost host = Host();
        host.Tools.Remove(Cim);

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(host, Machines.Os("windows"));

        gpus.Select(g => g.Name).ShouldBe(["NVIDIA GeForce RTX 4070 Ti", "AMD Radeon(TM) Graphics"]);
    }

    [Fact]
    public async Task An_intel_reserve_is_not_the_gpus_memory()
    {
        FakeProbeHost host = new FakeProbeHost().Tool(Cim,
            """{"Name":"Intel(R) UHD Graphics 770","AdapterRAM":134217728,"DriverVersion":"31.0.101.4502","PNPDeviceID":"PCI\\VEN_8086&DEV_4680&SUBSYS_86941043&REV_0C\\3&11583659&0&10"}""");

        GpuDevice gpu = (await Machines.DetectAsync(host, Machines.Os("windows"), Machines.Memory(64, 50))).ShouldHaveSingleItem();

        gpu.Unified.ShouldBeTrue();
        gpu.Memory.ShouldBe(ByteSize.FromGiB(32));
        gpu.CarveOut.ShouldBeNull();
    }

    [Fact]
    public void Signed_figures_of_the_32_bit_field_are_read_unsigned() =>
        VideoControllerParser.Parse("""{"Name":"X","AdapterRAM":-1048576}""").ShouldHaveSingleItem().AdapterRam.ShouldBe(new ByteSize(4293918720));

    [Fact]
    public void The_registry_keeps_some_sizes_as_bytes()
    {
        const string Output = "HKEY_LOCAL_MACHINE\\SYSTEM\\...\\0002\r\n    HardwareInformation.qwMemorySize    REG_BINARY    00 00 00 00 03 00 00 00\r\n\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\...\\Properties\r\n    DriverDesc    REG_SZ    no adapter\r\n";

        DisplayRegistryParser.Parse(Output).ShouldHaveSingleItem().Memory.ShouldBe(ByteSize.FromGiB(12));
    }

    private static FakeProbeHost Host()
    {
        string query = $"reg.exe query {DisplayRegistryParser.ClassKey} /s /v ";
        return new FakeProbeHost().Tool(Cim, Fixture.Read("win32-videocontroller.json"))
            .Tool(query + "MatchingDeviceId", Fixture.Read("reg-matching-device-id.txt"))
            .Tool(query + "DriverDesc", Fixture.Read("reg-driver-desc.txt"))
            .Tool(query + "HardwareInformation.qwMemorySize", Fixture.Read("reg-qw-memory-size.txt"));
    }
}
