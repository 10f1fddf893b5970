using DeepFit.Core.Contract;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Engine.Verification;

namespace DeepFit.Engine.Tests.Verification;

/// <summary>The engine in this process, in the place of a server.</summary>
internal sealed class EngineUnderTest(InferenceEngine engine) : IModelUnderTest
{
    public Task<ServerStatusDocument> StatusAsync(CancellationToken cancellationToken) => Task.FromResult(ServerStatus.Of(
        engine, "tiny", new DeploymentRegistration { Model = engine.Model.Name, Quantization = engine.Model.Layout.Quantization }, TimeSpan.FromSeconds(1), "1.0"));

    public async Task<TrialResult> RunAsync(Trial trial, CancellationToken cancellationToken)
    {
        var request = new GenerationRequest
        {
            Chat = trial.IsQuestion ? [ChatTurn.User(trial.Text)] : null,
            Prompt = trial.IsQuestion ? null : trial.Text,
            MaxTokens = trial.MaxTokens,
            IgnoreEnd = !trial.IsQuestion,
            Sampling = SamplingOptions.Default with { Temperature = 0 },
        };
        await using Generation generation = engine.Start(request, cancellationToken);
        GenerationResult result = await generation.CollectAsync(cancellationToken);
        return new TrialResult
        {
            PromptTokens = result.Usage.PromptTokens,
            CachedTokens = result.Usage.CachedTokens,
            GeneratedTokens = result.Usage.GeneratedTokens,
            SecondsToFirstToken = result.Timings.FirstToken?.TotalSeconds ?? 0,
            PromptSeconds = result.Timings.Prompt.TotalSeconds,
            GenerationSeconds = result.Timings.Generation.TotalSeconds,
            Reasoning = result.Reasoning,
            Answer = result.Answer,
            Ended = result.Finish == FinishReason.Stop,
        };
    }
}

/// <summary>A model that does what it is told.</summary>
internal sealed class ScriptedModel : IModelUnderTest
{
    public required ServerStatusDocument Status { get; set; }

    public string Reasoning { get; init; } = "Six times seven.";

    public string Answer { get; init; } = "42";

    public bool Ended { get; init; } = true;

    public double PromptTps { get; init; } = 100;

    public double GenerationTps { get; init; } = 10;

    /// <summary>Requests of others that end in the meantime.</summary>
    public int Others { get; init; }

    public List<Trial> Trials { get; } = [];

    public Task<ServerStatusDocument> StatusAsync(CancellationToken cancellationToken) => Task.FromResult(
        Status with { Statistics = Status.Statistics with { Completed = Trials.Count + (Trials.Count > 0 ? Others : 0) } });

    public Task<TrialResult> RunAsync(Trial trial, CancellationToken cancellationToken)
    {
        Trials.Add(trial);
        int prompt = trial.Text.Length / 4;
        return Task.FromResult(new TrialResult
        {
            PromptTokens = prompt,
            CachedTokens = 0,
            GeneratedTokens = trial.MaxTokens,
            SecondsToFirstToken = prompt / PromptTps,
            PromptSeconds = prompt / PromptTps,
            GenerationSeconds = (trial.MaxTokens - 1) / GenerationTps,
            Reasoning = trial.IsQuestion ? Reasoning : "",
            Answer = Answer,
            Ended = Ended,
        });
    }
}
