namespace DeepFit.Core.Estimation;

/// <summary>
/// How far estimates may be off: logarithms of the ends of 80% intervals over the estimate, by kind of configuration. The quantiles are of the residuals that
/// cross-validation leaves, no device being in both parts (<c>bench/DeepFit.SpeedFit</c>).
/// </summary>
internal sealed class SpeedIntervals
{
    private static readonly string[] Kinds = ["cpu", "cpu-measured", "nvidia", "apple", "gpu", "other", "several", "moe"];
    private readonly Dictionary<string, Ends> ends = new(StringComparer.Ordinal);
    private readonly SpeedHardware hardware;
    private readonly double unknown;

    public SpeedIntervals(SpeedHardware hardware, SpeedConstants constants)
    {
        this.hardware = hardware;
        unknown = constants.Get("general", "unknown", "log_half_width");
        foreach (string kind in Kinds)
        {
            ends[kind] = new Ends(
                constants.Get("interval", kind, "prompt_low"),
                constants.Get("interval", kind, "prompt_high"),
                constants.Get("interval", kind, "generation_low"),
                constants.Get("interval", kind, "generation_high"));
        }
    }

    /// <summary>The kind of a configuration: whose residuals speak for it.</summary>
    public static string KindOf(SpeedHardware hardware, SpeedLayout m, in SpeedSeconds seconds)
    {
        if (m.ExpertShare > 0)
        {
            return "moe";
        }

        if (seconds.GpusUsed == 0)
        {
            return hardware.Cpu.Class;
        }

        if (seconds.GpusUsed > 1 || seconds.CpuShare > 0.02)
        {
            return "several";
        }

        return hardware.Gpus[0].Class switch
        {
            "nvidia" or "hbm" => "nvidia",
            "apple" or "apple-ultra" => "apple",
            "other" => "other",
            _ => "gpu",
        };
    }

    /// <summary>The estimate as a figure with its interval.</summary>
    public SpeedFigure Figure(SpeedLayout m, in SpeedSeconds seconds)
    {
        Ends of = ends[KindOf(hardware, m, seconds)];
        bool known = seconds.GpusUsed == 0 ? hardware.Cpu.Known : hardware.Gpus[0].Known;
        double wider = (known ? 0 : unknown) + (seconds.StreamedBytes > 0 ? unknown : 0);
        return new SpeedFigure(
            EstimateBasis.Estimated,
            1 / seconds.Prompt,
            1 / seconds.Generation,
            of.PromptLow - wider,
            of.PromptHigh + wider,
            of.GenerationLow - wider,
            of.GenerationHigh + wider);
    }

    private readonly record struct Ends(double PromptLow, double PromptHigh, double GenerationLow, double GenerationHigh);
}
