using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Planning;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports;

/// <summary>Several machines as llama.cpp sees them over RPC: the workers' devices first, then the head's (<c>src/llama.cpp:275</c>, v0.4.0). Workers are taken to be equal to the head.</summary>
public static class RpcMachine
{
    /// <summary>The head with the workers' devices as GPUs of its own.</summary>
    /// <param name="head">The head; a worker without a GPU gives its CPU's memory.</param>
    /// <param name="workers">Number of workers.</param>
    public static MachineProfile Combine(MachineProfile head, int workers)
    {
        MachineBudget budget = MachineBudget.Of(head);
        var devices = new List<EngineDevice>();
        for (int worker = 0; worker < workers; worker++)
        {
            if (budget.Target.Gpus.Count == 0)
            {
                Add("RPC", budget.RamUsable);
            }

            foreach (Estimation.GpuTarget gpu in budget.Target.Gpus)
            {
                Add("RPC", gpu.Available ?? ByteSize.Zero);
            }
        }

        foreach (Estimation.GpuTarget gpu in budget.Target.Gpus)
        {
            devices.Add(new EngineDevice(gpu.Name, gpu.Name, gpu.Unified ? "igpu" : "gpu", gpu.Available ?? ByteSize.Zero, gpu.Available ?? ByteSize.Zero));
        }

        return head with { Gpus = [], EngineDevices = devices };

        void Add(string name, ByteSize memory) =>
            devices.Add(new EngineDevice(name + devices.Count.ToString(CultureInfo.InvariantCulture), name, "gpu", memory, memory));
    }
}
