using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning;

/// <summary>How a model is to be run, as far as a person said; the machine decides the rest.</summary>
/// <param name="Options">The options, GPU layers not set.</param>
/// <param name="GpuLayers">GPU layers, or null for auto.</param>
/// <param name="CpuMoeGiven">Whether the experts' place was given too.</param>
public sealed record RuntimeRequest(RuntimeOptions Options, int? GpuLayers, bool CpuMoeGiven)
{
    /// <summary>Checks against the model; nothing of the machine is needed yet.</summary>
    public void CheckAgainst(PlannedModel model)
    {
        ModelArchitecture architecture = model.Layout.Architecture;
        int sequence = Options.Context / Math.Max(1, Options.Parallel); // the limit is each sequence's own (n_ctx_seq, src/llama-context.cpp:291-327, llama.cpp v0.4.0)
        if (sequence > architecture.ContextLength)
        {
            throw new UserErrorException(RuntimeRequestTexts.ContextTooLong(model.DisplayName, sequence, architecture.ContextLength));
        }

        if (GpuLayers > architecture.LayerCount + 1)
        {
            throw new UserErrorException(RuntimeRequestTexts.TooManyLayers(model.DisplayName, GpuLayers.Value, architecture.LayerCount + 1));
        }

        if (Options.CpuMoeLayers > 0 && architecture.Experts is null)
        {
            throw new UserErrorException(RuntimeRequestTexts.NoExperts(model.DisplayName));
        }

        EngineLimits.Check(architecture, Options);
    }

    /// <summary>The options for a machine: GPU layers as given, or as suits it best.</summary>
    /// <param name="judge">The machine.</param>
    /// <param name="model">The model.</param>
    /// <param name="engineDecides">Whether the engine itself will say if there is a GPU to put the layers on, also one that is not planned with.</param>
    public RuntimeOptions On(Judge judge, PlannedModel model, bool engineDecides = false)
    {
        if (GpuLayers is { } layers)
        {
            return layers > 0 && judge.Target.Gpus.Count == 0 && !engineDecides
                ? throw new UserErrorException(RuntimeRequestTexts.NoGpu(layers))
                : Options with { GpuLayers = layers };
        }

        RuntimeOptions planned = judge.Place(model.Layout, Options);
        return CpuMoeGiven ? planned with { CpuMoeLayers = Options.CpuMoeLayers } : planned;
    }

    /// <summary>What is said where GPU layers are wanted and there is no GPU.</summary>
    public static BilingualText NoGpu(int layers) => RuntimeRequestTexts.NoGpu(layers);
}
