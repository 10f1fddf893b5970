namespace DeepFit.Core.Estimation;

/// <summary>The rung of the ladder of evidence that a figure stands on; a higher rung always replaces a lower one.</summary>
public enum EstimateBasis
{
    /// <summary>Closed formulas over the exact tensor list.</summary>
    Estimated = 0,

    /// <summary>The engine itself laid the model out, without weights.</summary>
    Simulated = 1,

    /// <summary>A test-drive ran the true shapes on this machine.</summary>
    Measured = 2,

    /// <summary>The real model ran here.</summary>
    Verified = 3,
}
