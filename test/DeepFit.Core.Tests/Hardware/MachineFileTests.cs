using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using DeepFit.Core.Hardware;
using DeepFit.Core.Tests.Contract;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Hardware;

public class MachineFileTests
{
    private static MachineProfile Read(string json) => MachineFile.Read(json, "my.json");

    [Fact]
    public void What_detect_prints_is_read_back_the_same()
    {
        string printed = Samples.Machine().Print();
        MachineProfile back = MachineFile.Read(printed, "x.json");
        back.Print().ShouldBe(printed);
        back.Gpus[1].CarveOut.ShouldBe(ByteSize.FromMiB(128));
        back.Cpu.Simd.ShouldBe(["sse42", "avx", "avx2", "fma", "f16c"]);
        back.Os.Wsl.ShouldBeTrue();
    }

    [Fact]
    public void A_machine_with_everything_unknown_null_is_read_back_the_same()
    {
        MachineProfile sparse = Samples.Machine() with { Disk = null, Gpus = [], EngineDevices = [] };
        sparse = sparse with
        {
            Os = new OperatingSystemInfo(),
            Cpu = new CpuInfo { Model = "CPU", PhysicalCores = 1, LogicalCores = 2 },
            Memory = new MemoryInfo { Total = ByteSize.FromGiB(8), Available = ByteSize.FromGiB(8) },
        };
        MachineFile.Read(sparse.Print(), "x.json").Print().ShouldBe(sparse.Print());
    }

    [Fact]
    public void Memory_alone_is_enough()
    {
        MachineProfile machine = Read("""{"memory": {"total_bytes": 17179869184}}""");
        machine.Name.ShouldBe("my");
        machine.Memory.Total.ShouldBe(ByteSize.FromGiB(16));
        machine.Memory.Available.ShouldBe(ByteSize.FromGiB(14));
        machine.Memory.Bandwidth.ShouldBeNull();
        machine.Cpu.PhysicalCores.ShouldBe(4);
        machine.Cpu.LogicalCores.ShouldBe(4);
        machine.Cpu.Simd.ShouldContain("avx2");
        machine.Os.Family.ShouldBe("linux");
        machine.Gpus.ShouldBeEmpty();
        machine.Disk.ShouldBeNull();
    }

    [Fact]
    public void Of_little_memory_half_is_available() =>
        Read("""{"memory": {"total_bytes": "2 GiB"}}""").Memory.Available.ShouldBe(ByteSize.FromGiB(1));

    [Theory]
    [InlineData("\"24 GiB\"", 25_769_803_776)]
    [InlineData("\"24 GB\"", 24_000_000_000)]
    [InlineData("\"24gb\"", 24_000_000_000)]
    [InlineData("\"0.5 TiB\"", 549_755_813_888)]
    [InlineData("\"17179869184\"", 17_179_869_184)]
    [InlineData("\"17179869184 B\"", 17_179_869_184)]
    [InlineData("1.7e10", 17_000_000_000)]
    public void Sizes_are_bytes_or_text_with_a_unit(string written, long bytes) =>
        Read($$"""{"memory": {"total_bytes": {{written}} } }""").Memory.Total.Bytes.ShouldBe(bytes);

    [Theory]
    [InlineData("\"936 GB/s\"", 936e9)]
    [InlineData("936000000000", 936e9)]
    [InlineData("\"50 GiB/s\"", 50.0 * (1 << 30))]
    public void Rates_are_bytes_per_second_or_text_with_a_unit(string written, double rate) =>
        Read($$"""{"memory": {"total_bytes": "16 GiB", "bandwidth_bytes_per_second": {{written}} } }""").Memory.Bandwidth
            .ShouldBe(new ByteRate(rate));

    [Fact]
    public void Comments_and_trailing_commas_are_allowed() =>
        Read("{\n // my old laptop\n \"memory\": { \"total_bytes\": \"8 GiB\", },\n}").Memory.Total.ShouldBe(ByteSize.FromGiB(8));

    [Fact]
    public void Logical_cores_default_to_the_physical_ones_and_the_other_way_to_half()
    {
        Read("""{"memory": {"total_bytes": "8 GiB"}, "cpu": {"physical_cores": 6}}""").Cpu.LogicalCores.ShouldBe(6);
        Read("""{"memory": {"total_bytes": "8 GiB"}, "cpu": {"logical_cores": 12}}""").Cpu.PhysicalCores.ShouldBe(6);
    }

    [Fact]
    public void A_gpu_with_a_count_stands_for_several()
    {
        MachineProfile machine = Read(
            """{"memory": {"total_bytes": "128 GiB"}, "gpus": [{"name": "My card", "vendor": "nvidia", "memory_bytes": "24 GiB", "count": 4}]}""");
        machine.Gpus.Count.ShouldBe(4);
        machine.Gpus[3].Backends.ShouldBe(["cuda", "vulkan"]);
    }

    [Fact]
    public void A_known_gpu_needs_only_its_name()
    {
        GpuDevice gpu = Read("""{"memory": {"total_bytes": "64 GiB"}, "gpus": [{"name": "RTX 3090"}]}""").Gpus.ShouldHaveSingleItem();
        gpu.Vendor.ShouldBe("nvidia");
        gpu.Memory.ShouldBe(ByteSize.FromGiB(24));
        gpu.Bandwidth.ShouldBe(ByteRate.FromGBPerSecond(936.2));
        gpu.Fp16Tflops.ShouldBe(71.16);
        gpu.Backends.ShouldContain("cuda");
    }

