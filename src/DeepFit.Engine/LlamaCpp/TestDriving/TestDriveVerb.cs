using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>The child's side of a test-drive: loads the probes, then runs them in turn, round by round.</summary>
internal sealed class TestDriveVerb
{
    private const int MinimumRounds = 3;
    private const int MaximumRounds = 9;
    private const long DefaultMemory = 14L << 30;

    private readonly ModelLayout layout;
    private readonly RuntimeOptions options;
    private readonly TestDriveLimits limits;
    private readonly string folder;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private double lastFraction;

    private TestDriveVerb(EngineRequest request)
    {
        layout = request.Layout ?? throw new ArgumentException("a test-drive needs a layout", nameof(request));
        options = request.Options ?? new RuntimeOptions();
        limits = request.Limits ?? new TestDriveLimits();
        folder = request.Folder ?? Path.GetTempPath();
    }

    /// <summary>Runs it.</summary>
    public static TestDriveEnd Run(EngineRequest request) => new TestDriveVerb(request).Run();

    private TestDriveEnd Run()
    {
        IReadOnlyList<EngineDevice> devices = EngineDevices.List();
        bool hasGpu = devices.Any(d => d.Type is "gpu" or "igpu");
        bool usesGpu = hasGpu && options.GpuLayers > 0;
        long memory = limits.MemoryBytes > 0 ? limits.MemoryBytes : Math.Min(DefaultMemory, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 6 / 10);
        TestDrivePlan plan = TestDrivePlanner.Plan(layout, options, hasGpu, memory, limits.WholeModel);
        if (plan.Bytes > memory && !limits.WholeModel)
        {
            throw TooLarge(plan.Bytes, memory);
        }

        if (limits.Check)
        {
            plan = TestDrivePlanner.WithCheck(plan, layout, options, hasGpu);
        }

        ModelLayout kept = plan.Experts > 0 && plan.Experts < layout.Architecture.Experts!.ExpertCount ? ProbeLayout.KeepExperts(layout, plan.Experts) : layout;
        int threads = limits.Threads > 0 ? limits.Threads : EngineThreads.Default();
        RuntimeOptions own = options with { Context = ContextFor(), Parallel = 1, Batch = Math.Max(options.Batch, options.UBatch) };
        using var pool = new ThreadPool(threads);
        var runs = new ProbeRun?[plan.Probes.Count];
        try
        {
            // Most of loading is one thread's work (weights are repacked for the CPU), so that several models load at a time; drivers are not asked to.
            int loaded = 0;
            Report("loading", 0, null);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = usesGpu ? 1 : Math.Clamp(threads, 1, 4) };
            Parallel.ForEach(Enumerable.Range(0, runs.Length).OrderByDescending(i => plan.Probes[i].Bytes), parallel, i =>
            {
                runs[i] = ProbeRun.Load(folder, kept, plan.Probes[i], own, usesGpu, threads);
                Report("loading", 0.3 * Interlocked.Increment(ref loaded) / runs.Length, plan.Probes[i].Name);
            });
            foreach (ProbeRun? run in runs)
            {
                pool.Attach(run!.Context);
            }

            return Measure(plan, runs!, threads, usesGpu ? devices : [.. devices.Where(d => d.Type is "cpu")]);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            throw;
        }
        finally
        {
            foreach (ProbeRun? run in runs)
            {
                run?.Dispose();
            }
        }
    }

    private TestDriveEnd Measure(TestDrivePlan plan, ProbeRun[] runs, int threads, IReadOnlyList<EngineDevice> devices)
    {
        // Loading takes from the time that a person waits; but a measurement needs some.
        bool mixture = layout.Architecture.Experts is not null;
        double seconds = limits.Seconds > 0 ? limits.Seconds : Math.Max(mixture ? 30 : 8, (mixture ? 90 : 21) - clock.Elapsed.TotalSeconds);
        double loaded = clock.Elapsed.TotalSeconds;
        Report("warming up", 0.3, null);
        var promptRates = new double[runs.Length];
        var tokenTimes = new double[runs.Length];
        for (int i = 0; i < runs.Length; i++)
        {
            promptRates[i] = runs[i].Prompt(32) / 32;
            runs[i].Generate(1);
            tokenTimes[i] = runs[i].Generate(1);
        }

        // Prompts: the longest that can be run a few times.
        seconds -= limits.Seconds > 0 ? 0 : clock.Elapsed.TotalSeconds - loaded;
        int tokens = limits.PromptTokens > 0 ? limits.PromptTokens : PromptTokens(promptRates.Sum(), seconds * 0.6);
        int scaled = Math.Max(1, (int)Math.Round(tokens * plan.PromptScale));
        using Process self = Process.GetCurrentProcess();
        TimeSpan busy = Busy(self);
        TimeSpan began = clock.Elapsed;
        List<double[]> prompts = Rounds("prompt", 0.35, 0.7, seconds * 0.6, runs, (run, _) => run.Prompt(scaled) / scaled);

        // Generation: blocks of tokens, so long that a block outlasts a hiccup.
        foreach (ProbeRun run in runs)
        {
            run.SetDepth(limits.ContextDepth);
        }

        double block = seconds * 0.4 / 5 / runs.Length;
        int[] counts = [.. tokenTimes.Select(t => (int)Math.Clamp(block / t, 1, 64))];
        List<double[]> generations = Rounds("generation", 0.7, 1, seconds * 0.4, runs, (run, i) => run.Generate(counts[i]));

        (double prompt, double promptSpread) = TestDriveSolver.Solve(prompts, [.. plan.Probes.Select(p => p.PromptWeight)]);
        (double generation, double generationSpread) = TestDriveSolver.Solve(generations, [.. plan.Probes.Select(p => p.GenerationWeight)]);
        if (!(prompt > 0) || !(generation > 0))
        {
            throw Unsteady();
        }

        double share = (Busy(self) - busy) / (clock.Elapsed - began) / threads;
        return new TestDriveEnd
        {
            Depths = [.. plan.Probes.SkipLast(limits.Check ? 1 : 0).Select(p => p.Layers.Count).Order()],
            Parts = [.. plan.Probes.Select((p, i) => new TestDrivePart(
                p.Name, p.Layers.Count, p.Bytes,
                TestDriveSolver.Quantile([.. prompts.Select(r => r[i])], 0.5), p.PromptWeight,
                TestDriveSolver.Quantile([.. generations.Select(r => r[i])], 0.5), p.GenerationWeight))],
            WholePromptTps = limits.Check ? 1 / TestDriveSolver.Quantile([.. prompts.Select(r => r[^1])], 0.5) : null,
            WholeGenerationTps = limits.Check ? 1 / TestDriveSolver.Quantile([.. generations.Select(r => r[^1])], 0.5) : null,
            PromptTps = 1 / prompt,
            GenerationTps = 1 / generation,
            PromptSpread = promptSpread,
            GenerationSpread = generationSpread,
            PromptTokens = tokens,
            Rounds = Math.Min(prompts.Count, generations.Count),
            Threads = threads,
            Experts = plan.Experts,
            CpuShare = options.GpuLayers == 0 ? Math.Min(1, share) : null,
            PeakRssBytes = self.PeakWorkingSet64,
            Devices = [.. devices.Select(d => d.Type == "cpu" ? d.Description : $"{d.Name} ({d.Description})")],
        };
    }

    /// <summary>Times every probe once a round, one after the other, until time is up; rounds that other programs disturbed are left out.</summary>
    private List<double[]> Rounds(string phase, double from, double to, double seconds, ProbeRun[] runs, Func<ProbeRun, int, double> time)
    {
        var rounds = new List<(double[] Times, double Share)>();
        using Process self = Process.GetCurrentProcess();
        long start = Stopwatch.GetTimestamp();
        double elapsed = 0;
        while (rounds.Count < MinimumRounds || (rounds.Count < MaximumRounds && elapsed * (rounds.Count + 1) / rounds.Count < seconds))
        {
            var times = new double[runs.Length];
            TimeSpan busy = Busy(self);
            TimeSpan began = clock.Elapsed;
            for (int i = 0; i < runs.Length; i++)
            {
                Report(phase, from + ((to - from) * Math.Min(1, Math.Max(elapsed / seconds, (rounds.Count + ((double)i / runs.Length)) / MaximumRounds))), null);
                times[i] = time(runs[i], i);
                elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            rounds.Add((times, (Busy(self) - busy) / (clock.Elapsed - began)));
        }

        return Undisturbed(rounds);
    }

    /// <summary>The rounds in which the machine gave this process the most time; at least as many as must be.</summary>
    internal static List<double[]> Undisturbed(List<(double[] Times, double Share)> rounds)
    {
        double best = rounds.Max(r => r.Share);
        return [.. rounds.OrderByDescending(r => r.Share).Where((r, i) => i < MinimumRounds || r.Share >= best * 0.95).Select(r => r.Times)];
    }

    private static TimeSpan Busy(Process self)
    {
        self.Refresh();
        return self.TotalProcessorTime;
    }

    /// <summary>The longest prompt that leaves time for the rounds.</summary>
    private int PromptTokens(double secondsPerToken, double seconds)
    {
        foreach (int tokens in (int[])[512, 256, 128, 64])
        {
            if (tokens <= options.UBatch && secondsPerToken * tokens * MinimumRounds <= seconds)
            {
                return tokens;
            }
        }

        return 32;
    }

    private int ContextFor() => Math.Max(limits.ContextDepth + 256, Math.Max(512, limits.PromptTokens) + 128);

    private void Report(string phase, double fraction, string? detail)
    {
        lock (clock)
        {
            lastFraction = Math.Max(lastFraction, fraction);
            EngineChild.Send(new EngineReply { Progress = new EngineProgress(phase, lastFraction, detail) });
        }
    }

    private static EngineFailedException TooLarge(long needed, long memory) => new(
        EngineFailure.OutOfMemory,
        new BilingualText(
            string.Create(CultureInfo.InvariantCulture, $"Even shortened, the model needs {needed / 1e9:0.0} GB to be test-driven and {memory / 1e9:0.0} GB are allowed. Choose a smaller quantization, or allow more memory."),
            string.Create(CultureInfo.InvariantCulture, $"即使截短，试跑该模型也需要 {needed / 1e9:0.0} GB 内存，而允许使用 {memory / 1e9:0.0} GB。请改用更小的量化，或放宽内存上限。")),
        []);

    private static EngineFailedException Unsteady() => new(
        EngineFailure.Failed,
        new BilingualText(
            "The machine is too busy to be measured: a deeper model came out faster than a shallower one. Close other programs and try again.",
            "机器过于繁忙，无法得到可靠的测量结果：层数较多的模型反而比较少的更快。请关闭其他程序后重试。"),
        []);
}
