using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>
/// What a loaded model took, as the engine said while it was loading (sizes as it prints them, to 0.01 MiB for each buffer).
/// </summary>
public sealed record EngineMemory
{
    /// <summary>Buffers by device; system memory is the first. The overhead is the buffer of the outputs.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>Weights that are used where they lie in the mapped file: such pages belong to the system's file cache and come back by themselves.</summary>
    public required ByteSize Mapped { get; init; }

    /// <summary>Weights that were read out of the mapped file into buffers of another layout or of another device: their pages in the file are not needed any more.</summary>
    public required ByteSize Copied { get; init; }

    internal static EngineMemory Of(EngineLogFacts facts, ModelLayout layout)
    {
        Dictionary<string, string> rowOfBuffer = EngineBuffers.Rows(facts.Devices);
        var mapped = EngineBuffers.ByRow(facts.ModelMiB.Where(m => IsMapped(m.Key)), rowOfBuffer);
        Dictionary<string, long> weights = EngineBuffers.ByRow(facts.ModelMiB.Where(m => !IsMapped(m.Key)), rowOfBuffer);
        long own = weights.Values.Sum();
        long inFile = 0;
        foreach ((string row, long range) in mapped)
        {
            // a mapped buffer is the range from its first tensor to its last, tensors between that went elsewhere included; where there is one such buffer, it has what the others have not
            long used = mapped.Count == 1 ? Math.Clamp(layout.TensorBytes.Bytes - own, 0, range) : range;
            inFile += used;
            weights[row] = weights.GetValueOrDefault(row) + used;
        }

        Dictionary<string, long> cache = EngineBuffers.ByRow(facts.CacheMiB, rowOfBuffer);
        Dictionary<string, long> compute = EngineBuffers.ByRow(facts.ComputeMiB, rowOfBuffer);
        Dictionary<string, long> output = EngineBuffers.ByRow(facts.OutputMiB, rowOfBuffer);
        string[] names = [DryRunVerb.Cpu, .. facts.Devices];
        return new EngineMemory
        {
            Memory = new MemoryEstimate(
                EstimateBasis.Verified,
                [
                    .. names.Select(name => new DeviceMemory(
                        name,
                        new ByteSize(weights.GetValueOrDefault(name)),
                        new ByteSize(cache.GetValueOrDefault(name)),
                        new ByteSize(compute.GetValueOrDefault(name)),
                        new ByteSize(output.GetValueOrDefault(name)))),
                ]),
            Mapped = new ByteSize(inFile),
            Copied = new ByteSize(mapped.Count > 0 ? own : 0),
        };
    }

    private static bool IsMapped(string buffer) => buffer.EndsWith(EngineBuffers.Mapped, StringComparison.Ordinal);
}
