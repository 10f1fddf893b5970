using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>What a real run took of every device: a model that was loaded and answered, as verification saw it.</summary>
/// <param name="Variant">What estimates call the model: the catalogue's id, or the file's path.</param>
/// <param name="Quantization">The quantization.</param>
/// <param name="TensorBytes">Bytes of the model's tensors: a file that has taken the place of another of the same name is told by them.</param>
/// <param name="Options">How it was run.</param>
/// <param name="Devices">What it took; the CPU first.</param>
/// <param name="MachineId">The machine's fingerprint.</param>
/// <param name="Engine">The engine's name and version: buffers are its own.</param>
/// <param name="MeasuredAt">When.</param>
public sealed record MemoryMeasurement(
    string Variant, string Quantization, ByteSize TensorBytes, RuntimeOptions Options, IReadOnlyList<DeviceMemory> Devices, string MachineId, string Engine, DateTimeOffset MeasuredAt)
{
    // one quantization's files differ by a few tensors from one publisher to the next
    private const double SameModel = 0.01;

    /// <summary>
    /// Puts the newest measurement of this very configuration in an estimate's place. <see cref="RuntimeOptions.FewOutputs"/> does not tell configurations apart: what runs here is a server, which has few.
    /// </summary>
    /// <param name="known">What was measured on this machine with this engine.</param>
    /// <param name="variant">The model's name.</param>
    /// <param name="layout">The model.</param>
    /// <param name="options">How it is to be run.</param>
    /// <param name="estimate">What is estimated of it; any other basis than <see cref="EstimateBasis.Estimated"/> was asked for, and stays.</param>
    /// <returns>The memory with the basis <see cref="EstimateBasis.Verified"/>, or the estimate.</returns>
    public static MemoryEstimate Correct(IReadOnlyList<MemoryMeasurement> known, string variant, ModelLayout layout, RuntimeOptions options, MemoryEstimate estimate)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(estimate);
        if (estimate.Basis != EstimateBasis.Estimated)
        {
            return estimate;
        }

        MemoryEstimate corrected = estimate;
        DateTimeOffset newest = default;
        foreach (MemoryMeasurement one in known)
        {
            if (one.MeasuredAt >= newest && one.IsOf(variant, layout, options) && one.On(estimate) is { } rows)
            {
                (corrected, newest) = (new MemoryEstimate(EstimateBasis.Verified, rows), one.MeasuredAt);
            }
        }

        return corrected;
    }

    private static RuntimeOptions Comparable(RuntimeOptions options, int layers) =>
        options with { FewOutputs = false, TensorSplit = null, GpuLayers = Math.Min(options.GpuLayers, layers + 1) };

    private bool IsOf(string variant, ModelLayout layout, RuntimeOptions options)
    {
        int layers = layout.Architecture.LayerCount;
        return Variant.Equals(variant, StringComparison.OrdinalIgnoreCase)
            && Quantization.Equals(layout.Quantization, StringComparison.OrdinalIgnoreCase)
            && Math.Abs(TensorBytes.Bytes - layout.TensorBytes.Bytes) <= SameModel * layout.TensorBytes.Bytes
            && Comparable(Options, layers) == Comparable(options, layers)
            && (Options.TensorSplit ?? []).SequenceEqual(options.TensorSplit ?? []);
    }

    // the same devices: one that took something must be there, and one that was to take something must have been
    private List<DeviceMemory>? On(MemoryEstimate estimate)
    {
        var rows = new List<DeviceMemory>(estimate.Devices.Count);
        foreach (DeviceMemory row in estimate.Devices)
        {
            DeviceMemory? came = Devices.FirstOrDefault(d => d.Device == row.Device);
            if (came is null && row.Total > ByteSize.Zero)
            {
                return null;
            }

            rows.Add(came is null ? row : came with { Available = row.Available });
        }

        return Devices.All(d => d.Total == ByteSize.Zero || rows.Exists(r => r.Device == d.Device)) ? rows : null;
    }
}
