using System.Runtime.CompilerServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Hosting;

/// <summary>What to test-drive.</summary>
public sealed record TestDriveQuery
{
    /// <summary>The variant, with a quantization after a colon, if any.</summary>
    public required string Model { get; init; }

    /// <summary>The quantization; null for the one in <see cref="Model"/>, else Q4_K_M.</summary>
    public string? Quantization { get; init; }

    /// <summary>Tokens already in the context when generation is timed. Default 0.</summary>
    public int ContextDepth { get; init; }

    /// <summary>Layers on GPUs; null for as many as suit the machine.</summary>
    public int? GpuLayers { get; init; }
}

/// <summary>How far a test-drive is.</summary>
/// <param name="Phase"><c>loading</c>, <c>warming up</c>, <c>prompt</c>, <c>generation</c> or <c>done</c>.</param>
/// <param name="Fraction">0 to 1, never falling.</param>
/// <param name="Detail">What is being loaded, or null.</param>
/// <param name="Outcome">The outcome, in the last item.</param>
public sealed record TestDriveStep(string Phase, double Fraction, string? Detail, TestDriveOutcome? Outcome)
{
    /// <summary>The phase in words.</summary>
    public BilingualText PhaseText => TestDriverTexts.Phase(Phase);
}

/// <summary>A test-drive's result beside what was expected.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Result">What was measured.</param>
/// <param name="Expected">What was estimated before.</param>
/// <param name="Kept">Whether the result was kept, so that plans stand on it from now on: not when other programs were in the way.</param>
/// <param name="Warning">What to make of a result that is not as expected, or null.</param>
public sealed record TestDriveOutcome(ModelVariant Variant, TestDriveResult Result, SpeedEstimate Expected, bool Kept, BilingualText? Warning);

/// <summary>Test-drives a variant of the catalogue on this machine and keeps what was measured, for whoever asks.</summary>
/// <param name="services">The machine, the engine and the store.</param>
public sealed class TestDriver(IDeepFitServices services)
{
    // below the estimate's low end by so much that something is unlike what was assumed
    private const double MuchSlower = 2;

    // the engine's threads spin while they wait: with less of the cores than this, other programs took the rest, and the result is theirs as much as the model's
    private const double AtRest = 0.75;

    /// <summary>Runs it; the last item carries the outcome. Cancellation leaves nothing behind.</summary>
    /// <exception cref="UserErrorException">The request makes no sense for the variant or the machine; or the engine could not do it.</exception>
    public async IAsyncEnumerable<TestDriveStep> RunAsync(TestDriveQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        (ModelVariant variant, Quantization quantization) = ModelReference.FromCatalogue(query.Model, query.Quantization);
        var model = new PlannedModel(variant.Id, variant.Layout(quantization), variant, null);
        var asked = new RuntimeRequest(new RuntimeOptions { Context = Math.Max(query.ContextDepth, 1) }, query.GpuLayers, false);
        asked.CheckAgainst(model);
        MachineProfile machine = await services.DetectAsync(DetectionDepth.Plan, cancellationToken).ConfigureAwait(false);
        var judge = new Judge(machine, []);
        RuntimeOptions options = asked.On(judge, model);
        var request = new TestDriveRequest { Variant = variant.Id, Layout = model.Layout, Options = options, ContextDepth = query.ContextDepth };
        TestDriveOutcome? outcome = null;
        await foreach (TestDriveProgress step in services.TestDriveAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (step.Result is { } result)
            {
                outcome = Keep(variant, machine, result, judge.Speed(model, options));
            }

            yield return new TestDriveStep(step.Phase, step.Fraction, step.Detail, step.Result is null ? null : outcome);
        }

        if (outcome is null)
        {
            throw new InvalidOperationException("the test-drive ended without a result");
        }
    }

    private TestDriveOutcome Keep(ModelVariant variant, MachineProfile machine, TestDriveResult result, SpeedEstimate expected)
    {
        if (result.CpuShare is < AtRest)
        {
            return new TestDriveOutcome(variant, result, expected, false, TestDriverTexts.Disturbed(Figures.Percent(result.CpuShare.Value)));
        }

        services.Keep(machine, result);
        BilingualText? warning = result.GenerationTps < expected.GenerationTpsLow / MuchSlower
            ? TestDriverTexts.MuchSlower(Figures.Rate(result.GenerationTps), Figures.Rate(expected.GenerationTps))
            : null;
        return new TestDriveOutcome(variant, result, expected, true, warning);
    }
}

/// <summary>What a test-drive says while it runs, and of a result that is not as expected.</summary>
internal static class TestDriverTexts
{
    public static BilingualText Disturbed(string share) => new(
        $"Other programs kept the processor busy: the test-drive got {share} of the cores it needs. The result was not kept. Close other programs and run it again.",
        $"其他程序占用了处理器：试跑只得到所需核心时间的 {share}。结果未保存，请关闭其他程序后重新运行。");

    public static BilingualText MuchSlower(string measured, string expected) => new(
        $"Much slower than expected: {measured} tokens/s, where {expected} was estimated. Another program may have kept the processor busy. Run it again when the machine is at rest: the newest result counts.",
        $"比预期慢得多：实测 {measured} token/秒，估算为 {expected}。可能有其他程序占用了处理器。请在机器空闲时重新运行，以最新结果为准。");

    public static BilingualText Phase(string phase) => phase switch
    {
        "loading" => new("loading synthetic weights", "载入合成权重"),
        "warming up" => new("warming up", "预热"),
        "prompt" => new("timing prompts", "测量提示词处理速度"),
        "generation" => new("timing generation", "测量生成速度"),
        "done" => new("done", "完成"),
        _ => new(phase, phase),
    };
}
