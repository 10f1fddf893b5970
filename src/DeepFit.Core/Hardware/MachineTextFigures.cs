using System.Globalization;
using System.Text.RegularExpressions;
using DeepFit.Core.Units;

namespace DeepFit.Core.Hardware;

/// <summary>The figures of a machine's description: memory, channels, cores, sockets, joined machines.</summary>
internal sealed partial class MachineTextFigures
{
    public double? MemoryGiB { get; private set; }

    public string? MemoryType { get; private set; }

    public double? MemorySpeed { get; private set; }

    public int? Channels { get; private set; }

    public ByteRate? Rate { get; private set; }

    public int? CpuCores { get; private set; }

    public int? GpuCores { get; private set; }

    public int? Threads { get; private set; }

    public int? VirtualCpus { get; private set; }

    public int? Sockets { get; private set; }

    public int? Nodes { get; private set; }

    public string? Interconnect { get; private set; }

    public double? CarveOutGiB { get; private set; }

    public bool CpuOnly { get; private set; }

    public void SetNodes(int nodes) => Nodes = Same(Nodes, nodes, "numbers of joined machines", "互联台数");

    /// <summary>Takes the figures of a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="previous">The one before it, or null.</param>
    public void Read(MachineSegment segment, MachineSegment? previous)
    {
        for (int i = 0; i < segment.Tokens.Count; i++)
        {
            if (segment.Tokens[i].Kind == MachineTokenKind.Word && !segment.Used.Contains(i))
            {
                BareSize(segment, i);
            }
            else if (segment.Tokens[i].Kind is not (MachineTokenKind.Word or MachineTokenKind.Count))
            {
                Read(segment, i, previous);
                segment.Used.Add(i);
            }
        }
    }

    private static string KindAt(MachineSegment segment, int i)
    {
        MachineTokenKind Kind(int at) => at >= 0 && at < segment.Tokens.Count ? segment.Tokens[at].Kind : MachineTokenKind.Break;
        MachineTokenKind[] near = [Kind(i + 1), Kind(i + 2) is MachineTokenKind.RamWord && Kind(i + 1) is MachineTokenKind.Memory ? MachineTokenKind.RamWord : MachineTokenKind.Break, Kind(i - 1)];
        foreach (MachineTokenKind kind in near)
        {
            switch (kind)
            {
                case MachineTokenKind.CarveWord:
                    return "carve";
                case MachineTokenKind.VramWord:
                    return "vram";
                case MachineTokenKind.RamWord or MachineTokenKind.Memory:
                    return "ram";
                default:
                    break;
            }
        }

        return "";
    }

    private void Read(MachineSegment segment, int i, MachineSegment? previous)
    {
        MachineToken token = segment.Tokens[i];
        switch (token.Kind)
        {
            case MachineTokenKind.Size:
                Size(segment, i, previous);
                break;
            case MachineTokenKind.Rate:
                Rate = ByteRate.FromGBPerSecond(token.Number is > 0 and <= 100_000 ? token.Number : throw Impossible(token));
                break;
            case MachineTokenKind.Memory:
                MemoryType = Same(MemoryType, token.Word!, "kinds of memory", "内存种类");
                if (!double.IsNaN(token.Number))
                {
                    Speed(token);
                }

                break;
            case MachineTokenKind.Speed:
                Speed(token);
                break;
            case MachineTokenKind.Channels:
                Channels = Same(Channels, Whole(token, MachineComposer.MostChannels), "numbers of memory channels", "内存通道数");
                break;
            case MachineTokenKind.Cores when token.Word == "gpu":
                GpuCores = Same(GpuCores, Whole(token, 1024), "numbers of GPU cores", "GPU 核心数");
                break;
            case MachineTokenKind.Cores:
                CpuCores = Same(CpuCores, Whole(token, 4096), "numbers of cores", "核心数");
                break;
            case MachineTokenKind.Threads:
                Threads = Same(Threads, Whole(token, 8192), "numbers of threads", "线程数");
                break;
            case MachineTokenKind.VirtualCpus:
                VirtualCpus = Same(VirtualCpus, Whole(token, 8192), "numbers of vCPUs", "vCPU 数");
                break;
            case MachineTokenKind.Sockets:
                Sockets = Same(Sockets, Whole(token, MachineComposer.MostSockets), "numbers of sockets", "处理器个数");
                break;
            case MachineTokenKind.Nodes:
                SetNodes(Whole(token, MachineComposer.MostNodes));
                break;
            case MachineTokenKind.Over:
                Interconnect = Joined().Match(token.Word!.Trim()) is { Success: true } match && match.Length == token.Word.Trim().Length
                    ? token.Word.Trim()
                    : throw MachineTextErrors.Wrong(
                        $"\"{token.Text.Trim()}\": machines are joined over ethernet, infiniband, thunderbolt, usb4, roce or wi-fi.",
                        $"“{token.Text.Trim()}”：机器之间可以用 ethernet、infiniband、thunderbolt、usb4、roce 或 wi-fi 互联。");
                break;
            case MachineTokenKind.CpuOnly:
                CpuOnly = true;
                break;
            default:
                break;
        }
    }

