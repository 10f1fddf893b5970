using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Deployments;

/// <summary>Finds the deployment that a person names: by id, by the beginning of one, or by its model where that is unambiguous.</summary>
public static class DeploymentNames
{
    /// <summary>The deployment that is meant.</summary>
    /// <param name="name">What the person typed; null for the only one that runs.</param>
    /// <param name="all">All deployments.</param>
    /// <exception cref="NotFoundException">There is none, or several could be meant.</exception>
    public static Deployment Resolve(string? name, IReadOnlyList<Deployment> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (name is null)
        {
            Deployment[] active = [.. all.Where(d => d.IsActive)];
            return active.Length switch
            {
                1 => active[0],
                0 => throw new NotFoundException(DeploymentTexts.NothingRuns),
                _ => throw new NotFoundException(DeploymentTexts.WhichOne([.. active.Select(d => d.Id)])),
            };
        }

        string text = name.Trim();
        if (all.FirstOrDefault(d => d.Id.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } exact)
        {
            return exact;
        }

        foreach (Func<Deployment, bool> means in (Func<Deployment, bool>[])[d => d.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase), d => IsModel(text, d)])
        {
            Deployment[] meant = text.Length == 0 ? [] : [.. all.Where(means)];
            Deployment[] active = [.. meant.Where(d => d.IsActive)];
            Deployment[] candidates = active.Length > 0 ? active : meant;
            if (candidates.Length > 0)
            {
                return candidates.Length == 1 ? candidates[0] : throw new NotFoundException(DeploymentTexts.Ambiguous(text, [.. candidates.Select(d => d.Id)]));
            }
        }

        string[] names = [.. all.Select(d => d.Id).Concat(all.Select(d => d.Variant ?? d.Model)).Distinct(StringComparer.OrdinalIgnoreCase)];
        Deployment[] shown = all.Any(d => d.IsActive) ? [.. all.Where(d => d.IsActive)] : [.. all.Take(5)];
        IReadOnlyList<string> near = NearestNames.Suggest(text, names);
        throw new NotFoundException(DeploymentTexts.Unknown(text, [.. shown.Select(d => $"{d.Id} ({d.Variant ?? d.Model})")], near)) { Suggestions = near };
    }

    private static bool IsModel(string text, Deployment deployment)
    {
        if (deployment.Model.Equals(text, StringComparison.OrdinalIgnoreCase)
            || (deployment.ModelPath is { } path && (path == text || Path.GetFileName(path).Equals(text, StringComparison.OrdinalIgnoreCase)
                || Path.GetFileNameWithoutExtension(path).Equals(text, StringComparison.OrdinalIgnoreCase))))
        {
            return true;
        }

        int colon = text.LastIndexOf(':');
        return (Is(text) || (colon > 0 && Is(text[..colon]) && text[(colon + 1)..].Equals(deployment.Quantization, StringComparison.OrdinalIgnoreCase)))
            && deployment.Variant is not null;

        bool Is(string variant) => ModelCatalog.Default.TryFind(variant, out ModelVariant? known) && known.Id == deployment.Variant;
    }
}
