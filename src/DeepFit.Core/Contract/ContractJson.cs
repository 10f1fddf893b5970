using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DeepFit.Core.Contract;

/// <summary>
/// The JSON that other programs rely on: one UTF-8 document a command, snake_case, sizes in bytes, rates in tokens per second, every member
/// present (unknown ones null), a line feed at the end.
/// </summary>
public static class ContractJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Chinese stays legible; the document never goes into a page as it is
    };

    /// <summary>Writes a configuration (<c>estimate</c>).</summary>
    public static void Write(Stream output, ConfigurationDocument document) => Write(output, document, ContractJsonContext.Default.ConfigurationDocument);

    /// <summary>Writes a recommendation (<c>recommend</c>).</summary>
    public static void Write(Stream output, RecommendationDocument document) => Write(output, document, ContractJsonContext.Default.RecommendationDocument);

    /// <summary>Writes a machine (<c>detect</c>).</summary>
    public static void Write(Stream output, MachineDocument document) => Write(output, document, ContractJsonContext.Default.MachineDocument);

    /// <summary>Writes raw probes (<c>doctor</c>).</summary>
    public static void Write(Stream output, DoctorDocument document) => Write(output, document, ContractJsonContext.Default.DoctorDocument);

    /// <summary>Writes the variants (<c>models</c>), an array.</summary>
    public static void Write(Stream output, IReadOnlyList<ModelDocument> documents) =>
        Write(output, documents, ContractJsonContext.Default.IReadOnlyListModelDocument);

    /// <summary>Writes entries of the catalogues of parts (<c>machines</c>), an array.</summary>
    public static void Write(Stream output, IReadOnlyList<MachineEntryDocument> documents) =>
        Write(output, documents, ContractJsonContext.Default.IReadOnlyListMachineEntryDocument);

    /// <summary>Writes a comparison (<c>compare</c>).</summary>
    public static void Write(Stream output, ComparisonDocument document) => Write(output, document, ContractJsonContext.Default.ComparisonDocument);

    /// <summary>Writes a test-drive's result (<c>testdrive</c>).</summary>
    public static void Write(Stream output, TestDriveDocument document) => Write(output, document, ContractJsonContext.Default.TestDriveDocument);

    /// <summary>Writes a plan for a team (<c>capacity</c>).</summary>
    public static void Write(Stream output, CapacityDocument document) => Write(output, document, ContractJsonContext.Default.CapacityDocument);

    /// <summary>Writes the flavours of the engine (<c>engine</c>).</summary>
    public static void Write(Stream output, EngineDocument document) => Write(output, document, ContractJsonContext.Default.EngineDocument);

    /// <summary>Writes exported files (<c>export</c>).</summary>
    public static void Write(Stream output, ExportDocument document) => Write(output, document, ContractJsonContext.Default.ExportDocument);

    /// <summary>Writes a calibration (<c>calibrate</c>).</summary>
    public static void Write(Stream output, CalibrationDocument document) => Write(output, document, ContractJsonContext.Default.CalibrationDocument);

    /// <summary>Writes what training takes (<c>estimate --train</c>).</summary>
    public static void Write(Stream output, TrainingDocument document) => Write(output, document, ContractJsonContext.Default.TrainingDocument);

    /// <summary>Writes the hardware that reaches a goal (<c>advise --want</c>).</summary>
    public static void Write(Stream output, AdviceDocument document) => Write(output, document, ContractJsonContext.Default.AdviceDocument);

    /// <summary>Writes what would lift a machine (<c>advise</c>).</summary>
    public static void Write(Stream output, UpgradeDocument document) => Write(output, document, ContractJsonContext.Default.UpgradeDocument);

    /// <summary>Writes what a pull brought (<c>pull</c>).</summary>
    public static void Write(Stream output, PullDocument document) => Write(output, document, ContractJsonContext.Default.PullDocument);

    /// <summary>Writes the models on this machine (<c>list</c>).</summary>
    public static void Write(Stream output, ModelListDocument document) => Write(output, document, ContractJsonContext.Default.ModelListDocument);

    /// <summary>Writes what was removed (<c>rm</c>).</summary>
    public static void Write(Stream output, RemovalDocument document) => Write(output, document, ContractJsonContext.Default.RemovalDocument);

    /// <summary>How far a pull is, in one line without a line feed.</summary>
    public static string Line(PullEventDocument document) => JsonSerializer.Serialize(document, ContractJsonContext.Default.PullEventDocument);

    /// <summary>A server that answers (<c>serve</c>), in one line without a line feed.</summary>
    public static string Line(ServeDocument document) => JsonSerializer.Serialize(document, ContractJsonContext.Default.ServeDocument);

    /// <summary>Writes a server's status (<c>GET /deepfit/status</c>).</summary>
    public static void Write(Stream output, ServerStatusDocument document) => Write(output, document, ContractJsonContext.Default.ServerStatusDocument);

    /// <summary>Writes what is served (<c>ps</c>), an array.</summary>
    public static void Write(Stream output, IReadOnlyList<DeploymentDocument> documents) =>
        Write(output, documents, ContractJsonContext.Default.IReadOnlyListDeploymentDocument);

    /// <summary>Writes lines of a log (<c>logs</c>).</summary>
    public static void Write(Stream output, LogDocument document) => Write(output, document, ContractJsonContext.Default.LogDocument);

    /// <summary>Writes a question's answer (<c>run</c>).</summary>
    public static void Write(Stream output, RunDocument document) => Write(output, document, ContractJsonContext.Default.RunDocument);

    /// <summary>Where the page is (<c>web</c>), in one line without a line feed.</summary>
    public static string Line(WebDocument document) => JsonSerializer.Serialize(document, ContractJsonContext.Default.WebDocument);

    /// <summary>Writes what was promised and what came (<c>verify</c>).</summary>
    public static void Write(Stream output, VerificationDocument document) => Write(output, document, ContractJsonContext.Default.VerificationDocument);

    /// <summary>Writes the steps to a running model (<c>up</c>).</summary>
    public static void Write(Stream output, UpDocument document) => Write(output, document, ContractJsonContext.Default.UpDocument);

    /// <summary>Writes a failure (any command).</summary>
    public static void Write(Stream output, ErrorDocument document) => Write(output, document, ContractJsonContext.Default.ErrorDocument);

    private static void Write<T>(Stream output, T document, JsonTypeInfo<T> type)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        JsonSerializer.Serialize(writer, document, type);
        writer.Flush();
        output.WriteByte((byte)'\n');
    }
}

