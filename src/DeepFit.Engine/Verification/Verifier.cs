using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;

namespace DeepFit.Engine.Verification;

/// <summary>What is promised of what is to be verified.</summary>
public sealed record Promise
{
    /// <summary>The memory.</summary>
    public required MemoryEstimate Memory { get; init; }

    /// <summary>The speed for a prompt of so many tokens and so many generated tokens, one request at a time; null where none is promised.</summary>
    public Func<int, int, SpeedEstimate?> Speed { get; init; } = (_, _) => null;

    /// <summary>Whether the model is known to be able to answer the smoke question: one of the catalogue's.</summary>
    public bool CanAnswer { get; init; }
}

/// <summary>Holds what a running model does against what was promised of it.</summary>
/// <param name="model">The model.</param>
/// <param name="promise">What was promised.</param>
/// <param name="cpuShare">
/// Begins to watch how much of its cores the process gets (<see cref="CpuShare"/>), and later, given the seconds in which it computed, tells it; null where the cores do not decide.
/// </param>
public sealed class Verifier(IModelUnderTest model, Promise promise, Func<Func<double, double?>>? cpuShare = null)
{
    /// <summary>The smoke question.</summary>
    public const string Question = "What is six times seven? Give just the number.";

    /// <summary>The engine's threads spin while they wait: with less of the cores than this, other programs took the rest.</summary>
    private const double AtRest = 0.75;

    /// <summary>With less than this, a speed below its promise proves nothing: a thread that had to wait holds up all others at every barrier.</summary>
    private const double Undivided = 0.9;

    private const int Rounds = 3;
    private const int LongestThought = 2048;

    private const string Passage =
        "The harbour lay still that morning, and the boats that had gone out before dawn were small dark marks on a grey line. An old man mended nets by the wall, as his father had, and "
        + "counted the gulls without knowing that he did. Somebody was frying fish. A child asked where the sea went at night, and nobody had an answer that was both short and true, so they told "
        + "her of the moon, of tides and of ropes that stretch. ";

    /// <summary>Verifies; the last item carries the report.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Core.Text.OperationFailedException">The model does not answer.</exception>
    public async IAsyncEnumerable<VerificationProgress> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new VerificationProgress(VerificationPhase.Memory, 0);
        ServerStatusDocument before = await model.StatusAsync(cancellationToken).ConfigureAwait(false);
        SpeedEstimate? expected = promise.Speed(256, 64);

        yield return new VerificationProgress(VerificationPhase.Question, 0.05);
        int room = Math.Max(32, before.RequestTokens - 64);
        int thought = Math.Min(room, Math.Clamp((int)((expected?.GenerationTps ?? 10) * 60), 256, LongestThought));
        TrialResult smoke = await model.RunAsync(new Trial(Question, IsQuestion: true, thought), cancellationToken).ConfigureAwait(false);

        int generated = Math.Clamp((int)((expected?.GenerationTps ?? 10) * 10), 16, Math.Max(16, Math.Min(96, before.RequestTokens / 8)));
        int prompt = Math.Clamp((int)((expected?.PromptTps ?? 40) * 10), 32, Math.Max(32, Math.Min(384, before.RequestTokens / 2)));
        double letters = Math.Clamp((double)Question.Length / Math.Max(1, smoke.PromptTokens), 0.5, 5);
        List<TrialResult> rounds = [];

        // the first prompt of its length is slower: buffers are touched for the first time
        yield return new VerificationProgress(VerificationPhase.Speed, 0.3);
        await model.RunAsync(new Trial(Text((int)(prompt * letters)), IsQuestion: false, 1), cancellationToken).ConfigureAwait(false);
        Func<double, double?>? share = cpuShare?.Invoke();
        for (int i = 0; i < Rounds; i++)
        {
            yield return new VerificationProgress(VerificationPhase.Speed, 0.4 + (0.6 * i / Rounds));
            rounds.Add(await model.RunAsync(new Trial(Text((int)(prompt * letters)), IsQuestion: false, generated), cancellationToken).ConfigureAwait(false));
        }

