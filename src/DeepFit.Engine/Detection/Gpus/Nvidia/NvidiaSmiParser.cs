using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Nvidia;

/// <summary>Reads <c>nvidia-smi --query-gpu=… --format=csv,noheader,nounits</c> and <c>nvidia-smi -L</c>. Messages and broken lines are passed over.</summary>
internal static class NvidiaSmiParser
{
    /// <summary>The columns that <see cref="Parse"/> expects, in order.</summary>
    public const string Query = "name,memory.total,memory.free,driver_version,pci.bus_id,compute_cap,mig.mode.current";

    /// <summary>The columns that drivers before 2021 know, a prefix of <see cref="Query"/>.</summary>
    public const string OldQuery = "name,memory.total,memory.free,driver_version,pci.bus_id";

    private const int FewestColumns = 5;

    /// <summary>One card a line; cards that the driver has lost, or that have no name, are left out.</summary>
    public static IReadOnlyList<NvidiaCard> Parse(string output)
    {
        List<NvidiaCard> cards = [];
        foreach (string line in output.Split('\n'))
        {
            string[] fields = line.Split(',', StringSplitOptions.TrimEntries);
            if (fields.Length < FewestColumns || fields[0].Length == 0 || fields[0][0] == '[' || IsBroken(fields[1]))
                continue;

            ByteSize? memory = ProbeText.Size(fields[1], ByteSize.MiB) is { Bytes: > 0 } m ? m : null;
            if (memory is null && !IsUnsupported(fields[1]))
                continue;

            cards.Add(new NvidiaCard
            {
                Name = fields[0],
                Memory = memory,
                MemoryFree = memory is { } all && ProbeText.Size(fields[2], ByteSize.MiB) is { } free ? ByteSize.Min(free, all) : null,
                Driver = Value(fields[3]),
                Address = PciAddress.Normalize(fields[4]),
                ComputeCapability = fields.Length > 5 ? Value(fields[5]) : null,
                MigEnabled = fields.Length > 6 && fields[6] == "Enabled",
            });
        }

        return cards;
    }

    /// <summary>
    /// The MIG instances of <c>nvidia-smi -L</c>, by the order of the cards that own them. The memory is the profile's (<c>3g.20gb</c>),
    /// in GiB less what the driver keeps, which this output does not tell.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<MigInstance>> ParseList(string output)
    {
        List<IReadOnlyList<MigInstance>> cards = [];
        List<MigInstance> instances = [];
        string cardName = "NVIDIA";
        foreach (string rawLine in output.Split('\n'))
        {
            string line = rawLine.Trim();
            if (line.StartsWith("GPU ", StringComparison.Ordinal) && ProbeText.KeyValue(line, out _, out ReadOnlySpan<char> card))
            {
                int parenthesis = card.IndexOf(" (UUID", StringComparison.Ordinal);
                cardName = (parenthesis < 0 ? card : card[..parenthesis]).ToString();
                instances = [];
                cards.Add(instances);
            }
            else if (cards.Count > 0 && line.StartsWith("MIG ", StringComparison.Ordinal) && ParseInstance(line, cardName) is { } instance)
            {
                instances.Add(instance);
            }
        }

        return cards;
    }

    // "MIG 3g.20gb     Device  0: (UUID: MIG-f3bd18a5-...)"
    private static MigInstance? ParseInstance(string line, string cardName)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2)
            return null;

        string profile = words[1];
        int dot = profile.IndexOf('.', StringComparison.Ordinal);
        int unit = profile.IndexOf("gb", dot + 1, StringComparison.Ordinal);
        if (dot < 0 || unit < 0 || ProbeText.Size(profile.AsSpan((dot + 1)..unit), ByteSize.GiB) is not { Bytes: > 0 } memory)
            return null;

        int uuid = line.IndexOf("MIG-", StringComparison.Ordinal);
        return new MigInstance($"{cardName} MIG {profile}", uuid < 0 ? null : line[uuid..].TrimEnd(')', ' '), memory, null);
    }

    private static bool IsUnsupported(string field) => field is "[N/A]" or "N/A" or "[Not Supported]" or "Not Supported";

    private static bool IsBroken(string field) =>
        field.Contains("lost", StringComparison.OrdinalIgnoreCase) || field.Contains("Error", StringComparison.OrdinalIgnoreCase);

    private static string? Value(string field) => field.Length == 0 || field[0] == '[' || field == "N/A" ? null : field;
}