/// <summary>Serialisation code made at build time: no reflection, so that it works ahead of time compiled.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(ConfigurationDocument))]
[JsonSerializable(typeof(RecommendationDocument))]
[JsonSerializable(typeof(MachineDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(IReadOnlyList<ModelDocument>))]
[JsonSerializable(typeof(IReadOnlyList<MachineEntryDocument>))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSerializable(typeof(TestDriveDocument))]
[JsonSerializable(typeof(CapacityDocument))]
[JsonSerializable(typeof(ExportDocument))]
[JsonSerializable(typeof(EngineDocument))]
[JsonSerializable(typeof(CalibrationDocument))]
[JsonSerializable(typeof(TrainingDocument))]
[JsonSerializable(typeof(AdviceDocument))]
[JsonSerializable(typeof(UpgradeDocument))]
[JsonSerializable(typeof(PullDocument))]
[JsonSerializable(typeof(ModelListDocument))]
[JsonSerializable(typeof(RemovalDocument))]
[JsonSerializable(typeof(PullEventDocument))]
[JsonSerializable(typeof(WebDocument))]
[JsonSerializable(typeof(ServerStatusDocument))]
[JsonSerializable(typeof(IReadOnlyList<DeploymentDocument>))]
[JsonSerializable(typeof(LogDocument))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(UpDocument))]
[JsonSerializable(typeof(VerificationDocument))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(ServeDocument))]
internal sealed partial class ContractJsonContext : JsonSerializerContext;
