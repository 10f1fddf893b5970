namespace DeepFit.Core.Contract;

/// <summary>What <c>deepfit engine --json</c> prints.</summary>
/// <param name="Engine">The engine and its version.</param>
/// <param name="Platform">The platform, such as <c>linux-x64</c>.</param>
/// <param name="Flavours">The flavours of the engine.</param>
/// <param name="Devices">What the engine sees; null where it was not asked.</param>
/// <param name="Gpus">This machine's GPUs and what would use them; null where they were not looked for.</param>
/// <param name="Problem">Why the engine could not be asked, or null.</param>
public sealed record EngineDocument(
    string Engine,
    string Platform,
    IReadOnlyList<EngineFlavourDocument> Flavours,
    IReadOnlyList<EngineDeviceDocument>? Devices,
    IReadOnlyList<EngineGpuDocument>? Gpus,
    string? Problem);

/// <summary>A flavour of the engine.</summary>
/// <param name="Id"><c>vulkan</c>, <c>cuda</c>, <c>metal</c> or <c>cpu</c>.</param>
/// <param name="Backends">Its back ends.</param>
/// <param name="Folder">Where it lies, or null when it is not here.</param>
/// <param name="Bundled">Whether it lies beside the program.</param>
/// <param name="Chosen">Whether it is the one that is loaded.</param>
public sealed record EngineFlavourDocument(string Id, IReadOnlyList<string> Backends, string? Folder, bool Bundled, bool Chosen);

/// <summary>A GPU and the engine.</summary>
/// <param name="Name">The GPU's name.</param>
/// <param name="Backends">Back ends of llama.cpp that can use it.</param>
/// <param name="Used">Whether the engine sees a GPU by a back end of the loaded flavour.</param>
/// <param name="Install">The flavour that would use it, or null.</param>
/// <param name="Advice">The same in words, or null.</param>
public sealed record EngineGpuDocument(string Name, IReadOnlyList<string> Backends, bool Used, string? Install, string? Advice);
