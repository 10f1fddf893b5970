using CsCheck;
using DeepFit.Core.Estimation.Training;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Tests.Estimation.Training;

public class TrainingMemoryEstimatorTests
{
    private static readonly TrainingOptions Full = new() { Method = TrainingMethod.Full };

    [Theory]
    [InlineData("1.5b", 1_777_088_000)]
    [InlineData("7b", 7_615_616_512)]
    [InlineData("8b", 8_030_261_248)]
    [InlineData("70b", 70_553_706_496)]
    [InlineData("671b", 671_026_419_200)]
    public void Full_fine_tuning_in_mixed_precision_keeps_16_bytes_for_each_published_parameter(string variant, long parameters)
    {
        TrainingMemory m = Estimate(variant, Full);
        m.Parameters.ShouldBe(parameters);
        m.TrainableParameters.ShouldBe(parameters);
        (m.Weights + m.Gradients + m.MasterWeights + m.OptimizerStates).Bytes.ShouldBe(16 * parameters);
        m.Adapters.Bytes.ShouldBe(0);
    }

    [Theory]
    [InlineData(TrainingPrecision.Mixed, TrainingOptimizer.AdamW8Bit, 10)]
    [InlineData(TrainingPrecision.Mixed, TrainingOptimizer.Sgd, 8)]
    [InlineData(TrainingPrecision.Bf16, TrainingOptimizer.AdamW, 8)]
    [InlineData(TrainingPrecision.Bf16, TrainingOptimizer.AdamW8Bit, 6)]
    [InlineData(TrainingPrecision.Bf16, TrainingOptimizer.Sgd, 4)]
    public void Precision_and_optimizer_decide_the_bytes_of_a_parameter(TrainingPrecision precision, TrainingOptimizer optimizer, int bytes)
    {
        TrainingMemory m = Estimate("7b", Full with { Precision = precision, Optimizer = optimizer });
        (m.Weights + m.Gradients + m.MasterWeights + m.OptimizerStates).Bytes.ShouldBe(bytes * m.Parameters);
    }

    [Fact]
    public void Adapters_have_rank_times_inputs_and_outputs_of_every_linear_layer()
    {
        // Llama 3.1 8B, rank 16, all seven matrices: 41,943,040 trainable parameters, as peft prints it
        Estimate("8b", new TrainingOptions()).TrainableParameters.ShouldBe(41_943_040);
        long qv = 32L * 16 * (4096 + 4096 + 4096 + 1024);
        Estimate("8b", new TrainingOptions { Target = LoRATarget.QueryValue }).TrainableParameters.ShouldBe(qv);
        Estimate("8b", new TrainingOptions { Rank = 32 }).TrainableParameters.ShouldBe(2 * 41_943_040);
    }

    [Fact]
    public void Every_expert_has_an_adapter_of_its_own_unless_only_attention_is_asked_for()
    {
        long experts = 58L * 256 * 3 * 16 * (7168 + 2048);
        long all = Estimate("671b", new TrainingOptions()).TrainableParameters;
        long attention = Estimate("671b", new TrainingOptions { Target = LoRATarget.Attention }).TrainableParameters;
        (all - attention).ShouldBe(experts + (58L * 3 * 16 * (7168 + 2048)) + (3L * 3 * 16 * (7168 + 18432)));
        attention.ShouldBe(61L * 16 * ((7168 + 1536) + (1536 + (128 * 192)) + (7168 + 576) + (512 + (128 * 256)) + ((128 * 128) + 7168)));
    }

    [Fact]
    public void NF4_takes_4_127_bits_of_the_linear_layers_and_leaves_the_tables_alone()
    {
        TrainingMemory m = Estimate("8b", new TrainingOptions { Method = TrainingMethod.QLoRA });
        long tables = 2L * 128256 * 4096;
        long norms = ((2L * 32) + 1) * 4096;
        m.QuantizedParameters.ShouldBe(m.Parameters - tables - norms);
        m.Weights.Bytes.ShouldBe((long)Math.Round((2.0 * (tables + norms)) + (m.QuantizedParameters * 4.127 / 8)));
        m.Dequantization.Bytes.ShouldBe(2L * 14336 * 4096);
    }

    [Fact]
    public void A_plain_layer_keeps_what_the_formula_says()
    {
        // 8h + 2(q + k + v) + 2o + 4a + 8f bytes a token; with q = k = v = o = h and f = 8h/3 that is 37.3h, near to the 34h of a GPT layer
        ModelArchitecture plain = TrainingModels.Plain;
        TrainingOptions options = Full with { Checkpointing = ActivationCheckpointing.Off, FusedKernels = true };
        long layer = TrainingMemoryEstimator.Estimate(plain, options).ActivationTerms.Sum(t => t.BytesPerToken);
        layer.ShouldBe((8L * 3072) + (8L * 3072) + (4 * 24) + (8L * 8192));
        (layer / 3072.0).ShouldBe(37.4, 0.1);
        TrainingMemoryEstimator.Estimate(plain, options).Activations.Bytes.ShouldBe(layer * 28 * 2048);
    }

    [Fact]
    public void Without_flash_attention_the_scores_grow_with_the_square_of_the_length()
    {
        TrainingOptions options = Full with { Checkpointing = ActivationCheckpointing.Off, FusedKernels = true, FlashAttention = false };
        long Scores(int length) => TrainingMemoryEstimator.Estimate(TrainingModels.Plain, options with { SequenceLength = length }).ActivationTerms.Single(t => t.Id == "scores").BytesPerToken * length;
        Scores(2048).ShouldBe(2L * 24 * 2048 * 2048);
        Scores(4096).ShouldBe(4 * Scores(2048));
    }

