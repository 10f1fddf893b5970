using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeepFit.Core.Contract;
using DeepFit.Core.Tests.Hardware;

namespace DeepFit.Core.Tests.Contract;

public class ContractPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "json.md"));

    public static TheoryData<string> Members =>
    [
        .. typeof(ContractJson).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(ContractJson).Namespace && t.IsPublic && t.Name is { } name && (name.EndsWith("Document", StringComparison.Ordinal) || name == nameof(ErrorDetail)))
            .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Select(p => p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))
            .Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Members))]
    public void Every_member_is_described(string name) => Page.ShouldContain($"`{name}`");
}
