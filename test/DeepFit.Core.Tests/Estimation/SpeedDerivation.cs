using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Estimation;

/// <summary>
/// Derives the constants of the speed model from <c>Data/speed_calibration.csv</c>: for each kind of device the efficiency and the time per layer that make the sum of
/// the absolute logarithmic residuals of generation speed least (a grid of 0.01 and 5 µs), the median of the prompt's arithmetic, and the residuals' 10% and 90% quantiles.
/// </summary>
internal static class SpeedDerivation
{
    private static readonly EmbeddedTable Rows = EmbeddedTable.Load("speed_calibration.csv");

    public sealed record Kind(double Efficiency, double LayerMicroseconds, double Low, double High, int Count);

    public static Kind Generation(string kind)
    {
        var rows = new List<(double Bytes, double Bandwidth, int Layers, double Tps)>();
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows.Text(i, "kind") == kind && Rows.Text(i, "variant") != "671b" && Model(i) is { } m)
            {
                rows.Add((m.Bytes, Rows.Number(i, "bandwidth_gb_s") * 1e9, m.Layers, Rows.Number(i, "generation_tps")));
            }
        }

        (double Sum, double Efficiency, double Microseconds) best = (double.MaxValue, 0, 0);
        for (int e = 30; e <= 100; e++)
        {
            for (int us = 0; us <= 200; us += 5)
            {
                double sum = rows.Sum(r => Math.Abs(Residual(r, e / 100.0, us)));
                if (sum < best.Sum - 1e-9)
                {
                    best = (sum, e / 100.0, us);
                }
            }
        }

        double[] residuals = [.. rows.Select(r => Residual(r, best.Efficiency, best.Microseconds)).Order()];
        return new Kind(best.Efficiency, best.Microseconds, Quantile(residuals, 0.1), Quantile(residuals, 0.9), rows.Count);

        static double Residual((double Bytes, double Bandwidth, int Layers, double Tps) r, double efficiency, double us) =>
            Math.Log(((r.Bytes / (r.Bandwidth * efficiency)) + (r.Layers * us * 1e-6)) * r.Tps);
    }

    /// <summary>Arithmetic that prompts reach, over the bandwidth (or over the TFLOPS where those are wanted): median, and residual quantiles.</summary>
    public static (double Median, double Low, double High, int Count) Prompt(string kind, bool ofTflops)
    {
        var values = new List<double>();
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows.Text(i, "kind") == kind && Rows.NumberOrNull(i, "prompt_tps") is { } tps && Rows.Text(i, "variant") != "671b" && Model(i) is { } m)
            {
                double flops = m.PromptFlops * tps;
                double? over = ofTflops ? Rows.NumberOrNull(i, "fp16_tflops") * 1e12 : Rows.Number(i, "bandwidth_gb_s") * 1e9;
                if (over is { } o)
                {
                    values.Add(flops / o);
                }
            }
        }

        double[] sorted = [.. values.Order()];
        double median = Quantile(sorted, 0.5);
        double[] residuals = [.. sorted.Select(v => Math.Log(v / median))];
        return (median, Quantile(residuals, 0.1), Quantile(residuals, 0.9), sorted.Length);
    }

    /// <summary>GFLOPS per core with Q4_K blocks: geometric mean over the machines of each machine's median.</summary>
    public static (double Gflops, double Low, double High) CpuCore()
    {
        var machines = new Dictionary<string, List<double>>();
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows.Text(i, "kind").StartsWith("cpu", StringComparison.Ordinal) && Rows.NumberOrNull(i, "prompt_tps") is { } tps && Model(i) is { } m)
            {
                string machine = Rows.Text(i, "device");
                machines.TryAdd(machine, []);
                machines[machine].Add(m.PromptWork * tps / Rows.Number(i, "cores") / 1e9);
            }
        }

        double mean = Math.Exp(machines.Values.Average(v => Math.Log(Quantile([.. v.Order()], 0.5))));
        double[] residuals = [.. machines.Values.SelectMany(v => v).Select(v => Math.Log(v / mean)).Order()];
        return (mean, Quantile(residuals, 0.1), Quantile(residuals, 0.9));
    }

    /// <summary>Cost of a type against Q4_K, from prompts of 1.5b and 7b on the same machine.</summary>
    public static double TypeCost(GgmlType type, double q6K)
    {
        (string Variant, string Quantization)[] runs = type switch
        {
            GgmlType.Q6_K => [("1.5b", "Q6_K")],
            GgmlType.Q8_0 => [("1.5b", "Q8_0"), ("7b", "Q8_0")],
            _ => [("1.5b", "IQ4_XS")],
        };
        return runs.Average(r =>
        {
            double ratio = MeasuredPrompt(r.Variant, "Q4_K_M") / MeasuredPrompt(r.Variant, r.Quantization);
            double sixth = ShareOfQ6K(r.Variant);

            // ratio = cost / (1 - sixth + sixth * cost of Q6_K); for Q6_K itself the same, solved for the cost
            return type == GgmlType.Q6_K ? ratio * (1 - sixth) / (1 - (ratio * sixth)) : ratio * (1 - sixth + (sixth * q6K));
        });
    }

    /// <summary>
    /// Time per layer with experts, and the prompt's arithmetic against dense models: what the rows of 671b leave, once bytes and dense layers are paid for; the mean of the rows.
    /// </summary>
    public static (double LayerMicroseconds, double PromptFactor) Moe()
    {
        SpeedLayout sums = SpeedLayout.Of(ModelCatalog.Default.Find("671b").Layout(Quantizations.Find("Q4_K_M")));
        int experts = sums.Layers - sums.LeadingDense;
        var layers = new List<double>();
        var prompts = new List<double>();
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows.Text(i, "variant") != "671b")
            {
                continue;
            }

            string kind = Rows.Text(i, "kind");
            double bandwidth = Rows.Number(i, "bandwidth_gb_s") * 1e9;
            double left = (1 / Rows.Number(i, "generation_tps"))
                - (sums.ActiveBytes / (bandwidth * SpeedConstants.Default.Get("device", kind, "generation_efficiency")))
                - (sums.LeadingDense * SpeedConstants.Default.Get("device", kind, "layer_microseconds") * 1e-6);
            layers.Add(left / experts * 1e6);
            if (Rows.NumberOrNull(i, "prompt_tps") is { } prompt)
            {
                double flops = sums.DenseFlops[sums.Layers] + (sums.ExpertFlops[sums.Layers] * sums.ExpertShare) + (sums.AttentionFlops * 256 * sums.Layers);
                prompts.Add(flops * prompt / (bandwidth * SpeedConstants.Default.Get("device", kind, "prompt_tflops_per_tb_s")));
            }
        }

        return (layers.Average(), prompts.Average());
    }

    /// <summary>Share of a kind's rows whose generation speed lies within the shipped interval.</summary>
    public static double Coverage(string kind, SpeedConstants constants)
    {
        double efficiency = constants.Get("device", kind, "generation_efficiency"), us = constants.Get("device", kind, "layer_microseconds");
        double least = constants.Get("general", "interval", "log_half_width_least");
        double low = Math.Min(-least, constants.Get("device", kind, "generation_log_low")), high = Math.Max(least, constants.Get("device", kind, "generation_log_high"));
        int count = 0, inside = 0;
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows.Text(i, "kind") == kind && Rows.Text(i, "variant") != "671b" && Model(i) is { } m)
            {
                double residual = Math.Log(((m.Bytes / (Rows.Number(i, "bandwidth_gb_s") * 1e9 * efficiency)) + (m.Layers * us * 1e-6)) * Rows.Number(i, "generation_tps"));
                count++;
                inside += residual >= low && residual <= high ? 1 : 0;
            }
        }

        return (double)inside / count;
    }

    public static double Quantile(double[] sorted, double p)
    {
        double at = p * (sorted.Length - 1);
        int below = (int)at;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (at - below));
    }

    private static double MeasuredPrompt(string variant, string quantization) => Enumerable.Range(0, Rows.Count)
        .Where(i => Rows.Text(i, "kind") == "cpu-measured" && Rows.Text(i, "variant") == variant && Rows.Text(i, "quantization") == quantization)
        .Select(i => Rows.Number(i, "prompt_tps")).Single();

    private static double ShareOfQ6K(string variant)
    {
        ModelLayout layout = ModelCatalog.Default.Find(variant).Layout(Quantizations.Find("Q4_K_M"));
        var matrices = layout.Tensors.Where(t => t.Name.StartsWith("blk.", StringComparison.Ordinal) && t.Shape.Count > 1).ToList();
        return (double)matrices.Where(t => t.Type == GgmlType.Q6_K).Sum(t => t.Elements) / matrices.Sum(t => t.Elements);
    }

    private static (double Bytes, int Layers, double PromptFlops, double PromptWork)? Model(int row)
    {
        string variant = Rows.Text(row, "variant");
        double prompt = Rows.NumberOrNull(row, "prompt_tokens") ?? 0;
        if (variant == "llama2-7b")
        {
            // Llama 2 7B at Q4_0 (6.74 B parameters, 3.56 GiB): not of the family, but the one model of the published device tables. Embedding table 32000 x 4096 left out;
            // 32 heads of 128.
            const double Embedding = 32000.0 * 4096;
            double flops = (2 * (6_738_415_616 - (2 * Embedding))) + (2.0 * 32 * 256 * 32 * prompt / 2);
            return ((3.56 * (1 << 30)) - (Embedding * 4.5 / 8), 32, flops, flops);
        }

        if (!ModelCatalog.Default.TryFind(variant, out ModelVariant? found) || !Quantizations.TryFind(Rows.Text(row, "quantization"), out Quantization? quantization))
        {
            return null;
        }

        SpeedLayout sums = SpeedLayout.Of(found.Layout(quantization));
        double attention = sums.AttentionFlops * prompt / 2 * sums.Layers;
        return (sums.ActiveBytes, sums.Layers, sums.DenseFlops[sums.Layers] + attention, sums.DenseWork[sums.Layers] + attention);
    }
}
