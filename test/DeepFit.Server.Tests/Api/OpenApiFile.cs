using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using DeepFit.Cli.Tests.Support;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Server.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;

namespace DeepFit.Server.Tests.Api;

/// <summary>The OpenAPI document of the page's API, made from the endpoints' own metadata. The page's types are generated from it.</summary>
internal static class OpenApiFile
{
    // words that members take which are words for programs everywhere
    private static readonly Dictionary<string, string[]> Words = new()
    {
        ["basis"] = [.. Enum.GetValues<EstimateBasis>().Select(ContractMap.Basis)],
        ["kv_type_k"] = [.. EngineLimits.CacheTypes.Select(type => type.ToString().ToLowerInvariant())],
        ["kv_type_v"] = [.. EngineLimits.CacheTypes.Select(type => type.ToString().ToLowerInvariant())],
        ["limited_by"] = ["ram", "vram", "disk", "speed", "context"],
        ["use"] = [.. OptionReader.Uses],
    };

    private static readonly Dictionary<string, string[]> WordsOf = new()
    {
        ["DeploymentStateDocument.state"] = [.. Enum.GetValues<DeploymentState>().Select(DeploymentWords.Of)],
        ["PullStateDocument.state"] = ["running", "done", "failed", "stopped"],
        ["PullEventDocument.phase"] = ["searching", "choosing", "waiting", "checking", "downloading", "verifying", "repairing", "done"],
        ["TestDriveProgressDocument.phase"] = ["loading", "warming up", "prompt", "generation", "done"],
        ["AlternativeDocument.label"] = ["faster", "smarter"],
        ["HardwareOptionDocument.certainty"] = ["surely", "probably"],
    };

    /// <summary>Makes the document.</summary>
    public static async Task<string> MakeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.TypeInfoResolver = new DefaultJsonTypeInfoResolver();
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
        });
        builder.Services.AddEndpointsApiExplorer();
        builder.Services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = "DeepFit", Version = "1", Description = "The page's API." };
                document.Servers = [];
                document.Tags = null;
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(Operation);
            options.AddSchemaTransformer(Schema);
        });
        await using WebApplication app = builder.Build();
        await using var module = new ApiModule(new FakeServices(), "1", TimeProvider.System, new PageToken());
        RouteGroupBuilder group = app.MapGroup("");
        ((IEndpointConventionBuilder)group).Add(endpoint => endpoint.Metadata.Add(endpoint.RequestDelegate!.Method)); // what the explorer looks for
        module.MapEndpoints(group);
        app.MapOpenApi();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        string text = await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken);
        return text.ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    private static Task Operation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        ApiOperation known = context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().Single();
        operation.OperationId = known.Id;
        operation.Summary = known.Summary;
        operation.Tags = new HashSet<OpenApiTagReference>();
        string path = context.Description.RelativePath!;
        operation.Parameters =
        [
            .. known.Parameters.Select(p => new OpenApiParameter
            {
                Name = p.Name,
                In = path.Contains($"{{{p.Name}}}", StringComparison.Ordinal) ? ParameterLocation.Path : ParameterLocation.Query,
                Required = p.Required,
                Description = p.Description,
                Schema = new OpenApiSchema
                {
                    Type = p.Type switch { "integer" => JsonSchemaType.Integer, "number" => JsonSchemaType.Number, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
                    Enum = p.Values is null ? null : [.. p.Values.Select(v => (JsonNode)v)],
                },
            }),
        ];
        return Task.CompletedTask;
    }

    // every member of a document is always there; what an order may leave out is nullable
    private static Task Schema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Properties is not { Count: > 0 } members || context.JsonTypeInfo.Kind != JsonTypeInfoKind.Object)
        {
            return Task.CompletedTask;
        }

        string name = context.JsonTypeInfo.Type.Name;
        if (!name.EndsWith("Order", StringComparison.Ordinal))
        {
            schema.Required = new HashSet<string>(members.Keys);
        }

        foreach ((string member, IOpenApiSchema of) in members)
        {
            if (of is OpenApiSchema { Type: { } type } text && type.HasFlag(JsonSchemaType.String) && (WordsOf.GetValueOrDefault($"{name}.{member}") ?? Words.GetValueOrDefault(member)) is { } words)
            {
                text.Enum = [.. words.Select(w => (JsonNode)w)];
                if (type.HasFlag(JsonSchemaType.Null))
                {
                    text.Enum.Add(JsonNullSentinel.JsonNull);
                }
            }
        }

        return Task.CompletedTask;
    }
}
