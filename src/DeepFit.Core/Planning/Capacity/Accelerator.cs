using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Capacity;

/// <summary>What a serving engine needs to know of a node's GPUs. Rates are per GPU and one way.</summary>
public sealed record Accelerator
{
    private static readonly Lazy<EmbeddedTable> Links = new(() => EmbeddedTable.Load("accelerator_links.csv"));

    /// <summary>The device's name.</summary>
    public required string Name { get; init; }

    /// <summary>The maker: <c>nvidia</c>, <c>amd</c> ...</summary>
    public required string Vendor { get; init; }

    /// <summary>GPUs in one node, all equal.</summary>
    public required int GpusPerNode { get; init; }

    /// <summary>Memory of one GPU.</summary>
    public required ByteSize Memory { get; init; }

    /// <summary>Memory bandwidth of one GPU.</summary>
    public required ByteRate Bandwidth { get; init; }

    /// <summary>Dense 16-bit matrix throughput of one GPU, in FLOP per second.</summary>
    public required double Flops16 { get; init; }

    /// <summary>Dense FP8 matrix throughput, in FLOP per second; null where the GPU has no FP8 units or it is not known.</summary>
    public double? FlopsFp8 { get; init; }

    /// <summary>Dense INT8 matrix throughput, in operations per second; null where unknown.</summary>
    public double? FlopsInt8 { get; init; }

    /// <summary>What connects the GPUs of a node: <c>NVLink</c>, <c>PCIe 4.0</c> ...</summary>
    public required string Link { get; init; }

    /// <summary>Rate of <see cref="Link"/>.</summary>
    public required ByteRate LinkRate { get; init; }

    /// <summary>Rate between nodes.</summary>
    public required ByteRate BetweenNodes { get; init; }

    /// <summary>Where the link's figures come from; begins with "this project" or says so where they are assumed.</summary>
    public required string Source { get; init; }

    /// <summary>Whether the link's figures are assumed.</summary>
    public required bool LinkAssumed { get; init; }

    /// <summary>Whether the GPU multiplies FP8 numbers itself.</summary>
    public bool HasFp8 => FlopsFp8 is not null;

    /// <summary>Reads a machine's GPUs.</summary>
    /// <param name="machine">One node.</param>
    /// <returns>The GPUs; null where there are none, they are not all equal, their memory is the system's, or their bandwidth or arithmetic is not known.</returns>
    public static Accelerator? Of(MachineProfile machine)
    {
        if (machine.Gpus.Count == 0 || machine.Gpus[0] is not { Unified: false, Bandwidth: { } bandwidth, Fp16Tflops: { } tflops } first
            || machine.Gpus.Any(g => g.Name != first.Name || g.Memory != first.Memory))
        {
            return null;
        }

        EmbeddedTable table = Links.Value;
        int row = RowOf(table, first);
        bool fp8 = table.Text(row, "fp8") == "yes" || (table.Text(row, "fp8") == "unknown" && first.ComputeCapability is { } capability && IsAtLeast(capability, 8.9));
        return new Accelerator
        {
            Name = first.Name,
            Vendor = first.Vendor,
            GpusPerNode = machine.Gpus.Count,
            Memory = first.Memory,
            Bandwidth = bandwidth,
            Flops16 = tflops * 1e12,
            FlopsFp8 = fp8 ? (table.NumberOrNull(row, "fp8_tflops") ?? 2 * tflops) * 1e12 : null,
            FlopsInt8 = table.NumberOrNull(row, "int8_tflops") * 1e12,
            Link = table.Text(row, "link"),
            LinkRate = ByteRate.FromGBPerSecond(table.Number(row, "link_gb_s")),
            BetweenNodes = ByteRate.FromGBPerSecond(table.Number(row, "between_nodes_gb_s")),
            Source = table.Text(row, "source"),
            LinkAssumed = table.Text(row, "kind") == "assumption",
        };
    }

    /// <summary>Throughput in a format's arithmetic, in FLOP per second; 16-bit where the GPU lacks the units.</summary>
    internal double Flops(string arithmetic) => arithmetic switch
    {
        "fp8" => FlopsFp8 ?? Flops16,
        "int8" => FlopsInt8 ?? Flops16,
        _ => Flops16,
    };

    private static int RowOf(EmbeddedTable table, GpuDevice gpu)
    {
        int other = 0;
        for (int i = 0; i < table.Count; i++)
        {
            string name = table.Text(i, "device");
            if (name == "other")
            {
                other = i;
            }
            else if (table.Text(i, "vendor") == gpu.Vendor && name.Split(' ').All(part => gpu.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                return i;
            }
        }

        return other;
    }

    private static bool IsAtLeast(string capability, double least) =>
        double.TryParse(capability, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value) && value >= least;
}
