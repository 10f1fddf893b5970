using DeepFit.Core.Hardware;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>What a machine may be named by: a file, or words.</summary>
public static class MachineReference
{
    /// <summary>The machine that is meant, or this one.</summary>
    /// <param name="machine">A machine file's path or words such as <c>rtx 4090, 64 GB</c>; null for this machine.</param>
    /// <param name="services">Reads the file, detects this machine.</param>
    /// <param name="depth">How much of this machine is to be looked at.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<MachineProfile> ResolveAsync(string? machine, IDeepFitServices services, DetectionDepth depth, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(services);
        return machine is null ? await services.DetectAsync(depth, cancellationToken).ConfigureAwait(false) : Read(machine, services);
    }

    /// <summary>The machine in a file, where there is one of that name; else in words.</summary>
    /// <exception cref="NotFoundException">A path that leads nowhere.</exception>
    /// <exception cref="UserErrorException">Neither a machine file nor words that are understood.</exception>
    public static MachineProfile Read(string machine, IDeepFitServices services)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(services);
        using Stream? stream = services.OpenFile(machine);
        return stream is not null ? MachineFile.Read(stream, machine)
            : IsPath(machine) ? throw new NotFoundException(ReferenceTexts.NoMachineFile(machine))
            : MachineText.Parse(machine);
    }

    private static bool IsPath(string text) => text.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || text.StartsWith('.') || text.StartsWith('~')
        || text.Contains('\\', StringComparison.Ordinal) || Path.IsPathRooted(text);
}
