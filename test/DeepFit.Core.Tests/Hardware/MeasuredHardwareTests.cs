using DeepFit.Core.Hardware;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Hardware;

/// <summary>Machines as people who publish measurements write them, understood with the shipped catalogues.</summary>
public class MeasuredHardwareTests
{
    // text; count and name of the GPUs; memory of each in GiB; bandwidth of each in GB/s
    [Theory]
    [InlineData("NVIDIA RTX 6000 PRO Blackwell (gen5)", 1, "RTX PRO 6000 Blackwell", 96, 1792)]
    [InlineData("NVIDIA RTX A4000 (gen4)", 1, "RTX A4000", 16, 448)]
    [InlineData("AMD RADEON AI PRO R9700", 1, "Radeon AI PRO R9700", 32, 640)]
    [InlineData("2xAMD RADEON AI PRO R9700", 2, "Radeon AI PRO R9700", 32, 640)]
    [InlineData("2xNVIDIA Tesla V100-SXM2", 2, "V100 SXM2", 16, 900)]
    [InlineData("16x NVIDIA RTX 3090", 16, "RTX 3090", 24, 936.2)]
    [InlineData("8x AMD Instinct MI300X", 8, "Instinct MI300X", 192, 5300)]
    [InlineData("8x H200 141GB", 8, "H200 SXM", 141, 4800)]
    [InlineData("8x NVIDIA H200 SXM", 8, "H200 SXM", 141, 4800)]
    [InlineData("4070 Ti 12GB", 1, "RTX 4070 Ti", 12, 504)]
    [InlineData("4080 16GB", 1, "RTX 4080", 16, 716.8)]
    [InlineData("3090 24GB", 1, "RTX 3090", 24, 936.2)]
    [InlineData("RTX 5000 Ada 32GB", 1, "RTX 5000 Ada", 32, 576)]
    [InlineData("3090 24GB * 2", 2, "RTX 3090", 24, 936.2)]
    [InlineData("RTX 6000 Ada 48GB", 1, "RTX 6000 Ada", 48, 960)]
    [InlineData("A40 48GB", 1, "A40", 48, 696)]
    [InlineData("A100 PCIe 80GB", 1, "A100 80GB PCIe", 80, 1935)]
    [InlineData("A100 SXM 80GB", 1, "A100 80GB SXM", 80, 2039)]
    [InlineData("3090 24GB * 4", 4, "RTX 3090", 24, 936.2)]
    [InlineData("RTX 5000 Ada 32GB * 4", 4, "RTX 5000 Ada", 32, 576)]
    [InlineData("3090 24GB * 6", 6, "RTX 3090", 24, 936.2)]
    [InlineData("RTX 6000 Ada 48GB * 4", 4, "RTX 6000 Ada", 48, 960)]
    [InlineData("A100 PCIe 80GB * 4", 4, "A100 80GB PCIe", 80, 1935)]
    [InlineData("A100 SXM 80GB * 4", 4, "A100 80GB SXM", 80, 2039)]
    [InlineData("AMD Radeon Pro W7900 48GB", 1, "Radeon PRO W7900", 48, 864)]
    [InlineData("NVIDIA RTX 3090 24GB", 1, "RTX 3090", 24, 936.2)]
    [InlineData("NVIDIA GeForce GTX 1050 Ti", 1, "GTX 1050 Ti", 4, 112.1)]
    [InlineData("NVIDIA GeForce RTX 2070 SUPER", 1, "RTX 2070 SUPER", 8, 448)]
    [InlineData("NVIDIA GeForce RTX 5070", 1, "RTX 5070", 12, 672)]
    [InlineData("RTX 5080", 1, "RTX 5080", 16, 960)]
    [InlineData("RTX 4070 Super", 1, "RTX 4070 SUPER", 12, 504)]
    [InlineData("RTX 3090 Ti", 1, "RTX 3090 Ti", 24, 1008)]
    [InlineData("RTX 3060", 1, "RTX 3060 12GB", 12, 360)]
    [InlineData("A100 80GB", 1, "A100 80GB PCIe", 80, 1935)]
    [InlineData("RTX 3090", 1, "RTX 3090", 24, 936.2)]
    [InlineData("RTX 3060 12GB", 1, "RTX 3060 12GB", 12, 360)]
    [InlineData("RTX 5070 12GB", 1, "RTX 5070", 12, 672)]
    [InlineData("RTX 5080 16GB", 1, "RTX 5080", 16, 960)]
    [InlineData("RTX 4070 Ti SUPER 16GB", 1, "RTX 4070 Ti SUPER", 16, 672)]
    [InlineData("AMD RX 7900 XTX", 1, "RX 7900 XTX", 24, 960)]
    [InlineData("A100 (Lambda on-demand)", 1, "A100 40GB PCIe", 40, 1555)]
    [InlineData("RTX 3050", 1, "RTX 3050 8GB", 8, 224)]
    [InlineData("RTX 3080", 1, "RTX 3080 10GB", 10, 760.3)]
    [InlineData("RTX 3080 12GB", 1, "RTX 3080 12GB", 12, 912.4)]
    [InlineData("GTX 1060", 1, "GTX 1060 6GB", 6, 192.2)]
    [InlineData("Arc A770", 1, "Arc A770 16GB", 16, 560)]
    [InlineData("Intel Arc Pro B60 24GB", 1, "Arc Pro B60", 24, 456)]
    [InlineData("P100 PCIe", 1, "P100 PCIe", 16, 732)]
    [InlineData("Radeon PRO W7800", 1, "Radeon PRO W7800", 32, 576)]
    [InlineData("Radeon PRO W7800 48GB", 1, "Radeon PRO W7800 48GB", 48, 864)]
    [InlineData("RTX 4060 Ti 16GB", 1, "RTX 4060 Ti", 16, 288)]
    [InlineData("RTX 5060 Ti 16 GB", 1, "RTX 5060 Ti", 16, 448)]
    [InlineData("RTX 4090 Laptop GPU", 1, "RTX 4090 Laptop GPU", 16, 576)]
    [InlineData("RTX 4090 D", 1, "RTX 4090 D", 24, 1008)]
    [InlineData("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", 1, "RTX PRO 6000 Blackwell Max-Q", 96, 1792)]
    [InlineData("RTX PRO 6000 Blackwell Server Edition", 1, "RTX PRO 6000 Blackwell Server Edition", 96, 1792)]
    [InlineData("Tesla P40", 1, "P40", 24, 347.1)]
    [InlineData("2x Tesla T4", 2, "T4", 16, 320)]
    [InlineData("Quadro RTX 8000", 1, "Quadro RTX 8000", 48, 672)]
    [InlineData("8x Ascend 910B", 8, "Huawei Ascend 910B", 64, 1200)]
    [InlineData("MTT S80", 1, "Moore Threads MTT S80", 16, 448)]
    [InlineData("8x NVIDIA H100 80GB HBM3", 8, "H100 SXM", 80, 3350)]
    [InlineData("H800 * 8", 8, "H800 SXM", 80, 3360)]
    [InlineData("8x H20 96GB", 8, "H20", 96, 4000)]
    [InlineData("8×B200", 8, "B200 SXM", 180, 8000)]
    public void Graphics_cards_are_understood(string text, int count, string name, double memory, double rate)
    {
        MachineProfile machine = MachineText.Parse(text);
        machine.Gpus.Count.ShouldBe(count);
        machine.Gpus.ShouldAllBe(g => g.Name == name);
        machine.Gpus[0].Memory.InGiB.ShouldBe(memory);
        machine.Gpus[0].Bandwidth!.Value.InGBPerSecond.ShouldBe(rate);
        machine.Gpus[0].Architecture.ShouldNotBeNull();
        machine.Gpus[0].Unified.ShouldBeFalse();
    }

