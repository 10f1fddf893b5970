using DeepFit.Core.Hardware;

namespace DeepFit.Engine.Detection;

/// <summary>Asks the engine which devices it sees, in a short-lived child process so that a crashing driver takes nothing down.</summary>
public interface IEngineDeviceLister
{
    /// <summary>The engine's devices in its own order; empty when there is no engine or it could not be asked.</summary>
    /// <param name="cancellationToken">Ends the child process.</param>
    Task<IReadOnlyList<EngineDevice>> ListAsync(CancellationToken cancellationToken);
}
