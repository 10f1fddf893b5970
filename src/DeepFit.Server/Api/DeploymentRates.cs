using DeepFit.Core.Contract;

namespace DeepFit.Server.Api;

/// <summary>How fast servers generate from one look to the next.</summary>
/// <param name="time">The clock.</param>
internal sealed class DeploymentRates(TimeProvider time)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(400);

    private readonly Lock turn = new();
    private readonly Dictionary<string, Look> looks = [];

    /// <summary>Tokens per second since the last look; null at the first, and where nothing was generated. Looks that follow at once get what the one before got.</summary>
    public double? Of(string id, ServerStatisticsDocument statistics)
    {
        lock (turn)
        {
            Look? last = looks.GetValueOrDefault(id);
            TimeSpan since = last is null ? TimeSpan.Zero : time.GetElapsedTime(last.At);
            if (last is not null && since < Least)
            {
                return last.Rate;
            }

            long tokens = last is null ? 0 : statistics.GeneratedTokens - last.Tokens;
            double? rate = tokens > 0 ? ContractNumbers.Significant(tokens / since.TotalSeconds) : null;
            looks[id] = new Look(time.GetTimestamp(), statistics.GeneratedTokens, rate);
            return rate;
        }
    }

    private sealed record Look(long At, long Tokens, double? Rate);
}
