using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>
/// What of a machine may be planned with. Nothing is planned to the last byte: of system memory 512 MiB + 3% (at most 4 GiB) of what is available stays
/// free, and never is more than the total less 1 GiB used, which the operating system needs; of a GPU 512 MiB; of the disk 2 GiB. Unified memory is one
/// pool: what a GPU takes of it, the CPU does not have.
/// </summary>
public sealed record MachineBudget
{
    private const long RamKept = 512 * ByteSize.MiB;
    private const long RamKeptMost = 4 * ByteSize.GiB;
    private const double RamKeptShare = 0.03;
    private const long SystemNeeds = ByteSize.GiB;
    private const long GpuKept = 512 * ByteSize.MiB;
    private const long DiskKept = 2 * ByteSize.GiB;

    /// <summary>Where models run: system memory and the usable GPUs, what is available not yet reduced by what stays free.</summary>
    public required EstimationTarget Target { get; init; }

    /// <summary>The GPUs of <see cref="Target"/>, in its order; null where only the engine knows the device.</summary>
    public required IReadOnlyList<GpuDevice?> Devices { get; init; }

    /// <summary>System memory that a model may take.</summary>
    public required ByteSize RamUsable { get; init; }

    /// <summary>Memory that a model may take on each GPU of <see cref="Target"/>; null when unknown.</summary>
    public required IReadOnlyList<ByteSize?> GpuUsable { get; init; }

    /// <summary>Disk that a download may take, or null when unknown.</summary>
    public ByteSize? DiskUsable { get; init; }

    /// <summary>Whether any GPU shares the system's memory.</summary>
    public bool Unified { get; init; }