    [Fact]
    public void A_frozen_down_projection_needs_no_input_kept()
    {
        var all = new TrainingOptions { Checkpointing = ActivationCheckpointing.Off, FusedKernels = true };
        long Layer(TrainingOptions o) => Estimate("7b", o).ActivationTerms.Where(t => t.Id != "adapters").Sum(t => t.BytesPerToken);
        (Layer(all) - Layer(all with { Target = LoRATarget.Attention })).ShouldBe((2L * 3584) + (2L * 18944));
    }

    [Fact]
    public void Logits_of_a_large_vocabulary_are_counted_and_a_chunked_loss_shrinks_them()
    {
        TrainingMemory m = Estimate("7b", Full);
        m.Logits.Bytes.ShouldBe(10L * 152064 * 2048);
        Estimate("7b", Full with { ChunkedLoss = true }).Logits.Bytes.ShouldBe(3L * 152064 * 2048);
        Estimate("7b", Full with { ChunkedLoss = true, FusedKernels = true }).Logits.Bytes.ShouldBe(2L * 152064 * 2048);
    }

    [Fact]
    public void ZeRO_divides_optimizer_then_gradients_then_weights()
    {
        TrainingMemory[] stages = [.. Enumerable.Range(0, 4).Select(s => TrainingMemoryEstimator.Estimate(TrainingModels.Find("7b"), Full with { ShardingStage = s }, 4))];
        stages[0].OptimizerStates.Bytes.ShouldBe(4 * stages[1].OptimizerStates.Bytes);
        stages[1].MasterWeights.Bytes.ShouldBe(stages[0].MasterWeights.Bytes / 4);
        stages[1].Gradients.ShouldBe(stages[0].Gradients);
        stages[2].Gradients.Bytes.ShouldBe(stages[0].Gradients.Bytes / 4);
        stages[2].Weights.ShouldBe(stages[0].Weights);
        stages[3].Weights.Bytes.ShouldBe(stages[0].Weights.Bytes / 4);
        stages[3].Gathered.Bytes.ShouldBeGreaterThan(0);
        stages.ShouldAllBe(m => m.Activations == stages[0].Activations);
    }

    [Fact]
    public void One_GPU_divides_nothing() =>
        TrainingMemoryEstimator.Estimate(TrainingModels.Find("7b"), Full with { ShardingStage = 3 }).Options.ShardingStage.ShouldBe(0);

    [Fact]
    public void Saving_memory_never_takes_more() => Gen.Select(
        Gen.Int[0, ModelCatalog.Default.Variants.Count - 1].Select(i => ModelCatalog.Default.Variants[i].Id), Gen.Enum<TrainingMethod>(), Gen.Int[1, 8], Gen.Int[1, 64], Gen.Int[1, 128], Gen.Bool, Gen.Int[1, 8]).Sample(
        (variant, method, batch, blocks, rank, flash, gpus) =>
        {
            ModelArchitecture a = TrainingModels.Find(variant);
            var o = new TrainingOptions
            {
                Method = method,
                Batch = batch,
                SequenceLength = blocks * 128,
                Rank = rank,
                FlashAttention = flash,
                Checkpointing = ActivationCheckpointing.Off,
            };
            ByteSize Total(TrainingOptions with) => TrainingMemoryEstimator.Estimate(a, with, gpus).Total;
            ByteSize before = Total(o);
            Total(o with { Checkpointing = ActivationCheckpointing.Offload }).ShouldBeLessThanOrEqualTo(Total(o with { Checkpointing = ActivationCheckpointing.On }));
            foreach (TrainingOptions saving in (TrainingOptions[])
                [
                    o with { FlashAttention = true }, o with { FusedKernels = true }, o with { ChunkedLoss = true }, o with { AccumulatesGradients = false },
                    o with { Optimizer = TrainingOptimizer.AdamW8Bit }, o with { Precision = TrainingPrecision.Bf16 }, o with { Target = LoRATarget.Attention },
                    o with { SequenceLength = Math.Max(1, o.SequenceLength / 2) },
                ])
            {
                Total(saving).ShouldBeLessThanOrEqualTo(before);
            }

            Total(o with { Batch = batch + 1 }).ShouldBeGreaterThan(before);
        },
        iter: 200);

    [Fact]
    public void Checkpointing_keeps_only_the_inputs_of_layers()
    {
        TrainingMemory m = Estimate("7b", Full);
        m.Activations.Bytes.ShouldBe(28L * 3584 * 2 * 2048);
        TrainingMemory away = Estimate("7b", Full with { Checkpointing = ActivationCheckpointing.Offload });
        away.Activations.Bytes.ShouldBe(0);
        away.HostActivations.ShouldBe(m.Activations);
    }

    [Theory]
    [InlineData(0, 2048, 16, "--batch")]
    [InlineData(1, 0, 16, "--seq-len")]
    [InlineData(1, 200_000, 16, "131072")]
    [InlineData(1, 2048, 0, "--lora-rank")]
    [InlineData(1, 2048, 5000, "1024")]
    public void Figures_that_make_no_sense_are_refused_by_name(int batch, int length, int rank, string names)
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => Estimate("7b", new TrainingOptions { Batch = batch, SequenceLength = length, Rank = rank }));
        error.Text.En.ShouldContain(names);
        error.Text.Zh.ShouldContain(names);
    }

    private static TrainingMemory Estimate(string variant, TrainingOptions options) => TrainingMemoryEstimator.Estimate(TrainingModels.Find(variant), options);
}
