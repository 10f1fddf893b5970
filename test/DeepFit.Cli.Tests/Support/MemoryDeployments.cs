using System.Collections.Concurrent;
using DeepFit.Engine.Deployments;

namespace DeepFit.Cli.Tests.Support;

/// <summary>Deployments in memory; none at first.</summary>
internal sealed class MemoryDeployments : IDeploymentStore
{
    private readonly ConcurrentDictionary<string, Deployment> all = new();

    public IReadOnlyList<Deployment> All() => [.. all.Values.OrderByDescending(d => d.StartedAt)];

    public Deployment? Find(string id) => all.GetValueOrDefault(id);

    public bool Add(Deployment deployment) => all.TryAdd(deployment.Id, deployment);

    public Deployment? Change(string id, Func<Deployment, Deployment?> change)
    {
        lock (all)
        {
            return all.TryGetValue(id, out Deployment? before) ? all[id] = change(before) ?? before : null;
        }
    }

    public void Remove(string id) => all.TryRemove(id, out _);
}
