using DeepFit.Engine.Detection;

namespace DeepFit.Engine.Tests.Detection.Gpus;

/// <summary>A machine made of texts: files, and what tools print. Anything else is missing.</summary>
internal sealed class FakeProbeHost : IProbeHost
{
    private readonly List<ProbeRecord> _records = [];

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ToolResult> Tools { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public List<string> Runs { get; } = [];

    public IReadOnlyList<ProbeRecord> Records => _records;

    public FakeProbeHost File(string path, string text)
    {
        Files[path] = text;
        return this;
    }

    public FakeProbeHost Tool(string command, string output, int exitCode = 0)
    {
        Tools[command] = new ToolResult(exitCode, output, "");
        return this;
    }

    public FakeProbeHost Pci(string address, string classCode, string id, string? driver = null) =>
        File($"/sys/bus/pci/devices/{address}/uevent", $"{(driver is null ? "" : $"DRIVER={driver}\n")}PCI_CLASS={classCode}\nPCI_ID={id}\nPCI_SLOT_NAME={address}\n");

    public string? ReadFile(string path) => Files.GetValueOrDefault(path);

    public IReadOnlyList<string> ListFolder(string path) =>
    [
        .. Files.Keys.Where(f => f.StartsWith(path + "/", StringComparison.Ordinal)).Select(f => f[(path.Length + 1)..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal),
    ];

    public string? ReadLink(string path) => null;

    public string? Environment(string name) => Variables.GetValueOrDefault(name);

    public Task<ToolResult> RunAsync(string tool, IReadOnlyList<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        string command = string.Join(' ', [tool, .. arguments]);
        Runs.Add(command);
        return Task.FromResult(Tools.GetValueOrDefault(command) ?? new ToolResult(null, "", "not found"));
    }

    public void Record(string probe, string? output, string? error = null) => _records.Add(new ProbeRecord(probe, output, error));
}
