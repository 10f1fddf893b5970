namespace DeepFit.Engine.Detection.Gpus;

/// <summary>PCI vendor ids (source: pci.ids, the PCI ID Repository).</summary>
internal static class PciVendor
{
    public const ushort Amd = 0x1002;
    public const ushort AmdCpu = 0x1022;
    public const ushort Nvidia = 0x10de;
    public const ushort Huawei = 0x19e5;
    public const ushort Hygon = 0x1d94;
    public const ushort MooreThreads = 0x1ed5;
    public const ushort Intel = 0x8086;
    public const ushort Cambricon = 0xcabc;
}
