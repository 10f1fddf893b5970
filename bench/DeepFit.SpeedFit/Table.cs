using DeepFit.Core.Estimation;

namespace DeepFit.SpeedFit;

/// <summary>The tables that lie beside this program.</summary>
internal static class Table
{
    public static EmbeddedTable Load(string file)
    {
        using Stream stream = typeof(Table).Assembly.GetManifestResourceStream(file) ?? throw new InvalidOperationException($"{file} is not in the program");
        using var reader = new StreamReader(stream);
        return EmbeddedTable.Parse(reader.ReadToEnd(), file);
    }
}
