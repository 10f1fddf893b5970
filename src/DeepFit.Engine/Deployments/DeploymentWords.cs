using DeepFit.Core.Text;

namespace DeepFit.Engine.Deployments;

/// <summary>States as words of the JSON and of people.</summary>
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

    /// <summary>A state in words.</summary>
    public static BilingualText Text(DeploymentState state) => state switch
    {
        DeploymentState.Starting => new("starting", "启动中"),
        DeploymentState.Running => new("running", "运行中"),
        DeploymentState.Draining => new("finishing", "收尾中"),
        DeploymentState.Stopped => new("stopped", "已停止"),
        DeploymentState.Crashed => new("crashed", "已崩溃"),
        _ => new("failed", "启动失败"),
    };
}
