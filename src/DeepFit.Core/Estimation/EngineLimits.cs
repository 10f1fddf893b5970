using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Estimation;

/// <summary>What the engine refuses before it loads anything (<c>llama_init_from_model</c>, llama-context.cpp:3659-3730).</summary>
public static class EngineLimits
{
    /// <summary>Most sequences of one context (<c>LLAMA_MAX_SEQ</c>, llama-cparams.h).</summary>
    public const int MaxSequences = 256;

    /// <summary>Cache types that the engine's command line offers (common/arg.cpp, <c>kv_cache_types</c>).</summary>
    public static IReadOnlyList<GgmlType> CacheTypes { get; } =
    [
        GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q8_0, GgmlType.Q4_0, GgmlType.Q4_1, GgmlType.IQ4_NL, GgmlType.Q5_0, GgmlType.Q5_1,
    ];

    /// <summary>Throws when the engine would refuse the configuration.</summary>
    /// <exception cref="ConfigurationRefusedException">With what is refused, why, and what to choose.</exception>
    public static void Check(ModelArchitecture model, RuntimeOptions options)
    {
        string k = Name(options.KvTypeK);
        string v = Name(options.KvTypeV);
        if (model.IsMla && options.KvTypeK != options.KvTypeV)
        {
            throw new ConfigurationRefusedException(new BilingualText(
                $"DeepSeek-R1 671B caches keys only and takes its values from them, so the K and V cache types must be equal; got {k} and {v}. Choose --kv-type {k} or --kv-type {v}.",
                $"DeepSeek-R1 671B 只缓存 K，V 由 K 得出，因此 K 与 V 的缓存类型必须相同；现在是 {k} 和 {v}。请改用 --kv-type {k} 或 --kv-type {v}。"));
        }

        if (options.KvTypeV.IsQuantized() && !options.FlashAttention)
        {
            throw new ConfigurationRefusedException(new BilingualText(
                $"A quantized V cache ({v}) needs flash attention. Use --flash-attn on, or --kv-type-v f16.",
                $"量化的 V 缓存（{v}）需要 flash attention。请使用 --flash-attn on，或 --kv-type-v f16。"));
        }

        CheckBlocks("K", k, options.KvTypeK, model.KeyLength, options.FlashAttention);
        CheckBlocks("V", v, options.KvTypeV, model.ValueLength, options.FlashAttention);
        if (options.Parallel > MaxSequences)
        {
            throw new ConfigurationRefusedException(new BilingualText(
                $"The engine runs at most {MaxSequences} sequences in one context; got --parallel {options.Parallel}. Start several servers instead.",
                $"引擎在一个上下文中最多运行 {MaxSequences} 个序列；现在是 --parallel {options.Parallel}。请改为启动多个服务。"));
        }
    }

    private static void CheckBlocks(string which, string name, GgmlType type, int headLength, bool flashAttention)
    {
        if (flashAttention && type.IsQuantized() && headLength % type.BlockSize() != 0)
        {
            throw new ConfigurationRefusedException(new BilingualText(
                $"The {which} cache type {name} has blocks of {type.BlockSize()} elements, which do not divide this model's head length {headLength}. Use f16.",
                $"{which} 缓存类型 {name} 每块 {type.BlockSize()} 个元素，不能整除该模型的头长度 {headLength}。请使用 f16。"));
        }
    }

    private static string Name(GgmlType type) => type.ToString().ToLowerInvariant();
}
