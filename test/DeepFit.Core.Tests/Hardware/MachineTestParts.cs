using DeepFit.Core.Hardware;

namespace DeepFit.Core.Tests.Hardware;

/// <summary>A small catalogue of invented and real names, so that the language can be tested apart from the shipped facts.</summary>
internal static class MachineTestParts
{
    public const string Devices = """
        device,vendor,aliases,gpu_cores,memory_gb,memory_source,bandwidth_gb_s,bandwidth_source,fp16_tflops,fp16_source,fp16_vector_tflops,fp16_vector_source,architecture,form,pcie,msrp_usd,msrp_source,year
        RTX 3090,nvidia,,,24,s,936,s,71,s,,,ampere,discrete,4x16,,,
        RTX 3090 Ti,nvidia,,,24,s,1008,s,,,,,ampere,discrete,4x16,,,
        RTX 3080 10GB,nvidia,,,10,s,760,s,,,,,ampere,discrete,4x16,,,
        RTX 3080 12GB,nvidia,,,12,s,912,s,,,,,ampere,discrete,4x16,,,
        RTX 4060 Ti,nvidia,,,8/16,s,288,s,,,,,ada,discrete,4x8,,,
        RTX 4090,nvidia,,,24,s,1008,s,165,s,,,ada,discrete,4x16,,,
        RTX 4090 Laptop,nvidia,,,16,s,576,s,,,,,ada,discrete,4x16,,,
        RTX 5070,nvidia,,,12,s,672,s,,,,,blackwell,discrete,5x16,,,
        RTX 6000 Ada,nvidia,,,48,s,960,s,,,,,ada,discrete,4x16,,,
        RTX PRO 6000 Blackwell,nvidia,,,96,s,1792,s,,,,,blackwell,discrete,5x16,,,
        A100 40GB PCIe,nvidia,,,40,s,1555,s,,,,,ampere,accelerator,4x16,,,2020
        A100 80GB PCIe,nvidia,,,80,s,1935,s,,,,,ampere,accelerator,4x16,,,2021
        A100 80GB SXM,nvidia,,,80,s,2039,s,,,,,ampere,accelerator,4x16,,,
        H100 PCIe,nvidia,,,80,s,2000,s,,,,,hopper,accelerator,5x16,,,
        H100 SXM,nvidia,H100 80GB HBM3,,80,s,3350,s,989,s,,,hopper,accelerator,5x16,,,
        GB10 (DGX Spark),nvidia,GB10,,128,s,273,s,,,,,blackwell,soc,,,,
        RX 7900 XTX,amd,,,24,s,960,s,,,,,rdna3,discrete,4x16,,,
        RX 7600,amd,,,8,s,288,s,,,,,rdna3,discrete,4x8,,,
        Radeon AI PRO R9700,amd,,,32,s,640,s,,,,,rdna4,discrete,5x16,,,
        Radeon 890M,amd,,,,,,,,,,,rdna3.5,integrated,,,,
        Ryzen AI Max+ 395 (Radeon 8060S),amd,Radeon 8060S,,64/96/128,s,256,s,,,,,rdna3.5,soc,,,,
        Arc B580,intel,,,12,s,456,s,,,,,xe2,discrete,4x8,,,
        Apple M4 Max,apple,,32,36,s,410,s,,,,,apple-m4,soc,,,,
        Apple M4 Max,apple,,40,48/64/128,s,546,s,,,,,apple-m4,soc,,,,
        Apple M4 Pro,apple,,,24/48/64,s,273,s,,,,,apple-m4,soc,,,,
        Ascend 910B,huawei,910B,,64,s,1200,s,,,,,ascend,accelerator,4x16,,,
        MTT S80,moorethreads,,,16,s,448,s,,,,,musa,discrete,5x16,,,
        """;

    public const string Cpus = """
        name,vendor,aliases,cores,threads,p_cores,e_cores,max_mhz,memory_channels,memory,bandwidth_gb_s,bandwidth_source,simd,igpu,kind,max_sockets,source,simd_source
        EPYC 9374F,amd,,32,64,,,4300,12,ddr5-4800,460.8,s,sse42 avx avx2 fma f16c avx512f,,server,2,s,s
        Xeon Gold 6454S,intel,,32,64,,,3400,8,ddr5-4800,307.2,s,avx2 avx512f amx_int8,,server,4,s,s
        Xeon 6980P,intel,,128,256,,,3900,12,ddr5-6400,614.4,s,avx2 avx512f amx_int8,,server,2,s,s
        Ryzen 9 7950X,amd,,16,32,,,5700,2,ddr5-5200,83.2,s,avx2 avx512f,,desktop,1,s,s
        Ryzen 5 7600,amd,,6,12,,,5100,2,ddr5-5200,83.2,s,avx2 avx512f,,desktop,1,s,s
        Core i7-12700K,intel,,12,20,8,4,5000,2,ddr5-4800;ddr4-3200,76.8,s,avx2,,desktop,1,s,s
        Ryzen AI 9 HX 370,amd,,12,24,4,8,5100,2,lpddr5x-8000;ddr5-5600,128,s,avx2 avx512f,Radeon 890M,laptop,1,s,s
        Ryzen AI Max+ 395,amd,,16,32,,,5100,4,lpddr5x-8000,256,s,avx2 avx512f,Ryzen AI Max+ 395 (Radeon 8060S),laptop,1,s,s
        Apple M4 Max,apple,,16,16,12,4,,,,546,s,neon dotprod i8mm,Apple M4 Max,soc,1,s,s
        Apple M4 Pro,apple,,14,14,10,4,,,,273,s,neon dotprod i8mm,Apple M4 Pro,soc,1,s,s
        Broadcom BCM2712,broadcom,,4,4,,,2400,1,lpddr4x-4267,17.1,s,neon dotprod,,sbc,1,s,s
        Nvidia Grace GB10,nvidia,,20,20,10,10,,,,273,s,neon dotprod i8mm sve,GB10 (DGX Spark),soc,1,s,s
        """;

    public const string Systems = """
        name,aliases,cpu,cpu_cores,cpu_threads,gpu,gpu_count,memory_gb,bandwidth_gb_s,bandwidth_source,kind,source
        Raspberry Pi 5,Pi 5,Broadcom BCM2712,,,,,2/4/8/16,,,sbc,s
        Framework Desktop,Framework Mainboard,Ryzen AI Max+ 395,,,Ryzen AI Max+ 395 (Radeon 8060S),1,64/128,,,desktop,s
        DGX Spark,Nvidia Spark;Spark,Nvidia Grace GB10,,,GB10 (DGX Spark),1,128,,,desktop,s
        AWS t2.large,t2.large,Xeon 6980P,1,2,,,8,,,cloud,s
        """;

    public static MachineCatalogs Catalogs { get; } = new(DeviceCatalog.Parse(Devices), CpuCatalog.Parse(Cpus), SystemCatalog.Parse(Systems));

    public static MachineProfile Parse(string text) => MachineText.Parse(text, Catalogs);
}
