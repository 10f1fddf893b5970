namespace DeepFit.Core.Hardware;

/// <summary>A product of one of the catalogues under one of its names.</summary>
/// <param name="Name">The product's first name.</param>
/// <param name="Vendor">The maker, or null for a system.</param>
/// <param name="Device">Set for a GPU, an Apple chip or an accelerator.</param>
/// <param name="Cpu">Set for a processor.</param>
/// <param name="System">Set for a whole computer.</param>
/// <param name="Left">How many words of the full name are left out in this one.</param>
/// <param name="Memory">The memory size that the name states, in GB, or null.</param>
/// <param name="Bus">Whether the words left out tell PCIe and SXM cards apart.</param>
internal sealed record MachineProduct(
    string Name,
    string? Vendor,
    DeviceSpecification? Device,
    CpuSpecification? Cpu,
    SystemSpecification? System,
    int Left,
    double? Memory,
    bool Bus);

/// <summary>
/// The names of all products, as people shorten them: makers and brands may be left out where the rest still tells the product
/// (<c>4090</c>, <c>w7900</c>, <c>epyc 9374f</c>, <c>12700k</c>), the order of words does not matter, what tells products apart (<c>Ti</c>, <c>Laptop</c>) must be there.
/// </summary>
internal sealed class MachineProducts
{
    private static readonly Dictionary<string, string> s_vendors = (((string Word, string Meaning)[])
    [
        ("nvidia", "nvidia"), ("geforce", "nvidia"), ("tesla", "nvidia"), ("quadro", "nvidia"), ("amd", "amd"), ("ati", "amd"), ("radeon", "amd"),
        ("instinct", "amd"), ("intel", "intel"), ("apple", "apple"), ("huawei", "huawei"), ("ascend", "huawei"), ("moore", "moorethreads"), ("threads", "moorethreads"),
        ("英伟达", "nvidia"), ("华为", "huawei"), ("昇腾", "huawei"), ("摩尔线程", "moorethreads"), ("苹果", "apple"), ("英特尔", "intel"),
    ]).ToDictionary(p => p.Word, p => p.Meaning, StringComparer.Ordinal);

    private static readonly HashSet<string> s_filler = new(StringComparer.Ordinal)
    {
        "graphics", "gpu", "corporation", "generation", "oam", "processor", "显卡", "处理器",
    };

    // Words that may be left out when what remains tells the product.
    private static readonly HashSet<string> s_brands = new(StringComparer.Ordinal)
    {
        "rtx", "gtx", "rx", "arc", "ryzen", "epyc", "xeon", "core", "ultra", "threadripper", "gold", "platinum", "silver", "bronze", "i3", "i5", "i7", "i9",
        "snapdragon", "ampere", "qualcomm", "jetson", "raspberry", "aws", "amazon", "celeron", "pentium", "athlon", "opteron", "graviton", "altra", "ampereone", "dgx", "rpi",
    };

    private static readonly HashSet<string> s_series = new(StringComparer.Ordinal) { "3", "5", "7", "9", "ai", "pro", "hx" };

    private readonly Dictionary<string, List<MachineProduct>> _byKey = new(StringComparer.Ordinal);

    public MachineProducts(MachineCatalogs catalogs)
    {
        foreach (DeviceSpecification device in catalogs.Devices.Devices)
        {
            foreach (string name in device.Aliases.Prepend(device.Name))
            {
                Add(name, new MachineProduct(device.Name, device.Vendor, device, null, null, 0, null, false), cpu: false);
            }
        }

        foreach (CpuSpecification cpu in catalogs.Cpus.Cpus)
        {
            foreach (string name in cpu.Aliases.Prepend(cpu.Name))
            {
                Add(name, new MachineProduct(cpu.Name, cpu.Vendor, null, cpu, null, 0, null, false), cpu: true);
            }
        }

        foreach (SystemSpecification system in catalogs.Systems.Systems)
        {
            foreach (string name in system.Aliases.Prepend(system.Name))
            {
                Add(name, new MachineProduct(system.Name, null, null, null, system, 0, null, false), cpu: false);
            }
        }
    }

    /// <summary>The maker that a word names, or null.</summary>
    public static string? VendorOf(string word) => s_vendors.GetValueOrDefault(word);

    /// <summary>Whether a word says nothing of the product: a maker, "graphics".</summary>
    public static bool IsFiller(MachineToken token) => s_filler.Contains(token.Text) || s_vendors.ContainsKey(token.Text) || token.Word == "mac";

    /// <summary>Whether a word is a brand of products, so that a name that follows it must be known.</summary>
    public static bool IsBrand(string word) => s_brands.Contains(word) || word is "geforce" or "radeon" or "quadro" or "tesla" or "instinct" or "ascend";

