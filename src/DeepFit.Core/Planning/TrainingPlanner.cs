using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning;

/// <summary>Plans training on a machine: its GPUs, each with the same share (the smallest decides), or the CPU where there is none.</summary>
public sealed class TrainingPlanner
{
    private const int MostGpus = 4096;
    private readonly MachineBudget budget;
    private readonly ModelLayout layout;
    private readonly ModelArchitecture architecture;
    private readonly string name;
    private readonly int count;
    private readonly ByteSize reserve;

    /// <summary>Prepares a planner.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="layout">The model; its quantization only matters for what running it takes.</param>
    /// <param name="name">What messages call the model.</param>
    public TrainingPlanner(MachineProfile machine, ModelLayout layout, string name)
    {
        budget = MachineBudget.Of(machine);
        this.layout = layout;
        architecture = layout.Architecture;
        this.name = name;
        count = Math.Max(1, budget.Target.Gpus.Count);
        reserve = budget.Devices.Select(d => ProcessOverhead.Gpu(d?.Vendor switch { "nvidia" => "cuda", "amd" => "rocm", _ => "" })).DefaultIfEmpty().Max();
    }

    private bool OnCpu => budget.Target.Gpus.Count == 0;

    private bool Unified => OnCpu || budget.Target.Gpus[0].Unified;

    /// <summary>The plan.</summary>
    /// <param name="options">How it is trained.</param>
    /// <param name="chooseStage">Whether the ZeRO stage is chosen: the lowest that fits, else 3.</param>
    /// <exception cref="UserErrorException">An option is out of range for the model.</exception>
    public TrainingPlan Plan(TrainingOptions options, bool chooseStage = false)
    {
        if (options.ShardingStage > 0 && count == 1)
        {
            throw new UserErrorException(new(
                $"--zero {options.ShardingStage} divides the work over several GPUs, and this machine has {(OnCpu ? "none" : "one")}. Leave it out, or give a machine with several in --machine.",
                $"--zero {options.ShardingStage} 用于多块 GPU 分担，但这台机器{(OnCpu ? "没有 GPU" : "只有一块 GPU")}。请去掉该选项，或用 --machine 指定多卡机器。"));
        }

        if (chooseStage && count > 1)
        {
            int stage = Enumerable.Range(0, 4).FirstOrDefault(s => Fits(options with { ShardingStage = s }, count), 3);
            options = options with { ShardingStage = stage };
        }

        TrainingMemory memory = Estimate(options, count);
        IReadOnlyList<TrainingDevice> devices = Devices(memory);
        bool fits = devices.All(d => d.Fits) && HostFits(memory);
        return new TrainingPlan
        {
            Memory = memory,
            Devices = devices,
            Fits = fits,
            Reason = Reason(devices, memory),
            Remedies = fits ? [] : Remedies(memory.Options),
            Notes = Notes(memory),
            Rule = new RuleOfThumb(memory.Parameters),
            Running = MemoryEstimator.Estimate(layout, new RuntimeOptions { Context = options.SequenceLength }, EstimationTarget.CpuOnly).Total,
            RunningQuantization = layout.Quantization,
        };
    }

    private TrainingMemory Estimate(TrainingOptions options, int gpus) => TrainingMemoryEstimator.Estimate(architecture, options, gpus, reserve, name);

    private ByteSize? Usable(int gpu) => OnCpu ? budget.RamUsable
        : budget.Target.Gpus[gpu].Unified && budget.GpuUsable[gpu] is { } own ? ByteSize.Min(own, budget.RamUsable)
        : budget.GpuUsable[gpu];

    private ByteSize? Smallest => Enumerable.Range(0, count).Select(Usable).Where(u => u is not null).DefaultIfEmpty().Min();

    // what is offloaded from unified memory stays in it
    private ByteSize Need(TrainingMemory memory) => Unified ? memory.Total + memory.HostActivations : memory.Total;

    private bool HostFits(TrainingMemory memory) => Unified || memory.HostActivations <= budget.RamUsable;

    private bool Fits(TrainingOptions options, int gpus)
    {
        TrainingMemory memory = Estimate(options, gpus);
        return (Smallest is not { } usable || Need(memory) <= usable) && HostFits(memory);
    }

    private TrainingDevice[] Devices(TrainingMemory memory)
    {
        var devices = new TrainingDevice[count];
        for (int i = 0; i < count; i++)
        {
            devices[i] = OnCpu
                ? new TrainingDevice("CPU", "CPU", Need(memory), Usable(i), true)
                : new TrainingDevice(budget.Target.Gpus[i].Name, budget.Devices[i]?.Name ?? budget.Target.Gpus[i].Name, Need(memory), Usable(i), budget.Target.Gpus[i].Unified);
        }

        return devices;
    }

