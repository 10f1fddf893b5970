using DeepFit.Engine.Detection;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.LocalModels;

/// <summary>Where DeepFit keeps the models that it pulls.</summary>
public static class ModelFolder
{
    /// <summary>The variable that names another folder.</summary>
    public const string Variable = "DEEPFIT_MODELS";

    /// <summary>The folder: what is given, else <c>DEEPFIT_MODELS</c>, else <c>models</c> in DeepFit's own folder (<see cref="StoreLocation"/>).</summary>
    /// <param name="given">The value of <c>--models-dir</c>, or null.</param>
    public static string Path(string? given = null) =>
        string.IsNullOrWhiteSpace(given) ? ModelsFolders.Default(Environment.GetEnvironmentVariable) : System.IO.Path.GetFullPath(given);
}
