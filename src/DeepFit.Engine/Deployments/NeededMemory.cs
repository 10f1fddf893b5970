using DeepFit.Core.Contract;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Deployments;

/// <summary>The system memory that a server needs, as `deepfit verify` holds it against the plan, and `deepfit ps` and the page show it.</summary>
public static class NeededMemory
{
    /// <summary>
    /// The process's own memory and the pages of the model's file that it computes with. Pages of which the weights were copied elsewhere are resident and not needed; code is shared with others. Where
    /// the system does not tell these apart: all that is resident, less what was copied.
    /// </summary>
    /// <param name="status">What the server says.</param>
    /// <returns>Null where it does not say.</returns>
    public static ByteSize? Of(ServerStatusDocument status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status.ProcessMemory is not { } process ? null : new ByteSize(
            IsExact(status) ? process.OwnBytes!.Value + Math.Max(0, status.ModelPagesBytes!.Value - status.CopiedWeightsBytes) : process.ResidentBytes - status.CopiedWeightsBytes);
    }

    /// <summary>Whether the system tells the process's own memory and the model's pages apart from all else; where it does not, the figure may be too high.</summary>
    /// <param name="status">What the server says.</param>
    public static bool IsExact(ServerStatusDocument status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return status is { ProcessMemory.OwnBytes: not null, ModelPagesBytes: not null };
    }
}
