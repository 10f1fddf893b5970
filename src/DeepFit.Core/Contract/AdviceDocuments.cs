namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit advise --want ... --json</c> prints.</summary>
/// <param name="Goal">What is wanted.</param>
/// <param name="Options">Hardware that reaches it, the least first.</param>
/// <param name="Closest">What comes closest when nothing does.</param>
/// <param name="Considered">Machines that were composed.</param>
/// <param name="Reached">Machines that reach the goal.</param>
/// <param name="Explanation">The answer, in the language asked for.</param>
public sealed record AdviceDocument(
    AdviceGoalDocument Goal,
    IReadOnlyList<HardwareOptionDocument> Options,
    IReadOnlyList<HardwareGapDocument> Closest,
    int Considered,
    int Reached,
    string Explanation);

/// <summary>A goal.</summary>
/// <param name="Variants">Versions, by catalogue id.</param>
/// <param name="Quantization">The quantization, or null for the best that is worth running.</param>
/// <param name="MinTps">Least generation speed, in tokens per second.</param>
/// <param name="Context">Context for each user, in tokens, of the first version.</param>
/// <param name="Use">The use.</param>
/// <param name="Users">People at a time.</param>
/// <param name="MaxPriceUsd">Highest launch price, or null.</param>
/// <param name="Vendor">The maker, or null.</param>
/// <param name="Form"><c>desktop mac server laptop</c>, or null.</param>
public sealed record AdviceGoalDocument(
    IReadOnlyList<string> Variants, string? Quantization, double? MinTps, int Context, string Use, int Users, double? MaxPriceUsd, string? Vendor, string? Form);

/// <summary>Hardware that reaches a goal.</summary>
/// <param name="Hardware">The hardware.</param>
/// <param name="Certainty"><c>surely</c> (the low end of the speed reaches the goal) or <c>probably</c> (its middle does).</param>
/// <param name="Bottleneck"><c>layers_on_cpu ram_bandwidth gpu_bandwidth compute</c>.</param>
/// <param name="BottleneckText">The same in words.</param>
/// <param name="Configurations">How it runs each version.</param>
public sealed record HardwareOptionDocument(
    HardwareDocument Hardware, string Certainty, string Bottleneck, string BottleneckText, IReadOnlyList<ConfigurationDocument> Configurations);

/// <summary>Hardware.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Group"><c>one_gpu two_gpus several_gpus unified cpu</c>.</param>
/// <param name="Form"><c>desktop mac server laptop</c>.</param>
/// <param name="Vendor">The maker.</param>
/// <param name="Count">Cards, or processors.</param>
/// <param name="MemoryBytes">Memory that decides, of all cards.</param>
/// <param name="BandwidthBytesPerSecond">Its bandwidth, one card's.</param>
/// <param name="PriceUsd">Launch price in US dollars of the cards or of the computer, or null.</param>
/// <param name="PriceSource">Its source, or null.</param>
/// <param name="Assumes">What was assumed of the rest of the machine.</param>
public sealed record HardwareDocument(
    string Name,
    string Group,
    string Form,
    string Vendor,
    int Count,
    long MemoryBytes,
    long? BandwidthBytesPerSecond,
    double? PriceUsd,
    string? PriceSource,
    IReadOnlyList<string> Assumes);

/// <summary>Hardware that comes near a goal.</summary>
/// <param name="Hardware">The hardware.</param>
/// <param name="Distance">How far it is, in words.</param>
/// <param name="SpeedShare">Its speed over the wanted one, or null where it does not fit.</param>
/// <param name="MissingBytes">Memory that is missing, or null where it fits.</param>
/// <param name="Configuration">How it runs, or null.</param>
public sealed record HardwareGapDocument(HardwareDocument Hardware, string Distance, double? SpeedShare, long? MissingBytes, ConfigurationDocument? Configuration);

/// <summary>What <c>deepfit advise --json</c> prints without <c>--want</c>.</summary>
/// <param name="Machine">The machine as it is.</param>
/// <param name="Use">The use.</param>
/// <param name="Before">What it is recommended now, or null when nothing fits.</param>
/// <param name="Changes">Single changes that bring something, the best first.</param>
/// <param name="Notes">What to know.</param>
/// <param name="Considered">Changes that were tried.</param>
/// <param name="Explanation">The best change, or why none helps.</param>
public sealed record UpgradeDocument(
    MachineDocument Machine,
    string Use,
    ConfigurationDocument? Before,
    IReadOnlyList<UpgradeChangeDocument> Changes,
    IReadOnlyList<string> Notes,
    int Considered,
    string Explanation);

/// <summary>A single change.</summary>
/// <param name="Kind"><c>ram gpu second_gpu machine</c>.</param>
/// <param name="Change">The change, in words.</param>
/// <param name="PriceUsd">Launch price in US dollars, or null.</param>
/// <param name="PriceSource">Its source, or null.</param>
/// <param name="MovesUp">Whether a larger version becomes the pick.</param>
/// <param name="Gain">Points of the recommender's figure.</param>
/// <param name="Reason">What it buys, in words.</param>
/// <param name="After">What is then recommended.</param>
public sealed record UpgradeChangeDocument(
    string Kind, string Change, double? PriceUsd, string? PriceSource, bool MovesUp, double? Gain, string Reason, ConfigurationDocument After);
