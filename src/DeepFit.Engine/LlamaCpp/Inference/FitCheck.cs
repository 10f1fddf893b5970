using DeepFit.Core.Estimation;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>Refuses, before anything is loaded, what would not fit.</summary>
internal static class FitCheck
{
    /// <summary>The estimate of what loading takes.</summary>
    /// <exception cref="DoesNotFitException">More than the budget has, and not forced.</exception>
    public static MemoryEstimate Check(InferenceModel model, InferenceSettings settings)
    {
        MachineBudget? budget = settings.Budget;
        MemoryEstimate memory = MemoryEstimator.Estimate(model.Layout, settings.Options, budget?.Target ?? EstimationTarget.CpuOnly);
        if (budget is null || settings.Force || budget.Fits(memory))
        {
            return memory;
        }

        for (int i = 0; i < budget.GpuUsable.Count && i + 1 < memory.Devices.Count; i++)
        {
            DeviceMemory row = memory.Devices[i + 1];
            if (!budget.Target.Gpus[i].Unified && budget.GpuUsable[i] is { } usable && row.Total.Bytes > usable.Bytes)
            {
                throw new DoesNotFitException("vram", memory, new BilingualText(
                    $"{model.Name} was not loaded: it would take {row.Total} on {row.Device}, where {usable} may be used. Choose fewer GPU layers, a shorter context or a smaller quantization; --force loads it all the same.",
                    $"未加载 {model.Name}：它在 {row.Device} 上需要 {row.Total}，而可用 {usable}。请减少 GPU 层数、缩短上下文或改用更小的量化；--force 可强制加载。"));
            }
        }

        string needed = memory.Devices[0].Total.ToString();
        throw new DoesNotFitException("ram", memory, new BilingualText(
            $"{model.Name} was not loaded: it would take {needed} of memory, and {budget.RamUsable} may be used. Close other programs, choose a shorter context or a smaller quantization; --force loads it all the same.",
            $"未加载 {model.Name}：需要内存 {needed}，而可用 {budget.RamUsable}。请关闭其他程序、缩短上下文或改用更小的量化；--force 可强制加载。"));
    }
}
