using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>The GPUs of a machine file.</summary>
internal static class MachineFileGpus
{
    private static readonly (string Vendor, string[] Words, string[] Backends)[] Vendors =
    [
        ("nvidia", ["nvidia", "geforce", "rtx", "gtx", "quadro", "tesla", "a100", "h100", "h200", "v100", "l40"], ["cuda", "vulkan"]),
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
            "backends", "driver", "id", "count");
        fields.Required("name", "\"RTX 3090\"");
        string name = fields.Text("name")!;
        string vendor = fields.Text("vendor") ?? VendorOf(name);
        bool unified = fields.Flag("unified") ?? vendor == "apple";
        ByteSize size = fields.Memory("memory_bytes") ?? throw node.Error(new BilingualText(
            "lacks the field \"memory_bytes\", for example \"memory_bytes\": \"24 GiB\".", "缺少字段 \"memory_bytes\"，例如 \"memory_bytes\": \"24 GiB\"。"));
        ByteSize? free = fields.Size("memory_free_bytes");
        if (free > size && !unified)
        {
            throw fields.Get("memory_free_bytes")!.Error(new BilingualText(
                $"is {free}, more than memory_bytes, {size}.", $"是 {free}，超过了 memory_bytes（{size}）。"));
        }

        ByteSize carveOut = fields.Size("carve_out_bytes") ?? ByteSize.Zero;
        if (unified && size > memory.Total + carveOut)
        {
            throw fields.Get("memory_bytes")!.Error(new BilingualText(
                $"is {size}, more than the system's memory, {memory.Total}, which a unified GPU shares.",
                $"是 {size}，超过了系统内存（{memory.Total}），而统一内存的 GPU 与系统共用内存。"));
        }

        var gpu = new GpuDevice
        {
            Name = name,
            Vendor = vendor,
            Memory = size,
            MemoryFree = free,
            Unified = unified,
            CarveOut = fields.Size("carve_out_bytes"),
            Bandwidth = fields.Rate("bandwidth_bytes_per_second"),
            Fp16Tflops = fields.Positive("fp16_tflops", 1e6),
            Backends = fields.Words("backends") ?? BackendsOf(vendor),
            Driver = fields.Text("driver"),
            Id = fields.Text("id"),
        };
        return Enumerable.Repeat(gpu, fields.Count("count", 1, 64) ?? 1);
    }

    private static string VendorOf(string name) =>
        Vendors.FirstOrDefault(v => v.Words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))).Vendor ?? "unknown";

    private static string[] BackendsOf(string vendor) => Vendors.FirstOrDefault(v => v.Vendor == vendor).Backends ?? ["vulkan"];
}
