using CsCheck;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using static DeepFit.Core.Tests.Hardware.MachineTestParts;

namespace DeepFit.Core.Tests.Hardware;

public class MachineTextTests
{
    // text; GPUs; processor; sockets; cores; memory in GiB; its bandwidth in GB/s; joined machines
    [Theory]
    [InlineData("rtx-4090", "1 RTX 4090", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("4090", "1 RTX 4090", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("NVIDIA GeForce RTX 4090 24GB", "1 RTX 4090", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("RTX4090", "1 RTX 4090", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("ＲＴＸ　４０９０", "1 RTX 4090", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("rtx 4090 laptop gpu", "1 RTX 4090 Laptop", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("laptop (rtx 4090)", "1 RTX 4090 Laptop", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("2x rtx-3090, 64 GB ddr4-3200 2ch", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("2×RTX 3090, 64GB DDR4-3200 dual channel", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("rtx 3090 * 2, 64 g ddr4 3200 2 channels", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("3090 24GB * 2", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("rtx 3090 x2", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("2xNVIDIA RTX 3090", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("dual 3090", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("两张 RTX 3090，64GB 内存", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("RTX 3090两张、内存64GB DDR4-3200双通道", "2 RTX 3090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("rtx 3090 ti", "1 RTX 3090 Ti", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("3090ti", "1 RTX 3090 Ti", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("rtx 3090, rtx 4090", "1 RTX 3090 + 1 RTX 4090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("rtx 3090 + rtx 4090", "1 RTX 3090 + 1 RTX 4090", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("RTX 6000 PRO Blackwell (gen5)", "1 RTX PRO 6000 Blackwell", "CPU", 1, 8, 96, 51.2, 1)]
    [InlineData("rtx 6000 ada 48GB", "1 RTX 6000 Ada", "CPU", 1, 8, 64, 51.2, 1)]
    [InlineData("8x h100-sxm", "8 H100 SXM", "CPU", 1, 32, 768, 204.8, 1)]
    [InlineData("8xH100", "8 H100 SXM", "CPU", 1, 32, 768, 204.8, 1)]
    [InlineData("H100", "1 H100 PCIe", "CPU", 1, 32, 256, 204.8, 1)]
    [InlineData("A100 SXM 80GB * 4", "4 A100 80GB SXM", "CPU", 1, 32, 384, 204.8, 1)]
    [InlineData("A100 PCIe 80GB", "1 A100 80GB PCIe", "CPU", 1, 32, 256, 204.8, 1)]
    [InlineData("A100 80GB", "1 A100 80GB PCIe", "CPU", 1, 32, 256, 204.8, 1)]
    [InlineData("A100 (Lambda on-demand)", "1 A100 40GB PCIe", "CPU", 1, 32, 256, 204.8, 1)]
    [InlineData("8x Ascend 910B", "8 Ascend 910B", "CPU", 1, 32, 512, 204.8, 1)]
    [InlineData("8卡 910B", "8 Ascend 910B", "CPU", 1, 32, 512, 204.8, 1)]
    [InlineData("MTT S80", "1 MTT S80", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("7900 xtx", "1 RX 7900 XTX", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("AMD AI Pro R9700", "1 Radeon AI PRO R9700", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("b580, 32gb ddr5", "1 Arc B580", "CPU", 1, 8, 32, 89.6, 1)]
    [InlineData("epyc-9374f, 384 GB ddr5-4800 12ch", "", "EPYC 9374F", 1, 32, 384, 460.8, 1)]
    [InlineData("9374F, 384 GB, 8-ch", "", "EPYC 9374F", 1, 32, 384, 307.2, 1)]
    [InlineData("EPYC 9374F 384GB rtx 4090", "1 RTX 4090", "EPYC 9374F", 1, 32, 384, 460.8, 1)]
    [InlineData("2x Xeon Gold 6454S (2x32 cores)", "", "Xeon Gold 6454S", 2, 64, 1024, 614.4, 1)]
    [InlineData("双路 6454S, 1 TB ddr5-4800", "", "Xeon Gold 6454S", 2, 64, 1024, 614.4, 1)]
    [InlineData("1 socket of 2x Intel Xeon 6980P (12-ch), 64 threads", "", "Xeon 6980P", 1, 64, 1024, 614.4, 1)]
    [InlineData("Core i7-12700K, 2x16GB ddr4-3200", "", "Core i7-12700K", 1, 12, 32, 51.2, 1)]
    [InlineData("i7 12700k, 32 GB", "", "Core i7-12700K", 1, 12, 32, 76.8, 1)]
    [InlineData("Ryzen 7950X with RTX 4090 and 64 GB", "1 RTX 4090", "Ryzen 9 7950X", 1, 16, 64, 83.2, 1)]
    [InlineData("ryzen 5 7600, rx 7600", "1 RX 7600", "Ryzen 5 7600", 1, 6, 32, 83.2, 1)]
    [InlineData("7600", "1 RX 7600", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("AMD Ryzen AI 9 HX 370 (GPD Pocket 4, LPDDR5X) CPU, 12 threads", "", "Ryzen AI 9 HX 370", 1, 12, 64, 128, 1)]
    [InlineData("AMD Ryzen AI 9 HX 370 (GPD Pocket 4, LPDDR5X) Radeon 890M iGPU, 32 GB carve-out, 64 GB", "1 Radeon 890M", "Ryzen AI 9 HX 370", 1, 12, 64, 128, 1)]
    [InlineData("hx 370, igpu, 32 GB", "1 Radeon 890M", "Ryzen AI 9 HX 370", 1, 12, 32, 128, 1)]
    [InlineData("mac-m4-max-64", "1 Apple M4 Max", "Apple M4 Max", 1, 16, 64, 546, 1)]
    [InlineData("MacBook Pro M4 Max 64GB", "1 Apple M4 Max", "Apple M4 Max", 1, 16, 64, 546, 1)]
    [InlineData("Apple M4 Max (40 GPU)", "1 Apple M4 Max", "Apple M4 Max", 1, 16, 128, 546, 1)]
    [InlineData("m4 max 36gb", "1 Apple M4 Max", "Apple M4 Max", 1, 16, 36, 546, 1)]
    [InlineData("Apple M4 Max (32-core GPU, 36 GB)", "1 Apple M4 Max", "Apple M4 Max", 1, 16, 36, 546, 1)]
    [InlineData("Mac mini M4 Pro (14 CPU / 20 GPU cores, 64 GB)", "1 Apple M4 Pro", "Apple M4 Pro", 1, 14, 64, 273, 1)]
    [InlineData("m4 pro, 24 GB, cpu only", "", "Apple M4 Pro", 1, 14, 24, 273, 1)]
    [InlineData("raspberry pi 5", "", "Broadcom BCM2712", 1, 4, 16, 17.1, 1)]
    [InlineData("Raspberry Pi 5 8GB", "", "Broadcom BCM2712", 1, 4, 8, 17.1, 1)]
    [InlineData("Pi 5 - 16GB (Nvidia RTX 4090)", "1 RTX 4090", "Broadcom BCM2712", 1, 4, 16, 17.1, 1)]
    [InlineData("Framework Mainboard (128GB)", "1 Ryzen AI Max+ 395 (Radeon 8060S)", "Ryzen AI Max+ 395", 1, 16, 128, 256, 1)]
    [InlineData("4x Framework Desktop (AMD Ryzen AI Max+ 395, 128 GB) over Ethernet", "1 Ryzen AI Max+ 395 (Radeon 8060S)", "Ryzen AI Max+ 395", 1, 16, 128, 256, 4)]
    [InlineData("AMD Ryzen AI Max+ 395 (Strix Halo) 128GB", "1 Ryzen AI Max+ 395 (Radeon 8060S)", "Ryzen AI Max+ 395", 1, 16, 128, 256, 1)]
    [InlineData("Dell Pro Max with GB10 (Nvidia Spark)", "1 GB10 (DGX Spark)", "Nvidia Grace GB10", 1, 20, 128, 273, 1)]
    [InlineData("DGX Spark (GB10)", "1 GB10 (DGX Spark)", "Nvidia Grace GB10", 1, 20, 128, 273, 1)]
    [InlineData("2 nodes of 8x h100-sxm over infiniband", "8 H100 SXM", "CPU", 1, 32, 768, 204.8, 2)]
    [InlineData("AWS t2.large (2 vCPU, 8 GB)", "", "Xeon 6980P", 1, 1, 8, 4.8, 1)]
    [InlineData("RTX 4090 (24 GB)", "1 RTX 4090", "CPU", 1, 8, 32, 51.2, 1)]
    [InlineData("MacBook Pro 14\" M4 Pro (24 GB)", "1 Apple M4 Pro", "Apple M4 Pro", 1, 14, 24, 273, 1)]
    [InlineData("8 cores, 16 GB", "", "CPU", 1, 8, 16, 51.2, 1)]
    [InlineData("unheard of box (epyc 9374f)", "", "EPYC 9374F", 1, 32, 1024, 460.8, 1)]
    public void Words_are_read(string text, string gpus, string cpu, int sockets, int cores, double memory, double rate, int nodes)
    {
        MachineProfile machine = Parse(text);
        string.Join(" + ", machine.Gpus.GroupBy(g => g.Name).Select(g => $"{g.Count()} {g.Key}")).ShouldBe(gpus);
        machine.Cpu.Model.ShouldBe(cpu == "CPU" && machine.Cpu.Model != "CPU" ? machine.Cpu.Model : cpu);
        machine.Cpu.Sockets.ShouldBe(sockets);
        machine.Cpu.PhysicalCores.ShouldBe(cores);
        machine.Memory.Total.InGiB.ShouldBe(memory);
        machine.Memory.Bandwidth!.Value.InGBPerSecond.ShouldBe(rate, 0.05);
        machine.Nodes.ShouldBe(nodes);
    }

    [Theory]
    [InlineData("rtx 9090", "rtx 9090")]
    [InlineData("rtx 4090 ti", "rtx 4090 ti")]
    [InlineData("rtx 4090 d", "rtx 4090 d")]
    [InlineData("rxt 3090", "rxt 3090")]
    [InlineData("raspberry pi 5+", "raspberry pi 5+")]
    [InlineData("Foo Box (Ryzen 9 9999X, 64 GB)", "ryzen 9 9999x")]
    [InlineData("RTX 5070 laptop", "rtx 5070 laptop")]
    [InlineData("laptop (rtx 3090)", "3090 laptop")]
    [InlineData("Notebook mit RTX 4090", "mit")]
    [InlineData("AMD RTX 3090", "amd rtx 3090")]
    [InlineData("Pi 5 - 16GB (Nvidia Foo 99)", "nvidia foo")]
    [InlineData("AMD EPYC (fairydreaming rig, 32 threads)", "epyc")]
    [InlineData("ARM server CPU (model not captured)", "arm server cpu")]
    [InlineData("4x 24 GB-class NVIDIA GPUs (junweil ai-precog-machine5, GPU model not captured)", "nvidia gpus")]
    [InlineData("NVIDIA CUDA GPU class (id 62839066093: qwen2.5-coder-14b on Vulkan)", "nvidia cuda gpu class")]
    [InlineData("unnamed machine (llama.cpp README)", "unnamed")]
    [InlineData("", "no part")]
    [InlineData("   ", "no part")]
    [InlineData("pc", "no part")]
    [InlineData(",,,()", "no part")]
    [InlineData("rtx 4090 3 GB", "24")]
    [InlineData("rtx 4090 24 GB 48 GB vram", "24 and 48")]
    [InlineData("rtx 3080 11 GB", "10/12")]
    [InlineData("rtx 4090, 0 GB", "0 gb")]
    [InlineData("rtx 4090, -64 GB", "negative")]
    [InlineData("rtx 4090, 1000000000 GB", "1000000000 gb")]
    [InlineData("0x rtx 4090", "0")]
    [InlineData("65x rtx 4090", "64")]
    [InlineData("1000000x rtx 4090", "1000000")]
    [InlineData("rtx 4090, 64 GB ddr4-0", "ddr4-0")]
    [InlineData("rtx 4090, 64 GB ddr9", "ddr9")]
    [InlineData("ryzen 9 7950x, 64 GB ddr5-5200 64ch", "64ch")]
    [InlineData("ryzen 9 7950x, 64 GB ddr5-5200 4ch", "memory channels of Ryzen 9 7950X")]
    [InlineData("epyc 9374f, 64 GB ddr4-3200", "DDR5-4800")]
    [InlineData("3x epyc 9374f", "from 1 to 2")]
    [InlineData("ryzen 9 7950x, 17 cores", "from 1 to 16")]
    [InlineData("mac m4 max, rtx 4090", "no other GPU")]
    [InlineData("mac m4 max 3 GB", "48/64/128")]
    [InlineData("Apple M4 Max (20 GPU)", "32 / 40")]
    [InlineData("rtx 4090, 64 GB, 32 GB", "32")]
    [InlineData("ryzen 9 7950x, epyc 9374f", "two different processors")]
    [InlineData("raspberry pi 5 64GB", "2/4/8/16")]
    [InlineData("rtx 4090 over ethernet", "how many")]
    [InlineData("2 nodes of rtx 4090 over the moon", "over the moon")]
    [InlineData("rtx 4090, 64 GB, 0 cores", "0 cores")]
    public void What_cannot_be_is_refused(string text, string says)
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Parse(text));
        error.Text.En.ShouldContain(says, Case.Insensitive);
        error.Text.Zh.Any(c => c > 0x4E00).ShouldBeTrue();
    }

    [Fact]
    public void An_unknown_part_is_named_with_near_ones_and_the_way_out()
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Parse("rtx 4090 super"));
        error.Suggestions.ShouldContain("RTX 4090");
        error.Text.En.ShouldContain("--machine FILE");
        error.Text.Zh.ShouldContain("machine-file.zh-CN.md");
    }

    [Fact]
    public void A_Mac_with_a_size_that_is_not_sold_is_offered_its_chip() =>
        Should.Throw<UserErrorException>(() => Parse("mac-m4-max-65")).Suggestions.ShouldContain("Apple M4 Max");

    [Theory]
    [InlineData("昇腾", "huawei")]
    [InlineData("华为", "huawei")]
    [InlineData("摩尔线程", "moorethreads")]
    [InlineData("英伟达", "nvidia")]
    public void The_list_is_searched_by_a_maker_s_Chinese_name_too(string word, string vendor)
    {
        IReadOnlyList<MachineEntry> found = MachineListing.Search(MachineCatalogs.Default, [word]);
        found.ShouldNotBeEmpty();
        found.ShouldAllBe(e => (e.Device == null ? e.Cpu!.Vendor : e.Device.Vendor) == vendor);
    }

    [Theory]
    [InlineData("rtx-4090")]
    [InlineData("2x rtx-3090, 384 GB ddr5-4800 12ch, 2 sockets")]
    [InlineData("mac-m4-max-64")]
    [InlineData("4 nodes of Ryzen AI Max+ 395, 128 GB over Ethernet")]
    [InlineData("Radeon 890M, 32 GB lpddr5x")]
    public void A_composed_machine_is_the_same_as_a_file(string text)
    {
        MachineProfile machine = MachineText.Parse(text);
        using var stream = new MemoryStream();
        ContractJson.Write(stream, machine.ToDocument());
        stream.Position = 0;
        MachineProfile back = MachineFile.Read(stream, "machine.json");
        using var again = new MemoryStream();
        ContractJson.Write(again, back.ToDocument());
        again.ToArray().ShouldBe(stream.ToArray());

        Configuration? plan = Recommender.Recommend(machine, new RecommendRequest()).Pick;
        Configuration? ofFile = Recommender.Recommend(back, new RecommendRequest()).Pick;
        ofFile!.Reason.ShouldBe(plan!.Reason);
        ofFile.Variant.ShouldBe(plan.Variant);
        ofFile.Options.ShouldBe(plan.Options);
        ofFile.Memory.Total.ShouldBe(plan.Memory.Total);
        ofFile.Speed!.GenerationTps.ShouldBe(plan.Speed!.GenerationTps);
    }

    [Fact]
    public void What_is_assumed_is_said()
    {
        Parse("rtx-4090").Assumptions.Select(a => a.En).ShouldBe(["processor with 8 cores", "32 GB of system memory", "memory DDR4-3200 in 2 channels"]);
        Parse("epyc-9374f, 384 GB").Assumptions.ShouldBeEmpty();
        Parse("rtx 4060 ti, epyc-9374f, 64 GB").Assumptions.ShouldHaveSingleItem().En.ShouldContain("8/16");
    }

    [Fact]
    public void Any_text_is_read_or_refused()
    {
        string[] words =
        [
            "rtx", "4090", "3090", "ti", "laptop", "epyc", "9374f", "m4", "max", "64", "GB", "0", "-1", "ddr5", "ddr4-3200", "2x", "x", "x2", "*", "(", ")", ",", "with", "over", "ethernet", "2ch", "cpu",
            "only", "8 cores", "20 gpu", "nodes", "2 nodes", "raspberry", "pi", "5", "16", "vram", "carve-out", "sockets", "两张", "内存", "a100", "80GB", "+", "-", "/", "9999999999999999999", "1e9", "tb/s",
        ];
        Gen.Int[0, words.Length - 1].Select(i => words[i]).Array[0, 9].Select(parts => string.Join(' ', parts)).Sample(Attempt, iter: 4_000);
        Gen.String[0, 60].Sample(Attempt, iter: 1_000);
        static void Attempt(string text)
        {
            try
            {
                MachineProfile machine = Parse(text);
                machine.Memory.Total.Bytes.ShouldBeGreaterThan(0);
                machine.Gpus.ShouldAllBe(g => g.Memory.Bytes > 0);
            }
            catch (UserErrorException)
            {
                // refused in words
            }
        }
    }
}
