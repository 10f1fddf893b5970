using System.Diagnostics;
using System.Runtime.CompilerServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Models;
using DeepFit.Core.Units;
using DeepFit.Engine.LlamaCpp.TestDriving;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>What to test-drive.</summary>
public sealed record TestDriveRequest
{
    /// <summary>The model.</summary>
    public required ModelLayout Layout { get; init; }

    /// <summary>Catalogue id of the variant, or the file's name; only passed through to the result.</summary>
    public required string Variant { get; init; }

    /// <summary>Cache types, micro-batch, flash attention and GPU layers; its context and sequences do not matter here.</summary>
    public RuntimeOptions Options { get; init; } = new();

    /// <summary>Tokens already in the cache when generation is timed. Default 0.</summary>
    public int ContextDepth { get; init; }

    /// <summary>CPU threads. Default: the physical cores, as llama.cpp takes them.</summary>
    public int? Threads { get; init; }

    /// <summary>What the shortened models' weights may take in memory together. Default: 14 GiB, but at most 60% of the system's memory.</summary>
    public ByteSize? MemoryLimit { get; init; }

    /// <summary>Length of the prompt that is timed. Default: the longest of 512, 256, 128, 64 or 32 tokens that time allows.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Seconds to measure for, after loading. Default: 14, and 60 for a mixture of experts.</summary>
    public double? Seconds { get; init; }

    /// <summary>Whether the whole model is run, however large, instead of extrapolating from shortened ones: to check that. Default false.</summary>
    public bool WholeModel { get; init; }

    /// <summary>Whether the whole model is run besides, in the same rounds, to check the extrapolation (<see cref="TestDriveResult.WholePromptTps"/>). Default false.</summary>
    public bool Check { get; init; }
}

/// <summary>How far a test-drive is; the last one carries the result.</summary>
/// <param name="Phase"><c>loading</c>, <c>warming up</c>, <c>prompt</c>, <c>generation</c> or <c>done</c>.</param>
/// <param name="Fraction">0 to 1, never falling.</param>
/// <param name="Detail">What is being loaded, or null.</param>
/// <param name="Result">The result, in the last item.</param>
public sealed record TestDriveProgress(string Phase, double Fraction, string? Detail = null, TestDriveResult? Result = null);

/// <summary>Speed measured here on synthetic weights of the true shapes.</summary>
public sealed record TestDriveResult
{
    /// <summary>The variant, as asked.</summary>
    public required string Variant { get; init; }

    /// <summary>The quantization's name.</summary>
    public required string Quantization { get; init; }

    /// <summary>Layers of the models that were run, ascending; a single figure is the whole model.</summary>
    public required IReadOnlyList<int> Depths { get; init; }

    /// <summary>Prompt processing on an empty cache, tokens per second.</summary>
    public required double PromptTps { get; init; }

    /// <summary>Generation at <see cref="ContextDepth"/>, one sequence, tokens per second.</summary>
    public required double GenerationTps { get; init; }

    /// <summary>The shortened models and what each took: the whole model's time for a token is the sum of times by weights.</summary>
    public IReadOnlyList<TestDrivePart> Parts { get; init; } = [];

    /// <summary>What the whole model measured in the same rounds, when <see cref="TestDriveRequest.Check"/> asked for it.</summary>
    public double? WholePromptTps { get; init; }

    /// <summary>As <see cref="WholePromptTps"/>, for generation.</summary>
    public double? WholeGenerationTps { get; init; }

    /// <summary>Relative half-width of the rounds' 10% to 90% range of <see cref="PromptTps"/> (0.05 = ±5%).</summary>
    public required double PromptSpread { get; init; }

    /// <summary>Relative half-width of the rounds' 10% to 90% range of <see cref="GenerationTps"/>.</summary>
    public required double GenerationSpread { get; init; }

    /// <summary>Length of the prompt that was timed, in tokens.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Times that everything was measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>Tokens in the cache when generation was timed.</summary>
    public required int ContextDepth { get; init; }

    /// <summary>CPU threads.</summary>
    public required int Threads { get; init; }

    /// <summary>Layers on GPUs, as asked.</summary>
    public required int GpuLayers { get; init; }

    /// <summary>Seconds from start to end.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>
    /// How much of its threads' time the machine gave to the measurement, 0 to 1: under about 0.9 other programs were in the way and the speeds are too low.
    /// Null with layers on a GPU, where the CPU waits.
    /// </summary>
    public double? CpuShare { get; init; }

