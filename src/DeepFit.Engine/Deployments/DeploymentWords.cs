namespace DeepFit.Engine.Deployments;

/// <summary>States as words of the table and of the JSON.</summary>
public static class DeploymentWords
{
    /// <summary>The word of a state.</summary>
    public static string Of(DeploymentState state) => state switch
    {
        DeploymentState.Starting => "starting",
        DeploymentState.Running => "running",
        DeploymentState.Draining => "draining",
        DeploymentState.Stopped => "stopped",
        DeploymentState.Crashed => "crashed",
        _ => "failed",
    };
}
