using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Estimation.Training;

/// <summary>
/// Memory of full fine-tuning, LoRA and QLoRA, part by part, for one GPU of a group. Weights, gradients and optimizer states are exact products over the model's list of
/// tensors (bytes a parameter and their sources: <c>Data/training.csv</c>); activations follow <see cref="TrainingActivations"/>; sharding follows ZeRO (arXiv 1910.02054 sec. 5):
/// stage 1 divides optimizer states and the 32-bit copy, stage 2 gradients too, stage 3 weights too, and gathers a layer at a time. Allocator fragmentation and the
/// data loader are not counted.
/// </summary>
public static class TrainingMemoryEstimator
{
    /// <summary>Works out the memory on each GPU.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="gpuCount">GPUs, 1 or more; each has <see cref="TrainingOptions.Batch"/> sequences of its own.</param>
    /// <param name="reserve">The driver's context on each GPU.</param>
    /// <param name="name">What messages call the model.</param>
    /// <exception cref="UserErrorException">An option is out of range for the model.</exception>
    public static TrainingMemory Estimate(ModelArchitecture architecture, TrainingOptions options, int gpuCount = 1, ByteSize reserve = default, string name = "the model")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gpuCount, 1);
        options.Check(architecture, name);
        TrainingShapes shapes = TrainingShapes.Of(architecture);
        bool full = options.Method == TrainingMethod.Full;
        long adapters = full ? 0 : shapes.AdapterParameters(options.Rank, options.Target);
        long trainable = full ? shapes.Parameters : adapters;
        long quantized = options.Method == TrainingMethod.QLoRA ? shapes.LinearParameters : 0;

        double weights = ((shapes.Parameters - quantized) * TrainingConstants.Get("weight_bf16"))
            + (quantized * (TrainingConstants.Get("nf4_bits") + TrainingConstants.Get("nf4_constants_bits")) / 8);
        bool mixed = options.Precision == TrainingPrecision.Mixed;
        double adapterWeights = adapters * TrainingConstants.Get(mixed ? "adapter_fp32" : "weight_bf16");
        double gradients = trainable * TrainingConstants.Get(mixed && !full ? "adapter_gradient_fp32" : "gradient_bf16");
        double master = full && mixed ? trainable * TrainingConstants.Get("master_fp32") : 0;
        double states = trainable * options.Optimizer switch
        {
            TrainingOptimizer.Sgd => 0,
            TrainingOptimizer.AdamW8Bit => TrainingConstants.Get("adamw_8bit"),
            _ => TrainingConstants.Get(mixed ? "adamw_fp32" : "adamw_bf16"),
        };

        int stage = gpuCount > 1 ? options.ShardingStage : 0;
        double gathered = stage >= 3 ? shapes.LargestLayer * (weights / shapes.Parameters) : 0;
        (double kept, double layerWork, IReadOnlyList<ActivationTerm> terms) = Activations(shapes, options, full);
        bool offloaded = options.Checkpointing == ActivationCheckpointing.Offload;
        return new TrainingMemory
        {
            Options = options with { ShardingStage = stage },
            GpuCount = gpuCount,
            Parameters = shapes.Parameters,
            TrainableParameters = trainable,
            QuantizedParameters = quantized,
            Weights = Share(weights, stage >= 3),
            Adapters = Share(adapterWeights, stage >= 3),
            Gradients = Share(gradients, stage >= 2),
            MasterWeights = Share(master, stage >= 1),
            OptimizerStates = Share(states, stage >= 1),
            Activations = Bytes(offloaded ? 0 : kept),
            HostActivations = Bytes(offloaded ? kept * gpuCount : 0),
            Logits = Bytes(LogitsPerRow(options) * architecture.VocabularySize * options.Tokens),
            LayerWork = Bytes(layerWork),
            Dequantization = Bytes(quantized > 0 ? shapes.LargestMatrix * TrainingConstants.Get("weight_bf16") : 0),
            Gathered = Bytes(gathered),
            Reserve = reserve,
            ActivationTerms = terms,
        };

        ByteSize Share(double bytes, bool divided) => Bytes(divided ? bytes / gpuCount : bytes);
    }

    // A chunked loss has one chunk in 32 bits at a time; compiled as well, none is ever written (torchtune's README: 42.9 GiB, of which 2 bytes a row are logits).
    private static double LogitsPerRow(TrainingOptions options)
    {
        double wide = TrainingConstants.Get("logits_fp32") + TrainingConstants.Get("logits_gradient_fp32");
        return TrainingConstants.Get("logits_bf16") + (!options.ChunkedLoss ? wide : options.FusedKernels ? 0 : wide / TrainingConstants.Get("loss_chunks"));
    }

    private static (double Kept, double LayerWork, IReadOnlyList<ActivationTerm> Terms) Activations(TrainingShapes shapes, TrainingOptions options, bool full)
    {
        ModelArchitecture a = shapes.Architecture;
        (int dense, int experts) = TrainingActivations.Layers(a);
        IReadOnlyList<ActivationTerm>? denseTerms = dense > 0 ? Terms(false) : null;
        IReadOnlyList<ActivationTerm>? expertTerms = experts > 0 ? Terms(true) : null;
        double denseBytes = denseTerms?.Sum(t => t.BytesPerToken) ?? 0;
        double expertBytes = expertTerms?.Sum(t => t.BytesPerToken) ?? 0;
        bool again = options.Checkpointing != ActivationCheckpointing.Off;
        double perToken = again ? 2.0 * a.EmbeddingLength * a.LayerCount : (dense * denseBytes) + (experts * expertBytes);
        double work = Math.Max(
            dense > 0 ? (again ? denseBytes : 0) + TrainingActivations.Gradients(a, options, false) : 0,
            experts > 0 ? (again ? expertBytes : 0) + TrainingActivations.Gradients(a, options, true) : 0);
        return (perToken * options.Tokens, work * options.Tokens, expertBytes > denseBytes ? expertTerms! : denseTerms!);

        IReadOnlyList<ActivationTerm> Terms(bool withExperts)
        {
            IReadOnlyList<ActivationTerm> terms = TrainingActivations.Layer(a, options, withExperts);
            long adapted = full ? 0 : shapes.AdaptedResults(withExperts, options.Target);
            return adapted == 0 ? terms :
            [
                .. terms,
                new ActivationTerm("adapters", new("results of the adapters' first halves", "各适配器前半部分的结果"), FormattableString.Invariant($"{adapted} × 2 × {options.Rank}"), adapted * 2 * options.Rank),
            ];
        }
    }

    private static ByteSize Bytes(double bytes) => new(checked((long)Math.Round(bytes)));
}
