using CsCheck;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Hardware;

public class DeviceCatalogTests
{
    private const string Header = "device,vendor,aliases,gpu_cores,memory_gb,memory_source,bandwidth_gb_s,bandwidth_source,fp16_tflops,fp16_source,fp16_vector_tflops,fp16_vector_source\n";

    [Theory]
    [InlineData("NVIDIA GeForce RTX 3090", 24576, "RTX 3090")]
    [InlineData("NVIDIA GeForce RTX 3090 Ti", 24564, "RTX 3090 Ti")]
    [InlineData("NVIDIA GeForce RTX 4070 Ti SUPER", 16376, "RTX 4070 Ti SUPER")]
    [InlineData("NVIDIA GeForce RTX 3060", 12288, "RTX 3060 12GB")]
    [InlineData("NVIDIA GeForce RTX 3060", 8192, "RTX 3060 8GB")]
    [InlineData("NVIDIA GeForce RTX 3080", 10240, "RTX 3080 10GB")]
    [InlineData("NVIDIA GeForce RTX 3080", 12288, "RTX 3080 12GB")]
    [InlineData("NVIDIA GeForce RTX 4060 Ti", 16380, "RTX 4060 Ti")]
    [InlineData("NVIDIA GeForce RTX 4060 Ti", 8188, "RTX 4060 Ti")]
    [InlineData("NVIDIA GeForce RTX 3050", 6144, "RTX 3050 6GB")]
    [InlineData("NVIDIA GeForce GTX 1060 3GB", 3072, "GTX 1060 3GB")]
    [InlineData("NVIDIA GeForce GTX 1060", 6144, "GTX 1060 6GB")]
    [InlineData("NVIDIA GeForce RTX 4090 Laptop GPU", 16376, "RTX 4090 Laptop GPU")]
    [InlineData("NVIDIA GeForce RTX 3080 Laptop GPU", 16384, "RTX 3080 Laptop GPU")]
    [InlineData("NVIDIA GeForce RTX 3090 Laptop GPU", 16384, null)]
    [InlineData("NVIDIA GeForce RTX 2080 with Max-Q Design", 8192, "RTX 2080 with Max-Q Design")]
    [InlineData("NVIDIA GeForce RTX 2080 Super with Max-Q Design", 8192, null)]
    [InlineData("NVIDIA GeForce RTX 4090 D", 24564, "RTX 4090 D")]
    [InlineData("NVIDIA RTX A6000", 46068, "RTX A6000")]
    [InlineData("NVIDIA RTX 6000 Ada Generation", 46068, "RTX 6000 Ada")]
    [InlineData("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", 97887, "RTX PRO 6000 Blackwell")]
    [InlineData("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", 97887, "RTX PRO 6000 Blackwell Max-Q")]
    [InlineData("Tesla T4", 15360, "T4")]
    [InlineData("Tesla V100-SXM2-16GB", 16160, "V100 SXM2")]
    [InlineData("Tesla V100-SXM2-32GB", 32510, "V100 SXM2")]
    [InlineData("Tesla V100-PCIE-32GB", 32510, "V100 PCIe")]
    [InlineData("Tesla P100-PCIE-16GB", 16280, "P100 PCIe")]
    [InlineData("Tesla P100-PCIE-12GB", 12193, "P100 PCIe 12GB")]
    [InlineData("NVIDIA A10", 23028, "A10")]
    [InlineData("NVIDIA A10G", 23028, "A10G")]
    [InlineData("NVIDIA A100-PCIE-40GB", 40960, "A100 40GB PCIe")]
    [InlineData("NVIDIA A100 80GB PCIe", 81920, "A100 80GB PCIe")]
    [InlineData("NVIDIA A100-SXM4-80GB", 81920, "A100 80GB SXM")]
    [InlineData("NVIDIA A100-SXM4-40GB", 40960, "A100 40GB SXM")]
    [InlineData("NVIDIA A100-SXM4-80GB MIG 3g.40gb", 40192, null)]
    [InlineData("NVIDIA H100 PCIe", 81559, "H100 PCIe")]
    [InlineData("NVIDIA H100 80GB HBM3", 81559, "H100 SXM")]
    [InlineData("NVIDIA H200", 143771, "H200 SXM")]
    [InlineData("NVIDIA B200", 183359, "B200 SXM")]
    [InlineData("NVIDIA L40S", 46068, "L40S")]
    [InlineData("AMD Radeon RX 7900 XTX", 24560, "RX 7900 XTX")]
    [InlineData("Radeon RX 7900 XT", 20464, "RX 7900 XT")]
    [InlineData("Navi 31 [Radeon RX 7900 XT/7900 XTX/7900 GRE/7900M]", 24560, null)]
    [InlineData("AMD Instinct MI210", 65520, "Instinct MI210")]
    [InlineData("Intel(R) Arc(TM) A770 Graphics", 16288, "Arc A770 16GB")]
    [InlineData("Intel(R) Arc(TM) A770 Graphics", 8096, "Arc A770 8GB")]
    [InlineData("Huawei Ascend 910B3", 65536, "Huawei Ascend 910B")]
    [InlineData("Huawei Ascend 910B4", 32768, "Huawei Ascend 910B4")]
    [InlineData("Moore Threads MTT S4000", 49152, "Moore Threads MTT S4000")]
    [InlineData("NVIDIA", 8192, null)]
    [InlineData("", 8192, null)]
    public void A_drivers_name_means_one_product_or_none(string name, double mebibytes, string? product) =>
        (DeviceCatalog.Default.Match(name, ByteSize.FromMiB(mebibytes))?.Name).ShouldBe(product);

