using System.Runtime.CompilerServices;
using DeepFit.Engine.Detection;

namespace DeepFit.Engine.Tests.Detection;

/// <summary>A recorded machine: files by path, tools by command line, variables by name.</summary>
internal sealed class FakeProbeHost : IProbeHost
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToolResult> _tools = new(StringComparer.Ordinal);
    private readonly List<ProbeRecord> _records = [];

    public IReadOnlyList<ProbeRecord> Records => _records;

    /// <summary>The machine of a fixture in the form of <c>tail -n +1 FILES</c>.</summary>
    public static FakeProbeHost Of(string fixture)
    {
        FakeProbeHost host = new();
        string? path = null;
        List<string> lines = [];
        foreach (string line in (Fixture(fixture) + "\n==> end <==").Split('\n'))
        {
            if (line.StartsWith("==> ", StringComparison.Ordinal) && line.EndsWith(" <==", StringComparison.Ordinal))
            {
                if (path is not null)
                    host._files[path] = string.Join('\n', lines).TrimEnd('\n') + "\n";
                path = line[4..^4];
                lines.Clear();
            }
            else
            {
                lines.Add(line);
            }
        }

        return host;
    }

    /// <summary>The text of a fixture.</summary>
    public static string Fixture(string name) => File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "Fixtures", name));

    private static string Here([CallerFilePath] string path = "") => path;

    public FakeProbeHost Add(string path, string text)
    {
        _files[path] = text;
        return this;
    }

    public FakeProbeHost Variable(string name, string value)
    {
        _variables[name] = value;
        return this;
    }

    public FakeProbeHost Tool(string commandLine, string output)
    {
        _tools[commandLine] = new ToolResult(0, output, "");
        return this;
    }

    public string? ReadFile(string path) => _files.GetValueOrDefault(path);

    public IReadOnlyList<string> ListFolder(string path) => [.. _files.Keys
        .Where(file => file.StartsWith(path + "/", StringComparison.Ordinal))
        .Select(file => file[(path.Length + 1)..].Split('/')[0])
        .Distinct().Order(StringComparer.Ordinal)];

    public string? ReadLink(string path) => _files.GetValueOrDefault(path + " ->")?.Trim();

    public string? Environment(string name) => _variables.GetValueOrDefault(name);

    public Task<ToolResult> RunAsync(
        string tool, IReadOnlyList<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(_tools.GetValueOrDefault(string.Join(' ', [tool, .. arguments])) ?? new ToolResult(null, "", "not found"));

    public void Record(string probe, string? output, string? error = null) => _records.Add(new ProbeRecord(probe, output, error));
}
