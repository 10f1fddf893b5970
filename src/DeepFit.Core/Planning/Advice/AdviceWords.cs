using System.Globalization;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Planning.Advice;

/// <summary>What the advisors say, in both languages.</summary>
internal static class AdviceWords
{
    private static readonly CultureInfo C = CultureInfo.InvariantCulture;

    public static BilingualText Least(HardwareGoal goal, HardwareOption[] options)
    {
        HardwareOption least = options[0];
        (string what, string whatZh) = What(goal);
        string price = least.Candidate.PriceUsd is { } usd ? string.Create(C, $" (launch price ${usd:0})") : "";
        string priceZh = least.Candidate.PriceUsd is { } dollars ? string.Create(C, $"（首发价 {dollars:0} 美元）") : "";
        string en = string.Create(C, $"The least that {(least.Surely ? "surely" : "probably")} runs {what} is {least.Candidate.Name}{price}, at about {Rate(least)} tokens/s.");
        string zh = string.Create(C, $"{(least.Surely ? "确定" : "很可能")}能运行{whatZh}的最低配置是 {least.Candidate.Name}{priceZh}，约 {Rate(least)} token/秒。");
        if (!least.Surely && Array.Find(options, o => o.Surely) is { } sure)
        {
            en += string.Create(C, $" The least that surely does is {sure.Candidate.Name}.");
            zh += string.Create(C, $"确定能达到的最低配置是 {sure.Candidate.Name}。");
        }

        return new(en, zh);
    }

    public static BilingualText Nothing(HardwareGoal goal, IReadOnlyList<HardwareGap> closest, int considered)
    {
        (string what, string whatZh) = What(goal);
        if (closest.Count == 0)
        {
            return new(
                $"There is no such hardware in the catalogue: {(goal.MaxPriceUsd is null ? "loosen --vendor or --form" : "raise --max-price, or loosen --vendor or --form")}.",
                $"目录中没有符合条件的硬件：请{(goal.MaxPriceUsd is null ? "" : "提高 --max-price，或")}放宽 --vendor、--form。");
        }

        if (considered == 0)
        {
            return new(
                string.Create(C, $"No hardware in the catalogue has a known launch price of ${goal.MaxPriceUsd:0.##} or less. The closest that runs {what} is {closest[0].Candidate.Name}: {closest[0].Text.En}"),
                string.Create(C, $"目录中没有首发价不超过 {goal.MaxPriceUsd:0.##} 美元的硬件。能运行{whatZh}的最接近的是 {closest[0].Candidate.Name}：{closest[0].Text.Zh}"));
        }

        return new(
            string.Create(C, $"None of {considered} machines runs {what}. The closest is {closest[0].Candidate.Name}: {closest[0].Text.En}"),
            string.Create(C, $"在 {considered} 种机器中，没有一种能运行{whatZh}。最接近的是 {closest[0].Candidate.Name}：{closest[0].Text.Zh}"));
    }

    public static BilingualText TooSlow(Configuration c, double share) => new(
        string.Create(C, $"{c.Variant} {c.Quantization} at about {c.Speed!.GenerationTps:0.#} tokens/s, {share * 100:0}% of what is wanted."),
        string.Create(C, $"{c.Variant} {c.Quantization} 约 {c.Speed!.GenerationTps:0.#} token/秒，为要求的 {share * 100:0}%。"));

    public static BilingualText TooDear(Configuration c, double price, double limit) => new(
        string.Create(C, $"{c.Variant} {c.Quantization} at about {c.Speed!.GenerationTps:0.#} tokens/s, but its launch price is ${price:0}, and ${limit:0.##} were allowed."),
        string.Create(C, $"{c.Variant} {c.Quantization} 约 {c.Speed!.GenerationTps:0.#} token/秒，但首发价为 {price:0} 美元，高于限定的 {limit:0.##} 美元。"));

    public static BilingualText TooSmall(ByteSize missing) => new($"at least {missing} of memory are missing.", $"至少还缺 {missing} 内存。");

    /// <summary>What keeps a configuration from being faster.</summary>
    public static (string Id, BilingualText Text) Bottleneck(Configuration c, HardwareCandidate candidate) =>
        Bottleneck(c, candidate.Machine, candidate.Bandwidth);

    /// <summary>What keeps a configuration from being faster on a machine.</summary>
    public static (string Id, BilingualText Text) Bottleneck(Configuration c, MachineProfile machine, ByteRate? device)
    {
        int layers = ModelCatalog.Default.TryFind(c.Variant, out ModelVariant? variant) ? variant.Architecture.LayerCount : 0;
        string ram = machine.Memory.Bandwidth?.ToString() ?? "?";
        if (c.Options.GpuLayers == 0)
        {
            return ("ram_bandwidth", new($"system memory, {ram}", $"内存带宽 {ram}"));
        }

        if (c.Options.CpuMoeLayers > 0 || c.Options.GpuLayers <= layers)
        {
            return ("layers_on_cpu", new($"a part runs in system memory, {ram}", $"部分层在内存中运行，{ram}"));
        }

        if (c.Speed is { } speed && speed.SecondsToFirstToken > speed.SecondsToAnswer / 2)
        {
            return ("compute", new("arithmetic: long prompts", "算力：提示词较长"));
        }

        string rate = device?.ToString() ?? "?";
        return ("gpu_bandwidth", new($"memory bandwidth, {rate}", $"显存带宽 {rate}"));
    }

    private static string Rate(HardwareOption o) => o.Slowest.Speed!.GenerationTps.ToString(o.Slowest.Speed.GenerationTps < 10 ? "0.#" : "0", C);

    private static (string En, string Zh) What(HardwareGoal goal)
    {
        string names = string.Join(", ", goal.Variants.Select(v => v.Id)) + (goal.Quantization is { } q ? " " + q.Name : "");
        string namesZh = string.Join("、", goal.Variants.Select(v => v.Id)) + (goal.Quantization is { } z ? " " + z.Name : "");
        int context = goal.Variants.Max(goal.ContextOf);
        string users = goal.Users > 1 ? string.Create(C, $" for {goal.Users} users") : "";
        string usersZh = goal.Users > 1 ? string.Create(C, $"、{goal.Users} 人同时使用") : "";
        return (
            string.Create(C, $"{names} with {context} tokens of context{users} at {goal.LeastTps:0.##} tokens/s or more"),
            string.Create(C, $" {namesZh}（上下文 {context}{usersZh}，不低于 {goal.LeastTps:0.##} token/秒）"));
    }
}
