using System.Diagnostics;
using System.Runtime.CompilerServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp.TestDriving;

namespace DeepFit.Engine.LlamaCpp.Calibration;

/// <summary>What to calibrate.</summary>
public sealed record CalibrationRequest
{
    /// <summary>The probes, the most helpful first (<see cref="CalibrationPlan.Of"/>).</summary>
    public required IReadOnlyList<CalibrationProbe> Probes { get; init; }

    /// <summary>Whether layers are measured on the GPU; else on the CPU.</summary>
    public bool OnGpu { get; init; }

    /// <summary>Seconds after which no further probe is begun. Default 50, so that a minute is enough.</summary>
    public double Seconds { get; init; } = 50;
}

/// <summary>A layer's speed as it was measured.</summary>
/// <param name="Probe">What was measured.</param>
/// <param name="GenerationSeconds">Seconds of one layer for a generated token.</param>
/// <param name="PromptSeconds">Seconds of one layer for a token of a prompt.</param>
/// <param name="Spread">Relative half-width of the spread.</param>
/// <param name="CpuShare">Share of the cores that the measurement got, or null on a GPU.</param>
/// <param name="Engine">The engine and its version.</param>
public sealed record CalibratedLayer(CalibrationProbe Probe, double GenerationSeconds, double PromptSeconds, double Spread, double? CpuShare, string Engine)
{
    /// <summary>The measurement to keep.</summary>
    /// <param name="onGpu">Whether it ran on the GPU.</param>
    /// <param name="machineId">The machine's fingerprint.</param>
    /// <param name="measuredAt">When.</param>
    public SpeedMeasurement ToMeasurement(bool onGpu, string machineId, DateTimeOffset measuredAt) => new(
        Probe.Variant.Id,
        Probe.Type.ToString(),
        Probe.ContextDepth,
        onGpu ? 1 : 0,
        1 / PromptSeconds,
        1 / GenerationSeconds,
        Spread,
        Spread,
        EstimateBasis.Measured,
        machineId,
        Engine,
        measuredAt)
    {
        OneLayer = true,
    };
}

/// <summary>How far a calibration is.</summary>
/// <param name="Fraction">0 to 1, never falling.</param>
/// <param name="Probe">What is being measured, or null at the end.</param>
/// <param name="Layer">What was just measured, or null.</param>
public sealed record CalibrationProgress(double Fraction, CalibrationProbe? Probe, CalibratedLayer? Layer);

/// <summary>
/// Measures single layers on this machine: two shortened models of one type, their difference being the layers that one has more. Like a test-drive it needs no download; each
/// probe is a test-drive of its own, in a child process.
/// </summary>
public sealed class Calibrator
{
    private const double SecondsPerProbe = 2.5;
    private const int PromptTokens = 64;

    /// <summary>How much longer the type is measured that every other one is relative to.</summary>
    private const double UnitTimes = 2;

    /// <summary>What the probes of one type weigh together, where their layers allow: enough that no cache holds the difference.</summary>
    private const long ProbeBytes = 1536L << 20;

    private readonly TestDrive drive;

    /// <summary>Creates it.</summary>
    /// <param name="client">Who asks the engine; null for the default child process.</param>
    public Calibrator(EngineClient? client = null) => drive = new TestDrive(client);

    /// <summary>Measures one probe after the other until the time is up; at least the first.</summary>
    /// <param name="request">What to measure.</param>
    /// <param name="cancellationToken">Stops it; what was measured before has been reported.</param>
    /// <exception cref="EngineUnavailableException">There is no engine for this machine.</exception>
    /// <exception cref="EngineFailedException">Out of memory, a crash of the driver ...</exception>
    public async IAsyncEnumerable<CalibrationProgress> RunAsync(CalibrationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        long start = Stopwatch.GetTimestamp();
        double longest = 0;
        CalibrationProbe[] probes = [.. request.Probes.Where(p => CanTell(p, request.OnGpu))];
        for (int i = 0; i < probes.Length; i++)
        {
            double before = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (i > 0 && before + longest > request.Seconds)
            {
                break;
            }

            CalibrationProbe probe = probes[i];
            TestDriveResult? result = null;
            await foreach (TestDriveProgress step in drive.RunAsync(Request(probe, request.OnGpu), cancellationToken).ConfigureAwait(false))
            {
                result = step.Result ?? result;
                double spent = Stopwatch.GetElapsedTime(start).TotalSeconds / request.Seconds, done = (i + step.Fraction) / probes.Length;
                yield return new CalibrationProgress(Math.Min(0.99, Math.Max(spent, done)), probe, null);
            }

            longest = Math.Max(longest, Stopwatch.GetElapsedTime(start).TotalSeconds - before);
            if (result is not null && Layer(probe, result) is { } layer)
            {
                yield return new CalibrationProgress(Math.Min(0.99, (i + 1.0) / probes.Length), probe, layer);
            }
        }

        yield return new CalibrationProgress(1, null, null);
    }

    /// <summary>One layer's seconds from a test-drive's shortened models; null where the machine was too busy for a difference.</summary>
    internal static CalibratedLayer? Layer(CalibrationProbe probe, TestDriveResult result)
    {
        TestDrivePart? deep = result.Parts.MaxBy(p => p.Layers), shallow = result.Parts.Where(p => p.GenerationWeight < 0).MaxBy(p => p.Layers) ?? result.Parts.MinBy(p => p.Layers);
        if (deep is null || shallow is null || deep.Layers == shallow.Layers)
        {
            return null;
        }

        int layers = deep.Layers - shallow.Layers;
        double generation = (deep.GenerationSeconds - shallow.GenerationSeconds) / layers, prompt = (deep.PromptSeconds - shallow.PromptSeconds) / layers;
        return generation > 0 && prompt > 0
            ? new CalibratedLayer(probe, generation, prompt, Math.Max(result.PromptSpread, result.GenerationSpread), result.CpuShare, result.Engine)
            : null;
    }

    /// <summary>Whether a probe's shortened models are large enough to tell a layer: a few small layers in few bits would lie in a cache.</summary>
    internal static bool CanTell(CalibrationProbe probe, bool onGpu)
    {
        TestDriveRequest drive = Request(probe, onGpu);
        return TestDrivePlanner.Plan(drive.Layout, drive.Options, onGpu, drive.MemoryLimit!.Value.Bytes) is { Probes.Count: > 1 } plan && plan.Bytes <= drive.MemoryLimit.Value.Bytes;
    }

    /// <summary>The test-drive of a probe.</summary>
    internal static TestDriveRequest Request(CalibrationProbe probe, bool onGpu)
    {
        ModelLayout layout = probe.Layout();
        long layer = layout.TensorBytes.Bytes / layout.Architecture.LayerCount;
        long limit = Math.Min(Math.Max(ProbeBytes, 7 * layer), (long)(0.85 * layout.TensorBytes.Bytes));
        return new TestDriveRequest
        {
            Variant = probe.Variant.Id,
            Layout = layout,
            Options = new RuntimeOptions { GpuLayers = onGpu ? layout.Architecture.LayerCount + 1 : 0 },
            ContextDepth = probe.ContextDepth,
            MemoryLimit = new ByteSize(limit),
            PromptTokens = PromptTokens,
            Seconds = SecondsPerProbe * (probe.Type == CalibrationPlan.Unit ? UnitTimes : 1),
        };
    }
}
