using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>The options that say how a model is trained, and their limits.</summary>
internal sealed class TrainingOptionSet
{
    private static readonly (string Word, TrainingMethod Value)[] Methods = [("full", TrainingMethod.Full), ("lora", TrainingMethod.LoRA), ("qlora", TrainingMethod.QLoRA)];

    private readonly Option<string?> method;
    private readonly Option<string?> batch;
    private readonly Option<string?> sequence;
    private readonly Option<string?> rank;
    private readonly Option<string?> target;
    private readonly Option<string?> optimizer;
    private readonly Option<string?> precision;
    private readonly Option<string?> checkpoint;
    private readonly Option<string?> accumulate;
    private readonly Option<string?> kernels;
    private readonly Option<string?> loss;
    private readonly Option<string?> zero;

    public TrainingOptionSet(Command command, Language language)
    {
        command.Add(method = Make("--train", "full|lora|qlora", TrainingTexts.TrainHelp));
        command.Add(batch = Make("--batch", "1", TrainingTexts.BatchHelp));
        command.Add(sequence = Make("--seq-len", "2048", TrainingTexts.SequenceHelp));
        command.Add(rank = Make("--lora-rank", "16", TrainingTexts.RankHelp));
        command.Add(target = Make("--lora-target", "all|attention|qv", TrainingTexts.TargetHelp));
        command.Add(optimizer = Make("--optimizer", "adamw|adamw-8bit|sgd", TrainingTexts.OptimizerHelp));
        command.Add(precision = Make("--precision", "mixed|bf16", TrainingTexts.PrecisionHelp));
        command.Add(checkpoint = Make("--grad-checkpoint", "on|off|offload", TrainingTexts.CheckpointHelp));
        command.Add(accumulate = Make("--grad-accum", "on|off", TrainingTexts.AccumulateHelp));
        command.Add(kernels = Make("--kernels", "eager|fused", TrainingTexts.KernelsHelp));
        command.Add(loss = Make("--loss", "full|chunked", TrainingTexts.LossHelp));
        command.Add(zero = Make("--zero", "0|1|2|3", TrainingTexts.ZeroHelp));

        Option<string?> Make(string name, string value, BilingualText help) => CommandLine.Options.Text(name, value, help.In(language));
    }

    /// <summary>How the model is to be trained; null where the line does not speak of training.</summary>
    /// <param name="line">The line.</param>
    /// <param name="forRunning">Options that only running a model has.</param>
    /// <param name="flashAttention">The one option that both have.</param>
    /// <exception cref="CliException">An option is out of range, or belongs to the other purpose.</exception>
    public Asked? Read(ParseResult line, IEnumerable<Option<string?>> forRunning, Option<string?> flashAttention)
    {
        string? word = OptionValues.Word("--train", line.GetValue(method), [.. Methods.Select(m => m.Word)]);
        Option<string?>[] own = [batch, sequence, rank, target, optimizer, precision, checkpoint, accumulate, kernels, loss, zero];
        if (word is null)
        {
            return own.FirstOrDefault(o => line.GetValue(o) is not null) is { } lone ? throw CliException.Usage(TrainingTexts.OnlyWithTrain(lone.Name)) : null;
        }

        if (forRunning.FirstOrDefault(o => line.GetValue(o) is not null) is { } other)
        {
            throw CliException.Usage(TrainingTexts.NotWithTrain(other.Name));
        }

        TrainingMethod chosen = Array.Find(Methods, m => m.Word == word).Value;
        if (chosen == TrainingMethod.Full && ((Option<string?>[])[rank, target]).FirstOrDefault(o => line.GetValue(o) is not null) is { } adapter)
        {
            throw CliException.Usage(TrainingTexts.OnlyWithAdapters(adapter.Name));
        }

        int? stage = OptionValues.Whole("--zero", line.GetValue(zero), 0, 3);
        var options = new TrainingOptions
        {
            Method = chosen,
            Batch = OptionValues.Whole("--batch", line.GetValue(batch), 1, TrainingOptions.MostBatch) ?? 1,
            SequenceLength = OptionValues.Tokens("--seq-len", line.GetValue(sequence)) ?? 2048,
            Rank = OptionValues.Whole("--lora-rank", line.GetValue(rank), 1, TrainingOptions.MostRank) ?? 16,
            Target = OptionValues.Word("--lora-target", line.GetValue(target), "all", "attention", "qv") switch
            {
                "attention" => LoRATarget.Attention,
                "qv" => LoRATarget.QueryValue,
                _ => LoRATarget.All,
            },
            Optimizer = OptionValues.Word("--optimizer", line.GetValue(optimizer), "adamw", "adamw-8bit", "sgd") switch
            {
                "adamw-8bit" => TrainingOptimizer.AdamW8Bit,
                "sgd" => TrainingOptimizer.Sgd,
                _ => TrainingOptimizer.AdamW,
            },
            Precision = OptionValues.Word("--precision", line.GetValue(precision), "mixed", "bf16") is "bf16" ? TrainingPrecision.Bf16 : TrainingPrecision.Mixed,
            Checkpointing = OptionValues.Word("--grad-checkpoint", line.GetValue(checkpoint), "on", "off", "offload") switch
            {
                "off" => ActivationCheckpointing.Off,
                "offload" => ActivationCheckpointing.Offload,
                _ => ActivationCheckpointing.On,
            },
            AccumulatesGradients = OptionValues.Word("--grad-accum", line.GetValue(accumulate), "on", "off") is not "off",
            FusedKernels = OptionValues.Word("--kernels", line.GetValue(kernels), "eager", "fused") is "fused",
            ChunkedLoss = OptionValues.Word("--loss", line.GetValue(loss), "full", "chunked") is "chunked",
            FlashAttention = OptionValues.Word("--flash-attn", line.GetValue(flashAttention), "on", "off") is not "off",
            ShardingStage = stage ?? 0,
        };
        return new Asked(options, stage is null);
    }

    /// <summary>What the line asks for.</summary>
    /// <param name="Options">How to train.</param>
    /// <param name="ChooseStage">Whether the ZeRO stage is left to the planner.</param>
    internal sealed record Asked(TrainingOptions Options, bool ChooseStage);
}
