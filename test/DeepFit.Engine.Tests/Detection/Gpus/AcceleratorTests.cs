using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Gpus.Accelerators;

namespace DeepFit.Engine.Tests.Detection.Gpus;

public class AcceleratorTests
{
    [Fact]
    public void Ascend_910b_has_its_hbm()
    {
        IReadOnlyList<AcceleratorCard> cards = NpuSmiParser.Parse(Fixture.Read("npu-smi-910b4.txt"));

        cards.ShouldBe(
        [
            new("Huawei Ascend 910B4-1", ByteSize.FromMiB(65536), ByteSize.FromMiB(65536 - 3197), "25.2.0", "0000:c1:00.0"),
            new("Huawei Ascend 910B4-1", ByteSize.FromMiB(65536), ByteSize.FromMiB(65536 - 3197), "25.2.0", "0000:01:00.0"),
        ]);
    }

    [Fact]
    public void Ascend_cards_with_two_chips_give_two_devices()
    {
        NpuSmiParser.Parse(Fixture.Read("npu-smi-a3.txt")).Select(c => (c.Name, c.Id, c.Memory.InMiB)).ShouldBe(
            [("Huawei Ascend 910", "0000:9d:00.0", 65536), ("Huawei Ascend 910", "0000:9f:00.0", 65536)]);
        NpuSmiParser.Parse(Fixture.Read("npu-smi-310p-duo.txt")).Select(c => (c.Name, c.Id, c.Memory.InMiB)).ShouldBe(
            [("Huawei Ascend 310P3", "0000:01:00.0", 44280), ("Huawei Ascend 310P3", "0000:01:00.0#1", 43693)]);
    }

    [Fact]
    public void Ascend_tables_with_lost_blanks_are_read() =>
        NpuSmiParser.Parse(Fixture.Read("npu-smi-collapsed.txt")).Select(c => (c.Name, c.Memory.InMiB, c.MemoryFree!.Value.InMiB)).ShouldBe(
            [("Huawei Ascend 310P3", 44280, 44280 - 1460), ("Huawei Ascend 310P3", 43693, 43693 - 1479)]);

    [Fact]
    public void Moore_threads_cards_are_read()
    {
        IReadOnlyList<AcceleratorCard> cards = MthreadsGmiParser.Parse(Fixture.Read("mthreads-gmi-s5000.txt"));

        cards.Count.ShouldBe(3);
        cards[0].ShouldBe(new("Moore Threads MTT S5000", ByteSize.FromGiB(80), ByteSize.FromMiB(81920 - 66641), "3.3.5-server", "0000:2a:00.0"));
    }

    [Fact]
    public void Hygon_cards_are_read()
    {
        string? driver = HySmiParser.ParseDriver(Fixture.Read("hy-smi-driver.txt"));

        HySmiParser.Parse(Fixture.Read("hy-smi-bw.json"), driver).ShouldBe(
        [
            new("Hygon DCU BW", ByteSize.FromMiB(65520), ByteSize.FromMiB(65520 - 9703), "6.3.31-V1.5.0a", "0000:09:00.0"),
            new("Hygon DCU BW", ByteSize.FromMiB(65520), ByteSize.FromMiB(65520 - 9651), "6.3.31-V1.5.0a", "0000:36:00.0"),
        ]);
        HySmiParser.Parse(Fixture.Read("hy-smi-z100l.json"), null).ShouldBe([new("Hygon DCU Z100L", ByteSize.FromMiB(32752), ByteSize.FromMiB(32750), null, null)]);
    }

    [Fact]
    public void Hygon_output_that_is_no_json_is_no_card() => HySmiParser.Parse(Fixture.Read("hy-smi-all.json"), null).ShouldBeEmpty();

    [Fact]
    public void Cambricon_cards_are_read_with_their_physical_memory()
    {
        CnmonParser.Parse(Fixture.Read("cnmon-info-mlu370.txt")).ShouldBe(
        [
            new("Cambricon MLU370-X8", ByteSize.FromMiB(24576), ByteSize.FromMiB(23521), "5.10.13", "cambricon0"),
            new("Cambricon MLU370-X8", ByteSize.FromMiB(24576), ByteSize.FromMiB(24576), "5.10.13", "cambricon1"),
        ]);
    }

    [Theory]
    [InlineData("19E5:D802", "120000", "npu-smi info", "npu-smi-910b4.txt", "huawei", "cann", 2)]
    [InlineData("1ED5:0400", "30000", "mthreads-gmi", "mthreads-gmi-s5000.txt", "moorethreads", "musa vulkan", 3)]
    [InlineData("1D94:6320", "0B4000", "hy-smi --showproductname --showmeminfo vram --showbus --json", "hy-smi-bw.json", "hygon", "rocm", 2)]
    [InlineData("CABC:0370", "120000", "cnmon info -m", "cnmon-info-mlu370.txt", "cambricon", "", 2)]
    public async Task A_makers_tool_runs_where_its_device_is_on_the_bus(string id, string classCode, string command, string fixture, string vendor, string backends, int count)
    {
        FakeProbeHost host = new FakeProbeHost().Pci("0000:01:00.0", classCode, id).Tool(command, Fixture.Read(fixture));

        IReadOnlyList<GpuDevice> gpus = await Machines.DetectAsync(host);

        gpus.Count.ShouldBe(count);
        gpus.ShouldAllBe(g => g.Vendor == vendor && string.Join(' ', g.Backends) == backends);
    }

    [Fact]
    public async Task A_container_shows_accelerators_by_their_nodes()
    {
        FakeProbeHost host = new FakeProbeHost().File("/dev/davinci3", "").Tool("/usr/local/sbin/npu-smi info", Fixture.Read("npu-smi-910b4.txt"));

        (await Machines.DetectAsync(host)).Count.ShouldBe(2);
    }
}
