namespace DeepFit.Core.Planning.Capacity;

/// <summary>The lengths of one request, in tokens.</summary>
/// <param name="Prompt">Prompt.</param>
/// <param name="Generated">Reasoning and answer together.</param>
public readonly record struct RequestLength(int Prompt, int Generated);

/// <summary>What people ask of one copy of the model: how often, and how much.</summary>
public sealed record ServingWorkload
{
    /// <summary>Draws the lengths of a request.</summary>
    public required Func<SimulationRandom, RequestLength> Lengths { get; init; }

    /// <summary>Requests per second of an open stream (Poisson); null where <see cref="Users"/> ask.</summary>
    public double? ArrivalRate { get; init; }

    /// <summary>People who each wait for their answer, think, and ask again; ignored where <see cref="ArrivalRate"/> is given.</summary>
    public int Users { get; init; } = 1;

    /// <summary>Mean seconds between an answer and the same person's next question (exponential).</summary>
    public double ThinkSeconds { get; init; }

    /// <summary>Whether everybody asks at once at the beginning and never again, <see cref="Users"/> requests in all, as benchmarks do; the whole run counts.</summary>
    public bool Burst { get; init; }

    /// <summary>Lengths of a use: prompt, reasoning and answer each log-normal, the typical figure its median, the high one the quantile that <c>Data/capacity_constants.csv</c> says.</summary>
    /// <param name="use">The use.</param>
    /// <param name="variant">Catalogue id: R1-0528 and its kin think longer.</param>
    /// <returns>
    /// A source for one simulation: of every hundred requests in turn one lies in each hundredth of each distribution, in random order (a Latin hypercube),
    /// so that a high quantile of the times does not hang on a few draws.
    /// </returns>
    public static Func<SimulationRandom, RequestLength> LengthsOf(UseProfile use, string variant)
    {
        double z = NormalQuantile(CapacityData.Default.Get("workload", "general", "high_quantile"));
        double longer = (double)use.ReasoningTokensOf(variant) / Math.Max(1, use.ReasoningTokens);
        (double prompt, double promptSigma) = (Math.Log(use.PromptTokens), Sigma(use.PromptTokens, use.PromptTokensHigh, z));
        (double reasoning, double reasoningSigma) = (Math.Log(use.ReasoningTokens * longer), Sigma(use.ReasoningTokens, use.ReasoningTokensHigh, z));
        (double answer, double answerSigma) = (Math.Log(use.AnswerTokens), Sigma(use.AnswerTokens, use.AnswerTokensHigh, z));
        var strata = new Strata(3);
        return random =>
        {
            ReadOnlySpan<double> normal = strata.Next(random);
            return new RequestLength(
                Length(prompt + (promptSigma * normal[0])), Length(reasoning + (reasoningSigma * normal[1])) + Length(answer + (answerSigma * normal[2])));
        };
    }

    /// <summary>The quantile of the standard normal distribution, by bisection of Abramowitz and Stegun's 7.1.26 for its integral (error below 1.5e-7).</summary>
    internal static double NormalQuantile(double share)
    {
        double low = -8, high = 8;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Integral(middle) < share ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    private static double Integral(double x)
    {
        double t = 1 / (1 + (0.3275911 * Math.Abs(x) / Math.Sqrt(2)));
        double tail = t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429)))))))) * Math.Exp(-x * x / 2);
        return x >= 0 ? 1 - (tail / 2) : tail / 2;
    }

    private static double Sigma(double typical, double high, double z) => Math.Log(Math.Max(1, high / typical)) / z;

    private static int Length(double logarithm) => (int)Math.Clamp(Math.Round(Math.Exp(logarithm)), 1, 1_000_000);

    /// <summary>Standard normal numbers in blocks of a hundred, one from each hundredth of the distribution, shuffled in each dimension.</summary>
    private sealed class Strata(int dimensions)
    {
        private const int Block = 100;

        private static readonly double[] Middles = [.. Enumerable.Range(0, Block).Select(i => NormalQuantile((i + 0.5) / Block))];

        private readonly int[][] orders = [.. Enumerable.Range(0, dimensions).Select(_ => Enumerable.Range(0, Block).ToArray())];
        private readonly double[] values = new double[dimensions];
        private int next = Block;

        public ReadOnlySpan<double> Next(SimulationRandom random)
        {
            if (next == Block)
            {
                next = 0;
                foreach (int[] order in orders)
                {
                    for (int i = Block - 1; i > 0; i--)
                    {
                        int other = (int)(random.Uniform() * (i + 1));
                        (order[i], order[other]) = (order[other], order[i]);
                    }
                }
            }

            for (int i = 0; i < values.Length; i++)
            {
                values[i] = Middles[orders[i][next]];
            }

            next++;
            return values;
        }
    }
}
