using System.Buffers.Binary;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Windows;

namespace DeepFit.Engine.Tests.Detection.Windows;

public class WindowsParserTests
{
    // A Core i5-12600K as Windows 11 lists it: 6 performance cores of two threads (class 1), 4 efficiency cores (class 0), one node, one 20 MiB L3.
    private static byte[] HybridDesktop()
    {
        List<byte> list = [];
        for (int core = 0; core < 6; core++)
            list.AddRange(Core(1, 3UL << (2 * core)));
        for (int core = 0; core < 4; core++)
            list.AddRange(Core(0, 1UL << (12 + core)));
        for (int core = 0; core < 6; core++)
            list.AddRange(Cache(2, 1280 << 10, 0, 3UL << (2 * core)));
        list.AddRange(Cache(2, 2 << 20, 0, 0xF000));
        list.AddRange(Cache(1, 32 << 10, 1, 3));
        list.AddRange(Cache(3, 20 << 20, 0, 0xFFFF));
        list.AddRange(Node(0, 0xFFFF));
        list.AddRange(Entry(4, 72)); // RelationGroup is passed over
        return [.. list];
    }

    [Fact]
    public void A_hybrid_desktop_is_read_from_the_systems_list() =>
        LogicalProcessorsParser.Parse(HybridDesktop()).ShouldBe(new WindowsProcessors
        {
            PhysicalCores = 10,
            LogicalCores = 16,
            PerformanceCores = 6,
            EfficiencyCores = 4,
            NumaNodes = 1,
            LastLevelCache = new ByteSize(20 << 20),
        });

    [Fact]
    public void A_process_bound_to_efficiency_cores_has_only_those()
    {
        WindowsProcessors processors = LogicalProcessorsParser.Parse(HybridDesktop(), affinity: 0xF000)!;
        (processors.PhysicalCores, processors.LogicalCores, processors.PerformanceCores).ShouldBe((4, 4, null));
    }

    [Fact]
    public void Two_sockets_are_two_nodes()
    {
        byte[] list = [.. Core(0, 3), .. Core(0, 12), .. Node(0, 3), .. Node(1, 12), .. Cache(3, 16 << 20, 0, 3), .. Cache(3, 16 << 20, 0, 12)];
        WindowsProcessors processors = LogicalProcessorsParser.Parse(list)!;
        (processors.PhysicalCores, processors.NumaNodes, processors.LastLevelCache).ShouldBe((2, 2, new ByteSize(32 << 20)));
    }

