using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>The GPUs of an imagined machine.</summary>
internal static class MachineComposerGpu
{
    /// <summary>One GPU of a part.</summary>
    public static GpuDevice Compose(GpuPart part, MemoryInfo memory, List<BilingualText> assumptions)
    {
        DeviceSpecification device = part.Device;
        return new GpuDevice
        {
            Name = device.Name,
            Vendor = device.Vendor,
            Memory = device.Unified ? Shared(part, memory) : Own(part, assumptions),
            Unified = device.Unified,
            CarveOut = device.Unified ? part.CarveOut : null,
            Bandwidth = device.Bandwidth ?? (device.Unified ? memory.Bandwidth : null),
            Fp16Tflops = device.Fp16Tflops,
            Fp16VectorTflops = device.Fp16VectorTflops,
            Architecture = device.Architecture,
            PcieBytesPerSecond = device.Unified ? null : device.PcieRate,
            Backends = MachineFileGpus.BackendsOf(device.Vendor),
        };
    }

    private static ByteSize Own(GpuPart part, List<BilingualText> assumptions)
    {
        IReadOnlyList<double> sizes = part.Device.MemorySizes;
        if (part.Memory is { } given)
        {
            if (given.Bytes > 0 && (sizes.Count == 0 || sizes.Any(s => Math.Abs(s - given.InGiB) < 0.01)))
            {
                return given;
            }

            string known = MachineComposerMemory.Sizes(sizes);
            throw new UserErrorException(new BilingualText(
                $"{part.Device.Name} has no {given} of memory{(sizes.Count > 0 ? $": it comes with {known} GB" : "")}. For system memory write it after a comma: \"{part.Device.Name}, 64 GB\". A card that is not in the catalogue goes into a file (--machine FILE).",
                $"没有 {given} 显存的 {part.Device.Name}{(sizes.Count > 0 ? $"：它有 {known} GB 的规格" : "")}。系统内存请写在逗号之后：\"{part.Device.Name}, 64 GB\"。目录中没有的显卡请用机器文件描述（--machine FILE）。"));
        }

        if (sizes.Count == 0)
        {
            throw new UserErrorException(new BilingualText(
                $"The memory of {part.Device.Name} is not known. Say it: \"{part.Device.Name} 16 GB\".", $"{part.Device.Name} 的显存大小未知。请写明，例如 \"{part.Device.Name} 16 GB\"。"));
        }

        if (sizes.Count > 1)
        {
            string all = MachineComposerMemory.Sizes(sizes);
            BilingualText text = new(
                $"{part.Device.Name} with {all.Split('/')[0]} GB, the smallest of {all}", $"{part.Device.Name} 按最小规格 {all.Split('/')[0]} GB 计（{all}）");
            if (!assumptions.Contains(text))
            {
                assumptions.Add(text);
            }
        }

        return ByteSize.FromGiB(sizes[0]); // the maker's GB of VRAM are GiB
    }

    private static ByteSize Shared(GpuPart part, MemoryInfo memory)
    {
        if (part.Device.Vendor == "apple")
        {
            return MachineFileGpus.AppleWorkingSet(memory.Total);
        }

        ByteSize carved = part.CarveOut ?? ByteSize.Zero;
        if (carved > memory.Total)
        {
            throw new UserErrorException(new BilingualText(
                $"{part.Device.Name} cannot have {carved} of {memory.Total} system memory.", $"系统内存共 {memory.Total}，{part.Device.Name} 无法占用 {carved}。"));
        }

        double share = (part.Device.IsWholeChip ? MachineAssumptions.Find("unified_share_" + part.Device.Vendor) : null) ?? MachineAssumptions.Number("unified_share_integrated");
        ByteSize shared = carved + new ByteSize((long)((memory.Total - carved).Bytes * share));
        return ByteSize.Min(shared, ByteSize.Max(memory.Available, carved));
    }
}
