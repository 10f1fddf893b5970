using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;

namespace DeepFit.Core.Planning.Advice;

/// <summary>What the advice on a machine says, in both languages.</summary>
internal static class UpgradeWords
{
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    public static BilingualText Reason(Configuration? before, Configuration after)
    {
        BilingualText time = Time(after.Speed!.SecondsToAnswer);
        if (before?.Speed is not { } was)
        {
            return new(
                string.Create(C, $"{after.Variant} runs, score {after.Quality.Score:0}, {Rate(after)} tokens/s, {time.En} per answer"),
                string.Create(C, $"可运行 {after.Variant}，评分 {after.Quality.Score:0}，{Rate(after)} token/秒，每次回答 {time.Zh}"));
        }

        BilingualText then = Time(was.SecondsToAnswer);
        string en = before.Variant == after.Variant ? $"still {after.Variant}" : $"{after.Variant} in place of {before.Variant}";
        string zh = before.Variant == after.Variant ? $"仍为 {after.Variant}" : $"由 {before.Variant} 变为 {after.Variant}";
        return new(
            string.Create(C, $"{en}: score {before.Quality.Score:0} → {after.Quality.Score:0}, {Rate(before)} → {Rate(after)} tokens/s, answer {then.En} → {time.En}"),
            string.Create(C, $"{zh}：评分 {before.Quality.Score:0} → {after.Quality.Score:0}，{Rate(before)} → {Rate(after)} token/秒，回答 {then.Zh} → {time.Zh}"));
    }

    public static BilingualText Best(MachineProfile machine, Configuration? before, UpgradeOption[] changes)
    {
        if (changes.Length == 0)
        {
            return before is null
                ? new("No single change makes this machine run any version well.", "任何单项改动都不足以让这台机器较好地运行某个版本。")
                : new($"No single change brings more than what {machine.Name} runs now ({before.Variant} {before.Quantization}).", $"任何单项改动都不会明显优于 {machine.Name} 现在能运行的 {before.Variant} {before.Quantization}。");
        }

        UpgradeOption best = changes[0];
        string price = best.PriceUsd is { } usd ? string.Create(C, $" (launch price ${usd:0})") : "";
        string priceZh = best.PriceUsd is { } dollars ? string.Create(C, $"（首发价 {dollars:0} 美元）") : "";
        return new($"The best single change: {best.Name.En}{price}. {Capital(best.Reason.En)}.", $"最值得的单项改动：{best.Name.Zh}{priceZh}。{best.Reason.Zh}。");
    }

    public static IReadOnlyList<BilingualText> Notes(MachineProfile machine, UpgradeChanges changes, Configuration? pick, UpgradeOption[] kept)
    {
        var notes = new List<BilingualText>();
        if (changes.Soldered)
        {
            notes.Add(new(
                "The memory is a part of the chip or soldered: it cannot be changed, so other machines are shown.",
                "内存集成在芯片上或焊接在主板上，无法更换，因此列出其他机型。"));
        }
        else if (changes.Laptop)
        {
            notes.Add(new("A laptop takes no other GPU; its memory may be soldered too.", "笔记本无法更换 GPU，内存也可能是焊接的。"));
        }

        if (pick is not null && pick.Options.GpuLayers == 0 && machine.Memory.Bandwidth is { } rate)
        {
            notes.Add(new(
                $"The pick runs on the CPU, where memory bandwidth ({rate}) is the limit: faster memory or more channels raise the speed in proportion, more memory alone does not.",
                $"首选方案在 CPU 上运行，瓶颈是内存带宽（{rate}）：更快的内存或更多通道会按比例提速，仅增加容量则不会。"));
        }

        if (!changes.Soldered && !Array.Exists(kept, k => k.Kind == "ram"))
        {
            notes.Add(new("More RAM alone brings nothing here.", "仅增加内存在这里没有作用。"));
        }

        if (machine.Os.Container is not null || machine.Memory.CgroupLimit is not null)
        {
            notes.Add(new("This is a container: more memory may be a setting away.", "当前处于容器中：增加内存可能只需修改设置。"));
        }

        return notes;
    }

    private static string Rate(Configuration c) => c.Speed!.GenerationTps.ToString(c.Speed.GenerationTps < 10 ? "0.#" : "0", C);

    private static string Capital(string text) => text.Length > 0 && char.IsAsciiLetterLower(text[0]) && !char.IsAsciiDigit(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    /// <summary>A time as people say it.</summary>
    private static BilingualText Time(double seconds) => seconds switch
    {
        < 90 => new(string.Create(C, $"{seconds:0} s"), string.Create(C, $"{seconds:0} 秒")),
        < 5400 => new(string.Create(C, $"{seconds / 60:0} min"), string.Create(C, $"{seconds / 60:0} 分钟")),
        _ => new(string.Create(C, $"{seconds / 3600:0.#} h"), string.Create(C, $"{seconds / 3600:0.#} 小时")),
    };
}
