using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <content>What measurements do to an estimate, and the words.</content>
public sealed partial class SpeedEstimator
{
    /// <summary>One measurement a configuration and depth: the highest rung, then the newest, so that measuring again mends a bad result.</summary>
    private static SpeedMeasurement[] Newest(IReadOnlyList<SpeedMeasurement> all) =>
    [
        .. all.Where(m => m.GenerationTps > 0 && m.PromptTps > 0)
            .GroupBy(m => (m.Variant.ToUpperInvariant(), m.Quantization.ToUpperInvariant(), m.GpuLayers, m.ContextDepth, m.OneLayer))
            .Select(g => g.MaxBy(m => (m.Basis, m.MeasuredAt))!),
    ];

    /// <summary>The best measurement of this very configuration: the highest rung, then the depth nearest to the answer's.</summary>
    private SpeedMeasurement? FindMeasurement(string variant, string quantization, int layers, RuntimeOptions options, in SpeedTokens tokens)
    {
        if (options.Parallel > 1 || options.CpuMoeLayers > 0 || options.TensorSplit is not null)
        {
            return null;
        }

        SpeedMeasurement? best = null;
        double bestDistance = 0;
        int gpuLayers = Math.Min(options.GpuLayers, layers + 1);
        foreach (SpeedMeasurement m in measurements)
        {
            double distance = Math.Abs(m.ContextDepth - tokens.MiddleDepth);
            if (Math.Min(m.GpuLayers, layers + 1) == gpuLayers
                && string.Equals(m.Variant, variant, StringComparison.OrdinalIgnoreCase)
                && string.Equals(m.Quantization, quantization, StringComparison.OrdinalIgnoreCase)
                && (best is null || (m.Basis, -distance).CompareTo((best.Basis, -bestDistance)) > 0))
            {
                (best, bestDistance) = (m, distance);
            }
        }

        return best;
    }

    /// <summary>Puts a measurement in the estimate's place, moved from its depth to the one that is asked for by the model's own slope.</summary>
    private SpeedFigure Apply(in SpeedFigure figure, SpeedMeasurement m, SpeedLayout sums, RuntimeOptions options, float[] splits, in SpeedTokens tokens)
    {
        double here = 1 / Seconds(sums, options, splits, tokens, tokens.MiddleDepth).Generation;
        double there = 1 / Seconds(sums, options, splits, tokens, m.ContextDepth).Generation;
        double width = Math.Log(1 + Math.Max(0.03, m.GenerationSpread)) + (0.25 * Math.Abs(Math.Log(here / there)));
        double promptWidth = Math.Log(1 + Math.Max(0.03, m.PromptSpread));
        return figure with
        {
            Basis = m.Basis,
            PromptTps = m.PromptTps,
            GenerationTps = m.GenerationTps * here / there,
            PromptLow = -promptWidth,
            PromptHigh = promptWidth,
            GenerationLow = -width,
            GenerationHigh = width,
        };
    }

    /// <summary>What corrects a configuration: test-drives of others where they run, and the layers that were measured.</summary>
    private Correction CorrectionOf(RuntimeOptions options) => options.GpuLayers > 0 && hardware.Gpus.Length > 0 ? gpuCorrection : cpuCorrection;

    /// <summary>
    /// Ratios of measured to estimated speed over all measurements of whole models, CPU and GPU apart: the median, which one bad result among several does not move, and what
    /// spread remains. Where layers were measured, the estimate already is theirs.
    /// </summary>
    private (Correction Cpu, Correction Gpu) Calibrate()
    {
        var logs = new List<(bool Gpu, double Generation, double Prompt)>();
        foreach (SpeedMeasurement m in measurements)
        {
            if (!ModelCatalog.Default.TryFind(m.Variant, out ModelVariant? variant) || !Quantizations.TryFind(m.Quantization, out Quantization? quantization))
            {
                continue;
            }

            var options = new RuntimeOptions { GpuLayers = m.GpuLayers };
            var tokens = new SpeedTokens(512, 0, 0);
            SpeedSeconds estimate = Seconds(Sums(variant.Layout(quantization)), options, evenSplits, tokens, m.ContextDepth);
            logs.Add((m.GpuLayers > 0 && hardware.Gpus.Length > 0, Math.Log(m.GenerationTps * estimate.Generation), Math.Log(m.PromptTps * estimate.Prompt)));
        }

        return (Combine(logs, false, cpuCalibration), Combine(logs, true, gpuCalibration));
    }

