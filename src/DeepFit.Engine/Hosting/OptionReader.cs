using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Planning.Advice;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Hosting;

/// <summary>The text that was given for an option, such as <c>--context</c>; null where it was not given. The command line and the API's queries are both read through this.</summary>
/// <param name="option">The option, with its dashes.</param>
public delegate string? OptionSource(string option);

/// <summary>Reads requests from options given as text: the same names, limits, defaults and words for every front door that takes text.</summary>
public static class OptionReader
{
    private const string Auto = "auto";

    /// <summary>The uses.</summary>
    public static IReadOnlyList<string> Uses { get; } = ["chat", "reasoning", "coding", "long-context", "batch"];

    /// <summary><c>--use</c>: what a model is wanted for; chat where nothing is said.</summary>
    /// <exception cref="UserErrorException">There is no such use.</exception>
    public static UseProfile Use(OptionSource option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return UseProfile.Find(OptionValues.Word("--use", option("--use"), [.. Uses]) ?? Uses[0]);
    }

    /// <summary><c>--use --context --min-tps --users</c>: what is wanted of a recommendation.</summary>
    /// <exception cref="UserErrorException">A value makes no sense.</exception>
    public static RecommendRequest Recommend(OptionSource option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return new RecommendRequest
        {
            Use = Use(option),
            Context = OptionValues.Tokens("--context", option("--context"), least: RequestLimits.LeastContext),
            MinTps = OptionValues.Positive("--min-tps", option("--min-tps")),
            Users = OptionValues.Whole("--users", option("--users"), 1, EngineLimits.MaxSequences) ?? 1,
        };
    }

    /// <summary><c>--context --kv-type --kv-type-k --kv-type-v --ubatch --parallel --flash-attn --gpu-layers --cpu-moe</c>: how a model is run.</summary>
    /// <exception cref="UserErrorException">A value makes no sense.</exception>
    public static RuntimeWishes Runtime(OptionSource option)
    {
        ArgumentNullException.ThrowIfNull(option);
        GgmlType? both = OptionValues.CacheType("--kv-type", option("--kv-type"));
        return new RuntimeWishes
        {
            Context = OptionValues.Tokens("--context", option("--context")),
            KvTypeK = OptionValues.CacheType("--kv-type-k", option("--kv-type-k")) ?? both,
            KvTypeV = OptionValues.CacheType("--kv-type-v", option("--kv-type-v")) ?? both,
            UBatch = OptionValues.Whole("--ubatch", option("--ubatch"), 1, RequestLimits.MostBatch),
            Parallel = OptionValues.Whole("--parallel", option("--parallel"), 1, EngineLimits.MaxSequences),
            FlashAttention = OptionValues.Word("--flash-attn", option("--flash-attn"), "on", "off") is { } word ? word == "on" : null,
            GpuLayers = Layers(option("--gpu-layers")),
            CpuMoeLayers = OptionValues.Whole("--cpu-moe", option("--cpu-moe"), 0, RequestLimits.MostLayers),
        };
    }

    /// <summary><c>--want --quant --min-tps --context --use --users --max-price --vendor --form</c>: what hardware is to reach.</summary>
    /// <exception cref="UserErrorException">A value makes no sense, or nothing is wanted.</exception>
    public static HardwareGoal Goal(OptionSource option)
    {
        ArgumentNullException.ThrowIfNull(option);
        string[] names = (option("--want") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        (IReadOnlyList<ModelVariant> variants, Quantization? quantization) =
            names.Length > 0 ? ModelReference.ManyFromCatalogue(names, option("--quant")) : throw new UserErrorException(ReferenceTexts.NothingWanted);
        RecommendRequest request = Recommend(option);
        return new HardwareGoal
        {
            Variants = variants,
            Quantization = quantization,
            MinTps = request.MinTps,
            Context = request.Context,
            Use = request.Use,
            Users = request.Users,
            MaxPriceUsd = OptionValues.Positive("--max-price", option("--max-price")),
            Vendor = OptionValues.Word("--vendor", option("--vendor"), [.. MachineListing.Vendors]),
            Form = OptionValues.Word("--form", option("--form"), [.. HardwareGoal.Forms]),
        };
    }

    /// <summary>A value of <c>--gpu-layers</c>: null for auto.</summary>
    /// <exception cref="UserErrorException">Neither a number nor auto.</exception>
    public static int? Layers(string? value)
    {
        if (value is null || value.Trim().Equals(Auto, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return OptionValues.Whole("--gpu-layers", value, 0, RequestLimits.MostLayers);
        }
        catch (UserErrorException)
        {
            throw new UserErrorException(new($"--gpu-layers takes a number of layers or auto, not '{value}'.", $"--gpu-layers 的值应为层数或 auto，而不是“{value}”。"));
        }
    }
}