    [Fact]
    public void A_list_cut_anywhere_never_throws_and_never_grows()
    {
        byte[] list = HybridDesktop();
        for (int length = 0; length < list.Length; length++)
            (LogicalProcessorsParser.Parse(list.AsSpan(0, length))?.PhysicalCores ?? 0).ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public void Memory_is_read_from_the_systems_structure()
    {
        MemoryInfo memory = MemoryStatusParser.Parse(Status(32 * ByteSize.GiB, 20 * ByteSize.GiB, 37 * ByteSize.GiB, 24 * ByteSize.GiB))!;
        (memory.Total.InGiB, memory.Available.InGiB, memory.Swap.InGiB).ShouldBe((32, 20, 5));
    }

    [Fact]
    public void Memory_that_may_not_be_committed_is_not_available() =>
        MemoryStatusParser.Parse(Status(32 * ByteSize.GiB, 20 * ByteSize.GiB, 32 * ByteSize.GiB, 6 * ByteSize.GiB))!.Available.InGiB.ShouldBe(6);

    [Fact]
    public void A_short_or_empty_structure_is_no_memory()
    {
        MemoryStatusParser.Parse([]).ShouldBeNull();
        MemoryStatusParser.Parse(new byte[64]).ShouldBeNull();
    }

    [Theory]
    [InlineData(0u, null)]
    [InlineData(0x100u, 8L)]
    [InlineData(0x200u, 4L)]
    [InlineData(0x300u, 4L)]
    [InlineData(0x2000u, null)]
    public void A_jobs_memory_limit_is_read(uint flags, long? gibibytes)
    {
        byte[] limits = new byte[144];
        BinaryPrimitives.WriteUInt32LittleEndian(limits.AsSpan(16), flags);
        BinaryPrimitives.WriteInt64LittleEndian(limits.AsSpan(112), 8 * ByteSize.GiB);
        BinaryPrimitives.WriteInt64LittleEndian(limits.AsSpan(120), 4 * ByteSize.GiB);
        MemoryStatusParser.JobLimit(limits).ShouldBe(gibibytes is long size ? new ByteSize(size * ByteSize.GiB) : null);
    }

    [Fact]
    public void A_jobs_limit_bounds_memory()
    {
        MemoryInfo memory = new() { Total = new ByteSize(100), Available = new ByteSize(60) };
        MemoryStatusParser.Within(memory, new ByteSize(40)).ShouldBe(memory with { Total = new ByteSize(40), Available = new ByteSize(40), CgroupLimit = new ByteSize(40) });
        MemoryStatusParser.Within(memory, new ByteSize(200)).ShouldBe(memory);
    }

    [Fact]
    public void Instructions_count_only_when_the_system_saves_their_registers()
    {
        const int leaf1 = (1 << 12) | (1 << 20) | (1 << 28) | (1 << 29);
        (int, int, int) leaf7 = ((1 << 5) | (1 << 16), 1 << 11, 1 << 25);
        const int leaf71 = (1 << 4) | (1 << 5);
        CpuIdSimd.Levels(leaf1, leaf7, leaf71, 0x600E7).ShouldBe(
            ["sse42", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_int8"]);
        CpuIdSimd.Levels(leaf1, leaf7, leaf71, 0x7).ShouldBe(["sse42", "avx", "avx2", "fma", "f16c", "avx_vnni"]);
        CpuIdSimd.Levels(leaf1, leaf7, leaf71, 0).ShouldBe(["sse42"]);
    }

    [Fact]
    public void One_processor_comes_as_an_object_and_several_as_a_list()
    {
        CpuInfo one = CimParser.ParseProcessors(FakeProbeHost.Fixture("windows-i7-1360p-processor.json"))!;
        (one.Model, one.PhysicalCores, one.LogicalCores, one.MaxMhz).ShouldBe(("13th Gen Intel(R) Core(TM) i7-1360P", 12, 16, 2200));
        CpuInfo two = CimParser.ParseProcessors(FakeProbeHost.Fixture("windows-xeon-2s-processor.json"))!;
        (two.PhysicalCores, two.LogicalCores).ShouldBe((16, 32));
    }

    [Fact]
    public void Memory_of_the_operating_system_is_in_KiB()
    {
        (MemoryInfo? memory, string? description) = CimParser.ParseOperatingSystem(FakeProbeHost.Fixture("windows-11-os.json"));
        description.ShouldBe("Microsoft Windows 11 Pro");
        memory!.Total.ShouldBe(new ByteSize(33_229_364L * 1024));
        memory.Available.ShouldBe(new ByteSize(6_899_632L * 1024));
    }

    [Theory]
    [InlineData("Windows 10 Pro", "23H2", "22631", "Windows 11 Pro 23H2 (build 22631)")]
    [InlineData("Windows 10 Home", "22H2", "19045", "Windows 10 Home 22H2 (build 19045)")]
    [InlineData("Windows Server 2022 Datacenter", null, "20348", "Windows Server 2022 Datacenter (build 20348)")]
    [InlineData("Windows 10 Pro", null, "odd", "Windows 10 Pro")]
    [InlineData(null, "23H2", "22631", null)]
    public void Windows_11_is_named_although_the_registry_says_10(string? product, string? display, string? build, string? description) =>
        WindowsOsParser.Describe(product, display, build).ShouldBe(description);

    [Theory]
    [InlineData(17, 0, "nvme")]
    [InlineData(11, 0, "ssd")]
    [InlineData(11, 1, "hdd")]
    [InlineData(14, 1, null)]
    public void Disks_are_told_by_bus_and_seek_penalty(byte bus, byte penalty, string? kind)
    {
        byte[] adapter = new byte[32];
        adapter[24] = bus;
        byte[] seek = [1, 0, 0, 0, 12, 0, 0, 0, penalty, 0, 0, 0];
        StoragePropertyParser.Kind(adapter, seek).ShouldBe(kind);
        StoragePropertyParser.Kind([], []).ShouldBeNull();
    }

    private static byte[] Entry(uint relation, int size)
    {
        byte[] entry = new byte[size];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, relation);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(4), (uint)size);
        return entry;
    }

    private static byte[] Core(byte efficiencyClass, ulong mask)
    {
        byte[] entry = Entry(0, 48);
        entry[8] = (byte)(ulong.PopCount(mask) > 1 ? 1 : 0);
        entry[9] = efficiencyClass;
        entry[30] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(32), mask);
        return entry;
    }

    private static byte[] Node(uint number, ulong mask)
    {
        byte[] entry = Entry(1, 48);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(8), number);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(32), mask); // the count stays zero, as before Windows 11
        return entry;
    }

    private static byte[] Cache(byte level, int size, uint type, ulong mask)
    {
        byte[] entry = Entry(2, 56);
        entry[8] = level;
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(12), size);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(16), type);
        entry[38] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(40), mask);
        return entry;
    }

    private static byte[] Status(long total, long available, long commitLimit, long commitLeft)
    {
        byte[] status = new byte[64];
        status[0] = 64;
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(8), total);
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(16), available);
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(24), commitLimit);
        BinaryPrimitives.WriteInt64LittleEndian(status.AsSpan(32), commitLeft);
        return status;
    }
}