    private BilingualText Reason(IReadOnlyList<TrainingDevice> devices, TrainingMemory memory)
    {
        TrainingDevice? small = devices.Where(d => !d.Fits).MinBy(d => d.Usable!.Value.Bytes);
        if (small is not null)
        {
            string each = count > 1 ? "each of the " + count.ToString(CultureInfo.InvariantCulture) + " GPUs" : OnCpu ? "the CPU" : "the GPU";
            string eachZh = count > 1 ? $"{count} 块 GPU 每块" : OnCpu ? "CPU " : "GPU ";
            return new(
                $"It takes {small.Need} on {each}, and {small.Usable} can be used.",
                $"{eachZh}需要 {small.Need}，而可用的只有 {small.Usable}。");
        }

        if (!HostFits(memory))
        {
            return new(
                $"The offloaded activations take {memory.HostActivations} of system memory, and {budget.RamUsable} can be used.",
                $"卸载到内存的激活值需要 {memory.HostActivations}，而可用内存只有 {budget.RamUsable}。");
        }

        TrainingDevice first = devices[0];
        return first.Usable is { } usable
            ? new($"It takes {first.Need} of the {usable} that can be used{(count > 1 ? " on each GPU" : "")}.", $"{(count > 1 ? "每块 GPU " : "")}需要 {first.Need}，可用 {usable}。")
            : new($"It takes {first.Need}; how much the device has is unknown.", $"需要 {first.Need}；设备的显存大小未知。");
    }

    private List<TrainingRemedy> Remedies(TrainingOptions options)
    {
        var found = new List<TrainingRemedy>();
        foreach ((string id, BilingualText text, string arguments, TrainingOptions changed) in TrainingChanges.Single(options, count))
        {
            // of shorter sequences and higher stages the first that fits says enough
            string kind = id.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            if (!found.Exists(r => r.Id.StartsWith(kind, StringComparison.Ordinal) && kind != id) && Fits(changed, count))
            {
                found.Add(new TrainingRemedy(id, text, arguments, Need(Estimate(changed, count))));
            }
        }

        TrainingOptions sparing = TrainingChanges.Sparing(options, count);
        if (found.Count == 0)
        {
            if (Fits(sparing, count))
            {
                found.Add(new TrainingRemedy("all", TrainingChanges.AllText, TrainingChanges.SparingArguments(count), Need(Estimate(sparing, count))));
            }
            else if (options.Method != TrainingMethod.QLoRA && Fits(sparing with { Method = TrainingMethod.QLoRA }, count))
            {
                TrainingOptions last = sparing with { Method = TrainingMethod.QLoRA };
                found.Add(new TrainingRemedy("qlora_all", TrainingChanges.AllWithQLoRAText, "--train qlora " + TrainingChanges.SparingArguments(count), Need(Estimate(last, count))));
            }
        }

        if (!Unified && MoreGpus(options) is { } more)
        {
            TrainingMemory memory = Estimate(options with { ShardingStage = 3 }, more);
            found.Add(new TrainingRemedy("gpus", TrainingChanges.GpusText(more), null, memory.Total));
        }

        if (found.Count == 0)
        {
            ByteSize least = Need(Estimate(sparing with { Method = options.Method == TrainingMethod.Full ? TrainingMethod.Full : TrainingMethod.QLoRA }, count));
            found.Add(new TrainingRemedy("memory", TrainingChanges.MemoryText(least, options.Method == TrainingMethod.Full), null, least));
        }

        return found;
    }

    /// <summary>Fewest GPUs of this kind, a power of two, over which ZeRO stage 3 makes it fit; null when none do.</summary>
    private int? MoreGpus(TrainingOptions options)
    {
        for (int gpus = 2; gpus <= MostGpus; gpus *= 2)
        {
            if (gpus > count && Fits(options with { ShardingStage = 3 }, gpus))
            {
                return gpus;
            }
        }

        return null;
    }

    private List<BilingualText> Notes(TrainingMemory memory)
    {
        var notes = new List<BilingualText>();
        if (OnCpu)
        {
            notes.Add(new(
                "There is no GPU: this would train on the CPU, in system memory, far slower than any GPU.",
                "没有 GPU：只能用 CPU 在内存中训练，远比任何 GPU 慢。"));
        }
        else if (budget.Devices[0]?.Vendor == "apple" && memory.Options.Method == TrainingMethod.QLoRA)
        {
            notes.Add(new(
                "bitsandbytes' NF4 needs a CUDA or ROCm GPU. On a Mac mlx-lm trains adapters on its own 4-bit weights, which take about as much.",
                "bitsandbytes 的 NF4 需要 CUDA 或 ROCm GPU。在 Mac 上可用 mlx-lm，在它自己的 4 位权重上训练适配器，占用相近。"));
        }

        if (architecture.Experts is { } experts)
        {
            notes.Add(memory.Options.Method == TrainingMethod.Full
                ? new(
                    "All experts are counted. Nobody trains this model in full on a workstation: the figure is for a cluster, and says what that would need.",
                    "已计入全部专家。没有人会在工作站上全量训练这个模型；该数字针对集群，仅说明所需规模。")
                : memory.Options.Target == LoRATarget.All
                    ? new(
                        $"Adapters are counted for the attention, the shared expert and each of the {experts.ExpertCount} experts of a layer ({memory.TrainableParameters / 1e9:0.0} billion parameters); the router has none. With --lora-target attention the experts are left alone.",
                        $"适配器计入注意力、共享专家以及每层全部 {experts.ExpertCount} 个专家（共 {memory.TrainableParameters / 1e8:0.0} 亿参数），路由器不含适配器。使用 --lora-target attention 则不动专家。")
                    : new("The experts get no adapters; they are counted as frozen weights.", "专家不含适配器，只作为冻结的权重计入。"));
        }

        if (memory.Options.Method == TrainingMethod.QLoRA)
        {
            notes.Add(new(
                "NF4 holds the blocks' linear layers; embedding, output, norms and router stay in 16 bits.",
                "NF4 只用于各层的线性层；嵌入、输出、归一化和路由仍为 16 位。"));
        }

        return notes;
    }
}