    [Theory]
    [InlineData("Apple M1", null, "Apple M1")]
    [InlineData("Apple M2 Ultra", 76, "Apple M2 Ultra")]
    [InlineData("Apple M3 Max", 40, "Apple M3 Max")]
    [InlineData("Apple M3 Max", 30, "Apple M3 Max (30-core GPU)")]
    [InlineData("Apple M4 Max", 32, "Apple M4 Max (32-core GPU)")]
    [InlineData("Apple M1 Max", 24, "Apple M1 Max (24-core GPU)")]
    [InlineData("Apple M4 Pro", null, "Apple M4 Pro")]
    [InlineData("Apple M3 Max", null, null)]
    [InlineData("AMD Radeon 780M Graphics", null, "Radeon 780M")]
    [InlineData("Radeon 8060S Graphics", null, "Ryzen AI Max+ 395 (Radeon 8060S)")]
    [InlineData("NVIDIA GB10", null, "GB10 (DGX Spark)")]
    public void Unified_memory_is_matched_without_a_size(string name, int? cores, string? product) =>
        (DeviceCatalog.Default.Match(name, null, cores)?.Name).ShouldBe(product);

    [Fact]
    public void A_product_of_one_size_is_not_matched_without_a_size() => DeviceCatalog.Default.Match("NVIDIA GeForce RTX 3060").ShouldBeNull();

    [Fact]
    public void Every_figure_that_ships_has_a_source_and_none_is_recalled()
    {
        foreach (DeviceSpecification device in DeviceCatalog.Default.Devices)
        {
            (device.Bandwidth is null).ShouldBe(device.BandwidthSource is null, device.Name);
            (device.Fp16Tflops is null).ShouldBe(device.Fp16Source is null, device.Name);
            (device.Fp16VectorTflops is null).ShouldBe(device.Fp16VectorSource is null, device.Name);
            (device.MemorySizes.Count == 0).ShouldBe(device.MemorySource is null, device.Name);
            foreach (string? source in (string?[])[device.BandwidthSource, device.Fp16Source, device.Fp16VectorSource, device.MemorySource])
                source?.ShouldNotContain("unverified");
        }
    }

    [Fact]
    public void Every_device_is_found_by_its_own_name()
    {
        foreach (DeviceSpecification device in DeviceCatalog.Default.Devices)
            DeviceCatalog.Default.Match(device.Name, null, device.GpuCores).ShouldBeSameAs(device, device.Name);
    }

    [Fact]
    public void Figures_are_in_range()
    {
        DeviceCatalog.Default.Devices.Count.ShouldBeGreaterThan(280);
        foreach (DeviceSpecification device in DeviceCatalog.Default.Devices)
        {
            device.Vendor.ShouldBeOneOf("nvidia", "amd", "intel", "apple", "huawei", "moorethreads");
            device.Bandwidth?.InGBPerSecond.ShouldBeInRange(25, 10000, device.Name);
            device.Fp16Tflops?.ShouldBeInRange(1, 3000, device.Name);
            device.MemorySizes.SequenceEqual(device.MemorySizes.Order()).ShouldBeTrue(device.Name);
        }
    }

    [Fact]
    public void Sizes_of_a_product_are_known_by_name()
    {
        DeviceCatalog.Default.MemorySizes("Intel(R) Arc(TM) Pro B60 Graphics").ShouldBe([24, 48]);
        DeviceCatalog.Default.MemorySizes("NVIDIA A100 PCIe").ShouldBe([40, 80]);
        DeviceCatalog.Default.MemorySizes("Voodoo 2").ShouldBeEmpty();
    }

    [Fact]
    public void Quoted_fields_may_hold_commas_and_quotes()
    {
        DeviceSpecification device = DeviceCatalog.Parse(Header + "RTX 1,nvidia,,,8/16,\"a, \"\"b\"\"\",100.5,c,,,,\r\n").Devices.ShouldHaveSingleItem();

        device.MemorySource.ShouldBe("a, \"b\"");
        device.MemorySizes.ShouldBe([8, 16]);
        device.Bandwidth.ShouldBe(ByteRate.FromGBPerSecond(100.5));
        device.Fp16Tflops.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("device,vendor\nX,nvidia\n")]
    [InlineData(Header + "X,nvidia,,,,,fast,,,,,\n")]
    [InlineData(Header + ",nvidia,,,,,,,,,,\n")]
    public void A_damaged_catalogue_is_refused(string csv) => Should.Throw<FormatException>(() => DeviceCatalog.Parse(csv));

    [Fact]
    public void Any_name_can_be_looked_up() => Gen.String.Sample(name => DeviceCatalog.Default.Match(name, ByteSize.FromGiB(8)));
}
