using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>What is wrong with a machine's description, and the way out.</summary>
internal static class MachineTextErrors
{
    private static readonly BilingualText ByHand = new(
        "`deepfit machines WORDS` searches what is known; a machine that is not can be described in a file: --machine FILE (docs/machine-file.md).",
        "可用 `deepfit machines 关键词` 搜索已知的型号；目录之外的机器可以用文件描述：--machine FILE（docs/machine-file.zh-CN.md）。");

    public static UserErrorException Unknown(string part, MachineCatalogs catalogs)
    {
        IReadOnlyList<string> near = Near(part, catalogs);
        (string en, string zh) = near.Count > 0 ? ($" Near names: {string.Join(", ", near)}.", $"相近的名称：{string.Join("、", near)}。") : ("", "");
        return new UserErrorException(new BilingualText(
            $"\"{part}\" is not a known part of a machine.{en} {ByHand.En}", $"不认识机器部件“{part}”。{zh}{ByHand.Zh}"))
        { Suggestions = near };
    }

    public static UserErrorException Ambiguous(string part, IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct()];
        return new UserErrorException(new BilingualText(
            $"\"{part}\" may be {string.Join(" or ", all)}. Say which.", $"“{part}”可能是 {string.Join(" 或 ", all)}，请写明是哪一个。"))
        { Suggestions = all };
    }

    public static UserErrorException Twice(string en, string zh, string first, string second) => new(new BilingualText(
        $"The machine has two different {en}: {first} and {second}. Give one.", $"机器的{zh}前后不一致：{first} 和 {second}。请只写一个。"));

    public static UserErrorException Wrong(string en, string zh) => new(new BilingualText(en, zh));

    public static UserErrorException Nothing(string text) => Wrong(
        $"\"{text}\" names no part of a machine. For example: \"rtx-4090\", \"2x rtx-3090, 64 GB ddr4-3200 2ch\", \"mac-m4-max-64\". {ByHand.En}",
        $"“{text}”里没有机器部件。写法例如：\"rtx-4090\"、\"2x rtx-3090, 64 GB ddr4-3200 2ch\"、\"mac-m4-max-64\"。{ByHand.Zh}");

    private static IReadOnlyList<string> Near(string part, MachineCatalogs catalogs)
    {
        IEnumerable<string> names = catalogs.Devices.Devices.SelectMany(d => d.Aliases.Prepend(d.Name))
            .Concat(catalogs.Cpus.Cpus.SelectMany(c => c.Aliases.Prepend(c.Name)))
            .Concat(catalogs.Systems.Systems.SelectMany(s => s.Aliases.Prepend(s.Name)));
        string plain = string.Join(' ', part.Split(' ', '-').Where(w => MachineProducts.VendorOf(w) is null || w is "radeon" or "ascend"));
        string[] known = [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
        IReadOnlyList<string> near = NearestNames.Suggest(plain, known);
        if (near.Count > 0)
        {
            return near;
        }

        // "mac m4 max 65" is a chip and a size that it is not sold with
        string[] words = plain.Split(' ');
        string chip = string.Join(' ', words.Where(w => w != "mac" && !w.All(char.IsAsciiDigit)));
        if (words.Contains("mac") && chip.Length > 0)
        {
            return [.. known.Where(k => k.Contains(chip, StringComparison.OrdinalIgnoreCase)).Take(3)];
        }

        // Names with the same number, such as the plain card's for one that is not known.
        string? number = plain.Split(' ').SelectMany(MachineTextLexer.Atoms).Where(a => a.Length >= 3 && char.IsAsciiDigit(a[0])).MaxBy(a => a.Length);
        return number is null ? [] : [.. known.Where(k => k.Contains(number, StringComparison.OrdinalIgnoreCase)).Take(3)];
    }
}
