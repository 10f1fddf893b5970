using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Exports;

/// <summary>Plans to export.</summary>
internal static class Plans
{
    public static readonly MachineProfile Laptop = MachineFile.Read("""
        {
          "name": "laptop", "cpu": { "model": "Test CPU", "physical_cores": 8, "logical_cores": 16, "performance_cores": 6 },
          "memory": { "total_bytes": "32 GiB", "available_bytes": "28 GiB", "bandwidth_bytes_per_second": 60000000000 },
          "disk": { "path": "/srv/models", "free_bytes": "500 GB", "kind": "nvme" },
          "gpus": [ { "name": "NVIDIA GeForce RTX 3090" } ]
        }
        """, "laptop.json");

    public static readonly MachineProfile Bare = MachineFile.Read("""
        {
          "name": "bare", "cpu": { "model": "Test CPU", "physical_cores": 8 }, "memory": { "total_bytes": "32 GiB", "available_bytes": "28 GiB", "bandwidth_bytes_per_second": 60000000000 }
        }
        """, "bare.json");

    public static readonly MachineProfile Mac = MachineFile.Read("""
        { "name": "mac", "os": { "family": "macos", "architecture": "arm64" }, "cpu": { "model": "Apple M2 Max", "physical_cores": 12 }, "memory": { "total_bytes": "32 GiB" }, "gpus": [ { "name": "Apple M2 Max" } ] }
        """, "mac.json");

    public static readonly MachineProfile Node = MachineFile.Read("""
        {
          "name": "gpu-node", "cpu": { "model": "Server", "physical_cores": 96 }, "memory": { "total_bytes": "2000 GiB", "bandwidth_bytes_per_second": 300000000000 },
          "disk": { "free_bytes": "8000 GB", "kind": "nvme" },
          "gpus": [ { "name": "NVIDIA H100 SXM", "memory_bytes": "80 GiB", "count": 8 } ]
        }
        """, "node.json");

    public static LlamaPlan Llama(string variant = "7b", string quantization = "Q4_K_M", MachineProfile? machine = null, RuntimeOptions? options = null)
    {
        machine ??= Laptop;
        ModelVariant found = ModelCatalog.Default.Find(variant);
        ModelLayout layout = found.Layout(Quantizations.Find(quantization));
        MachineBudget budget = MachineBudget.Of(machine);
        OffloadPlan plan = new OffloadPlanner(budget).Best(layout, options ?? new RuntimeOptions());
        return new LlamaPlan
        {
            Model = new ExportModel(found.Id, found.DisplayName, layout, found),
            Machine = machine,
            Options = plan.Options,
            Memory = plan.Memory,
            Gpus = budget.Target.Gpus,
            Vendors = [.. budget.Devices.Select(device => device?.Vendor)],
            AnswerSeconds = 42.5,
        };
    }

    public static ClusterPlan Cluster(string variant = "671b", int? nodes = null, ServingEngine engine = ServingEngine.Vllm, string? model = null, int context = 16384) => ClusterPlan.Of(new ClusterRequest
    {
        Variant = ModelCatalog.Default.Find(variant),
        Machine = Node,
        Nodes = nodes,
        Engine = engine,
        Model = model,
        Context = context,
    });

    public static ExportSettings Settings(Language language = Language.English) => new() { Version = "0.1.0", Service = "deepseek-r1", Language = language };
}