        double? got = share?.Invoke(rounds.Sum(r => r.PromptSeconds + r.GenerationSeconds));
        ServerStatusDocument after = await model.StatusAsync(cancellationToken).ConfigureAwait(false);
        bool others = before.Statistics.BusySlots + before.Statistics.Waiting > 0 || after.Statistics.Completed + after.Statistics.Cancelled + after.Statistics.Failed
            - before.Statistics.Completed - before.Statistics.Cancelled - before.Statistics.Failed > Rounds + 2;
        yield return new VerificationProgress(VerificationPhase.Done, 1, Report(after, smoke, rounds, others, got));
    }

    /// <summary>What is learned of speed, to be kept; null where something else was going on, or too little came.</summary>
    /// <param name="report">The report.</param>
    /// <param name="variant">What the estimates call the model: the catalogue's id, or the file's path.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="at">When.</param>
    public static SpeedMeasurement? Learn(VerificationReport report, string variant, RuntimeOptions options, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(options);
        const double Steady = 0.25;
        return report.Disturbance == Disturbance.None && report.PromptSpread <= Steady && report.GenerationSpread <= Steady
            && options is { CpuMoeLayers: 0, TensorSplit: null } // rows of the store do not tell such placements apart
            && report["prompt_tps"]?.Actual is { } prompt && report["generation_tps"]?.Actual is { } generation
            ? new SpeedMeasurement(
                variant, report.Status.Quantization, report.PromptTokens + (report.GeneratedTokens / 2), options.GpuLayers, prompt, generation,
                report.PromptSpread, report.GenerationSpread, EstimateBasis.Verified, "", report.Status.Engine, at)
            : null;
    }

    /// <summary>
    /// What is learned of memory, to be kept, also where speeds were disturbed: weights, cache and compute buffers as the engine reserved them. What a process takes besides is never taken for less than was promised,
    /// since a cache counts as it fills; for more, where the process showed more.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="promised">What was promised of the overhead.</param>
    /// <param name="at">When.</param>
    /// <returns>Null where the engine did not say what it reserved.</returns>
    public static MemoryMeasurement? LearnMemory(VerificationReport report, PlannedModel model, RuntimeOptions options, MemoryEstimate promised, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(promised);
        IReadOnlyList<DeviceMemoryDocument> came = report.Status.ActualMemory.Devices;
        if (came.Count == 0 || came.Sum(d => d.WeightsBytes) == 0)
        {
            return null;
        }

        var devices = new List<DeviceMemory>(came.Count);
        for (int i = 0; i < came.Count; i++)
        {
            DeviceMemoryDocument device = came[i];
            long buffers = device.WeightsBytes + device.KvCacheBytes + device.ComputeBytes;
            double besides = i == 0 && report["process_memory"] is { Outcome: not PromiseOutcome.Unknown, Actual: { } process } ? process - buffers : 0;
            long overhead = Math.Max(promised.Devices.FirstOrDefault(d => d.Device == device.Device)?.Overhead.Bytes ?? 0, (long)besides);
            devices.Add(new DeviceMemory(device.Device, new(device.WeightsBytes), new(device.KvCacheBytes), new(device.ComputeBytes), new(overhead)));
        }

        return new MemoryMeasurement(model.Key, model.Layout.Quantization, model.Layout.TensorBytes, options, devices, "", report.Status.Engine, at);
    }

    private VerificationReport Report(ServerStatusDocument status, TrialResult smoke, List<TrialResult> rounds, bool others, double? got)
    {
        int promptTokens = (int)Median([.. rounds.Select(r => (double)r.PromptTokens)])!;
        int generatedTokens = (int)Median([.. rounds.Select(r => (double)r.GeneratedTokens)])!;
        double[] prompts = [.. rounds.Select(r => r.PromptTps).OfType<double>()];
        double[] generations = [.. rounds.Select(r => r.GenerationTps).OfType<double>()];
        double[] firsts = [.. rounds.Select(r => r.SecondsToFirstToken)];
        SpeedEstimate? speed = promise.Speed(promptTokens, generatedTokens);
        List<PromiseCheck> checks = [.. PromiseChecks.Buffers(promise.Memory, status.ActualMemory), PromiseChecks.Process(promise.Memory, status)];
        List<PromiseCheck> speeds =
        [
            PromiseChecks.Rate("prompt_tps", speed?.PromptTps, speed?.PromptTpsLow, speed?.PromptTpsHigh, Median(prompts), Spread(prompts)),
            PromiseChecks.Rate("generation_tps", speed?.GenerationTps, speed?.GenerationTpsLow, speed?.GenerationTpsHigh, Median(generations), Spread(generations)),
            PromiseChecks.FirstToken(
                promptTokens / speed?.PromptTps, promptTokens / speed?.PromptTpsHigh, promptTokens / speed?.PromptTpsLow, Median(firsts), Spread(firsts)),
        ];
        Disturbance disturbance = others ? Disturbance.OtherRequests
            : got < AtRest || (got < Undivided && speeds.Exists(s => s.Outcome == PromiseOutcome.Broken)) ? Disturbance.OtherPrograms
            : Disturbance.None;
        checks.AddRange(disturbance == Disturbance.None ? speeds : speeds.Select(s => s with { Outcome = PromiseOutcome.Unknown }));
        return new VerificationReport
        {
            Status = status,
            SpeedBasis = speed?.Basis,
            MemoryBasis = promise.Memory.Basis,
            Checks = checks,
            Smoke = Judge(smoke),
            PromptTokens = promptTokens,
            GeneratedTokens = generatedTokens,
            Rounds = rounds.Count,
            PromptSpread = Spread(prompts),
            GenerationSpread = Spread(generations),
            Disturbance = disturbance,
        };
    }

    private SmokeCheck Judge(TrialResult smoke)
    {
        bool right = smoke.Answer.Contains("42", StringComparison.Ordinal)
            || smoke.Answer.Contains("forty-two", StringComparison.OrdinalIgnoreCase)
            || smoke.Answer.Contains("四十二", StringComparison.Ordinal);
        bool thinks = smoke.Reasoning.Trim().Length > 0;
        bool answers = smoke.Answer.Trim().Length > 0;
        PromiseOutcome outcome = !thinks ? PromiseOutcome.Broken
            : !answers ? (smoke.Ended ? PromiseOutcome.Broken : PromiseOutcome.Unknown)
            : promise.CanAnswer && !right ? (smoke.Ended ? PromiseOutcome.Broken : PromiseOutcome.Unknown)
            : PromiseOutcome.Kept;
        return new SmokeCheck(Question, smoke.Reasoning, smoke.Answer, smoke.GeneratedTokens, smoke.Ended, promise.CanAnswer, outcome);
    }

    // no two begin alike, so that nothing of one is reused for the next; it breaks off, so that there is something to go on with
    private static string Text(int letters)
    {
        var text = new StringBuilder(RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 12)).Append(". ");
        while (text.Length < letters)
        {
            text.Append(Passage);
        }

        text.Length = Math.Max(20, letters);
        return text.Append(" and then the").ToString();
    }

    private static double? Median(double[] values)
    {
        if (values.Length == 0)
        {
            return null;
        }

        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double Spread(double[] values) => values.Length > 1 ? (values.Max() - values.Min()) / 2 / Median(values)!.Value : 0;
}
