using System.Diagnostics;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Verification;

namespace DeepFit.Cli.Commands;

/// <summary>The steps of <c>up</c>. Each looks first whether it is done already, so that they may be begun again at any time.</summary>
/// <param name="query">Which model, and how.</param>
/// <param name="context">The command's context.</param>
internal sealed class UpRun(LaunchQuery query, CommandContext context)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly List<UpStepDocument> steps = [];
    private LaunchPlan? plan;
    private VerificationOutcome? verification;

    /// <summary>The port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether what runs is held against what was promised.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>An option that says how the model is run, where one was given.</summary>
    public string? Given { get; init; }

    /// <summary>The server, once there is one.</summary>
    public Deployment? Deployment { get; private set; }

    /// <summary>Whether a step changed anything.</summary>
    public bool DidSomething => steps.Exists(step => step is { Outcome: "done", Step: not "choose" });

    /// <summary>Goes through the steps.</summary>
    public async Task RunAsync()
    {
        Deployment = await StepAsync("choose", ChooseAsync).ConfigureAwait(false);
        if (Deployment is null)
        {
            await StepAsync("pull", PullAsync).ConfigureAwait(false);
        }

        await StepAsync("serve", ServeAsync).ConfigureAwait(false);
        await StepAsync("verify", VerifyAsync).ConfigureAwait(false);
    }

    /// <summary>The contract's document.</summary>
    public UpDocument ToDocument(ErrorDetail? error) => new()
    {
        Steps = steps,
        Configuration = plan?.Configuration.ToDocument(context.Language),
        Path = Deployment?.ModelPath ?? plan?.Path,
        Deployment = Deployment is null ? null : new DeploymentView(Deployment, TimeProvider.System.GetUtcNow(), null, null).ToDocument(context.Language),
        Verification = verification?.ToDocument(context.Language),
        Error = error,
    };

    private async Task<T> StepAsync<T>(string step, Func<Task<(T Result, string Outcome, BilingualText Text)>> work)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            (T result, string outcome, BilingualText text) = await work().ConfigureAwait(false);
            Note(step, outcome, text, Stopwatch.GetElapsedTime(start));
            return result;
        }
        catch (UserErrorException e)
        {
            Note(step, "failed", e.Text, Stopwatch.GetElapsedTime(start));
            throw;
        }
    }

    private void Note(string step, string outcome, BilingualText text, TimeSpan elapsed)
    {
        steps.Add(new UpStepDocument(step, outcome, context.Say(text), Math.Round(elapsed.TotalSeconds, 3)));
        if (context.Json)
        {
            return;
        }

        Ink mark = outcome switch
        {
            "failed" => Ink.Bad("✗ "),
            "broken" => Ink.Warn("! "),
            _ => Ink.Good("✓ "),
        };
        string label = context.Say(UpTexts.Step(step));
        int width = ((string[])["choose", "pull", "serve", "verify"]).Max(s => Cells.Width(context.Say(UpTexts.Step(s)))) + 2;
        Ink words = outcome == "failed" ? Ink.Plain("") : Ink.Plain(context.Say(text)); // the error itself follows
        context.Screen.Write(new FlowText([mark, Ink.Strong(Cells.PadRight(label, width).Replace(' ', TextWrapper.Glue)), words], hanging: 2 + width));
        context.Console.Out.Flush();
    }

    private async Task<(Deployment? Running, string Outcome, BilingualText Text)> ChooseAsync()
    {
        if (FindRunning() is { } running)
        {
            if (Given is { } option)
            {
                context.Warn(UpTexts.UsedAsItIs(running.Id, option));
            }

            return (running, "already", UpTexts.RunsAlready($"{running.Model} {running.Quantization}"));
        }

        plan = await new LaunchPlanner(context.Services).PlanAsync(query, context.CancellationToken).ConfigureAwait(false);
        plan.ThrowIfItDoesNotFit();
        Configuration chosen = plan.Configuration;
        string? rate = chosen.Speed is { } speed ? Figures.Rate(speed.GenerationTps) : null;
        string memory = Figures.GiB(new ByteSize(chosen.Memory.Devices.Sum(d => d.Total.Bytes)));
        return (null, "done", UpTexts.Chosen(ModelLauncher.Title(plan), chosen.Options.Context / chosen.Options.Parallel, memory, rate));
    }

    // what is asked for, or the newest where nothing is; one that answers before one that is still loading
    private Deployment? FindRunning()
    {
        string? path = query.Model is { } text && ModelReference.IsFileOrAddress(text) ? Path.GetFullPath(text) : null;
        (ModelVariant Variant, string? Quantization)? wanted = query.Model is null || path is not null ? null : Named(query.Model);
        return context.Services.Deployments.List()
            .Where(d => d.State is DeploymentState.Running or DeploymentState.Starting && d.Host == Environment.MachineName)
            .Where(d => path is null || d.ModelPath == path)
            .Where(d => wanted is not { } w || (d.Variant == w.Variant.Id && (w.Quantization is null || d.Quantization == w.Quantization)))
            .OrderByDescending(d => d.State == DeploymentState.Running)
            .FirstOrDefault();
    }

    private (ModelVariant Variant, string? Quantization) Named(string text)
    {
        (ModelVariant variant, Quantization quantization) = ModelReference.FromCatalogue(text, query.Quantization);
        bool named = query.Quantization is not null || !ModelCatalog.Default.TryFind(text, out _);
        return (variant, named ? quantization.Name : null);
    }

    private async Task<(string Path, string Outcome, BilingualText Text)> PullAsync()
    {
        if (plan!.Pull is not { } pull)
        {
            return (plan.Path!, "already", UpTexts.Here(plan.Path!));
        }

        long start = Stopwatch.GetTimestamp();
        PullProgress done = await PullScreen.FollowAsync(context.Services.Models(query.ModelsFolder), pull, context).ConfigureAwait(false);
        LocalModel model = done.Model!;
        plan = plan with { Path = model.Path, Pull = null };
        return done.WasHere
            ? (model.Path, "already", UpTexts.Here(model.Path))
            : (model.Path, "done", UpTexts.Pulled(PullScreen.Size(model.Bytes), Figures.FineDuration(Stopwatch.GetElapsedTime(start).TotalSeconds), model.Path));
    }

    private async Task<(Deployment Running, string Outcome, BilingualText Text)> ServeAsync()
    {
        bool already = Deployment is not null;
        long start = Stopwatch.GetTimestamp();
        Deployment = Deployment is { } found ? await WaitAsync(found).ConfigureAwait(false) : await StartAsync().ConfigureAwait(false);
        string url = Deployment.Url?.GetLeftPart(UriPartial.Authority) ?? "";
        return already
            ? (Deployment, "already", UpTexts.ServedAlready(url, Deployment.Id))
            : (Deployment, "done", UpTexts.Serving(url, Deployment.Id, Figures.Duration(Stopwatch.GetElapsedTime(start).TotalSeconds)));
    }

    private async Task<Deployment> StartAsync()
    {
        var start = new DeploymentStart
        {
            Arguments = Arguments(plan!),
            Model = plan!.Model.DisplayName,
            Variant = plan.Model.Variant?.Id,
            Quantization = plan.Configuration.Quantization,
            ModelPath = plan.Path,
            Plan = DeploymentPlan.Of(plan),
        };
        using var line = new ProgressLine(context.Console);
        Deployment? last = null;
        await foreach (DeploymentProgress progress in context.Services.Deployments.StartAsync(start, context.CancellationToken).ConfigureAwait(false))
        {
            line.Report(progress.Share, context.Say(UpTexts.Loading));
            last = progress.Deployment;
        }

        return last ?? throw new InvalidOperationException("the server started without a word");
    }

    // the plan, so that the server runs what was shown
    private List<string> Arguments(LaunchPlan launch)
    {
        RuntimeOptions options = launch.Configuration.Options;
        List<string> arguments =
        [
            "serve", launch.Model.Variant is { } variant ? $"{variant.Id}:{launch.Configuration.Quantization}" : launch.Path!,
            "--port", Figures.Count(Port),
            "--context", Figures.Count(options.Context / options.Parallel),
            "--parallel", Figures.Count(options.Parallel),
            "--kv-type-k", options.KvTypeK.ToString().ToLowerInvariant(),
            "--kv-type-v", options.KvTypeV.ToString().ToLowerInvariant(),
            "--ubatch", Figures.Count(options.UBatch),
            "--flash-attn", options.FlashAttention ? "on" : "off",
            "--gpu-layers", Figures.Count(options.GpuLayers),
            "--lang", context.Language == Language.Chinese ? "zh" : "en",
        ];
        arguments.AddRange(options.CpuMoeLayers > 0 ? ["--cpu-moe", Figures.Count(options.CpuMoeLayers)] : []);
        arguments.AddRange(query.Threads > 0 ? ["--threads", Figures.Count(query.Threads)] : []);
        arguments.AddRange(query.ModelsFolder is { } folder ? ["--models-dir", folder] : []);
        arguments.AddRange(query.Force ? ["--force"] : []);
        return arguments;
    }

    // another `up` is at it
    private async Task<Deployment> WaitAsync(Deployment found)
    {
        using var line = new ProgressLine(context.Console);
        while (found.State == DeploymentState.Starting)
        {
            line.Report(found.LoadedShare, context.Say(UpTexts.Loading));
            await Task.Delay(Look, context.CancellationToken).ConfigureAwait(false);
            found = context.Services.Deployments.Find(found.Id) ?? throw new OperationFailedException(UpTexts.WentAway(found.Id));
        }

        return found.State == DeploymentState.Running ? found : throw new OperationFailedException(found.Error ?? UpTexts.WentAway(found.Id));
    }

    private async Task<(bool Holds, string Outcome, BilingualText Text)> VerifyAsync()
    {
        Deployment served = Deployment!;
        if (!Verifies)
        {
            return (true, "already", UpTexts.NotVerified);
        }

        if (await WasVerifiedAsync(served).ConfigureAwait(false))
        {
            return (true, "already", UpTexts.VerifiedAlready);
        }

        verification = await VerifyCommand.VerifyAsync(served, context).ConfigureAwait(false);
        VerificationReport report = verification.Report;
        PromiseCheck[] judged = [.. report.Checks.Where(check => check.Outcome != PromiseOutcome.Unknown)];
        int smoke = report.Smoke.Outcome == PromiseOutcome.Unknown ? 0 : 1;
        int kept = judged.Count(check => check.Outcome != PromiseOutcome.Broken) + (report.Smoke.Outcome is PromiseOutcome.Broken or PromiseOutcome.Unknown ? 0 : 1);
        PromiseCheck? speed = report.Checks.FirstOrDefault(check => check.Name == "generation_tps");
        BilingualText? rate = speed?.Actual is { } actual
            ? UpTexts.Speed(Figures.Rate(actual), speed is { Low: { } low, High: { } high } ? Figures.RateRange(low, high) : null)
            : null;
        BilingualText text = UpTexts.Verified(kept, judged.Length + smoke, rate);
        return report.Holds ? (true, "done", text) : (false, "broken", new BilingualText(text.En + ". ", text.Zh + "。").Then(UpTexts.SeeVerify(served.Id)));
    }

    // what verification learned since the server was started speaks of it
    private async Task<bool> WasVerifiedAsync(Deployment served)
    {
        MachineProfile machine = await context.Services.DetectAsync(DetectionDepth.Plan, context.CancellationToken).ConfigureAwait(false);
        return context.Services.Measurements(machine).Any(m => m.Basis == EstimateBasis.Verified && m.MeasuredAt > served.StartedAt
            && m.Quantization == served.Quantization && (m.Variant == served.Variant || m.Variant == served.ModelPath));
    }
}
