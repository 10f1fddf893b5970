using DeepFit.Core.Estimation;

namespace DeepFit.SpeedFit;

/// <summary>A constant that is fitted.</summary>
/// <param name="Section">Section of the constants' file.</param>
/// <param name="Key">Key.</param>
/// <param name="Name">Name.</param>
/// <param name="Prior">What physics lets one expect; what few or no rows speak for stays near it.</param>
/// <param name="Sigma">How far from it, as a logarithm.</param>
internal sealed record Parameter(string Section, string Key, string Name, double Prior, double Sigma)
{
    /// <summary>Whether it belongs to one machine of the measurements and is kept nowhere.</summary>
    public bool Nuisance => Section == "machine";

    public static Parameter[] Load()
    {
        EmbeddedTable table = Table.Load("parameters.csv");
        return
        [
            .. Enumerable.Range(0, table.Count).Select(i =>
                new Parameter(table.Text(i, "section"), table.Text(i, "key"), table.Text(i, "name"), table.Number(i, "prior"), table.Number(i, "sigma"))),
        ];
    }

    /// <summary>The constants with these values, which are logarithms; rows of kind <c>like X</c> follow X.</summary>
    public static SpeedConstants Apply(SpeedConstants start, Parameter[] parameters, IReadOnlyList<double> logarithms, IReadOnlyList<Follower> followers)
    {
        var changed = new Dictionary<(string, string, string), double>();
        for (int i = 0; i < parameters.Length; i++)
        {
            changed[(parameters[i].Section, parameters[i].Key, parameters[i].Name)] = Math.Exp(logarithms[i]);
        }

        foreach (Follower follower in followers)
        {
            changed[(follower.Section, follower.Key, follower.Name)] = changed[(follower.Section, follower.Of, follower.Name)];
        }

        return start.With(changed);
    }
}

/// <summary>A constant that is taken to be as another one.</summary>
internal sealed record Follower(string Section, string Key, string Name, string Of);
