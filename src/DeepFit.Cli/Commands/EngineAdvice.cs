using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Flavours;

namespace DeepFit.Cli.Commands;

/// <summary>What a GPU does, and what would put it to use.</summary>
/// <param name="Used">Whether the loaded flavour drives it.</param>
/// <param name="Install">The flavour that would use it, or use it better; null when there is none.</param>
/// <param name="Text">The same in words.</param>
internal sealed record EngineAdvice(bool Used, string? Install, BilingualText Text)
{
    /// <summary>Judges one GPU.</summary>
    /// <param name="gpu">The GPU; its back ends are in the order of preference.</param>
    /// <param name="flavours">The flavours of the engine.</param>
    /// <param name="devices">What the loaded one sees.</param>
    public static EngineAdvice Of(GpuDevice gpu, IReadOnlyList<EngineFlavour> flavours, IReadOnlyList<EngineDevice> devices)
    {
        EngineFlavour? chosen = flavours.FirstOrDefault(flavour => flavour.Chosen);
        List<string> preferred = [.. gpu.Backends];
        int mine = chosen is null ? -1 : preferred.FindIndex(backend => chosen.Backends.Contains(backend));
        bool used = mine >= 0 && devices.Any(device => device.Type is "gpu" or "igpu");
        EngineFlavour? better = null;
        for (int i = 0; i < (mine >= 0 ? mine : preferred.Count) && better is null; i++)
        {
            better = flavours.FirstOrDefault(flavour => !flavour.Chosen && flavour.Backends.Contains(preferred[i]));
        }

        if (better is not null)
        {
            return new EngineAdvice(used, better.Id, used ? EngineTexts.Faster(gpu.Name, better.Id) : EngineTexts.Idle(gpu.Name, better.Id));
        }

        return new EngineAdvice(used, null, used ? EngineTexts.Used(gpu.Name)
            : mine >= 0 ? EngineTexts.NoDriver(gpu.Name)
            : EngineTexts.NoBackend(gpu.Name, string.Join(", ", preferred)));
    }
}
