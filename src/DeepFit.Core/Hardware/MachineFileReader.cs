using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>From the JSON of a machine file to a <see cref="MachineProfile"/>: defaults filled in, impossible figures refused.</summary>
internal static class MachineFileReader
{
    private const int MostCores = 4096;

    /// <summary>Reads the whole file.</summary>
    public static MachineProfile Read(MachineFileNode root, string file)
    {
        var fields = new MachineFileFields(root, "name", "os", "cpu", "memory", "disk", "gpus", "engine_devices", "nodes", "interconnect", "assumptions");
        OperatingSystemInfo os = Os(fields.Get("os"));
        MemoryInfo memory = Memory(fields.Required("memory", "{\"total_bytes\": \"16 GiB\"}"));
        IReadOnlyList<GpuDevice> gpus = [.. fields.List("gpus").SelectMany(gpu => MachineFileGpus.Read(gpu, memory))];
        if (fields.Get("os") is null && gpus.Any(gpu => gpu.Vendor == "apple"))
        {
            os = os with { Family = "macos", Architecture = "arm64" };
        }

        return new MachineProfile
        {
            Name = fields.Text("name") ?? BaseName(file),
            Os = os,
            Cpu = Cpu(fields.Get("cpu"), os),
            Memory = memory,
            Disk = fields.Get("disk") is { } disk ? Disk(disk) : null,
            Gpus = gpus,
            EngineDevices = [.. fields.List("engine_devices").Select(EngineDevice)],
            Nodes = fields.Count("nodes", 1, MachineComposer.MostNodes) ?? 1,
            Interconnect = fields.Text("interconnect"),
            Assumptions = [.. (fields.Words("assumptions") ?? []).Select(text => new BilingualText(text, text))],
        };
    }

    /// <summary>Memory that is taken as available when only the total is known: all but what a system with a desktop holds, 2 GiB or half.</summary>
    public static ByteSize DefaultAvailable(ByteSize total) => total - ByteSize.Min(ByteSize.FromGiB(2), new ByteSize(total.Bytes / 2));

    private static OperatingSystemInfo Os(MachineFileNode? node)
    {
        var defaults = new OperatingSystemInfo();
        if (node is null)
        {
            return defaults;
        }

        var fields = new MachineFileFields(node, "family", "description", "architecture", "container", "wsl");
        string family = fields.Word("family", "linux", "windows", "macos") ?? defaults.Family;
        return new OperatingSystemInfo
        {
            Family = family,
            Description = fields.Text("description"),
            Architecture = fields.Text("architecture") ?? (family == "macos" ? "arm64" : defaults.Architecture),
            Container = fields.Text("container"),
            Wsl = fields.Flag("wsl") ?? false,
        };
    }

    private static CpuInfo Cpu(MachineFileNode? node, OperatingSystemInfo os)
    {
        IReadOnlyList<string> simd = MachineComposerCpu.DefaultSimd(os.Architecture);
        if (node is null)
        {
            return new CpuInfo { Model = "CPU", PhysicalCores = 4, LogicalCores = 4, Simd = simd };
        }

        var fields = new MachineFileFields(
            node,
            "model", "physical_cores", "logical_cores", "performance_cores", "efficiency_cores", "quota_cores", "simd", "numa_nodes", "sockets", "max_mhz");
        int? logical = fields.Count("logical_cores", 1, MostCores);
        int physical = fields.Count("physical_cores", 1, MostCores) ?? (logical is { } threads ? Math.Max(1, threads / 2) : 4);
        if (logical < physical)
        {
            throw fields.Get("logical_cores")!.Error(new BilingualText(
                $"is {logical}, fewer than the {physical} physical cores. There is at least one logical core a physical one.",
                $"是 {logical}，少于 {physical} 个物理核心。每个物理核心至少有一个逻辑核心。"));
        }

        return new CpuInfo
        {
            Model = fields.Text("model") ?? "CPU",
            PhysicalCores = physical,
            LogicalCores = logical ?? physical,
            PerformanceCores = fields.Count("performance_cores", 0, MostCores),
            EfficiencyCores = fields.Count("efficiency_cores", 0, MostCores),
            QuotaCores = fields.Positive("quota_cores", MostCores),
            Simd = fields.Words("simd") ?? simd,
            NumaNodes = fields.Count("numa_nodes", 1, 1024) ?? 1,
            Sockets = fields.Count("sockets", 1, 1024) ?? 1,
            MaxMhz = fields.Positive("max_mhz", 20_000),
        };
    }

    private static MemoryInfo Memory(MachineFileNode node)
    {
        var fields = new MachineFileFields(
            node, "total_bytes", "available_bytes", "cgroup_limit_bytes", "bandwidth_bytes_per_second", "bandwidth_basis", "swap_bytes");
        fields.Required("total_bytes", "\"16 GiB\"");
        ByteSize total = fields.Memory("total_bytes")!.Value;
        ByteSize? available = fields.Size("available_bytes");
        if (available > total)
        {
            throw fields.Get("available_bytes")!.Error(new BilingualText(
                $"is {available}, more than total_bytes, {total}.", $"是 {available}，超过了 total_bytes（{total}）。"));
        }

        ByteRate? bandwidth = fields.Rate("bandwidth_bytes_per_second");
        return new MemoryInfo
        {
            Total = total,
            Available = available ?? DefaultAvailable(total),
            CgroupLimit = fields.Size("cgroup_limit_bytes"),
            Bandwidth = bandwidth,
            BandwidthBasis = fields.Text("bandwidth_basis") ?? (bandwidth is null ? null : "given"),
            Swap = fields.Size("swap_bytes") ?? ByteSize.Zero,
        };
    }

    private static DiskInfo Disk(MachineFileNode node)
    {
        var fields = new MachineFileFields(node, "path", "free_bytes", "total_bytes", "read_bytes_per_second", "kind");
        fields.Required("free_bytes", "\"500 GB\"");
        ByteSize free = fields.Size("free_bytes")!.Value;
        ByteSize? total = fields.Size("total_bytes");
        if (free > total)
        {
            throw fields.Get("free_bytes")!.Error(new BilingualText($"is {free}, more than total_bytes, {total}.", $"是 {free}，超过了 total_bytes（{total}）。"));
        }

        return new DiskInfo
        {
            Path = fields.Text("path") ?? ".",
            Free = free,
            Total = total,
            ReadRate = fields.Rate("read_bytes_per_second"),
            Kind = fields.Text("kind"),
        };
    }

    private static EngineDevice EngineDevice(MachineFileNode node)
    {
        var fields = new MachineFileFields(node, "name", "description", "type", "memory_free_bytes", "memory_total_bytes");
        fields.Required("name", "\"CUDA0\"");
        string name = fields.Text("name")!;
        ByteSize total = fields.Size("memory_total_bytes") ?? ByteSize.Zero;
        return new EngineDevice(
            name,
            fields.Text("description") ?? name,
            fields.Word("type", "cpu", "gpu", "igpu", "accel", "meta") ?? (name == "CPU" ? "cpu" : "gpu"),
            fields.Size("memory_free_bytes") ?? total,
            total);
    }

    private static string BaseName(string file)
    {
        string name = file[(file.LastIndexOfAny(['/', '\\']) + 1)..];
        int dot = name.LastIndexOf('.');
        return dot > 0 ? name[..dot] : name.Length > 0 ? name : "machine";
    }
}
