namespace DeepFit.Core.Estimation;

/// <summary>The rung of the ladder of evidence that a figure stands on; a higher rung always replaces a lower one.</summary>
public enum EstimateBasis
{
    /// <summary>Closed formulas over the exact tensor list.</summary>
    Estimated = 0,

    /// <summary>The engine itself laid the model out, without weights.</summary>
    Simulated = 1,

    /// <summary>Formulas, corrected by what was measured on this machine of other configurations or of single layers.</summary>
    Calibrated = 2,

    /// <summary>A test-drive ran the true shapes on this machine.</summary>
    Measured = 3,

    /// <summary>The real model ran here.</summary>
    Verified = 4,
}
