namespace DeepFit.Core.Planning.Capacity;

/// <summary>A way to run copies of the model that fits, before it is known how many copies are needed.</summary>
internal sealed class CapacityCandidate
{
    public required ServingEngine Engine { get; init; }

    public required string Weights { get; init; }

    public required long WeightBytes { get; init; }

    public required IStepTime Step { get; init; }

    public required double HalfWidth { get; init; }

    /// <summary>GPUs in a node; 1 for llama-server, whose copy takes the whole node.</summary>
    public required int NodeGpus { get; init; }

    public ServingLayout Layout { get; init; } = new(1);

    public ServingModel? Model { get; init; }

    public ServingMemory? Memory { get; init; }

    public LlamaServing? Llama { get; init; }

    /// <summary>Nodes that so many copies need.</summary>
    public int NodesFor(int replicas) => Layout.Gpus <= NodeGpus
        ? (replicas + PerNode - 1) / PerNode
        : replicas * ((Layout.Gpus + NodeGpus - 1) / NodeGpus);

    /// <summary>Copies that so many nodes hold.</summary>
    public int ReplicasOn(int nodes) => Layout.Gpus <= NodeGpus ? nodes * PerNode : nodes / ((Layout.Gpus + NodeGpus - 1) / NodeGpus);

    private int PerNode => NodeGpus / Layout.Gpus;
}

/// <summary>What the team wants, as the simulation judges it.</summary>
/// <param name="Answer">Seconds to the whole answer.</param>
/// <param name="AnswerShare">Share of the answers that keep to it: 0.5 or 0.95.</param>
/// <param name="FirstToken">Seconds to the first token for 19 of 20, or null.</param>
internal sealed record CapacityGoal(double Answer, double AnswerShare, double? FirstToken)
{
    /// <summary>Whether an outcome meets it.</summary>
    public bool Met(QueueOutcome outcome) => Distance(outcome) <= 1;

    /// <summary>Whether more requests are refused than the 19 of 20 that a goal is for leave over: no number of copies betters that, only a longer context.</summary>
    public static bool RefusesTooMany(QueueOutcome outcome) => outcome.RejectedShare > 0.05;

    /// <summary>The answer's time that counts.</summary>
    public double AnswerOf(QueueOutcome outcome) => AnswerShare > 0.5 ? outcome.Answer.P95 : outcome.Answer.P50;

    /// <summary>The worst ratio of what is to what should be; infinite where the copy does not keep up or refuses requests.</summary>
    public double Distance(QueueOutcome outcome)
    {
        if (!outcome.Stable || outcome.Counted == 0 || RefusesTooMany(outcome))
        {
            return double.PositiveInfinity;
        }

        double answer = AnswerOf(outcome) / Answer;
        return FirstToken is { } first ? Math.Max(answer, outcome.FirstToken.P95 / first) : answer;
    }
}
