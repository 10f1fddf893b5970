using System.Text.Json.Serialization;
using DeepFit.Core.Text;

namespace DeepFit.Core.Models;

/// <summary>The shape of <c>Data/models.json</c>.</summary>
internal sealed record ModelCatalogData
{
    public required int Schema { get; init; }

    public required ModelVariantData[] Models { get; init; }
}

/// <summary>One entry of <c>Data/models.json</c>; <see cref="ModelVariant"/> documents the members.</summary>
internal sealed record ModelVariantData
{
    public required string Id { get; init; }

    public required string[] Aliases { get; init; }

    public required string DisplayName { get; init; }

    public required bool IsDistilled { get; init; }

    public required string HuggingFaceRepository { get; init; }

    public required string BaseModel { get; init; }

    public required string License { get; init; }

    public string? BaseLicense { get; init; }

    public required long ParameterCount { get; init; }

    public required long ActiveParameterCount { get; init; }

    public required long MetadataBytes { get; init; }

    public required BilingualText Purpose { get; init; }

    public required BilingualText Nature { get; init; }

    public BilingualText? NamingNote { get; init; }

    public PublishedGuidance? Guidance { get; init; }

    public PublishedClaim? Claim { get; init; }

    public required ModelArchitecture Architecture { get; init; }

    public required FactSource[] Sources { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ModelCatalogData))]
internal sealed partial class ModelCatalogJson : JsonSerializerContext;