    private void Size(MachineSegment segment, int i, MachineSegment? previous)
    {
        MachineToken token = segment.Tokens[i];
        if (token.Number <= 0 || token.Number > MachineComposer.MostMemoryGiB)
        {
            throw Impossible(token);
        }

        string kind = KindAt(segment, i);
        bool ofOther = segment.Matches.Exists(m => m.Last == i - 1 && m.Products.All(p => p.Device is null));
        MachineMatch? card = ofOther ? null : segment.Matches.Find(m => m.Products.Any(p => p.Device is { Unified: false }) && Beside(segment, m, i));
        if (card is null && segment.Matches.Count == 0 && segment.Before == MachineTokenKind.Open && previous?.Matches.LastOrDefault() is { Size: null } behind
            && behind.Products.Any(p => p.Device is { Unified: false } d && d.MemorySizes.Contains(token.Number)))
        {
            card = behind; // "RTX 4090 (24 GB)"
        }

        if (kind == "carve")
        {
            CarveOutGiB = Same(CarveOutGiB, token.Number, "carve-outs", "预留显存");
        }
        else if (kind == "vram" || (kind.Length == 0 && card is not null))
        {
            card ??= segment.Matches.Find(m => m.Products.Any(p => p.Device is { Unified: false })) ?? throw MachineTextErrors.Wrong(
                $"\"{segment.Text}\": write the GPU's memory beside its name, such as \"rtx 3060 12 GB\".", $"“{segment.Text}”：请把显存写在显卡名称旁边，例如 \"rtx 3060 12 GB\"。");
            card.Size = Same(card.Size, token.Number, "sizes of the GPU's memory", "显存大小");
        }
        else
        {
            MemoryGiB = Same(MemoryGiB, token.Number, "sizes of system memory", "内存大小");
        }
    }

    // "mac-m4-max-64", "rtx-4060-ti-16": a bare number behind a product that is one of its sizes.
    private void BareSize(MachineSegment segment, int i)
    {
        MachineMatch? before = segment.Matches.Find(m => m.Last == i - 1);
        if (before is null || !double.TryParse(segment.Tokens[i].Text, NumberStyles.None, CultureInfo.InvariantCulture, out double number)
            || !before.Products.Any(p => (p.Device?.MemorySizes ?? p.System?.MemorySizes ?? []).Contains(number)))
        {
            return;
        }

        segment.Used.Add(i);
        if (before.Products.Any(p => p.Device is { Unified: false }))
        {
            before.Size = number;
        }
        else
        {
            MemoryGiB = Same(MemoryGiB, number, "sizes of system memory", "内存大小");
        }
    }

    private static bool Beside(MachineSegment segment, MachineMatch match, int i)
    {
        (int from, int to) = i > match.Last ? (match.Last + 1, i) : i < match.First ? (i + 1, match.First) : (0, 0);
        for (int k = from; k < to; k++)
        {
            if (segment.Tokens[k] is not { Kind: MachineTokenKind.Word } token || !(MachineProducts.IsFiller(token) || MachineTextWords.IsHarmless(token.Text)))
            {
                return false;
            }
        }

        return true;
    }

    private void Speed(MachineToken token)
    {
        if (token.Number is < 100 or > 20_000)
        {
            throw MachineTextErrors.Wrong(
                string.Create(CultureInfo.InvariantCulture, $"\"{token.Text}\" is not possible: memory makes from 100 to 20000 million transfers per second."),
                string.Create(CultureInfo.InvariantCulture, $"“{token.Text}”不可能：内存速率应在 100 到 20000 MT/s 之间。"));
        }

        MemorySpeed = Same(MemorySpeed, token.Number, "speeds of memory", "内存速率");
    }

    private static int Whole(MachineToken token, int most) =>
        token.Number >= 1 && token.Number <= most && token.Number == Math.Floor(token.Number) ? (int)token.Number : throw Impossible(token);

    private static Text.UserErrorException Impossible(MachineToken token) =>
        MachineTextErrors.Wrong($"\"{token.Text.Trim()}\" is not possible for a machine. `deepfit machines --show \"...\"` shows how a description is read.",
            $"机器不可能有“{token.Text.Trim()}”。可用 `deepfit machines --show \"...\"` 查看描述是如何理解的。");

    private static T Same<T>(T? known, T value, string en, string zh)
        where T : struct, IEquatable<T>, IFormattable
        => known is not { } first || first.Equals(value)
            ? value
            : throw MachineTextErrors.Twice(en, zh, first.ToString(null, CultureInfo.InvariantCulture), value.ToString(null, CultureInfo.InvariantCulture));

    private static string Same(string? known, string value, string en, string zh) =>
        known is null || known == value ? value : throw MachineTextErrors.Twice(en, zh, known, value);

    [GeneratedRegex(@"^(?:\d{1,4}\s?(?:g|gb|gbe|gbit|gbit/s|gb/s)?\s?)?(?:ethernet|gbe|infiniband|ib|roce|rdma|thunderbolt\s?\d?|tb\d|usb\s?\d?|lan|wi-?fi|nvlink|network|rpc)$")]
    private static partial Regex Joined();
}
