using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection.Gpus.Apple;

/// <summary>Asks Metal; replaced in tests.</summary>
internal interface IMetal
{
    /// <summary><c>recommendedMaxWorkingSetSize</c> of the default device, or null when there is none or it cannot be asked.</summary>
    ByteSize? RecommendedMaxWorkingSetSize();
}
