namespace DeepFit.Engine.LlamaCpp;

/// <summary>How to start the engine's child process: a program and the arguments before <c>__engine VERB</c>.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its first arguments, such as the assembly that <c>dotnet</c> is to run.</param>
/// <param name="Environment">Variables to set for the child besides this process's own; a null value removes one.</param>
public sealed record EngineCommand(string FileName, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment)
{
    private const string Program = "deepfit";

    /// <summary>
    /// The <c>deepfit</c> that this process is, or that lies beside it (as it does for tests and other hosts of the library).
    /// </summary>
    public static EngineCommand Default { get; } = Resolve(System.Environment.ProcessPath, AppContext.BaseDirectory, File.Exists);

    /// <summary>Resolves <see cref="Default"/>.</summary>
    /// <param name="processPath">The running executable.</param>
    /// <param name="baseFolder">The folder that the program lies in.</param>
    /// <param name="exists">Whether a file exists.</param>
    internal static EngineCommand Resolve(string? processPath, string baseFolder, Func<string, bool> exists)
    {
        // not the name without its last part: DeepFit.Something is a host of the library, not the program
        if (processPath is not null && Path.GetFileName(processPath) is { } name
            && (name.Equals(Program, StringComparison.OrdinalIgnoreCase) || name.Equals(Program + ".exe", StringComparison.OrdinalIgnoreCase)))
        {
            return Of(processPath);
        }

        string assembly = Path.Combine(baseFolder, Program + ".dll");
        string native = Path.Combine(baseFolder, OperatingSystem.IsWindows() ? Program + ".exe" : Program);
        bool underDotnet = processPath is not null && Path.GetFileNameWithoutExtension(processPath).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        if (underDotnet && exists(assembly))
        {
            return Of(processPath!, assembly);
        }

        return exists(native) ? Of(native) : exists(assembly) ? Of("dotnet", assembly) : Of(native);
    }

    private static EngineCommand Of(string program, params string[] arguments) => new(program, arguments, new Dictionary<string, string?>());
}
