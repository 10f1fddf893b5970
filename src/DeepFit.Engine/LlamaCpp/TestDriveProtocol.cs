namespace DeepFit.Engine.LlamaCpp;

internal sealed record TestDrivePlan;

internal sealed record TestDriveSample;

internal sealed record TestDriveEnd;

internal static class TestDriveVerb
{
    public static TestDriveEnd Run(EngineRequest request) => new();
}
