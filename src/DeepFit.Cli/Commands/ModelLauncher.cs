using System.Diagnostics;
using DeepFit.Cli.Chat;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Commands;

/// <summary>Brings a model up in this process: plans, refuses what does not fit, pulls what is not here, loads.</summary>
internal static class ModelLauncher
{
    /// <summary>Plans and pulls.</summary>
    /// <returns>The plan with the file's path.</returns>
    /// <exception cref="DoesNotFitException">It would not fit; nothing was pulled.</exception>
    public static async Task<LaunchPlan> PrepareAsync(LaunchQuery query, CommandContext context) =>
        await PullAsync(await PlanAsync(query, context).ConfigureAwait(false), query, context).ConfigureAwait(false);

    /// <summary>Plans.</summary>
    /// <exception cref="DoesNotFitException">It would not fit.</exception>
    public static async Task<LaunchPlan> PlanAsync(LaunchQuery query, CommandContext context)
    {
        LaunchPlan plan = await new LaunchPlanner(context.Services).PlanAsync(query, context.CancellationToken).ConfigureAwait(false);
        plan.ThrowIfItDoesNotFit();
        return plan;
    }

    /// <summary>Pulls the model of a plan where it is not here.</summary>
    /// <returns>The plan with the file's path.</returns>
    public static async Task<LaunchPlan> PullAsync(LaunchPlan plan, LaunchQuery query, CommandContext context)
    {
        if (plan.Pull is not { } pull)
        {
            return plan;
        }

        context.Warn(RunTexts.Chosen(Title(plan), plan.Configuration.FileBytes, here: false));
        try
        {
            PullProgress done = await PullScreen.FollowAsync(context.Services.Models(query.ModelsFolder), pull, context).ConfigureAwait(false);
            return plan with { Path = done.Model!.Path, Pull = null };
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new CliException(ErrorReporter.Cancelled, ExitCode.Interrupted, RunTexts.Interrupted(CommandLine(context)));
        }
    }

    /// <summary>Loads a model that was prepared.</summary>
    /// <returns>The engine, and the seconds that loading took.</returns>
    /// <param name="plan">The plan, with the file's path.</param>
    /// <param name="context">Shows how far it is.</param>
    /// <param name="adjust">Changes the settings that the plan gives; null for none.</param>
    /// <param name="told">Is told the share that is loaded, too; null for nobody.</param>
    public static async Task<(InferenceEngine Engine, double Seconds)> LoadAsync(
        LaunchPlan plan, CommandContext context, Func<InferenceSettings, InferenceSettings>? adjust = null, Action<double>? told = null)
    {
        using var line = new ProgressLine(context.Console);
        long all = plan.Configuration.FileBytes.Bytes;
        string total = PullScreen.Size(all);
        string doing = context.Say(RunTexts.Loading);
        var progress = new Told(share =>
        {
            line.Report(share, $"{doing} · {PullScreen.Size(share * all)}/{total}");
            told?.Invoke(share);
        });
        line.Report(0, doing);
        long start = Stopwatch.GetTimestamp();
        InferenceSettings settings = adjust?.Invoke(plan.Settings()) ?? plan.Settings();
        InferenceEngine engine = await InferenceEngine.LoadAsync(settings, progress, context.CancellationToken).ConfigureAwait(false);
        return (engine, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The command as it was typed, but for a key: what is said may go to a log.</summary>
    public static string CommandLine(CommandContext context)
    {
        const string key = "--api-key";
        IEnumerable<string> words = context.Arguments.Select((word, i) =>
            i > 0 && context.Arguments[i - 1] == key ? "KEY"
            : word.StartsWith(key + "=", StringComparison.Ordinal) || word.StartsWith(key + ":", StringComparison.Ordinal) ? key + "=KEY"
            : word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word);
        return string.Join(' ', words.Prepend("deepfit"));
    }

    /// <summary>Name and quantization, for people.</summary>
    public static string Title(LaunchPlan plan) => $"{plan.Model.DisplayName} {plan.Configuration.Quantization}";

    /// <summary>Where the layers are, in words.</summary>
    public static BilingualText Where(LaunchPlan plan)
    {
        int layers = plan.Configuration.Options.GpuLayers;
        int all = plan.Model.Layout.Architecture.LayerCount + 1;
        return layers == 0 ? RunTexts.Cpu : RunTexts.GpuLayers(Math.Min(layers, all), all);
    }

    /// <summary>The chat's settings with what the plan knows.</summary>
    public static ChatSettings With(ChatSettings settings, LaunchPlan plan, LaunchQuery query, Language language) => settings with
    {
        Where = Where(plan).In(language),
        ExpectedTps = plan.Configuration.Speed?.GenerationTps,
        Reserve = query.Use.ReasoningTokensOf(plan.Model.Name) + query.Use.AnswerTokens,
        Facts =
        [
            (RunTexts.FileWord, plan.Path!),
            (RunTexts.CacheWord, FormattableString.Invariant($"{plan.Configuration.Options.KvTypeK}/{plan.Configuration.Options.KvTypeV}").ToLowerInvariant()),
        ],
    };

    private sealed class Told(Action<double> act) : IProgress<double>
    {
        public void Report(double value) => act(value);
    }
}
