using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using static DeepFit.Core.Estimation.Graph.ComputeGraph;

namespace DeepFit.Core.Estimation.Graph;

/// <content>The mixture of experts.</content>
internal sealed partial class TransformerGraph
{
    // llama-graph.cpp:1938-2300 with DeepSeek's gating
    private GraphTensor Experts(GraphTensor x, MixtureOfExperts moe, int device, int expertDevice)
    {
        long tokens = x.Ne1;
        int used = moe.ExpertUsedCount;
        int width = moe.ExpertFeedForwardLength;
        GraphTensor probabilities = Elementwise(GraphOp.Inplace, MatMul(Weight(device, GgmlType.F32, _model.EmbeddingLength, moe.ExpertCount), x));
        GraphTensor selection = moe.HasRouterBias
            ? Elementwise(GraphOp.Inplace, probabilities, Weight(device, GgmlType.F32, moe.ExpertCount))
            : probabilities;
        if (moe.ExpertGroupCount > 1)
        {
            selection = SelectGroups(selection, moe, tokens);
        }

        GraphTensor chosen = TopK(selection, used);
        GraphTensor weights = GetRows(Reshape(probabilities, 1, moe.ExpertCount, tokens), chosen);
        if (moe.ExpertWeightsNorm)
        {
            weights = Reshape(weights, used, tokens);
            GraphTensor sum = Elementwise(GraphOp.Inplace, SumRows(weights));
            weights = Reshape(Elementwise(GraphOp.Inplace, weights, sum), 1, used, tokens);
        }

        if (moe.ExpertWeightsScale is not (0 or 1))
        {
            weights = Elementwise(GraphOp.Inplace, weights);
        }

        _graph.Expand(weights);
        GraphTensor input = Reshape(x, _model.EmbeddingLength, 1, tokens);
        GraphTensor up = MatMulId(Matrix(expertDevice, "ffn_up_exps.weight", _model.EmbeddingLength, width, moe.ExpertCount), input, chosen);
        GraphTensor gate = MatMulId(Matrix(expertDevice, "ffn_gate_exps.weight", _model.EmbeddingLength, width, moe.ExpertCount), input, chosen);
        GraphTensor activated = Elementwise(GraphOp.Other, gate, up);
        GraphTensor experts = MatMulId(Matrix(expertDevice, "ffn_down_exps.weight", width, _model.EmbeddingLength, moe.ExpertCount), activated, chosen);
        experts = Elementwise(GraphOp.Inplace, experts, weights);
        _graph.Expand(experts);

        var parts = new GraphTensor[used];
        for (int i = 0; i < used; i++)
        {
            parts[i] = View(experts, _model.EmbeddingLength, tokens, 1, 1, experts.Nb2, experts.Nb2 * tokens, experts.Nb2 * tokens);
            _graph.Expand(parts[i]);
        }

        GraphTensor sumOfExperts = parts[0];
        for (int i = 1; i < used; i++)
        {
            sumOfExperts = Elementwise(GraphOp.Inplace, sumOfExperts, parts[i]);
            _graph.Expand(sumOfExperts);
        }

        if (used == 1)
        {
            sumOfExperts = Contiguous(sumOfExperts);
        }

        GraphTensor shared = FeedForward(x, device, (long)width * moe.ExpertSharedCount, "_shexp");
        return Elementwise(GraphOp.Inplace, sumOfExperts, shared);
    }

    private static GraphTensor SelectGroups(GraphTensor selection, MixtureOfExperts moe, long tokens)
    {
        int groups = moe.ExpertGroupCount;
        GraphTensor grouped = Reshape(selection, moe.ExpertCount / groups, groups, tokens);
        GraphTensor scores = GetRows(Reshape(grouped, 1, grouped.Ne0, grouped.Ne1, grouped.Ne2), TopK(grouped, 2));
        scores = SumRows(Reshape(scores, scores.Ne1, scores.Ne2, scores.Ne3));
        GraphTensor best = TopK(Reshape(scores, scores.Ne1, scores.Ne2), moe.ExpertGroupUsedCount);
        GraphTensor kept = GetRows(grouped, best);
        GraphTensor masked = SetRows(Elementwise(GraphOp.Inplace, grouped), kept, best);
        return Reshape(masked, moe.ExpertCount, tokens);
    }
}
