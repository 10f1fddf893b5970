using System.Globalization;

namespace DeepFit.Core.Units;

/// <summary>A transfer rate, such as a memory bandwidth.</summary>
/// <param name="BytesPerSecond">Bytes per second, not negative.</param>
public readonly record struct ByteRate(double BytesPerSecond)
{
    /// <summary>The rate in GB/s (10⁹ bytes), the unit of data sheets.</summary>
    public double InGBPerSecond => BytesPerSecond / 1e9;

    /// <summary>A rate from GB/s (10⁹ bytes).</summary>
    public static ByteRate FromGBPerSecond(double gigabytesPerSecond) => new(gigabytesPerSecond * 1e9);

    /// <summary>The rate in GB/s, invariant culture: <c>15.3 GB/s</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{InGBPerSecond:0.#} GB/s");
}

/// <summary>A token rate, of prompt processing or of generation.</summary>
/// <param name="TokensPerSecond">Tokens per second, not negative.</param>
public readonly record struct TokenRate(double TokensPerSecond)
{
    /// <summary>The rate, invariant culture: <c>3.4 tokens/s</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{TokensPerSecond.ToString(TokensPerSecond < 10 ? "0.0#" : "0.#", CultureInfo.InvariantCulture)} tokens/s");
}
