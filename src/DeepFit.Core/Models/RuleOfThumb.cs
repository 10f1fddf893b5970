using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Models;

/// <summary>
/// The rule that guides teach: memory = parameters × bytes per parameter. It is shown beside the exact figure, never used for one.
/// Source: cnblogs.com/kaigejava/p/18709541 (2025-02-12), which counts four bytes.
/// </summary>
/// <param name="Parameters">Parameters, all experts counted.</param>
public sealed record RuleOfThumb(long Parameters)
{
    private static readonly (double Bytes, BilingualText Name)[] Kinds =
    [
        (4, new("32-bit floats", "32 位浮点")),
        (2, new("16-bit floats", "16 位浮点")),
        (1, new("8 bits", "8 位")),
        (0.5, new("4 bits", "4 位")),
    ];

    /// <summary>The rule at 4, 2, 1 and 0.5 bytes per parameter, in this order.</summary>
    public IReadOnlyList<RuleOfThumbFigure> Figures => Array.ConvertAll(Kinds, k => new RuleOfThumbFigure(k.Bytes, k.Name, At(k.Bytes)));

    /// <summary>The rule at a number of bytes per parameter, rounded to the byte.</summary>
    /// <param name="bytesPerParameter">Bytes per parameter, positive.</param>
    /// <exception cref="OverflowException">The product passes 8 EiB.</exception>
    public ByteSize At(double bytesPerParameter) => new(checked((long)Math.Round(Parameters * bytesPerParameter)));

    /// <summary>How many times larger the rule's figure is than an exact one: 6.5 for 28 GB against 4.36 GiB.</summary>
    /// <param name="bytesPerParameter">Bytes per parameter of the rule.</param>
    /// <param name="exact">The exact size, positive.</param>
    public double FactorOver(double bytesPerParameter, ByteSize exact) => At(bytesPerParameter).Bytes / (double)exact.Bytes;

    /// <summary>Why the rule and the exact figure differ, for one layout.</summary>
    /// <param name="layout">The layout that the exact figure is for.</param>
    public BilingualText Explain(ModelLayout layout)
    {
        double bits = 8.0 * layout.TensorBytes.Bytes / layout.ParameterCount;
        string exact = layout.TensorBytes.ToString();
        string rule = At(4).ToString();
        return new(
            string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"The rule says {rule} at 4 bytes per parameter. {layout.Quantization} takes {bits:0.00} bits per parameter on average, because llama.cpp gives each tensor its own type: {exact}. The rule also leaves out the context's key/value cache and the working memory."),
            string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"按每个参数 4 字节估算是 {rule}。{layout.Quantization} 平均每个参数只占 {bits:0.00} 位（llama.cpp 为每个张量单独选定类型），实际为 {exact}。另外，经验公式没有计入上下文的键值缓存和运行时的工作内存。"));
    }
}

/// <summary>One line of the rule of thumb.</summary>
/// <param name="BytesPerParameter">Bytes per parameter: 4, 2, 1 or 0.5.</param>
/// <param name="Name">What that width is called.</param>
/// <param name="Size">Parameters × bytes.</param>
public sealed record RuleOfThumbFigure(double BytesPerParameter, BilingualText Name, ByteSize Size);
