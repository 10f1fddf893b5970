namespace DeepFit.Core.Planning.Capacity;

/// <summary>
/// Random numbers that are the same on every machine and version for equal seeds: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014,
/// doi:10.1145/2660193.2660195).
/// </summary>
public sealed class SimulationRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>A number from 0 (inclusive) to 1 (exclusive).</summary>
    public double Uniform()
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>An exponential number of the given mean.</summary>
    public double Exponential(double mean) => -mean * Math.Log(1 - Uniform());
}
