using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>From the products and figures of a description to the parts of a machine.</summary>
internal sealed class MachineTextParts(
    List<MachineSegment> segments, MachineCatalogs catalogs, MachineTextFigures figures, MachineTextWords words, List<BilingualText> notes)
{
    private readonly List<GpuPart> _gpus = [];
    private SystemSpecification? _system;
    private CpuSpecification? _cpu;
    private int _sockets = 1;
    private int _nodes = 1;

    /// <summary>The parts.</summary>
    public MachineParts Read()
    {
        foreach (MachineSegment segment in segments)
        {
            foreach (MachineMatch match in segment.Matches)
            {
                Take(match);
            }
        }

        int named = _gpus.Count;
        Complete();
        if (figures.CpuOnly)
        {
            _gpus.Clear();
        }
        else if (words.Cpu)
        {
            _gpus.RemoveRange(named, _gpus.Count - named);
            _gpus.RemoveAll(g => g.Device.Unified && !words.Integrated);
        }

        int nodes = figures.Nodes is { } stated ? stated : _nodes;
        if (figures.Interconnect is { } over && nodes == 1)
        {
            throw MachineTextErrors.Wrong($"\"over {over}\" joins several machines, and one is named. Say how many: \"4 nodes of ...\".", $"“{over}”用于多台机器互联，这里只有一台。请写明台数，例如 \"4 nodes of ...\"。");
        }

        return new MachineParts
        {
            System = _system,
            Cpu = _cpu,
            Sockets = _sockets,
            Cores = Cores(),
            Threads = Threads(),
            Memory = Memory(),
            MemoryKind = Kind(),
            Channels = figures.Channels,
            Bandwidth = figures.Rate ?? (figures.MemoryType is null && figures.Channels is null ? _system?.Bandwidth : null),
            BandwidthBasis = figures.Rate is null && _system?.Bandwidth is not null ? _system.Name : null,
            Gpus = _gpus,
            Nodes = nodes,
            Interconnect = figures.Interconnect,
        };
    }

    private void Take(MachineMatch match)
    {
        int count = match.Count ?? 1;
        int least = match.Products.Min(p => p.Left);
        if (least >= 2 && match.Products.Any(p => p.Cpu?.Cores == figures.CpuCores))
        {
            least = match.Products.Where(p => p.Cpu?.Cores == figures.CpuCores).Min(p => p.Left);
        }

        MachineProduct[] products = [.. match.Products.Where(p => p.Left == least)];
        if (products.FirstOrDefault(p => p.System is not null)?.System is { } system && !products.Any(p => p.Device is { IsWholeChip: true }))
        {
            Take(system);
            _nodes = match.Count ?? _nodes;
            return;
        }

        products = [.. products.Where(p => p.System is null)];
        CpuSpecification[] cpus = [.. products.Select(p => p.Cpu).OfType<CpuSpecification>().Distinct()];
        if (products.Any(p => p.Device is not null))
        {
            DeviceSpecification device = MachineTextChoice.Device(match, products, figures, words.Laptop, catalogs, notes);
            if (cpus.Length > 0 && !device.IsWholeChip)
            {
                throw MachineTextErrors.Ambiguous(string.Join(' ', match.Words), products.Select(p => p.Name));
            }

            Add(device, count, match);
            if (cpus.Length > 0)
            {
                SetCpu(MachineTextChoice.Cpu(cpus, figures.CpuCores));
            }

            return;
        }

        CpuSpecification[] fitting = [.. cpus.Where(c => cpus.Length == 1 || c.Cores == figures.CpuCores)];
        if (fitting.Length == 0 || (fitting.Length > 1 && least < 2))
        {
            throw MachineTextErrors.Ambiguous(string.Join(' ', match.Words), cpus.Select(c => c.Name));
        }

        if (cpus.Length > 1)
        {
            notes.Add(new BilingualText($"{fitting[0].Name}, which has {fitting[0].Cores} cores", $"按 {fitting[0].Cores} 核的 {fitting[0].Name} 计"));
        }

        SetCpu(fitting[0]);
        _sockets = figures.Sockets ?? match.Count ?? _sockets;
    }

    // "t2.xlarge/2xlarge (8 vCPU, 32 GB)": of two, the one that has what is said
    private void Take(SystemSpecification system)
    {
        bool Has(SystemSpecification s) => (figures.VirtualCpus is null || s.CpuThreads == figures.VirtualCpus)
            && (figures.MemoryGiB is not { } size || s.MemorySizes.Contains(size)) && (figures.VirtualCpus is not null || figures.MemoryGiB is not null);
        if (_system is null || _system == system || (Has(system) && !Has(_system)))
        {
            _system = system;
        }
        else if (!Has(_system) || Has(system))
        {
            throw MachineTextErrors.Twice("computers", "整机型号", _system.Name, system.Name);
        }
    }

    private void Add(DeviceSpecification device, int count, MachineMatch match)
    {
        if (device.IsWholeChip)
        {
            _nodes = match.Count ?? _nodes;
            if (!_gpus.Exists(g => g.Device == device))
            {
                _gpus.Add(new GpuPart(device));
            }

            return;
        }

        ByteSize? memory = match.Size is { } size ? ByteSize.FromGiB(size)
            : match.Products.FirstOrDefault(p => p.Device == device)?.Memory is { } own ? ByteSize.FromGiB(own) : null;
        if (device.Unified)
        {
            if (!_gpus.Exists(g => g.Device == device))
            {
                _gpus.Add(new GpuPart(device, 1, null, figures.CarveOutGiB is { } carve ? ByteSize.FromGiB(carve) : null));
            }

            return;
        }

        _gpus.Add(new GpuPart(device, count, memory));
    }

    private void SetCpu(CpuSpecification cpu) =>
        _cpu = _cpu is null || _cpu == cpu ? cpu : throw MachineTextErrors.Twice("processors", "处理器型号", _cpu.Name, cpu.Name);

    // What follows from the named parts: a computer's processor and GPU, a chip's other half, an integrated GPU where it is asked for.
    private void Complete()
    {
        CpuSpecification? ofComputer = _system?.Cpu is { } own ? catalogs.Cpus.Find(own) : null;
        if (_cpu is not null && ofComputer is not null && _cpu != ofComputer)
        {
            _system = null; // the same computer with another processor: only the name is known
        }

        _cpu ??= ofComputer;
        if (_system?.Gpu is { } gpu && DeviceOf(gpu) is { } ofSystem && (ofSystem.IsWholeChip || !ofSystem.Unified || words.Integrated)
            && !_gpus.Exists(g => g.Device.Name == ofSystem.Name || (ofSystem.IsWholeChip && g.Device.IsWholeChip)))
        {
            _gpus.Add(new GpuPart(ofSystem, _system.GpuCount, null, null));
        }

        if (_cpu is null && _gpus.Find(g => g.Device.IsWholeChip) is { } chip)
        {
            string plain = MachineProducts.Plain(chip.Device.Name);
            bool IsChip(string? name) => name is not null && (name == chip.Device.Name || MachineProducts.Plain(name) == plain);
            CpuSpecification[] halves =
            [
                .. catalogs.Cpus.Cpus.Where(c => IsChip(c.IntegratedGpu) || IsChip(c.Name)),
                .. catalogs.Systems.Systems.Where(s => IsChip(s.Gpu) && s.Cpu is not null).Select(s => catalogs.Cpus.Find(s.Cpu!)).OfType<CpuSpecification>(),
            ];
            _cpu = halves.Length > 0 ? MachineTextChoice.Cpu(halves, figures.CpuCores) : null;
        }

        if ((_cpu?.IntegratedGpu ?? _system?.Gpu) is { } integrated && DeviceOf(integrated) is { } half && !_gpus.Exists(g => g.Device.Unified))
        {
            if (half.IsWholeChip || words.Integrated)
            {
                _gpus.Add(new GpuPart(half, 1, null, figures.CarveOutGiB is { } carve ? ByteSize.FromGiB(carve) : null));
            }
            else if (_gpus.Count == 0 && !words.Cpu && !figures.CpuOnly)
            {
                notes.Add(new BilingualText(
                    $"the processor's {half.Name} is not used; write \"igpu\" to plan with it", $"未使用处理器自带的 {half.Name}；写上 \"igpu\" 即可计入"));
            }
        }
    }

    private DeviceSpecification? DeviceOf(string name) =>
        catalogs.Devices.Devices.FirstOrDefault(d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && (figures.GpuCores is null || d.GpuCores is null || d.GpuCores == figures.GpuCores))
        ?? catalogs.Devices.Devices.FirstOrDefault(d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? catalogs.Products.Find(MachineProducts.Words(MachineTextLexer.Read(name))).FirstOrDefault(p => p.Device is not null)?.Device;

    private int? Cores()
    {
        if (figures.VirtualCpus is { } virtuals)
        {
            return _system?.CpuThreads == virtuals && _system.CpuCores is { } own ? own : Math.Max(1, _cpu is { } known ? virtuals / Math.Max(1, known.Threads / known.Cores) : virtuals / 2);
        }

        if (figures.CpuCores is not { } cores)
        {
            return figures.Threads is null ? _system?.CpuCores : null;
        }

        // "2x EPYC 9354 (32 cores)" says what one has
        return _sockets > 1 && cores == _cpu?.Cores ? null : cores;
    }

    private int? Threads() => figures.VirtualCpus ?? figures.Threads ?? (figures.CpuCores is null ? _system?.CpuThreads : null);

    private ByteSize? Memory()
    {
        if (figures.MemoryGiB is not { } size)
        {
            return null;
        }

        if (_system is { Kind: "sbc" or "soc" or "cloud", MemorySizes: [.., var most] } && size > most)
        {
            string sizes = MachineComposerMemory.Sizes(_system.MemorySizes);
            throw MachineTextErrors.Wrong($"{_system.Name} with {size:0.##} GB is not sold: it comes with {sizes} GB.", $"没有 {size:0.##} GB 的 {_system.Name}：它有 {sizes} GB 的规格。");
        }

        return ByteSize.FromGiB(size);
    }

    private MemoryKind? Kind()
    {
        if (figures.MemoryType is not { } type)
        {
            return figures.MemorySpeed is { } speed && _cpu is { Memory: [var fastest, ..] } ? fastest with { MegaTransfers = (int)speed } : null;
        }

        if (figures.MemorySpeed is { } stated)
        {
            return new MemoryKind(type, (int)stated);
        }

        if (_cpu?.Memory.FirstOrDefault(m => m.Type == type) is { } own)
        {
            return own;
        }

        double usual = MachineAssumptions.Find("speed_" + type) ?? throw MachineTextErrors.Wrong(
            $"\"{type}\" is not a known kind of memory. Known: ddr3, ddr4, ddr5, lpddr4, lpddr4x, lpddr5, lpddr5x.", $"不认识的内存种类“{type}”。可用：ddr3、ddr4、ddr5、lpddr4、lpddr4x、lpddr5、lpddr5x。");
        var assumed = new MemoryKind(type, (int)usual);
        notes.Add(new BilingualText($"memory at {assumed}", $"内存按 {assumed} 计"));
        return assumed;
    }
}
