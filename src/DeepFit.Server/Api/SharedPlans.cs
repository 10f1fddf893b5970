using DeepFit.Core.Planning;
using DeepFit.Engine.Hosting;

namespace DeepFit.Server.Api;

/// <summary>
/// Recommendations, each made once: a change on the page asks for the pick, the matrix and the chosen cell at the same time, and all three stand on the same one. A machine in words is
/// always the same; what is said of this machine holds for a moment.
/// </summary>
/// <param name="planner">Makes them.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedPlans(Planner planner, TimeProvider time)
{
    private const int Most = 16;
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);

    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    /// <summary>The recommendation for a question, made now or a moment ago.</summary>
    /// <param name="query">The question; of its request what a page can ask for counts.</param>
    /// <param name="cancellationToken">Ends the wait; others may wait for the same.</param>
    /// <exception cref="Core.Text.UserErrorException">The machine or the request makes no sense.</exception>
    public Task<RecommendAnswer> RecommendAsync(RecommendQuery query, CancellationToken cancellationToken)
    {
        RecommendRequest request = query.Request;
        var question = new Question(query.Machine, request.Use.Id, request.Context, request.MinTps, request.Users, string.Join(',', request.KvTypes));
        lock (gate)
        {
            entries.RemoveAll(entry => entry.Answer.IsFaulted || (entry.Question.Machine is null && time.GetElapsedTime(entry.At) > Fresh));
            Entry? known = entries.Find(entry => entry.Question == question);
            if (known is null)
            {
                if (entries.Count == Most)
                {
                    entries.RemoveAt(0);
                }

                known = new Entry(question, Task.Run(() => planner.RecommendAsync(query, CancellationToken.None), CancellationToken.None), time.GetTimestamp());
                entries.Add(known);
            }

            return known.Answer.WaitAsync(cancellationToken);
        }
    }

    private sealed record Question(string? Machine, string Use, int? Context, double? MinTps, int Users, string KvTypes);

    private sealed record Entry(Question Question, Task<RecommendAnswer> Answer, long At);
}
