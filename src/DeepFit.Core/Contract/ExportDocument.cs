using DeepFit.Core.Exports;
using DeepFit.Core.Text;

namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit export --json</c> prints.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Variant">Catalogue id, or the file's path.</param>
/// <param name="Quantization">The quantization, or the format of a checkpoint's weights.</param>
/// <param name="Engine"><c>ollama</c>, <c>llama-server</c>, <c>vllm</c> or <c>sglang</c>.</param>
/// <param name="Configuration">The plan for llama.cpp; null for clusters.</param>
/// <param name="Cluster">The plan for a cluster; null for llama.cpp.</param>
/// <param name="Files">The files.</param>
public sealed record ExportDocument(
    string Target,
    string Variant,
    string Quantization,
    string Engine,
    ConfigurationDocument? Configuration,
    ClusterDocument? Cluster,
    IReadOnlyList<ExportFileDocument> Files);

/// <summary>One exported file.</summary>
/// <param name="Path">Its name, or where it was written.</param>
/// <param name="Content">The text.</param>
/// <param name="Executable">Whether it is a script for a Unix shell.</param>
/// <param name="Written">Whether it was written (<c>--out</c>).</param>
/// <param name="Notes">What to do with it, in the language asked for.</param>
public sealed record ExportFileDocument(string Path, string Content, bool Executable, bool Written, IReadOnlyList<string> Notes);

/// <summary>How a model is spread over a cluster.</summary>
/// <param name="Model">Folder or repository of the weights.</param>
/// <param name="Nodes">Nodes of a copy.</param>
/// <param name="Replicas">Copies.</param>
/// <param name="TensorParallel">GPUs that share every layer.</param>
/// <param name="PipelineParallel">Groups that hold a run of layers each.</param>
/// <param name="GpusPerNode">GPUs that a pod takes.</param>
/// <param name="Context">Tokens of context of one request.</param>
/// <param name="Sequences">Requests at a time.</param>
/// <param name="CacheTokens">Tokens that the cache of a copy holds.</param>
/// <param name="WeightsBytes">Weights on the fullest GPU.</param>
/// <param name="CheckpointBytes">Size of the weights on disk.</param>
/// <param name="StartupSeconds">How long a start may take.</param>
public sealed record ClusterDocument(
    string Model,
    int Nodes,
    int Replicas,
    int TensorParallel,
    int PipelineParallel,
    int GpusPerNode,
    int Context,
    int Sequences,
    long CacheTokens,
    long WeightsBytes,
    long CheckpointBytes,
    int StartupSeconds);

/// <summary>From exports to the contract's documents.</summary>
public static class ExportMap
{
    /// <summary>The plan of a cluster.</summary>
    public static ClusterDocument ToDocument(this ClusterPlan plan) => new(
        plan.ModelPath,
        plan.Nodes,
        plan.Request.Replicas,
        plan.Layout.Tensor,
        plan.Layout.Pipeline,
        plan.GpusPerPod,
        plan.Request.Context,
        plan.Sequences,
        plan.Memory.CacheTokens,
        plan.Memory.Weights.Bytes,
        plan.Model.CheckpointBytes.Bytes,
        plan.Waits.StartupSeconds);

    /// <summary>A file, its notes in one language.</summary>
    /// <param name="file">The file.</param>
    /// <param name="written">Where it was written, or null.</param>
    /// <param name="language">The language of the notes.</param>
    public static ExportFileDocument ToDocument(this ExportFile file, string? written, Language language) => new(
        written ?? file.Path, file.Content, file.Executable, written is not null, [.. file.Notes.Select(note => note.In(language))]);
}
