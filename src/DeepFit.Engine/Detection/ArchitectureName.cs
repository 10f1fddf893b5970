using System.Runtime.InteropServices;

namespace DeepFit.Engine.Detection;

/// <summary>The words of the contract for processor architectures.</summary>
internal static class ArchitectureName
{
    /// <summary><c>x64</c>, <c>arm64</c>, or the runtime's own word in lower case.</summary>
    internal static string Of(Architecture architecture) => architecture switch
    {
        Architecture.X64 => "x64",
        Architecture.Arm64 => "arm64",
        _ => architecture.ToString().ToLowerInvariant(),
    };
}
