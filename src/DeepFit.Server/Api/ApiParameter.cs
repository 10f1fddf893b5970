using DeepFit.Core.Estimation;
using DeepFit.Core.Exports;
using DeepFit.Core.Hardware;
using DeepFit.Engine.Hosting;

namespace DeepFit.Server.Api;

/// <summary>A parameter of an endpoint's query or path, for reading and for the OpenAPI document.</summary>
/// <param name="Name">Its name: the command line's option with <c>_</c> for <c>-</c>.</param>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>number</c> or <c>boolean</c>.</param>
/// <param name="Description">What it says.</param>
/// <param name="Values">The words that it takes, or null for any.</param>
/// <param name="Required">Whether it must be there.</param>
internal sealed record ApiParameter(string Name, string Type, string Description, IReadOnlyList<string>? Values = null, bool Required = false)
{
    public static readonly ApiParameter Lang = new("lang", "string", "Language of the texts. Default: en.", ["en", "zh"]);
    public static readonly ApiParameter Machine = new("machine", "string", "A machine in words, such as \"rtx 4090, 64 GB\"; left out, this machine.");
    public static readonly ApiParameter Use = new("use", "string", "What the model is wanted for. Default: chat.", OptionReader.Uses);
    public static readonly ApiParameter ContextForUse = new("context", "integer", "Tokens of context for each user; left out, what the use needs.");
    public static readonly ApiParameter MinTps = new("min_tps", "number", "Least generation speed, in tokens per second; left out, what the use needs.");
    public static readonly ApiParameter Users = new("users", "integer", "People at a time. Default: 1.");
    public static readonly ApiParameter Quant = new("quant", "string", "The quantization. Default: Q4_K_M.");
    public static readonly ApiParameter Context = new("context", "integer", "Tokens of context, over all sequences. Default: 8192.");
    public static readonly ApiParameter KvType = new("kv_type", "string", "Cache type of keys and values. Default: f16.", CacheTypes);

    public static readonly ApiParameter KvTypeForUse = new("kv_type", "string", "Cache type of keys and values; left out, f16 or q8_0, as suits the machine.", CacheTypes);

    /// <summary>How a model is run.</summary>
    public static readonly IReadOnlyList<ApiParameter> Runtime =
    [
        Context,
        KvType,
        new("kv_type_k", "string", "Cache type of the keys; goes before kv_type.", CacheTypes),
        new("kv_type_v", "string", "Cache type of the values; goes before kv_type.", CacheTypes),
        new("ubatch", "integer", "Tokens computed at once. Default: 512."),
        new("parallel", "integer", "Sequences. Default: 1."),
        new("flash_attn", "string", "Flash attention. Default: on.", ["on", "off"]),
        new("gpu_layers", "string", "Layers on GPUs, the output layer counted as one more, or auto. Default: auto."),
        new("cpu_moe", "integer", "First layers whose routed experts stay on the CPU; left out, as suits the machine."),
    ];

    /// <summary>A catalogue name that must be given.</summary>
    public static ApiParameter Model { get; } = new("model", "string", "Catalogue name, such as 7b; a quantization may follow a colon.", null, true);

    /// <summary>An export's target, which must be given.</summary>
    public static ApiParameter Target { get; } = new("target", "string", "What the files are for.", ExportTargets.Names, true);

    /// <summary>A kind of catalogue entry.</summary>
    public static ApiParameter Kind { get; } = new("kind", "string", "Only entries of this kind.", MachineListing.Kinds);

    private static IReadOnlyList<string> CacheTypes => [.. EngineLimits.CacheTypes.Select(type => type.ToString().ToLowerInvariant())];
}