    /// <summary>Sum of what dedicated GPUs may take; unknown ones count as nothing.</summary>
    public ByteSize VramUsable
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < GpuUsable.Count; i++)
            {
                sum += Target.Gpus[i].Unified ? 0 : GpuUsable[i]?.Bytes ?? 0;
            }

            return new(sum);
        }
    }

    /// <summary>The budget of a machine.</summary>
    public static MachineBudget Of(MachineProfile machine)
    {
        (List<GpuTarget> targets, List<GpuDevice?> devices) = Gpus(machine);
        long available = Math.Min(machine.Memory.Available.Bytes, machine.Memory.Total.Bytes);
        long kept = Math.Min(RamKeptMost, RamKept + (long)(RamKeptShare * available));
        long ram = Math.Max(0, Math.Min(available - kept, machine.Memory.Total.Bytes - SystemNeeds));
        return new MachineBudget
        {
            Target = new EstimationTarget(machine.Memory.Available, targets),
            Devices = devices,
            RamUsable = new(ram),
            GpuUsable = [.. targets.Select(t => t.Available is { } a ? new ByteSize(Math.Max(0, a.Bytes - GpuKept)) : (ByteSize?)null)],
            DiskUsable = machine.Disk is { } disk ? new ByteSize(Math.Max(0, disk.Free.Bytes - DiskKept)) : null,
            Unified = targets.Exists(t => t.Unified),
        };
    }

    /// <summary>Whether an estimate fits this budget, device by device, unified memory counted once.</summary>
    public bool Fits(MemoryEstimate memory) => Shortage(memory) is null;

    /// <summary>What an estimate lacks: the first device that is too small and by how much; null when it fits.</summary>
    internal (string LimitedBy, ByteSize Missing)? Shortage(MemoryEstimate memory)
    {
        long ram = memory.Devices[0].Total.Bytes;
        for (int i = 0; i < Target.Gpus.Count && i + 1 < memory.Devices.Count; i++)
        {
            long need = memory.Devices[i + 1].Total.Bytes;
            ram += Target.Gpus[i].Unified ? need : 0;
            if (need > 0 && GpuUsable[i] is { } usable && need > usable.Bytes)
            {
                return (Target.Gpus[i].Unified ? "ram" : "vram", new(need - usable.Bytes));
            }
        }

        return ram > RamUsable.Bytes ? ("ram", new(ram - RamUsable.Bytes)) : null;
    }

    /// <summary>The machine's GPUs in the order of another target, by the engine's name.</summary>
    internal IReadOnlyList<GpuDevice?> DevicesOf(EstimationTarget other)
    {
        if (ReferenceEquals(other, Target))
        {
            return Devices;
        }

        var found = new GpuDevice?[other.Gpus.Count];
        for (int i = 0; i < found.Length; i++)
        {
            int same = -1;
            for (int k = 0; k < Target.Gpus.Count && same < 0; k++)
            {
                same = string.Equals(Target.Gpus[k].Name, other.Gpus[i].Name, StringComparison.OrdinalIgnoreCase) ? k : -1;
            }

            found[i] = same >= 0 ? Devices[same] : i < Devices.Count ? Devices[i] : null;
        }

        return found;
    }

    /// <summary>
    /// The GPUs that the engine would use: those that it lists, or, for a machine that it was not asked on, all that some back end can drive. Where a dedicated
    /// GPU exists, integrated ones are left out, as llama.cpp leaves them out; software rasterizers always are.
    /// </summary>
    private static (List<GpuTarget> Targets, List<GpuDevice?> Devices) Gpus(MachineProfile machine)
    {
        var targets = new List<GpuTarget>();
        var devices = new List<GpuDevice?>();
        List<EngineDevice> engine = [.. machine.EngineDevices.Where(d => d.Type is "gpu" or "igpu" && !IsSoftware(d.Description))];
        if (engine.Count > 0)
        {
            var left = machine.Gpus.ToList();
            foreach (EngineDevice device in engine)
            {
                GpuDevice? gpu = left.Find(g => Same(g.Name, device.Description)) ?? (left.Count == 1 && engine.Count == 1 ? left[0] : null);
                left.Remove(gpu!);
                ByteSize free = device.MemoryFree;
                if (gpu is not null && (free.Bytes == 0 || gpu.Unified))
                {
                    free = free.Bytes == 0 ? gpu.MemoryFree ?? gpu.Memory : ByteSize.Min(free, gpu.MemoryFree ?? gpu.Memory);
                }

                targets.Add(new GpuTarget(device.Name, BackendOf(device.Name), free, gpu?.Unified ?? device.Type == "igpu"));
                devices.Add(gpu);
            }
        }
        else if (machine.EngineDevices.Count == 0)
        {
            var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (GpuDevice gpu in machine.Gpus)
            {
                if (IsSoftware(gpu.Name) || gpu.Memory.Bytes <= 0)
                {
                    continue;
                }

                string backend = gpu.Backends.Count > 0 ? gpu.Backends[0] : gpu.Vendor switch { "nvidia" => "cuda", "apple" => "metal", _ => "vulkan" };
                int number = numbers.TryGetValue(backend, out int next) ? next : 0;
                numbers[backend] = number + 1;
                targets.Add(new GpuTarget(NameOf(backend, number), backend, gpu.MemoryFree ?? gpu.Memory, gpu.Unified));
                devices.Add(gpu);
            }
        }

        if (targets.Exists(t => !t.Unified))
        {
            for (int i = targets.Count - 1; i >= 0; i--)
            {
                if (targets[i].Unified)
                {
                    targets.RemoveAt(i);
                    devices.RemoveAt(i);
                }
            }
        }

        AddOtherNodes(machine.Nodes, targets, devices);
        return (targets, devices);
    }

    /// <summary>The GPUs of the machines that are joined to this one, as llama.cpp's RPC back end adds them: one more device each, with memory of its own.</summary>
    private static void AddOtherNodes(int nodes, List<GpuTarget> targets, List<GpuDevice?> devices)
    {
        int own = targets.Count;
        for (int node = 1; node < nodes; node++)
        {
            for (int i = 0; i < own; i++)
            {
                targets.Add(targets[i] with { Name = $"RPC{node} {targets[i].Name}", Unified = false });
                devices.Add(devices[i]);
            }
        }
    }

    private static bool IsSoftware(string name) =>
        name.Contains("llvmpipe", StringComparison.OrdinalIgnoreCase) || name.Contains("SwiftShader", StringComparison.OrdinalIgnoreCase)
        || name.Contains("Basic Render", StringComparison.OrdinalIgnoreCase);

    private static bool Same(string a, string b) => a.Contains(b, StringComparison.OrdinalIgnoreCase) || b.Contains(a, StringComparison.OrdinalIgnoreCase);

    private static string BackendOf(string name)
    {
        string letters = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return letters.ToUpperInvariant() switch
        {
            "CUDA" => "cuda",
            "VULKAN" => "vulkan",
            "METAL" or "MTL" => "metal",
            "ROCM" => "rocm",
            "SYCL" => "sycl",
            "CANN" => "cann",
            "MUSA" => "musa",
            _ => "vulkan",
        };
    }

    private static string NameOf(string backend, int number) => backend switch
    {
        "cuda" => $"CUDA{number}",
        "metal" => number == 0 ? "Metal" : $"Metal{number}",
        "rocm" => $"ROCm{number}",
        "sycl" => $"SYCL{number}",
        "cann" => $"CANN{number}",
        "musa" => $"MUSA{number}",
        _ => $"Vulkan{number}",
    };
}
