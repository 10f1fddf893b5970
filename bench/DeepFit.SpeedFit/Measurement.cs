using System.Globalization;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Units;

namespace DeepFit.SpeedFit;

/// <summary>A published measurement, ready to be predicted.</summary>
internal sealed class Measurement
{
    private readonly MachineProfile machine;
    private readonly MachineBudget budget;
    private readonly ModelLayout layout;
    private readonly RuntimeOptions options;
    private readonly float[] splits;
    private readonly int promptTokens;
    private readonly double depth;

    private Measurement(EmbeddedTable table, int row)
    {
        Id = table.Text(row, "id");
        Group = table.Text(row, "group");
        Variant = table.Text(row, "variant");
        Quantization = table.Text(row, "quantization");
        Machine = table.Text(row, "machine");
        Engine = table.Text(row, "engine");
        Checked = table.Text(row, "use") == "check";
        PromptTps = table.NumberOrNull(row, "prompt_tps");
        GenerationTps = table.NumberOrNull(row, "generation_tps");
        promptTokens = (int)table.Number(row, "prompt_tokens");
        depth = table.Number(row, "depth");
        Unnamed = table.Text(row, "use") == "relative";
        machine = Unnamed ? UnnamedMachine() : Machine.StartsWith('{') ? MachineFile.Read(Machine, Id) : MachineText.Parse(Machine);
        budget = MachineBudget.Of(machine);
        layout = Variant == "llama2-7b" ? Llama2.Layout(Quantization) : ModelCatalog.Default.Find(Variant).Layout(Quantizations.Find(Quantization));
        options = new OffloadPlanner(budget).Best(layout, new RuntimeOptions { Context = Math.Max(2048, promptTokens * 2) }).Options;
        splits = SpeedPlacement.Splits(budget.Target, null);
        SpeedLayout sums = SpeedLayout.Of(layout);
        GpuLayers = options.GpuLayers;
        Partial = options.GpuLayers > 0 && (options.GpuLayers <= sums.Layers || options.CpuMoeLayers > 0);
        Gpus = options.GpuLayers > 0 ? budget.Target.Gpus.Count : 0;
    }

    public string Id { get; }

    public string Group { get; }

    public string Variant { get; }

    public string Quantization { get; }

    public string Machine { get; }

    public string Engine { get; }

    /// <summary>Whether it counts in the checks; others only help the fit.</summary>
    public bool Checked { get; }

    /// <summary>Whether its machine is not named, so that only ratios between its rows count.</summary>
    public bool Unnamed { get; }

    public double? PromptTps { get; }

    public double? GenerationTps { get; }

    public int GpuLayers { get; }

    public bool Partial { get; }

    public int Gpus { get; }

    /// <summary>In which check it counts.</summary>
    public string Category => Variant == "671b" ? "671b" : Gpus == 0 ? "cpu" : Gpus > 1 || Partial ? "several" : "gpu";

    public static Measurement[] Load()
    {
        EmbeddedTable table = Table.Load("measurements.csv");
        return [.. Enumerable.Range(0, table.Count).Select(i => new Measurement(table, i))];
    }

    /// <summary>Seconds of one token by the model with these constants.</summary>
    public (SpeedSeconds Seconds, string Kind) Predict(SpeedConstants constants)
    {
        MachineProfile profile = machine;
        if (Unnamed && constants.Find("machine", "readme", "gb_s") is { } bandwidth)
        {
            profile = machine with { Gpus = [machine.Gpus[0] with { Bandwidth = ByteRate.FromGBPerSecond(bandwidth), Fp16VectorTflops = bandwidth * 0.034 }] };
        }

        SpeedHardware hardware = SpeedHardware.Of(profile, budget.Target, Unnamed ? profile.Gpus : budget.DevicesOf(budget.Target), constants);
        SpeedLayout sums = constants.Layout(layout);
        SpeedSeconds seconds = new SpeedModel(hardware, constants).Seconds(sums, options, splits, promptTokens, depth);
        return (seconds, SpeedIntervals.KindOf(hardware, sums, seconds));
    }

    /// <summary>What the bare rule says of generation: bandwidth over the file's size; null without a GPU.</summary>
    public double? RuleTps => Gpus == 0 || budget.DevicesOf(budget.Target)[0]?.Bandwidth is not { } bandwidth ? null : bandwidth.BytesPerSecond / layout.FileBytes.Bytes;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id,-5} {Group,-18} {Variant,-9} {Quantization,-8} {(Gpus > 1 ? Gpus + "x" : "  "),3} {Engine,-22}");

    private static MachineProfile UnnamedMachine() => new()
    {
        Name = "the machine of llama.cpp's table of quantizations",
        Cpu = new CpuInfo { Model = "unknown", PhysicalCores = 8, LogicalCores = 8 },
        Memory = new MemoryInfo { Total = ByteSize.FromGiB(128), Available = ByteSize.FromGiB(100) },
        Gpus = [new GpuDevice { Name = "unknown", Vendor = "apple", Memory = ByteSize.FromGiB(64), Backends = ["metal"] }],
    };
}

/// <summary>Llama 2 7B, the model of llama.cpp's tables of devices: not of the family, but of a known architecture.</summary>
internal static class Llama2
{
    public static ModelLayout Layout(string quantization)
    {
        ModelArchitecture llama = ModelCatalog.Default.Find("8b").Architecture with
        {
            VocabularySize = 32000,
            EmbeddingLength = 4096,
            FeedForwardLength = 11008,
            HeadCount = 32,
            HeadCountKv = 32,
            LayerCount = 32,
            ContextLength = 4096,
        };
        var plan = new TensorPlan(llama, ModelTensors.ListF16(llama));
        Quantization of = Quantizations.Find(quantization);
        return ModelLayoutBuilder.Build(plan, QuantizationMix.Types(plan, of, importanceMatrix: false), of.Name, 1_000_000);
    }
}
