using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation;

/// <summary>What the engine's process takes besides weights, cache and compute buffers.</summary>
internal static class ProcessOverhead
{
    private static readonly ByteSize Process = ByteSize.FromMiB(32);

    public static ByteSize Host(ModelArchitecture model, RuntimeOptions options) =>
        Process + new ByteSize((long)model.VocabularySize * sizeof(float) * options.Parallel);

    public static ByteSize Gpu(string backend) => ByteSize.Zero;
}
