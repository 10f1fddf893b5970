using DeepFit.Core.Estimation;
using DeepFit.Core.Models;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>The child's side of a dry run: the engine lays the model out without allocating it.</summary>
internal static class DryRunVerb
{
    /// <summary>The first row's name: system memory.</summary>
    public const string Cpu = "CPU";

    /// <summary>Runs it.</summary>
    public static DryRunReply Run(EngineRequest request)
    {
        ModelLayout layout = request.Layout ?? throw new ArgumentException("a dry run needs a layout", nameof(request));
        RuntimeOptions options = request.Options ?? new RuntimeOptions();
        string path = request.ModelPath ?? SyntheticModelFile.Write(request.Folder ?? Path.GetTempPath(), layout).Path;
        try
        {
            EngineLog.Take();
            using EngineModel model = EngineModel.Load(path, options, simulate: true);
            EngineLogFacts facts = EngineLogParser.Parse(EngineLog.Take());
            return Rows(layout, options, facts);
        }
        finally
        {
            if (request.ModelPath is null)
            {
                SyntheticModelFile.Remove(path);
            }
        }
    }

    private static DryRunReply Rows(ModelLayout layout, RuntimeOptions options, EngineLogFacts facts)
    {
        var placement = new TensorPlacement(layout.Architecture, facts, options.CpuMoeLayers);
        Dictionary<string, long> weights = placement.Weights(layout);
        Dictionary<string, long> cache = placement.Cache(options.KvTypeK, options.KvTypeV);
        Dictionary<string, string> rowOfBuffer = EngineBuffers.Rows(facts.Devices);
        Dictionary<string, long> compute = EngineBuffers.ByRow(facts.ComputeMiB, rowOfBuffer);
        string[] names = [Cpu, .. facts.Devices];
        return new DryRunReply([.. names.Select(n => new DryRunRow(
            n, weights.GetValueOrDefault(n), cache.GetValueOrDefault(n), compute.GetValueOrDefault(n)))]);
    }
}