    /// <summary>The words of a name that matter.</summary>
    public static IEnumerable<string> Words(IEnumerable<MachineToken> tokens) => tokens.Where(t => t.Kind == MachineTokenKind.Word && !IsFiller(t)).Select(t => t.Text);

    /// <summary>A name without what it explains in parentheses: <c>GB10 (DGX Spark)</c>, <c>Apple M4 Pro (16-core GPU)</c>.</summary>
    public static string Plain(string name)
    {
        int parenthesis = name.IndexOf('(', StringComparison.Ordinal);
        return parenthesis > 0 ? name[..parenthesis].TrimEnd() : name;
    }

    /// <summary>The products of these words, in any order; empty when there are none.</summary>
    public IReadOnlyList<MachineProduct> Find(IEnumerable<string> words) => _byKey.GetValueOrDefault(Key(words)) ?? [];

    private static string Key(IEnumerable<string> words) => string.Join(' ', words.SelectMany(w => MachineTextLexer.Atoms(Canonical(w))).Order(StringComparer.Ordinal));

    private static string Canonical(string word) => word switch
    {
        "sxm2" or "sxm3" or "sxm4" or "sxm5" or "sxm6" => "sxm",
        "mobile" or "notebook" => "laptop",
        "max+" => "max",
        _ => word,
    };

    private void Add(string name, MachineProduct product, bool cpu)
    {
        List<MachineToken> tokens = MachineTextLexer.Read(Plain(name));
        MachineToken? size = tokens.Find(t => t.Kind == MachineTokenKind.Size);
        string[] words = [.. Words(tokens)];
        product = product with { Memory = size?.Number };
        Put(words, product);

        string[] optional = [.. words.Where(w => s_brands.Contains(w) || (cpu && s_series.Contains(w)) || (!cpu && w is "pro" or "ai")).Distinct()];
        for (int drop = 1; drop < 1 << Math.Min(optional.Length, 6); drop++)
        {
            string[] rest = [.. words.Where(w => Array.IndexOf(optional, w) is var i && (i < 0 || (drop & (1 << i)) == 0))];
            if ((product.System is not null && rest.Any(w => w.Count(char.IsLetter) >= 2)) || Tells(rest, cpu, optional.Where((_, i) => (drop & (1 << i)) != 0)))
            {
                Put(rest, product with { Left = int.PopCount(drop) });
            }
        }

        if (cpu && words.Any(w => w.EndsWith('+')))
        {
            Put([.. words.Select(w => w.TrimEnd('+'))], product with { Left = 1 }); // "Xeon 8480" where only the 8480+ is known
        }

        if (product.Vendor == "ampere")
        {
            // "Ampere Altra 128-core": the family, its models told apart by their cores
            string[] family = [.. words.Where(w => !w.Any(char.IsAsciiDigit))];
            Put(family, product with { Left = 2 });
            Put([.. family.Where(w => w != "max")], product with { Left = 3 });
        }

        if (!cpu && words.Any(w => Canonical(w) is "sxm" or "pcie" or "nvl"))
        {
            Put([.. words.Where(w => Canonical(w) is not ("sxm" or "pcie" or "nvl"))], product with { Left = 1, Bus = true });
        }
    }

    private void Put(string[] words, MachineProduct product)
    {
        if (words.Length == 0)
        {
            return;
        }

        string key = Key(words);
        if (!_byKey.TryGetValue(key, out List<MachineProduct>? list))
        {
            _byKey[key] = list = [];
        }

        int same = list.FindIndex(p => ReferenceEquals(p.Device, product.Device) && ReferenceEquals(p.Cpu, product.Cpu) && ReferenceEquals(p.System, product.System));
        if (same < 0)
        {
            list.Add(product);
        }
        else if (product.Left < list[same].Left)
        {
            list[same] = product;
        }
    }

    // "7950x", "w7900" and, of graphics cards, "4090" tell the product; "370" or "9" do not without a brand.
    private static bool Tells(string[] rest, bool cpu, IEnumerable<string> left)
    {
        bool model = rest.Any(w => w.Count(char.IsAsciiDigit) >= 2 && w.Length >= 3 && w.Any(char.IsLetter));
        if (model)
        {
            return true;
        }

        bool number = rest.Any(w => w.Length >= 4 && w.All(char.IsAsciiDigit));
        return cpu
            ? rest.Any(w => s_brands.Contains(w) || w == "hx") && rest.Any(w => w.Count(char.IsAsciiDigit) >= 3)
            : number && !left.Any(w => w is "pro" or "ai");
    }
}
