using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>The words of a description that are no product: harmless ones, flags, names of computers, and what must be refused.</summary>
internal sealed class MachineTextWords(List<MachineSegment> segments, MachineCatalogs catalogs, List<BilingualText> notes)
{
    private static readonly HashSet<string> s_harmless = new(StringComparer.Ordinal)
    {
        "custom", "pc", "desktop", "workstation", "server", "computer", "machine", "rig", "build", "box", "cpu", "cpus", "gpu", "gpus", "igpu", "dgpu", "apu", "npu", "integrated", "card",
        "cards", "soc", "system", "on-demand", "lambda", "cloud", "instance", "vm", "each", "total", "the", "of", "in", "on", "my", "class", "fe", "oc", "founders", "asus", "msi", "gigabyte",
        "zotac", "palit", "evga", "pny", "gainward", "galax", "colorful", "inno3d", "sapphire", "powercolor", "xfx", "asrock", "laptop", "notebook", "mobile", "hbm", "hbm2", "hbm2e", "hbm3", "hbm3e",
        "gddr5", "gddr6", "gddr6x", "gddr7", "only", "host", "home", "homelab", "dev", "kit", "devkit", "developer", "development", "platform", "mini-pc", "minipc", "socket", "sockets", "dimm", "sodimm", "udimm", "rdimm", "ecc", "台式机", "笔记本", "服务器", "工作站", "主机", "电脑", "核显", "集显", "独显",
    };

    /// <summary>Whether "CPU" stands for itself: GPUs that were not named are left out.</summary>
    public bool Cpu { get; private set; }

    /// <summary>Whether the processor's own GPU is named.</summary>
    public bool Integrated { get; private set; }

    /// <summary>Whether it is a laptop.</summary>
    public bool Laptop { get; private set; }

    /// <summary>Whether a word changes nothing.</summary>
    public static bool IsHarmless(string word) => s_harmless.Contains(word) || word.StartsWith("gen", StringComparison.Ordinal) && word.Length <= 5 && word[3..].All(char.IsAsciiDigit)
        || word.StartsWith("pcie", StringComparison.Ordinal) || word is "x4" or "x8" or "x16";

    /// <summary>Looks at every word that is left.</summary>
    /// <exception cref="UserErrorException">One may mean another product, or is not known.</exception>
    public void Check()
    {
        for (int i = 0; i < segments.Count; i++)
        {
            Check(i, brandsOnly: true); // "Foo (Ryzen 9 9999X)": what is unknown is the processor
        }

        for (int i = 0; i < segments.Count; i++)
        {
            Check(i, brandsOnly: false);
        }
    }

    private void Check(int index, bool brandsOnly)
    {
        MachineSegment segment = segments[index];
        MachineToken[] left = [.. segment.Tokens.Where((t, i) => t.Kind is MachineTokenKind.Word or MachineTokenKind.Count && !segment.Used.Contains(i))];
        Flags(left);
        MachineToken[] unknown = [.. left.Where(t => !IsHarmless(t.Text) && !MachineProducts.IsFiller(t))];
        bool named = left.Any(t => MachineProducts.IsBrand(t.Text) || MachineProducts.VendorOf(t.Text) is not null);
        if (segment.Matches.Count > 0)
        {
            if (unknown.Length > 0)
            {
                throw MachineTextErrors.Unknown(Words(segment), catalogs);
            }

            return;
        }

        bool brand = left.Any(t => MachineProducts.IsBrand(t.Text)) || named || left.Any(t => t.Kind == MachineTokenKind.Count);
        if (brandsOnly && !brand)
        {
            return;
        }

        if (brand || (unknown.Length > 0 && segment.Depth == 0 && !IsHost(index)))
        {
            throw MachineTextErrors.Unknown(Words(segment), catalogs);
        }

        if (unknown.Any(t => t.Text.Any(char.IsLetter)))
        {
            string words = string.Join(' ', unknown.Select(t => t.Text));
            notes.Add(new BilingualText($"\"{words}\" is not in the catalogue and changes nothing", $"“{words}”不在目录中，未计入"));
        }
    }

    private void Flags(MachineToken[] left)
    {
        Cpu |= left.Any(t => t.Text == "cpu");
        Integrated |= left.Any(t => t.Text is "igpu" or "integrated" or "apu" or "核显" or "集显");
        Laptop |= left.Any(t => t.Text is "laptop" or "notebook" or "mobile" or "笔记本");
    }

    // A computer's name may be unknown where its parts follow: "X (parts)", "X with parts".
    private bool IsHost(int index)
    {
        for (int i = index + 1; i < segments.Count; i++)
        {
            bool inside = segments[i].Depth > segments[index].Depth || segments[i].Before == MachineTokenKind.With;
            if (inside && segments[i].Matches.Count > 0)
            {
                return true;
            }

            bool figuresOnly = segments[i].Tokens.TrueForAll(t => t.Kind != MachineTokenKind.Word);
            if (!inside && !figuresOnly)
            {
                return false;
            }
        }

        return false;
    }

    private static string Words(MachineSegment segment) => string.Join(' ', segment.Tokens.Where(t => t.Kind is MachineTokenKind.Word or MachineTokenKind.Count).Select(t => t.Text));
}
