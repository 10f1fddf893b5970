using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning.Capacity;

namespace DeepFit.Core.Tests.Planning.Capacity;

/// <summary>Published throughput and latency of vLLM and SGLang, and what the model of a step and the simulation of the queue make of the same run.</summary>
internal static class CapacityCalibration
{
    /// <summary>Rows that say of themselves that they were not fitted to.</summary>
    public static readonly string[] NotFitted = ["C49", "C50"];

    public static IReadOnlyList<Row> Rows { get; } = Load();

    public static double Predict(Row row, CapacityData? constants = null)
    {
        ServingModel model = ServingModel.Of(ModelCatalog.Default.Find(row.Variant), WeightFormat.Find(row.Weights));
        ServingEngine engine = row.Engine == "vllm" ? ServingEngine.Vllm : ServingEngine.SgLang;
        var layout = new ServingLayout(row.Tensor, row.Pipeline, row.DataParallelAttention);
        ServingMemory memory = ServingMemory.Of(model, engine, row.Gpu, layout);
        var speed = new ServingSpeed(model, engine, row.Gpu, layout, memory, 16, constants ?? CapacityData.Default);
        bool burst = row.Concurrency >= row.Requests;
        var workload = new ServingWorkload
        {
            Lengths = row.Exponential
                ? random => new RequestLength(
                    1 + (int)Math.Min(4.0 * row.Prompt, random.Exponential(row.Prompt - 1)), 1 + (int)Math.Min(4 * row.Output, random.Exponential(row.Output - 1)))
                : _ => new RequestLength(row.Prompt, row.Output),
            Users = burst ? row.Requests : row.Concurrency,
            Burst = burst,
        };
        QueueOutcome outcome = QueueSimulation.Run(speed, workload, seed: 7, requests: row.Requests, warmUp: 0);
        return row.Metric switch
        {
            "tpot_ms" => 1000 * outcome.TokenSeconds.Mean,
            "seconds" => outcome.Seconds,
            "answer_seconds" => outcome.Answer.Mean,
            "generation_tps" => 1 / outcome.TokenSeconds.Mean,
            _ => throw new InvalidOperationException(row.Metric),
        };
    }

    private static Row[] Load()
    {
        EmbeddedTable table = EmbeddedTable.Load("capacity_calibration.csv");
        return [.. Enumerable.Range(0, table.Count).Select(i => new Row(
            table.Text(i, "id"),
            table.Text(i, "variant"),
            table.Text(i, "engine"),
            table.Text(i, "weights"),
            Node(table.Text(i, "device"), (int)table.Number(i, "node_gpus")),
            (int)table.Number(i, "tensor"),
            (int)table.Number(i, "pipeline"),
            table.Text(i, "dp_attention") == "yes",
            (int)table.Number(i, "requests"),
            (int)table.Number(i, "concurrency"),
            (int)table.Number(i, "prompt_tokens"),
            (int)table.Number(i, "output_tokens"),
            table.Text(i, "metric"),
            table.Number(i, "value"),
            table.Text(i, "lengths") == "exponential"))];
    }

    public static Accelerator Node(string device, int count) => Accelerator.Of(NodeMachine(device, count))!;

    public static MachineProfile NodeMachine(string device, int count) => MachineFile.Read(
        $$"""{ "name": "{{count}}x {{device}}", "memory": { "total_bytes": "2048 GiB" }, "gpus": [ { "name": "{{device}}", "count": {{count}}{{Flops(device)}} } ] }""", "node.json");

    // the device catalogue has no sourced figure for this one
    private static string Flops(string device) => device.Contains("MI300X", StringComparison.Ordinal) ? ", \"fp16_tflops\": 1307" : "";

    internal sealed record Row(
        string Id, string Variant, string Engine, string Weights, Accelerator Gpu, int Tensor, int Pipeline, bool DataParallelAttention, int Requests,
        int Concurrency, int Prompt, int Output, string Metric, double Value, bool Exponential);
}