    private static Correction Combine(List<(bool Gpu, double Generation, double Prompt)> logs, bool gpu, SpeedCalibration? layers)
    {
        double least = SpeedConstants.Default.Get("general", "calibrated", "log_half_width");
        var of = logs.Where(l => l.Gpu == gpu).ToList();
        if (of.Count == 0)
        {
            return layers is null ? default : new Correction(layers.Count, 1, 1, least);
        }

        double generation = Median([.. of.Select(l => l.Generation)]);
        double spread = Math.Sqrt(of.Average(l => Math.Pow(l.Generation - generation, 2)));
        return new Correction(of.Count + (layers?.Count ?? 0), Math.Exp(generation), Math.Exp(Median([.. of.Select(l => l.Prompt)])), Math.Max(least, 1.28 * spread));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private SpeedEstimate Describe(SpeedFigure figure, SpeedMeasurement? measured, SpeedLayout sums, RuntimeOptions options, float[] splits, in SpeedTokens tokens)
    {
        if (measured is not null)
        {
            figure = Apply(figure, measured, sums, options, splits, tokens);
        }

        return new SpeedEstimate
        {
            Basis = figure.Basis,
            PromptTps = figure.PromptTps,
            PromptTpsLow = figure.PromptTps * Math.Exp(figure.PromptLow),
            PromptTpsHigh = figure.PromptTps * Math.Exp(figure.PromptHigh),
            GenerationTps = figure.GenerationTps,
            GenerationTpsLow = figure.GenerationTps * Math.Exp(figure.GenerationLow),
            GenerationTpsHigh = figure.GenerationTps * Math.Exp(figure.GenerationHigh),
            SecondsToFirstToken = figure.SecondsToFirstToken(tokens),
            SecondsToAnswer = figure.SecondsToAnswer(tokens),
            PromptTokens = tokens.Prompt,
            ReasoningTokens = tokens.Reasoning,
            AnswerTokens = tokens.Answer,
            Assumes = Words(measured, sums, options, splits, tokens),
        };
    }

    private BilingualText Words(SpeedMeasurement? measured, SpeedLayout sums, RuntimeOptions options, float[] splits, in SpeedTokens tokens)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        string lengths = string.Create(c, $"{tokens.Prompt} tokens of prompt, {tokens.Reasoning} of reasoning, {tokens.Answer} of answer");
        string lengthsZh = string.Create(c, $"提示 {tokens.Prompt} 个 token、思考 {tokens.Reasoning} 个、回答 {tokens.Answer} 个");
        if (measured is not null)
        {
            bool real = measured.Basis == EstimateBasis.Verified;
            return new(
                string.Create(c, $"{(real ? "The real model ran" : "A test-drive ran")} here: {measured.GenerationTps:0.#} tokens/s at a depth of {measured.ContextDepth}; {lengths}."),
                string.Create(c, $"{(real ? "真实模型已在本机运行" : "本机试跑")}：深度 {measured.ContextDepth} 时 {measured.GenerationTps:0.#} token/秒；{lengthsZh}。"));
        }

        bool gpu = options.GpuLayers > 0 && hardware.Gpus.Length > 0;
        Correction correction = CorrectionOf(options);
        SpeedDevice device = gpu ? hardware.Gpus[0] : hardware.Cpu;
        if (device.Calibrated)
        {
            return Calibrated(correction, sums, lengths, lengthsZh);
        }

        double efficiency = device.BytesPerSecond / device.Nominal.BytesPerSecond;
        string known = device.Class == "cpu-measured" ? "measured" : device.Known ? "data sheet" : "assumed";
        string knownZh = device.Class == "cpu-measured" ? "实测" : device.Known ? "规格值" : "假定值";
        double read = sums.ActiveBytes / 1e9;
        string en = string.Create(c, $"{read:0.##} GB of weights read per token at {device.Nominal} ({known}) x {efficiency:0.##}, plus the cache; {lengths}");
        string zh = string.Create(c, $"每个 token 读取 {read:0.##} GB 权重，带宽 {device.Nominal}（{knownZh}）× {efficiency:0.##}，另加缓存；{lengthsZh}");
        if (Seconds(sums, options, splits, tokens, tokens.MiddleDepth).StreamedBytes is > 0 and { } streamed)
        {
            string rate = string.Create(c, $"{hardware.DiskBytesPerSecond / 1e9:0.#} GB/s");
            en += string.Create(c, $"; memory does not hold it all: about {streamed / 1e9:0.#} GB come from the disk for every token, at {rate} ({(hardware.DiskKnown ? "measured" : "assumed")})");
            zh += string.Create(c, $"；内存放不下全部权重：每个 token 约有 {streamed / 1e9:0.#} GB 要从磁盘读取，按 {rate} 计（{(hardware.DiskKnown ? "实测" : "假定")}）");
        }

        return correction.Count == 0
            ? new(en + ".", zh + "。")
            : new(
                string.Create(c, $"{en}; calibrated by {correction.Count} measurement{(correction.Count == 1 ? string.Empty : "s")} on this machine."),
                string.Create(c, $"{zh}；已用本机 {correction.Count} 次实测校准。"));
    }

    private static BilingualText Calibrated(in Correction correction, SpeedLayout sums, string lengths, string lengthsZh)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        double read = sums.ActiveBytes / 1e9;
        return new(
            string.Create(c, $"{read:0.##} GB of weights read per token, each type as fast as its layers ran here ({correction.Count} measurements on this machine), plus the cache; {lengths}."),
            string.Create(c, $"每个 token 读取 {read:0.##} GB 权重，各类型按本机单层实测速度计（共 {correction.Count} 次实测），另加缓存；{lengthsZh}。"));
    }
}
