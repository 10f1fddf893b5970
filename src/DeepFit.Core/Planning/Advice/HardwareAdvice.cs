using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Advice;

/// <summary>Hardware that could be bought.</summary>
/// <param name="Name">What it is: <c>2 × RTX 3090 (24 GB)</c>.</param>
/// <param name="Group"><c>one_gpu two_gpus several_gpus unified cpu</c>.</param>
/// <param name="Form"><c>desktop mac server laptop</c>.</param>
/// <param name="Vendor">The maker, one lower-case word.</param>
/// <param name="Machine">The machine that it makes, with what was assumed of the rest.</param>
/// <param name="PriceUsd">Launch price in US dollars of the cards or of the computer, or null when no source has it.</param>
/// <param name="PriceSource">Where the price is from, or null.</param>
/// <param name="Memory">Memory that decides: the cards', or the machine's.</param>
/// <param name="Bandwidth">Bandwidth of that memory, one card's.</param>
/// <param name="Count">Cards, or processors.</param>
public sealed record HardwareCandidate(
    string Name,
    string Group,
    string Form,
    string Vendor,
    MachineProfile Machine,
    double? PriceUsd,
    string? PriceSource,
    ByteSize Memory,
    ByteRate Bandwidth,
    int Count)
{
    /// <summary>How large it is, where no price tells: memory in GiB × bandwidth in GB/s.</summary>
    public double Class => Memory.InGiB * Bandwidth.InGBPerSecond;
}

/// <summary>Hardware that reaches the goal.</summary>
public sealed record HardwareOption
{
    /// <summary>The hardware.</summary>
    public required HardwareCandidate Candidate { get; init; }

    /// <summary>The best way to run each wanted version on it, in the order asked for.</summary>
    public required IReadOnlyList<Configuration> Configurations { get; init; }

    /// <summary>Whether the low end of the speed's 80% interval reaches the goal too (surely), or only its middle (probably).</summary>
    public required bool Surely { get; init; }

    /// <summary>What keeps it from being faster: <c>layers_on_cpu ram_bandwidth gpu_bandwidth compute</c>.</summary>
    public required string Bottleneck { get; init; }

    /// <summary>The same in words.</summary>
    public required BilingualText BottleneckText { get; init; }

    /// <summary>The configuration that is slowest: what the option is judged by.</summary>
    public Configuration Slowest => Configurations.MinBy(c => c.Speed!.GenerationTps)!;
}

/// <summary>Hardware that comes near.</summary>
/// <param name="Candidate">The hardware.</param>
/// <param name="Configuration">How it runs what was wanted, or null where that does not fit.</param>
/// <param name="Text">How far it is.</param>
/// <param name="SpeedShare">Its speed over the wanted one, or null where it does not fit.</param>
/// <param name="MissingBytes">Memory that is missing, or null where it fits.</param>
public sealed record HardwareGap(HardwareCandidate Candidate, Configuration? Configuration, BilingualText Text, double? SpeedShare, ByteSize? MissingBytes);

/// <summary>The least hardware that reaches a goal.</summary>
public sealed record HardwareAdvice
{
    /// <summary>The goal.</summary>
    public required HardwareGoal Goal { get; init; }

    /// <summary>What reaches it, the least first; empty when nothing does.</summary>
    public required IReadOnlyList<HardwareOption> Options { get; init; }

    /// <summary>What comes closest when nothing reaches it.</summary>
    public required IReadOnlyList<HardwareGap> Closest { get; init; }

    /// <summary>How many machines were composed.</summary>
    public required int Considered { get; init; }

    /// <summary>How many of them reach the goal; smaller siblings that do make larger ones superfluous, which are not counted.</summary>
    public required int Reached { get; init; }

    /// <summary>The answer in a sentence.</summary>
    public required BilingualText Explanation { get; init; }
}
