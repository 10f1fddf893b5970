using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;

namespace DeepFit.Core.Contract;

/// <summary>From a training plan to the contract's document.</summary>
public static class TrainingMap
{
    /// <summary>A plan, its words in one language.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="variant">Catalogue id, or the file's path.</param>
    /// <param name="language">The language.</param>
    public static TrainingDocument ToDocument(this TrainingPlan plan, string variant, Language language)
    {
        TrainingMemory m = plan.Memory;
        TrainingOptions o = m.Options;
        bool full = o.Method == TrainingMethod.Full;
        return new TrainingDocument
        {
            Variant = variant,
            Method = Word(o.Method),
            Precision = Word(o.Precision),
            Optimizer = Word(o.Optimizer),
            Batch = o.Batch,
            SequenceLength = o.SequenceLength,
            LoraRank = full ? null : o.Rank,
            LoraTarget = full ? null : Word(o.Target),
            GradientCheckpointing = Word(o.Checkpointing),
            GradientAccumulation = o.AccumulatesGradients,
            FlashAttention = o.FlashAttention,
            FusedKernels = o.FusedKernels,
            ChunkedLoss = o.ChunkedLoss,
            ZeroStage = o.ShardingStage,
            DeviceCount = m.GpuCount,
            Basis = "estimated",
            ParameterCount = m.Parameters,
            TrainableParameterCount = m.TrainableParameters,
            QuantizedParameterCount = m.QuantizedParameters,
            Memory = new TrainingMemoryDocument(
                m.Weights.Bytes, m.Adapters.Bytes, m.Gradients.Bytes, m.MasterWeights.Bytes, m.OptimizerStates.Bytes, m.Activations.Bytes, m.Logits.Bytes, m.LayerWork.Bytes,
                m.Dequantization.Bytes, m.Gathered.Bytes, m.Reserve.Bytes, m.Total.Bytes),
            HostActivationBytes = m.HostActivations.Bytes,
            ActivationTerms = [.. m.ActivationTerms.Select(t => new ActivationTermDocument(t.Id, t.Name.In(language), t.Formula, t.BytesPerToken))],
            Devices = [.. plan.Devices.Select(d => new TrainingDeviceDocument(d.Device, d.Name, d.Need.Bytes, d.Usable?.Bytes, d.Fits))],
            Fits = plan.Fits,
            Reason = plan.Reason.In(language),
            Remedies = [.. plan.Remedies.Select(r => new TrainingRemedyDocument(r.Id, r.Text.In(language), r.Arguments, r.Total.Bytes))],
            Notes = [.. plan.Notes.Select(n => n.In(language))],
            RunningBytes = plan.Running.Bytes,
            RunningQuantization = plan.RunningQuantization,
            RuleOfThumb = [.. plan.Rule.Figures.Select(f => new RuleOfThumbDocument(f.BytesPerParameter, f.Size.Bytes))],
        };
    }

    /// <summary>The method's name in the contract.</summary>
    public static string Word(TrainingMethod method) => method switch { TrainingMethod.Full => "full", TrainingMethod.LoRA => "lora", _ => "qlora" };

    /// <summary>The precision's name.</summary>
    public static string Word(TrainingPrecision precision) => precision == TrainingPrecision.Mixed ? "mixed" : "bf16";

    /// <summary>The optimizer's name.</summary>
    public static string Word(TrainingOptimizer optimizer) => optimizer switch { TrainingOptimizer.AdamW => "adamw", TrainingOptimizer.AdamW8Bit => "adamw-8bit", _ => "sgd" };

    /// <summary>The name of which matrices get adapters.</summary>
    public static string Word(LoRATarget target) => target switch { LoRATarget.All => "all", LoRATarget.Attention => "attention", _ => "qv" };

    /// <summary>The name of the checkpointing.</summary>
    public static string Word(ActivationCheckpointing checkpointing) => checkpointing switch { ActivationCheckpointing.Off => "off", ActivationCheckpointing.On => "on", _ => "offload" };
}
