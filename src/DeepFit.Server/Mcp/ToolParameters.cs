using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Engine.Hosting;

namespace DeepFit.Server.Mcp;

/// <summary>The arguments that tools take; several share most of them.</summary>
internal static class ToolParameters
{
    public static readonly ToolParameter Use = new("use", ToolValue.Text, McpTexts.Use)
    {
        Choices = [.. UseProfile.All.Select(u => u.Id)],
        Default = "chat",
    };

    public static readonly ToolParameter Machine = new("machine", ToolValue.Text, McpTexts.Machine)
    {
        Examples = ["rtx-4090, 64 GB", "2x rtx-3090, 64 GB ddr4-3200 2ch", "mac studio m2 ultra 192 GB", "/home/me/server.json"],
    };

    public static readonly ToolParameter ContextForUse = new("context", ToolValue.Whole, McpTexts.ContextForUse) { Least = RequestLimits.LeastContext, Most = RequestLimits.MostTokens };

    public static readonly ToolParameter MinTps = new("min_tps", ToolValue.Number, McpTexts.MinTps) { Above = 0, Most = 1e6 };

    public static readonly ToolParameter Users = new("users", ToolValue.Whole, McpTexts.Users) { Least = 1, Most = EngineLimits.MaxSequences, Default = 1 };

    public static readonly ToolParameter Brief = new(DeepFitTool.Brief, ToolValue.Flag, McpTexts.Brief) { Default = false };

    public static readonly ToolParameter Variant = new("variant", ToolValue.Text, McpTexts.Variant)
    {
        Examples = ["7b", "14b:Q5_K_M", "671b", "/models/DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf"],
    };

    public static readonly ToolParameter CatalogueVariant = new("variant", ToolValue.Text, McpTexts.CatalogueVariant) { Choices = [.. ModelCatalog.Default.Variants.Select(v => v.Id)] };

    public static readonly ToolParameter Quantization = new("quantization", ToolValue.Text, McpTexts.Quantization) { Examples = ["Q4_K_M", "Q8_0", "IQ4_XS"] };

    public static readonly ToolParameter GpuLayers = new("gpu_layers", ToolValue.Whole, McpTexts.GpuLayers) { Least = 0, Most = RequestLimits.MostLayers };

    /// <summary>How a model is run.</summary>
    public static IReadOnlyList<ToolParameter> Runtime { get; } =
    [
        new("context", ToolValue.Whole, McpTexts.Context) { Least = 1, Most = RequestLimits.MostTokens, Default = RequestLimits.DefaultContext },
        new("kv_type_k", ToolValue.Text, McpTexts.KvTypeK) { Choices = CacheTypes, Default = "f16" },
        new("kv_type_v", ToolValue.Text, McpTexts.KvTypeV) { Choices = CacheTypes, Default = "f16" },
        new("ubatch", ToolValue.Whole, McpTexts.UBatch) { Least = 1, Most = RequestLimits.MostBatch, Default = new RuntimeOptions().UBatch },
        new("parallel", ToolValue.Whole, McpTexts.Parallel) { Least = 1, Most = EngineLimits.MaxSequences, Default = 1 },
        new("flash_attention", ToolValue.Flag, McpTexts.FlashAttention) { Default = true },
        GpuLayers,
        new("cpu_moe_layers", ToolValue.Whole, McpTexts.CpuMoeLayers) { Least = 0, Most = RequestLimits.MostLayers },
    ];

    /// <summary>What a recommendation is asked for.</summary>
    public static IReadOnlyList<ToolParameter> Recommendation { get; } = [Use, ContextForUse, MinTps, Users, Machine, Brief];

    /// <summary>What hardware is to reach.</summary>
    public static IReadOnlyList<ToolParameter> Goal { get; } =
    [
        new("variants", ToolValue.TextList, McpTexts.Variants) { Required = true, Examples = ["32b", "70b:Q4_K_M"] },
        Quantization with { Description = McpTexts.QuantizationOfGoal },
        MinTps,
        ContextForUse,
        Use,
        Users,
        new("max_price_usd", ToolValue.Number, McpTexts.MaxPrice) { Above = 0, Most = 1e6 },
        new("vendor", ToolValue.Text, McpTexts.Vendor) { Choices = MachineListing.Vendors },
        new("form", ToolValue.Text, McpTexts.Form) { Choices = HardwareGoal.Forms },
        Brief,
    ];

    private static string[] CacheTypes => [.. EngineLimits.CacheTypes.Select(type => type.ToString().ToLowerInvariant())];

    /// <summary>The recommendation that the arguments ask for.</summary>
    public static RecommendQuery ToRecommendQuery(this ToolArguments arguments) => new()
    {
        Request = new RecommendRequest
        {
            Use = UseProfile.Find(arguments.Word("use")),
            Context = arguments.Whole("context"),
            MinTps = arguments.Number("min_tps"),
            Users = arguments.Whole("users") ?? 1,
        },
        Machine = arguments.Text("machine"),
    };
}
