namespace DeepFit.Engine.Deployments;

/// <summary>What is known of deployments, shared by every DeepFit process of the user.</summary>
public interface IDeploymentStore
{
    /// <summary>All of them, the newest first.</summary>
    IReadOnlyList<Deployment> All();

    /// <summary>One of them, or null.</summary>
    Deployment? Find(string id);

    /// <summary>Adds one.</summary>
    /// <returns>False when its id is taken, or when nothing can be kept.</returns>
    bool Add(Deployment deployment);

    /// <summary>Changes one in a single step that no other process can come between.</summary>
    /// <param name="id">Which.</param>
    /// <param name="change">Given what is stored, returns what is to be; null or the same leaves it.</param>
    /// <returns>What is stored afterwards; null when there is no such deployment, or nothing can be kept.</returns>
    Deployment? Change(string id, Func<Deployment, Deployment?> change);

    /// <summary>Forgets one.</summary>
    void Remove(string id);
}
