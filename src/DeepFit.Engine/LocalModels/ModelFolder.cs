using DeepFit.Engine.Storage;

namespace DeepFit.Engine.LocalModels;

/// <summary>Where DeepFit keeps the models that it pulls.</summary>
public static class ModelFolder
{
    /// <summary>The variable that names another folder.</summary>
    public const string Variable = "DEEPFIT_MODELS";

    /// <summary>The folder: what is given, else <c>DEEPFIT_MODELS</c>, else <c>models</c> in DeepFit's own folder (<see cref="StoreLocation"/>).</summary>
    /// <param name="given">The value of <c>--models-dir</c>, or null.</param>
    public static string Path(string? given = null)
    {
        string? chosen = !string.IsNullOrWhiteSpace(given) ? given : Environment.GetEnvironmentVariable(Variable);
        return System.IO.Path.GetFullPath(string.IsNullOrWhiteSpace(chosen) ? System.IO.Path.Combine(StoreLocation.Folder(), "models") : chosen);
    }
}