    /// <summary>Most memory that the measuring process held, in bytes.</summary>
    public required long PeakRssBytes { get; init; }

    /// <summary>The devices that ran it.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>The engine and its version.</summary>
    public required string Engine { get; init; }
}

/// <summary>One shortened model of a test-drive.</summary>
/// <param name="Name">What it is for: <c>fixed</c> (what every token costs once), or a kind of layer and how many.</param>
/// <param name="Layers">Its layers.</param>
/// <param name="Bytes">Its weights.</param>
/// <param name="PromptSeconds">Median seconds for a token of the prompt.</param>
/// <param name="PromptWeight">What that counts for in the whole model's.</param>
/// <param name="GenerationSeconds">Median seconds for a generated token.</param>
/// <param name="GenerationWeight">What that counts for in the whole model's.</param>
public sealed record TestDrivePart(string Name, int Layers, long Bytes, double PromptSeconds, double PromptWeight, double GenerationSeconds, double GenerationWeight);

/// <summary>
/// Measures the prompt and generation speed of any model on this machine without its weights: shortened models of the true shapes are run, and what
/// each further layer costs is added up (see <see cref="TestDriveResult.Depths"/>). Needs no disk and bounded memory; a small model is run whole.
/// </summary>
public sealed class TestDrive
{
    private readonly EngineClient client;

    /// <summary>Creates the test-drive.</summary>
    /// <param name="client">Who asks the engine; null for the default child process.</param>
    public TestDrive(EngineClient? client = null) => this.client = client ?? new EngineClient();

    /// <summary>Runs it. Cancellation ends the child process and leaves nothing behind.</summary>
    /// <param name="request">What to test-drive.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Progress; the last item carries the result.</returns>
    /// <exception cref="ConfigurationRefusedException">The engine refuses the configuration.</exception>
    /// <exception cref="EngineUnavailableException">There is no engine for this machine.</exception>
    /// <exception cref="EngineFailedException">Out of memory, no temporary file, a crash of the driver ...</exception>
    public async IAsyncEnumerable<TestDriveProgress> RunAsync(TestDriveRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.ContextDepth, nameof(request));
        NativeEngine.Locate();
        long start = Stopwatch.GetTimestamp();
        using EngineFolder folder = EngineFolder.Create();
        var message = new EngineRequest
        {
            Folder = folder.Path,
            Layout = request.Layout,
            Options = request.Options,
            Limits = new TestDriveLimits
            {
                ContextDepth = request.ContextDepth,
                Threads = request.Threads ?? 0,
                MemoryBytes = request.MemoryLimit?.Bytes ?? 0,
                PromptTokens = request.PromptTokens ?? 0,
                Seconds = request.Seconds ?? 0,
                WholeModel = request.WholeModel,
                Check = request.Check,
            },
        };
        TimeSpan timeout = TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(4 * (request.Seconds ?? 0));
        yield return new TestDriveProgress("loading", 0);
        await foreach (EngineReply reply in client.RunAsync("testdrive", message, timeout, cancellationToken).ConfigureAwait(false))
        {
            if (reply.Progress is { } progress)
            {
                yield return new TestDriveProgress(progress.Phase, progress.Fraction, progress.Detail);
            }
            else if (reply.TestDrive is { } end)
            {
                yield return new TestDriveProgress("done", 1, null, Result(request, end, Stopwatch.GetElapsedTime(start).TotalSeconds));
            }
        }
    }

    private static TestDriveResult Result(TestDriveRequest request, TestDriveEnd end, double seconds) => new()
    {
        Variant = request.Variant,
        Quantization = request.Layout.Quantization,
        Depths = end.Depths,
        PromptTps = end.PromptTps,
        GenerationTps = end.GenerationTps,
        Parts = end.Parts,
        WholePromptTps = end.WholePromptTps,
        WholeGenerationTps = end.WholeGenerationTps,
        PromptSpread = end.PromptSpread,
        GenerationSpread = end.GenerationSpread,
        PromptTokens = end.PromptTokens,
        Rounds = end.Rounds,
        ContextDepth = request.ContextDepth,
        Threads = end.Threads,
        GpuLayers = request.Options.GpuLayers,
        CpuShare = end.CpuShare,
        ElapsedSeconds = seconds,
        PeakRssBytes = end.PeakRssBytes,
        Devices = end.Devices,
        Engine = NativeEngine.Name,
    };
}
