using DeepFit.Core.Text;

namespace DeepFit.Core.Hardware;

/// <summary>
/// Machines in words: <c>rtx-4090</c>, <c>2x rtx-3090, 64 GB ddr4-3200 2ch</c>, <c>mac-m4-max-64</c>. Names are those of the catalogues, makers and brands
/// may be left out; every word must be understood, so that no other product is taken silently. The language is described in <c>docs/machines.md</c>.
/// </summary>
public static class MachineText
{
    /// <summary>Longest description.</summary>
    public const int MaxLength = 400;

    /// <summary>Reads a description.</summary>
    /// <param name="text">The words.</param>
    /// <param name="catalogs">Known products; <see cref="MachineCatalogs.Default"/> when null.</param>
    /// <exception cref="UserErrorException">A part is not known, or the parts cannot be together: what, the nearest names, and how to describe it by hand.</exception>
    public static MachineProfile Parse(string text, MachineCatalogs? catalogs = null)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxLength)
        {
            string shown = text.Length > MaxLength ? text[..40] + "..." : text;
            throw MachineTextErrors.Nothing(shown.Trim());
        }

        return new MachineTextReader(text.Trim(), catalogs ?? MachineCatalogs.Default).Read();
    }
}
