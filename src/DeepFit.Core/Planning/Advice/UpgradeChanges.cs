using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Advice;

/// <summary>The single changes that a machine can take.</summary>
internal sealed class UpgradeChanges(MachineProfile machine)
{
    private const int ServerCores = 24;

    /// <summary>GiB up to which memory comes in single ones, not in pairs.</summary>
    private const int SmallestPair = 2;

    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    /// <summary>A change before it is judged.</summary>
    internal sealed record Change(string Kind, BilingualText Name, MachineProfile Machine, double? PriceUsd, string? PriceSource, double Class);

    /// <summary>Whether the memory is a part of the chip or of the board and cannot be changed.</summary>
    public bool Soldered => machine.Gpus.Any(g => g.Unified && (g.Vendor == "apple" || DeviceCatalog.Default.Match(g.Name) is { MemorySizes.Count: > 0 }));

    /// <summary>Whether the machine is a laptop by its GPU's name: it takes no card.</summary>
    public bool Laptop => machine.Gpus.Any(g => HardwareCandidates.IsLaptop(g.Name));

    private IReadOnlyList<GpuDevice> Cards => [.. machine.Gpus.Where(g => !g.Unified && g.Memory.Bytes > 0)];

    private string Kind => machine.Cpu.NumaNodes > 1 || machine.Cpu.PhysicalCores > ServerCores ? "server" : Laptop ? "laptop" : "desktop";

    /// <summary>All changes.</summary>
    public IEnumerable<Change> All() => Soldered ? OtherMachines() : Laptop ? Ram() : Ram().Concat(OneMore()).Concat(OneCard());

    /// <summary>Twice and four times the memory, as far as the sizes that such machines take go.</summary>
    private IEnumerable<Change> Ram()
    {
        IReadOnlyList<double> sizes = AdviceAssumptions.Numbers("ram_gb_" + Kind);
        double total = machine.Memory.Total.InGiB;
        double now = total > SmallestPair ? Math.Ceiling(total / 2) * 2 : Math.Max(1, Math.Ceiling(total)); // what firmware keeps is not in the total
        for (int times = 2; times <= 4; times *= 2)
        {
            double size = now * times;
            if (size > sizes[^1])
            {
                yield break;
            }

            var grown = ByteSize.FromGiB(size);
            ByteSize more = grown - machine.Memory.Total;
            MachineProfile changed = machine with
            {
                Memory = machine.Memory with { Total = grown, Available = machine.Memory.Available + more, CgroupLimit = null },
            };
            yield return new Change(
                "ram",
                new(string.Create(C, $"{size:0.##} GB of RAM ({times} times as much)"), string.Create(C, $"内存加到 {size:0.##} GB（{times} 倍）")),
                changed, null, null, size);
        }
    }

    private IEnumerable<Change> OneMore()
    {
        if (Cards is not [var first, ..])
        {
            yield break;
        }

        DeviceSpecification? known = DeviceCatalog.Default.Match(first.Name, first.Memory);
        double? price = known is null ? null : HardwareCandidates.PriceOf(known, Math.Round(first.Memory.InGiB));
        GpuDevice another = first with { MemoryFree = first.Memory, Id = null };
        yield return new Change(
            "second_gpu",
            new($"one more {first.Name}", $"再加一块 {first.Name}"),
            machine with { Gpus = [.. machine.Gpus, another], EngineDevices = [] },
            price, price is null ? null : known!.MsrpSource, first.Memory.InGiB * (first.Bandwidth?.InGBPerSecond ?? 0));
    }

    /// <summary>Each card that a desktop takes, in place of those that are there; the least of each kind of result is kept by the caller.</summary>
    private IEnumerable<Change> OneCard()
    {
        foreach (DeviceSpecification device in DeviceCatalog.Default.Devices)
        {
            if (device.Form != "discrete" || device.Bandwidth is null || HardwareCandidates.IsLaptop(device.Name))
            {
                continue;
            }

            foreach (double gb in device.MemorySizes)
            {
                GpuDevice card = MachineComposer.Compose(new MachineParts { Gpus = [new GpuPart(device, 1, ByteSize.FromGiB(gb))] }).Gpus[0];
                // in place of a card only what has no less memory, and more of one of the two
                if (Cards is [var own, ..] && (own.Memory > card.Memory || (own.Memory == card.Memory && (own.Bandwidth?.BytesPerSecond ?? 0) >= card.Bandwidth!.Value.BytesPerSecond)))
                {
                    continue;
                }

                double? price = HardwareCandidates.PriceOf(device, gb);
                string name = string.Create(C, $"{device.Name} ({gb:0.##} GB)");
                yield return new Change(
                    "gpu",
                    Cards.Count > 0 ? new($"{name} in place of {Cards[0].Name}", $"换成 {name}（替换 {Cards[0].Name}）") : new(name, $"加一块 {name}"),
                    machine with { Gpus = [.. machine.Gpus.Where(g => g.Unified), card], EngineDevices = [] },
                    price, price is null ? null : device.MsrpSource, gb * device.Bandwidth.Value.InGBPerSecond);
            }
        }
    }

    /// <summary>Machines with one memory, larger than this one; for a Mac other Macs.</summary>
    private IEnumerable<Change> OtherMachines()
    {
        bool apple = machine.Gpus.Any(g => g.Vendor == "apple");
        foreach (HardwareCandidate other in HardwareCandidates.Ladders().SelectMany(l => l).Where(c => c.Group == "unified"))
        {
            if (other.Memory.InGiB > machine.Memory.Total.InGiB + 1 && (!apple || other.Vendor == "apple"))
            {
                yield return new Change("machine", new(other.Name, other.Name), other.Machine with { Disk = machine.Disk }, other.PriceUsd, other.PriceSource, other.Class);
            }
        }
    }
}
