using DeepFit.Core.Estimation;
using MathNet.Numerics.LinearAlgebra;

namespace DeepFit.SpeedFit;

/// <summary>
/// Finds the constants that the measurements and the priors together make most likely: iteratively reweighted least squares (Gauss-Newton with Huber's weights) on the
/// logarithms of predicted over measured speed. Every parameter is a logarithm with a normal prior. A machine's rows count as the square root of their number, since they err together.
/// </summary>
internal sealed class Fitter(SpeedConstants start, Parameter[] parameters, IReadOnlyList<Follower> followers)
{
    private const double GenerationNoise = 0.08;
    private const double PromptNoise = 0.2;
    private const double HuberEdge = 1;
    private const double Step = 1e-4;

    /// <summary>The logarithms of the priors.</summary>
    public double[] Priors() => [.. parameters.Select(p => Math.Log(p.Prior))];

    public SpeedConstants Constants(IReadOnlyList<double> logarithms) => Parameter.Apply(start, parameters, logarithms, followers);

    /// <summary>Fits.</summary>
    /// <param name="rows">What is fitted on.</param>
    /// <param name="from">Where to start.</param>
    public double[] Fit(IReadOnlyList<Measurement> rows, double[] from)
    {
        Dictionary<string, double> weights = rows.GroupBy(r => r.Group).ToDictionary(g => g.Key, g => 1 / Math.Sqrt(g.Count()));
        double[] theta = [.. from];
        double loss = Loss(rows, weights, theta);
        for (int iteration = 0; iteration < 40; iteration++)
        {
            double[] step = Direction(rows, weights, theta);
            double scale = 1, better = loss;
            double[] tried = theta;
            while (scale > 1e-3)
            {
                tried = [.. theta.Select((t, i) => t + (scale * step[i]))];
                better = Loss(rows, weights, tried);
                if (better < loss)
                {
                    break;
                }

                scale /= 2;
            }

            if (!(better < loss))
            {
                break;
            }

            bool done = loss - better < 1e-5 * loss;
            (theta, loss) = (tried, better);
            if (done)
            {
                break;
            }
        }

        return theta;
    }

    /// <summary>Logarithms of predicted over measured speed; null where nothing was measured.</summary>
    public static (double? Generation, double? Prompt) Residuals(Measurement row, SpeedConstants constants)
    {
        SpeedSeconds seconds = row.Predict(constants).Seconds;
        return (
            row.GenerationTps is { } g ? -Math.Log(seconds.Generation * g) : null,
            row.PromptTps is { } p ? -Math.Log(seconds.Prompt * p) : null);
    }

    private static double[] Scaled(IReadOnlyList<Measurement> rows, SpeedConstants constants)
    {
        var residuals = new double[2 * rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            (double? generation, double? prompt) = Residuals(rows[i], constants);
            residuals[2 * i] = (generation ?? 0) / GenerationNoise;
            residuals[(2 * i) + 1] = (prompt ?? 0) / PromptNoise;
        }

        return residuals;
    }

    private double Loss(IReadOnlyList<Measurement> rows, Dictionary<string, double> weights, double[] theta)
    {
        double[] residuals = Scaled(rows, Constants(theta));
        double sum = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            double r = Math.Abs(residuals[i]);
            sum += weights[rows[i / 2].Group] * (r <= HuberEdge ? r * r : (2 * HuberEdge * r) - (HuberEdge * HuberEdge));
        }

        for (int j = 0; j < theta.Length; j++)
        {
            double away = (theta[j] - Math.Log(parameters[j].Prior)) / parameters[j].Sigma;
            sum += away * away;
        }

        return sum;
    }

    private double[] Direction(IReadOnlyList<Measurement> rows, Dictionary<string, double> weights, double[] theta)
    {
        double[] residuals = Scaled(rows, Constants(theta));
        int count = residuals.Length, n = theta.Length;
        var slopes = new double[n][];
        for (int j = 0; j < n; j++)
        {
            double[] moved = [.. theta];
            moved[j] += Step;
            double[] there = Scaled(rows, Constants(moved));
            slopes[j] = [.. there.Select((r, i) => (r - residuals[i]) / Step)];
        }

        Matrix<double> normal = Matrix<double>.Build.Dense(n, n);
        Vector<double> right = Vector<double>.Build.Dense(n);
        for (int i = 0; i < count; i++)
        {
            double r = Math.Abs(residuals[i]), w = weights[rows[i / 2].Group] * (r <= HuberEdge ? 1 : HuberEdge / r);
            for (int a = 0; a < n; a++)
            {
                double slope = w * slopes[a][i];
                if (slope == 0)
                {
                    continue;
                }

                right[a] -= slope * residuals[i];
                for (int b = 0; b <= a; b++)
                {
                    normal[a, b] += slope * slopes[b][i];
                }
            }
        }

        for (int a = 0; a < n; a++)
        {
            double precision = 1 / (parameters[a].Sigma * parameters[a].Sigma);
            normal[a, a] += precision;
            right[a] -= precision * (theta[a] - Math.Log(parameters[a].Prior));
            for (int b = 0; b < a; b++)
            {
                normal[b, a] = normal[a, b];
            }
        }

        return normal.Cholesky().Solve(right).ToArray();
    }
}
