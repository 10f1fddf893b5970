using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>A configuration that the engine itself refuses, such as R1 with different K and V cache types.</summary>
public sealed class ConfigurationRefusedException : UserErrorException
{
    /// <summary>Creates the refusal.</summary>
    /// <param name="text">What the engine refuses, why, and what to choose instead.</param>
    public ConfigurationRefusedException(BilingualText text)
        : base(text)
    {
    }
}
