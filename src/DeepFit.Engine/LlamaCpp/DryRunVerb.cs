using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp.Native;

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
        Dictionary<string, string> rowOfBuffer = RowsByBufferName(facts.Devices);
        Dictionary<string, long> compute = ByRow(facts.ComputeMiB, rowOfBuffer);
        string[] names = [Cpu, .. facts.Devices];
        return new DryRunReply([.. names.Select(n => new DryRunRow(
            n, weights.GetValueOrDefault(n), cache.GetValueOrDefault(n), compute.GetValueOrDefault(n)))]);
    }

    private static Dictionary<string, long> ByRow(Dictionary<string, double> sizes, Dictionary<string, string> rowOfBuffer)
    {
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string buffer, double mebibytes) in sizes)
        {
            string row = rowOfBuffer.GetValueOrDefault(buffer, Cpu);
            rows[row] = rows.GetValueOrDefault(row) + ByteSize.FromMiB(mebibytes).Bytes;
        }

        return rows;
    }

    /// <summary>Device buffers go by their device; host buffers (<c>CPU</c>, <c>Vulkan_Host</c>, <c>CUDA_Host</c>) are the CPU's.</summary>
    private static unsafe Dictionary<string, string> RowsByBufferName(IReadOnlyList<string> devices)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in devices)
        {
            nint device = Ggml.DeviceByName(name);
            nint bufferType = device == 0 ? 0 : Ggml.DeviceBufferType(device);
            if (bufferType != 0)
            {
                rows[NativeEngine.Text(Ggml.BufferTypeName(bufferType))] = TensorPlacement.RowOf(bufferType, devices);
            }
        }

        return rows;
    }
}
