using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>The GPUs of a machine file. What the file leaves out comes from the <see cref="DeviceCatalog"/>, by name.</summary>
internal static class MachineFileGpus
{
    private const string UnknownVendor = "unknown";

    private static readonly (string Vendor, string[] Words, string[] Backends)[] Vendors =
    [
        ("nvidia", ["nvidia", "geforce", "rtx", "gtx", "quadro", "tesla"], ["cuda", "vulkan"]),
        ("amd", ["amd", "radeon", "instinct", "ryzen"], ["vulkan", "rocm"]),
        ("intel", ["intel", "arc "], ["vulkan", "sycl"]),
        ("apple", ["apple"], ["metal"]),
        ("huawei", ["huawei", "ascend", "atlas"], ["cann"]),
        ("moorethreads", ["moore", "mtt"], ["musa", "vulkan"]),
        ("hygon", ["hygon", "dcu"], ["rocm"]),
        ("cambricon", ["cambricon", "mlu"], []),
    ];

    /// <summary>Reads one entry of <c>gpus</c>; <c>count</c> repeats it.</summary>
    public static IEnumerable<GpuDevice> Read(MachineFileNode node, MemoryInfo memory)
    {
        var fields = new MachineFileFields(
            node,
            "name", "vendor", "memory_bytes", "memory_free_bytes", "unified", "carve_out_bytes", "bandwidth_bytes_per_second", "fp16_tflops",
            "fp16_vector_tflops", "architecture", "pcie_bytes_per_second", "backends", "driver", "compute_capability", "id", "count");
        fields.Required("name", "\"RTX 3090\"");
        string name = fields.Text("name")!;
        ByteSize? given = fields.Memory("memory_bytes");
        bool? isUnified = fields.Flag("unified");
        string vendor = fields.Text("vendor") ?? VendorOf(name);
        bool unified = isUnified ?? vendor == "apple";
        DeviceSpecification? known = DeviceCatalog.Default.Match(name, unified ? null : given);
        vendor = vendor == UnknownVendor && known is not null ? known.Vendor : vendor;
        ByteSize size = given ?? (vendor == "apple" && unified ? AppleWorkingSet(memory.Total) : CatalogueMemory(node, name, known));
        Check(fields, size, unified, memory);

        var gpu = new GpuDevice
        {
            Name = name,
            Vendor = vendor,
            Memory = size,
            MemoryFree = fields.Size("memory_free_bytes"),
            Unified = unified,
            CarveOut = fields.Size("carve_out_bytes"),
            Bandwidth = fields.Rate("bandwidth_bytes_per_second") ?? known?.Bandwidth,
            Fp16Tflops = fields.Positive("fp16_tflops", 1e6) ?? known?.Fp16Tflops,
            Fp16VectorTflops = fields.Positive("fp16_vector_tflops", 1e6) ?? known?.Fp16VectorTflops,
            Architecture = fields.Text("architecture") ?? known?.Architecture,
            PcieBytesPerSecond = fields.Rate("pcie_bytes_per_second") ?? (unified ? null : known?.PcieRate),
            Backends = fields.Words("backends") ?? BackendsOf(vendor),
            Driver = fields.Text("driver"),
            ComputeCapability = fields.Text("compute_capability"),
            Id = fields.Text("id"),
        };
        return Enumerable.Repeat(gpu, fields.Count("count", 1, 64) ?? 1);
    }

    /// <summary>What Metal lets a model have where the machine cannot be asked: two thirds of the memory below 36 GiB, three quarters from there on.</summary>
    public static ByteSize AppleWorkingSet(ByteSize total) => total.InGiB < 36 ? new(total.Bytes / 3 * 2) : new(total.Bytes / 4 * 3);

    private static void Check(MachineFileFields fields, ByteSize size, bool unified, MemoryInfo memory)
    {
        if (fields.Size("memory_free_bytes") is { } free && free > size && !unified)
        {
            throw fields.Get("memory_free_bytes")!.Error(new BilingualText(
                $"is {free}, more than memory_bytes, {size}.", $"是 {free}，超过了 memory_bytes（{size}）。"));
        }

        if (unified && fields.Get("memory_bytes") is { } member && size > memory.Total + (fields.Size("carve_out_bytes") ?? ByteSize.Zero))
        {
            throw member.Error(new BilingualText(
                $"is {size}, more than the system's memory, {memory.Total}, which a unified GPU shares.",
                $"是 {size}，超过了系统内存（{memory.Total}），而统一内存的 GPU 与系统共用内存。"));
        }
    }

    /// <summary>The memory of a known device that is sold with one size only.</summary>
    private static ByteSize CatalogueMemory(MachineFileNode node, string name, DeviceSpecification? known)
    {
        IReadOnlyList<double> sizes = known is { MemorySizes.Count: > 0 } ? known.MemorySizes : DeviceCatalog.Default.MemorySizes(name);
        if (known is not null && sizes.Count == 1)
        {
            return ByteSize.FromGiB(sizes[0]); // the maker's GB of VRAM are GiB
        }

        if (sizes.Count > 0)
        {
            string either = string.Join(" / ", sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)));
            string example = sizes[^1].ToString(CultureInfo.InvariantCulture);
            throw node.Error(new BilingualText(
                $"lacks the field \"memory_bytes\", and {name} is known with {either} GB. Say which: \"memory_bytes\": \"{example} GiB\".",
                $"缺少字段 \"memory_bytes\"，已知的 {name} 有 {either} GB 显存。请写明：\"memory_bytes\": \"{example} GiB\"。"));
        }

        IReadOnlyList<string> near = known is null
            ? NearestNames.Suggest(name, DeviceCatalog.Default.Devices.SelectMany(d => d.Aliases.Prepend(d.Name)))
            : [];
        string en = near.Count > 0 ? $" Near names that are known: {string.Join(", ", near)}." : "";
        string zh = near.Count > 0 ? $"相近的已知名称：{string.Join("、", near)}。" : "";
        throw node.Error(
            new BilingualText(
                $"lacks the field \"memory_bytes\", and the memory of \"{name}\" is not known.{en} Or give it: \"memory_bytes\": \"24 GiB\".",
                $"缺少字段 \"memory_bytes\"，而 \"{name}\" 的显存大小未知。{zh}也可以直接写明：\"memory_bytes\": \"24 GiB\"。"),
            near);
    }

    private static string VendorOf(string name) =>
        Vendors.FirstOrDefault(v => v.Words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))).Vendor ?? UnknownVendor;

    /// <summary>Back ends that usually drive a vendor's devices.</summary>
    public static string[] BackendsOf(string vendor) => Vendors.FirstOrDefault(v => v.Vendor == vendor).Backends ?? ["vulkan"];
}