    // text; the GPU; memory of the machine in GiB; its bandwidth in GB/s
    [Theory]
    [InlineData("Mac Studio (M3 Ultra 512GB)", "Apple M3 Ultra", 512, 819)]
    [InlineData("M1 Ultra (48 GPU Core) 64GB", "Apple M1 Ultra (48-core GPU)", 64, 800)]
    [InlineData("Mac mini M4 Pro (14 CPU / 20 GPU cores, 64 GB)", "Apple M4 Pro", 64, 273)]
    [InlineData("Apple M3 Pro", "Apple M3 Pro", 36, 150)]
    [InlineData("Apple M4 Pro", "Apple M4 Pro", 64, 273)]
    [InlineData("MacBook Pro M2 Pro (19-core GPU, 16 GB)", "Apple M2 Pro", 16, 200)]
    [InlineData("Apple M2 Pro (16 GPU)", "Apple M2 Pro (16-core GPU)", 32, 200)]
    [InlineData("Apple M3 Pro (18 GPU)", "Apple M3 Pro", 36, 150)]
    [InlineData("Apple M4 Max (40 GPU)", "Apple M4 Max", 128, 546)]
    [InlineData("Apple M1 Ultra (64 GPU)", "Apple M1 Ultra", 128, 800)]
    [InlineData("Apple M3 Ultra (80 GPU)", "Apple M3 Ultra", 512, 819)]
    [InlineData("Apple M4 Pro (20 GPU)", "Apple M4 Pro", 64, 273)]
    [InlineData("Apple M3 Max (30 GPU)", "Apple M3 Max (30-core GPU)", 36, 300)]
    [InlineData("MacBook Air M2 8-core GPU 16GB", "Apple M2 (8-core GPU)", 16, 100)]
    [InlineData("mac-m4-max-64", "Apple M4 Max", 64, 546)]
    [InlineData("Dell Pro Max with GB10 (Nvidia Spark)", "GB10 (DGX Spark)", 128, 273)]
    [InlineData("DGX Spark (GB10)", "GB10 (DGX Spark)", 128, 273)]
    [InlineData("Jetson AGX Orin 64GB", "Jetson AGX Orin 64GB", 64, 204.8)]
    [InlineData("AMD Ryzen AI Max+ 395 (Strix Halo) 128GB", "Ryzen AI Max+ 395 (Radeon 8060S)", 128, 256)]
    [InlineData("Framework Mainboard (128GB)", "Ryzen AI Max+ 395 (Radeon 8060S)", 128, 256)]
    [InlineData("4x Framework Desktop (AMD Ryzen AI Max+ 395, 128 GB) over Ethernet", "Ryzen AI Max+ 395 (Radeon 8060S)", 128, 256)]
    public void Chips_with_their_memory_are_understood(string text, string gpu, double memory, double rate)
    {
        MachineProfile machine = MachineText.Parse(text);
        machine.Gpus.ShouldHaveSingleItem().Name.ShouldBe(gpu);
        machine.Gpus[0].Unified.ShouldBeTrue();
        machine.Gpus[0].Memory.InGiB.ShouldBeInRange(memory * 0.6, memory);
        machine.Gpus[0].Bandwidth!.Value.InGBPerSecond.ShouldBe(rate);
        machine.Memory.Total.InGiB.ShouldBe(memory);
        machine.Nodes.ShouldBe(text.StartsWith("4x", StringComparison.Ordinal) ? 4 : 1);
    }

