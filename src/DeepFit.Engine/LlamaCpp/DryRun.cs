using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Units;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>
/// Memory as the engine itself lays it out on this machine's devices (<see cref="EstimateBasis.Simulated"/>): the model's header over a hole, loaded with
/// <c>no_alloc</c>. Nothing is downloaded or allocated; it takes well under a second.
/// </summary>
public sealed class DryRun
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly EngineClient client;

    /// <summary>Creates the simulation.</summary>
    /// <param name="client">Who asks the engine; null for the default child process.</param>
    public DryRun(EngineClient? client = null) => this.client = client ?? new EngineClient();

    /// <summary>Simulates a configuration.</summary>
    /// <param name="layout">The model.</param>
    /// <param name="options">How it is to be run.</param>
    /// <param name="cancellationToken">Stops the child.</param>
    /// <returns>
    /// The CPU (host memory: pinned and repacked buffers included) and then the GPUs that the engine would use, in its order. Weights, cache and compute
    /// equal <c>llama-fit-params</c>; the overhead is the output (logits) buffer, which that tool leaves out.
    /// </returns>
    /// <exception cref="ConfigurationRefusedException">The engine refuses the configuration.</exception>
    /// <exception cref="EngineUnavailableException">There is no engine for this machine.</exception>
    /// <exception cref="EngineFailedException">The engine or a driver failed.</exception>
    public Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, CancellationToken cancellationToken = default) =>
        SimulateAsync(layout, options, modelPath: null, cancellationToken);

    /// <summary>Simulates a configuration of a GGUF file.</summary>
    /// <param name="layout">The file's layout.</param>
    /// <param name="options">How it is to be run.</param>
    /// <param name="modelPath">The file (of a split model the first part), or null for a synthetic header.</param>
    /// <param name="cancellationToken">Stops the child.</param>
    /// <returns>As the other overload.</returns>
    /// <exception cref="ConfigurationRefusedException">The engine refuses the configuration.</exception>
    /// <exception cref="EngineUnavailableException">There is no engine for this machine.</exception>
    /// <exception cref="EngineFailedException">The engine or a driver failed.</exception>
    public async Task<MemoryEstimate> SimulateAsync(ModelLayout layout, RuntimeOptions options, string? modelPath, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(options);
        NativeEngine.Locate();
        using EngineFolder? folder = modelPath is null ? EngineFolder.Create() : null;
        var request = new EngineRequest { Folder = folder?.Path, Layout = layout, ModelPath = modelPath is null ? null : Path.GetFullPath(modelPath), Options = options };
        EngineReply reply = await client.AskAsync("dryrun", request, Timeout, cancellationToken).ConfigureAwait(false);
        return new MemoryEstimate(
            EstimateBasis.Simulated,
            [.. reply.DryRun!.Rows.Select((r, i) => new DeviceMemory(
                r.Device, new ByteSize(r.Weights), new ByteSize(r.KvCache), new ByteSize(r.Compute), Overhead(i == 0, r.Device)))]);

        // a dry run loads no vocabulary and computes nothing, so what the process takes besides comes from the same figures as an estimate's
        ByteSize Overhead(bool isHost, string device) => isHost
            ? ProcessOverhead.Host(layout.Architecture, options)
            : ProcessOverhead.Gpu(device.TrimEnd([.. "0123456789"]).ToLowerInvariant());
    }
}
