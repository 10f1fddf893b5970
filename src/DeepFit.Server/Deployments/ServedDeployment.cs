using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Hosting;

namespace DeepFit.Server.Deployments;

/// <summary>A server's place among the deployments: registered before the model is loaded, told what happens, and asked over <c>/deepfit/status</c>.</summary>
public sealed class ServedDeployment : IAsyncDisposable
{
    private readonly DeploymentSession session;
    private readonly DeploymentRegistration registration;
    private readonly TimeProvider clock;
    private volatile InferenceEngine? engine;
    private long ready;

    private ServedDeployment(DeploymentSession session, DeploymentRegistration registration, TimeProvider clock)
    {
        this.session = session;
        this.registration = registration;
        this.clock = clock;
        Module = new StatusModule(Status);
    }

    /// <summary>The deployment's id.</summary>
    public string Id => session.Id;

    /// <summary>What answers <c>/deepfit/status</c>.</summary>
    public IServerModule Module { get; }

    /// <summary>Cancelled when <c>deepfit stop</c> was said in a way that no signal carries (on Windows).</summary>
    public CancellationToken StopRequested => session.StopRequested;

    /// <summary>Registers this process.</summary>
    /// <param name="deployments">Where.</param>
    /// <param name="plan">What it is going to serve.</param>
    /// <param name="apiKey">The key that the API asks for, so that the person's own commands can ask it; null for none.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public static ServedDeployment Register(DeploymentManager deployments, LaunchPlan plan, string? apiKey, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(deployments);
        ArgumentNullException.ThrowIfNull(plan);
        var registration = new DeploymentRegistration
        {
            Model = plan.Model.DisplayName,
            Variant = plan.Model.Variant?.Id,
            Quantization = plan.Configuration.Quantization,
            ModelPath = plan.Path,
            ApiKey = apiKey,
            Plan = DeploymentPlan.Of(plan),
        };
        return new ServedDeployment(deployments.Register(registration), registration, clock ?? TimeProvider.System);
    }

    /// <summary>The model was pulled, and is at this file now.</summary>
    public void Pulled(string modelPath) => session.Pulled(modelPath);

    /// <summary>So much of the model is loaded, 0 to 1.</summary>
    public void Loading(double share) => session.Loading(share);

    /// <summary>It answers requests.</summary>
    /// <param name="loaded">The engine.</param>
    /// <param name="address">Where (<see cref="ServerHost.Address"/>).</param>
    public void Ready(InferenceEngine loaded, Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        ready = clock.GetTimestamp();
        engine = loaded;
        session.Ready(address.Host, address.Port);
    }

    /// <summary>It was told to stop and finishes what runs.</summary>
    public void Draining() => session.Draining();

    /// <summary>It has ended, or is about to.</summary>
    /// <param name="exitCode">The process's exit code.</param>
    /// <param name="error">Why, where it is not because it was told to.</param>
    public void Ended(int exitCode, BilingualText? error = null) => session.Ended(exitCode, error);

    /// <summary>Ends the registration; where nothing was said of the end, it counts as stopped.</summary>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private ServerStatusDocument? Status() =>
        engine is { } loaded ? ServerStatus.Of(loaded, Id, registration, clock.GetElapsedTime(ready), ServerHost.Version) : null;
}