    [Fact]
    public void What_the_file_says_of_a_known_gpu_holds()
    {
        GpuDevice gpu = Read(
            """
            {"memory": {"total_bytes": "64 GiB"},
             "gpus": [{"name": "RTX 3090", "memory_bytes": "23.5 GiB", "bandwidth_bytes_per_second": "800 GB/s", "fp16_tflops": 60}]}
            """).Gpus[0];
        gpu.Memory.ShouldBe(ByteSize.FromGiB(23.5));
        gpu.Bandwidth.ShouldBe(ByteRate.FromGBPerSecond(800));
        gpu.Fp16Tflops.ShouldBe(60);
    }

    [Fact]
    public void A_size_tells_two_products_of_one_name_apart() =>
        Read("""{"memory": {"total_bytes": "64 GiB"}, "gpus": [{"name": "RTX 4060 Ti", "memory_bytes": "16 GiB"}]}""").Gpus[0].Bandwidth
            .ShouldBe(ByteRate.FromGBPerSecond(288));

    [Fact]
    public void An_unknown_gpu_with_its_memory_is_accepted()
    {
        GpuDevice gpu = Read("""{"memory": {"total_bytes": "64 GiB"}, "gpus": [{"name": "Wonder 9", "memory_bytes": "10 GiB"}]}""").Gpus[0];
        gpu.Bandwidth.ShouldBeNull();
        gpu.Vendor.ShouldBe("unknown");
    }

    [Fact]
    public void An_Apple_chip_is_known_whatever_share_of_memory_it_has() =>
        Read("""{"memory": {"total_bytes": "16 GiB"}, "gpus": [{"name": "Apple M2", "memory_bytes": "11 GiB"}]}""").Gpus[0].Bandwidth.ShouldNotBeNull();

    [Fact]
    public void A_bare_product_name_finds_its_vendor() =>
        Read("""{"memory": {"total_bytes": "64 GiB"}, "gpus": [{"name": "L40S"}]}""").Gpus[0].Vendor.ShouldBe("nvidia");

    [Theory]
    [InlineData(24, 16)]
    [InlineData(64, 48)]
    public void An_Apple_chip_shares_the_memory_up_to_Metal_s_cap(int total, int usable)
    {
        MachineProfile machine = Read($$"""{"memory": {"total_bytes": "{{total}} GiB"}, "gpus": [{"name": "Apple M2"}]}""");
        machine.Gpus[0].Memory.ShouldBe(ByteSize.FromGiB(usable));
        machine.Gpus[0].Unified.ShouldBeTrue();
        machine.Gpus[0].Bandwidth.ShouldNotBeNull();
        machine.Os.Family.ShouldBe("macos");
        machine.Cpu.Simd.ShouldContain("neon");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void A_byte_order_mark_is_understood(string encoding)
    {
        Encoding chosen = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. chosen.GetPreamble(), .. chosen.GetBytes("""{"name": "机器", "memory": {"total_bytes": "8 GiB"}}""")];
        MachineFile.Read(new MemoryStream(bytes), "m.json").Name.ShouldBe("机器");
    }

    [Fact]
    public void The_example_in_the_documentation_is_read()
    {
        foreach (string page in (string[])["machine-file.md", "machine-file.zh-CN.md"])
        {
            string[] examples = Examples(File.ReadAllText(Path.Combine(Repository.Root, "docs", page)));
            examples.Length.ShouldBeGreaterThanOrEqualTo(3);
            foreach (string example in examples)
            {
                MachineFile.Read(example, page).Memory.Total.Bytes.ShouldBeGreaterThan(0);
            }

            JsonNode whole = JsonNode.Parse(Samples.Machine().Print())!;
            foreach ((string name, _) in whole.AsObject())
            {
                File.ReadAllText(Path.Combine(Repository.Root, "docs", page)).ShouldContain($"`{name}`");
            }
        }
    }

    [Fact]
    public void No_cut_of_a_file_is_read_or_crashes()
    {
        string printed = Samples.Machine().Print().TrimEnd();
        for (int length = 0; length < printed.Length; length += 7)
        {
            Should.Throw<MachineFileException>(() => Read(printed[..length]));
        }
    }

    [Fact]
    public void A_mutated_file_is_read_or_refused_with_a_message()
    {
        byte[] printed = Encoding.UTF8.GetBytes(Samples.Machine().Print());
        Gen.Select(Gen.Int[0, printed.Length - 1], Gen.Byte).Array[1, 8].Sample(
            changes =>
            {
                byte[] mutated = (byte[])printed.Clone();
                foreach ((int at, byte value) in changes)
                {
                    mutated[at] = value;
                }

                try
                {
                    MachineFile.Read(new MemoryStream(mutated), "m.json").Memory.Total.Bytes.ShouldBeGreaterThan(0);
                }
                catch (MachineFileException e)
                {
                    e.Text.Zh.ShouldContain("m.json");
                }
            },
            iter: 2000,
            threads: 1);
    }

    private static string[] Examples(string page) =>
        [.. page.Split("```json").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];
}
