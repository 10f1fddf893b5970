using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>Which of several products of one name is meant: by memory size, core count, number.</summary>
internal static class MachineTextChoice
{
    private const int BoardOfSxm = 4;

    /// <summary>The device.</summary>
    /// <exception cref="UserErrorException">None has what is said of it, or several do.</exception>
    public static DeviceSpecification Device(
        MachineMatch match, MachineProduct[] products, MachineTextFigures figures, bool laptop, MachineCatalogs catalogs, List<BilingualText> notes)
    {
        string text = string.Join(' ', match.Words);
        MachineProduct[] left = [.. products.Where(p => p.Device is not null)];
        if (laptop && left.All(p => p.Device!.Form == "discrete") && !match.Words.Any(IsLaptop) && left.All(p => !p.Name.Contains("laptop", StringComparison.OrdinalIgnoreCase)))
        {
            left = [.. catalogs.Products.Find(match.Words.Append("laptop")).Where(p => p.Device is not null)];
            if (left.Length == 0)
            {
                throw MachineTextErrors.Unknown(text + " laptop", catalogs);
            }
        }

        if ((match.Size ?? (left.All(p => p.Device!.Unified) ? figures.MemoryGiB : null)) is { } size)
        {
            MachineProduct[] same = [.. left.Where(p => p.Memory is { } named ? named == size : p.Device!.MemorySizes.Contains(size))];
            if (same.Length == 0 && left.Any(p => p.Memory is not null))
            {
                string sizes = MachineComposerMemory.Sizes([.. left.SelectMany(p => p.Memory is { } m ? [m] : p.Device!.MemorySizes).Distinct().Order()]);
                throw MachineTextErrors.Wrong(
                    $"{text} with {size:0.##} GB is not known: it comes with {sizes} GB.", $"没有 {size:0.##} GB 的 {text}：它有 {sizes} GB 的规格。");
            }

            left = same.Length > 0 ? same : left;
        }

        left = Cores(left, figures, text, notes);
        if (left.Length > 1 && left.All(p => p.Bus))
        {
            left = Bus(left, match, notes);
        }

        if (left.Length > 1 && left.Any(p => p.Memory is not null))
        {
            // the plain name is the product's that was sold first under it; of those of one year the largest
            MachineProduct first = left.OrderBy(p => p.Memory is not null).ThenBy(p => p.Device!.Year ?? int.MaxValue).ThenByDescending(p => p.Memory).First();
            string others = string.Join(", ", left.Where(p => p != first).Select(p => p.Name));
            notes.Add(new BilingualText($"{first.Name}, the first of that name (also sold: {others})", $"{first.Name}，即该名称最早的型号（另有 {others}）"));
            return first.Device!;
        }

        return left.Select(p => p.Device).Distinct().Count() == 1 ? left[0].Device! : throw MachineTextErrors.Ambiguous(text, left.Select(p => p.Name));
    }

    /// <summary>The processor: by its core count, or the largest.</summary>
    public static CpuSpecification Cpu(CpuSpecification[] cpus, int? cores) =>
        cpus.Where(c => cores is null || c.Cores >= cores).OrderBy(c => cores is null ? -c.Cores : c.Cores).FirstOrDefault() ?? cpus[0];

    private static bool IsLaptop(string word) => word is "laptop" or "notebook" or "mobile";

    private static MachineProduct[] Cores(MachineProduct[] left, MachineTextFigures figures, string text, List<BilingualText> notes)
    {
        if (left.All(p => p.Device!.GpuCores is null))
        {
            return left;
        }

        if (figures.GpuCores is { } asked)
        {
            MachineProduct[] same = [.. left.Where(p => p.Device!.GpuCores == asked)];
            MachineProduct[] any = [.. left.Where(p => p.Device!.GpuCores is null)];
            string known = string.Join(" / ", left.Select(p => p.Device!.GpuCores).OfType<int>().Order());
            return same.Length > 0 ? same : any.Length > 0 ? any : throw MachineTextErrors.Wrong(
                $"{text} with {asked} GPU cores is not known: the catalogue has it with {known}.", $"目录中没有 {asked} 个 GPU 核心的 {text}，只有 {known} 个的。");
        }

        // a size that only one of them is sold with tells it
        MachineProduct[] fitting = [.. left.Where(p => figures.MemoryGiB is { } size && p.Device!.MemorySizes.Contains(size))];
        left = fitting.Length > 0 ? fitting : left;
        int most = left.Max(p => p.Device!.GpuCores ?? int.MaxValue);
        MachineProduct[] full = [.. left.Where(p => (p.Device!.GpuCores ?? int.MaxValue) == most)];
        if (left.Length > full.Length)
        {
            notes.Add(new BilingualText($"{text.ToUpperInvariant()} with all its GPU cores", $"{text.ToUpperInvariant()} 按全部 GPU 核心计"));
        }

        return full;
    }

    // Boards with four or eight carry SXM modules; single ones are cards.
    private static MachineProduct[] Bus(MachineProduct[] left, MachineMatch match, List<BilingualText> notes)
    {
        bool board = (match.Count ?? 1) >= BoardOfSxm;
        MachineProduct[] chosen = [.. left.Where(p => p.Name.Contains(board ? "SXM" : "PCIe", StringComparison.OrdinalIgnoreCase))];
        if (chosen.Length == 0)
        {
            return left;
        }

        string bus = board ? "SXM" : "PCIe";
        notes.Add(new BilingualText($"{string.Join(' ', match.Words).ToUpperInvariant()} as {bus}", $"{string.Join(' ', match.Words).ToUpperInvariant()} 按 {bus} 版本计"));
        return chosen;
    }
}
