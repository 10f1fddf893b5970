using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DeepFit.Server.Api.Documents;

namespace DeepFit.Server.Api;

/// <summary>The JSON of the documents that only the page's API has; in everything as <see cref="Core.Contract.ContractJson"/>.</summary>
internal static class ApiJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a document.</summary>
    public static void Write<T>(Stream output, T document, JsonTypeInfo<T> type)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        JsonSerializer.Serialize(writer, document, type);
        writer.Flush();
        output.WriteByte((byte)'\n');
    }
}

/// <summary>Serialisation code made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.Never, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(MemoryNowDocument))]
[JsonSerializable(typeof(ApiErrorDocument))]
[JsonSerializable(typeof(StartedDocument))]
[JsonSerializable(typeof(MatrixDocument))]
[JsonSerializable(typeof(CellDocument))]
[JsonSerializable(typeof(ClaimsDocument))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(TestDriveOrder))]
[JsonSerializable(typeof(TestDrivesDocument))]
[JsonSerializable(typeof(TestDriveProgressDocument))]
[JsonSerializable(typeof(TestDriveResultDocument))]
[JsonSerializable(typeof(PullOrder))]
[JsonSerializable(typeof(PullsDocument))]
[JsonSerializable(typeof(DeploymentOrder))]
[JsonSerializable(typeof(DeploymentsDocument))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