    // text; GPU or nothing; processor; cores; memory in GiB; its bandwidth in GB/s
    [Theory]
    [InlineData("Pi CM5 - 16GB (Nvidia RTX 4090)", "RTX 4090", "BCM2712", 4, 16, 17.1)]
    [InlineData("Pi CM5 - 16GB (Nvidia RTX 3080 Ti)", "RTX 3080 Ti", "BCM2712", 4, 16, 17.1)]
    [InlineData("Pi CM5 - 16GB (Nvidia RTX 4070 Ti)", "RTX 4070 Ti", "BCM2712", 4, 16, 17.1)]
    [InlineData("Pi CM5 - 16GB (Nvidia RTX 2080 Ti)", "RTX 2080 Ti", "BCM2712", 4, 16, 17.1)]
    [InlineData("Pi CM5 - 16GB (Nvidia RTX A4000)", "RTX A4000", "BCM2712", 4, 16, 17.1)]
    [InlineData("Pi CM5 - 16GB (Nvidia RTX 3060)", "RTX 3060 12GB", "BCM2712", 4, 16, 17.1)]
    [InlineData("Pi CM5 - 16GB (AMD AI Pro R9700)", "Radeon AI PRO R9700", "BCM2712", 4, 16, 17.1)]
    [InlineData("Intel 265K Custom PC (AMD Radeon AI Pro R9700)", "Radeon AI PRO R9700", "265K", 20, 32, 102.4)]
    [InlineData("Intel 265K Custom PC (Nvidia RTX 4070 Ti)", "RTX 4070 Ti", "265K", 20, 32, 102.4)]
    [InlineData("Intel 265K Custom PC (Nvidia RTX 3060)", "RTX 3060 12GB", "265K", 20, 32, 102.4)]
    [InlineData("Framework 13 (Ryzen AI 5 340 16GB)", "", "Ryzen AI 5 340", 6, 16, 0)]
    [InlineData("Minisforum MS-R1", "", "CIX", 12, 64, 88)]
    [InlineData("GMKtek G3 Plus (Intel N150) - 16GB", "", "N150", 4, 16, 38.4)]
    [InlineData("Raspberry Pi 4 (CPU)", "", "BCM2711", 4, 8, 12.8)]
    [InlineData("AWS t2.medium (2 vCPU, 4 GB)", "", "Xeon", 2, 4, 0)]
    [InlineData("AWS t2.large (2 vCPU, 8 GB)", "", "Xeon", 2, 8, 0)]
    [InlineData("AWS t2.xlarge/2xlarge (\"8 vCPU, 32G\")", "", "Xeon", 8, 32, 0)]
    [InlineData("AMD Ryzen AI 9 HX 370 (GPD Pocket 4, LPDDR5X) CPU, 12 threads", "", "HX 370", 12, 64, 0)]
    [InlineData("AMD Ryzen AI 9 HX 370 (GPD Pocket 4, LPDDR5X) Radeon 890M iGPU (HSA override gfx1151)", "Radeon 890M", "HX 370", 12, 64, 0)]
    [InlineData("AMD Ryzen AI 9 HX 370 (GPD Pocket 4, LPDDR5X) Radeon 890M iGPU, 32 GB carve-out", "Radeon 890M", "HX 370", 12, 64, 0)]
    [InlineData("AMD Ryzen AI 9 HX 370 (GPD Pocket 4, LPDDR5X)", "", "HX 370", 12, 64, 0)]
    [InlineData("1 socket of 2x Intel Xeon 6980P (12-ch), 64 threads", "", "6980P", 64, 1024, 0)]
    [InlineData("1 socket of 2x Intel Xeon 6980P (12-ch), 86 threads", "", "6980P", 86, 1024, 0)]
    [InlineData("1 socket of 2x Intel Xeon 6980P (12-ch), 128 threads", "", "6980P", 128, 1024, 0)]
    [InlineData("1 socket of 2x Intel Xeon 6980P (12-ch), 43 threads", "", "6980P", 43, 1024, 0)]
    [InlineData("1 socket of 2x Intel Xeon 6980P, 128 threads", "", "6980P", 128, 1024, 0)]
    [InlineData("2x Xeon Gold 6454S (2x32 cores)", "", "6454S", 64, 1024, 614.4)]
    [InlineData("Intel Arc Graphics 130V/140V (integrated)", "Arc 140V", "", 0, 0, 0)]
    public void Hosts_and_processors_are_understood(string text, string gpu, string cpu, int cores, double memory, double rate)
    {
        MachineProfile machine = MachineText.Parse(text);
        string.Join(' ', machine.Gpus.Select(g => g.Name)).ShouldStartWith(gpu);
        machine.Gpus.Count.ShouldBe(gpu.Length > 0 ? 1 : 0);
        machine.Cpu.Model.ShouldContain(cpu);
        machine.Cpu.PhysicalCores.ShouldBe(cores > 0 ? cores : machine.Cpu.PhysicalCores);
        machine.Memory.Total.InGiB.ShouldBe(memory > 0 ? memory : machine.Memory.Total.InGiB);
        double known = machine.Memory.Bandwidth.ShouldNotBeNull().InGBPerSecond;
        known.ShouldBe(rate > 0 ? rate : known, 0.2);
    }

    [Theory]
    [InlineData("AMD EPYC (fairydreaming rig, 32 threads)")]
    [InlineData("ARM server CPU (model not captured)")]
    [InlineData("4x 24 GB-class NVIDIA GPUs (junweil ai-precog-machine5, GPU model not captured)")]
    [InlineData("NVIDIA CUDA GPU class (id 62839066093: qwen2.5-coder-14b on Vulkan)")]
    [InlineData("unnamed machine (llama.cpp README)")]
    public void Hardware_that_nobody_identified_is_refused(string text) =>
        Should.Throw<UserErrorException>(() => MachineText.Parse(text)).Text.Zh.ShouldContain("机器");
}
