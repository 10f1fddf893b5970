using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Core.Tests.Gguf;

public class SyntheticGgufTests
{
    public static TheoryData<string> Architectures => [.. GgufModels.All.Select((architecture, index) => $"{index} {architecture.Name}")];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void The_layout_comes_back_from_the_file(string which)
    {
        ModelLayout layout = GgufModels.Layout(Pick(which));
        var stream = new MemoryStream();

        SyntheticGgufFile file = SyntheticGguf.Write(stream, layout);
        stream.Length.ShouldBe(file.Header.DataOffset);
        stream.SetLength(file.Length);
        stream.Position = 0;
        ModelLayout read = GgufModelReader.ReadLayout(GgufReader.Read(stream));

        Same(read.Architecture, layout.Architecture);
        read.Quantization.ShouldBe("Q8_0");
        read.FileBytes.Bytes.ShouldBe(file.Length);
        read.Tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Bytes)).ShouldBe(layout.Tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Bytes)));
        file.Layout.FileBytes.Bytes.ShouldBe(file.Length);
        file.Layout.Tensors.ShouldBe(file.Header.Tensors);
        file.Length.ShouldBeInRange(file.Header.DataOffset + layout.TensorBytes.Bytes, file.Header.DataOffset + layout.TensorBytes.Bytes + (32 * layout.Tensors.Count));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_file_has_every_key_that_the_engine_requires(string which)
    {
        ModelArchitecture architecture = Pick(which);
        SyntheticGgufFile file = SyntheticGguf.Write(new MemoryStream(), GgufModels.Layout(architecture));

        List<string> required =
        [
            "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count", "attention.head_count_kv",
            "attention.layer_norm_rms_epsilon", "vocab_size",
        ];
        if (architecture.Name == "deepseek2")
        {
            required.AddRange(
            [
                "attention.q_lora_rank", "attention.kv_lora_rank", "rope.dimension_count", "leading_dense_block_count", "expert_count", "expert_used_count",
                "expert_shared_count", "expert_feed_forward_length", "expert_gating_func",
            ]);
        }

        required.ShouldAllBe(key => file.Header.Metadata.ContainsKey($"{architecture.Name}.{key}"));
        file.Header.Metadata.ContainsKey("deepseek2.attention.key_length_mla").ShouldBe(architecture.IsMla);
        file.Header.Metadata.TryGetString("tokenizer.ggml.model", out string? tokenizer).ShouldBeTrue();
        tokenizer.ShouldBe("none");
        file.Header.Metadata.TryGetInt32("general.file_type", out int fileType).ShouldBeTrue();
        fileType.ShouldBe(7);

        // The engine takes whole numbers as uint32 and others as float32 alone.
        file.Header.Metadata.Select(entry => entry.Value.Type).Distinct()
            .ShouldBeSubsetOf([GgufValueType.UInt32, GgufValueType.Float32, GgufValueType.Bool, GgufValueType.String]);
    }

    [Fact]
    public void A_vocabulary_can_be_put_in()
    {
        var extra = new GgufMetadata
        {
            { "tokenizer.ggml.model", GgufValue.From("gpt2") },
            { "tokenizer.ggml.tokens", GgufValue.FromArray(new[] { "a", "b" }) },
        };

        SyntheticGgufFile file = SyntheticGguf.Write(new MemoryStream(), GgufModels.Layout(GgufModels.Qwen2), new SyntheticGgufOptions { Name = "mine", ExtraMetadata = extra });

        file.Header.Metadata["tokenizer.ggml.model"].ToString().ShouldBe("gpt2");
        file.Header.Metadata["general.name"].ToString().ShouldBe("mine");
        file.Header.Metadata.TryGetStrings("tokenizer.ggml.tokens", out _).ShouldBeTrue();
    }

    [Fact]
    public void Kept_layers_are_numbered_anew_and_the_rest_stays()
    {
        ModelLayout layout = GgufModels.Layout(GgufModels.DeepSeek);
        layout = layout with
        {
            // The last layer's experts in a better type, as a mix does.
            Tensors = [.. layout.Tensors.Select(tensor => tensor.Name == "blk.5.ffn_down_exps.weight" ? tensor with { Type = GgmlType.F16 } : tensor)],
        };

        ModelLayout kept = SyntheticGguf.KeepLayers(layout, [1, 3, 5]);

        kept.Architecture.LayerCount.ShouldBe(3);
        kept.Architecture.Experts!.LeadingDenseBlockCount.ShouldBe(1);
        kept.Tensors.Select(tensor => tensor.Name).ShouldBeUnique();
        kept.Tensors.Any(tensor => tensor.Name == "blk.0.ffn_down.weight").ShouldBeTrue();
        kept.Tensors.Any(tensor => tensor.Name == "blk.0.ffn_down_exps.weight").ShouldBeFalse();
        kept.Tensors.Single(tensor => tensor.Name == "blk.1.ffn_down_exps.weight").Type.ShouldBe(GgmlType.Q8_0);
        kept.Tensors.Single(tensor => tensor.Name == "blk.2.ffn_down_exps.weight").Type.ShouldBe(GgmlType.F16);
        kept.Tensors.Any(tensor => tensor.Name.StartsWith("blk.3.", StringComparison.Ordinal)).ShouldBeFalse();
        kept.Tensors.Count(tensor => !tensor.Name.StartsWith("blk.", StringComparison.Ordinal)).ShouldBe(3);
        kept.FileBytes.ShouldBe(kept.TensorBytes);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_shortened_file_is_a_model_of_its_own(string which)
    {
        ModelLayout layout = GgufModels.Layout(Pick(which));
        var stream = new MemoryStream();

        SyntheticGgufFile file = SyntheticGguf.Write(stream, layout, new SyntheticGgufOptions { Layers = [0, 3] });
        stream.SetLength(file.Length);
        stream.Position = 0;
        ModelLayout read = GgufModelReader.ReadLayout(GgufReader.Read(stream));

        Same(read.Architecture, file.Layout.Architecture);
        read.Architecture.LayerCount.ShouldBe(2);
        read.TensorBytes.ShouldBe(file.Layout.TensorBytes);
    }

    [Fact]
    public void Layers_out_of_order_or_range_are_refused()
    {
        ModelLayout layout = GgufModels.Layout(GgufModels.Qwen2);

        foreach (int[] layers in new int[][] { [], [4], [-1], [1, 1], [2, 1] })
        {
            Should.Throw<ArgumentException>(() => SyntheticGguf.KeepLayers(layout, layers));
        }
    }

    /// <summary>llama.cpp reads no query rank of a deepseek2 with the depth of the lite models.</summary>
    [Theory]
    [InlineData(25, false)]
    [InlineData(26, true)]
    [InlineData(27, true)]
    [InlineData(28, false)]
    public void A_depth_that_the_engine_mistakes_for_a_lite_model_is_refused(int depth, bool refused)
    {
        ModelLayout layout = GgufModels.Layout(GgufModels.DeepSeek with { LayerCount = 30 });
        int[] layers = [.. Enumerable.Range(0, depth)];

        if (refused)
        {
            Should.Throw<ArgumentException>(() => SyntheticGguf.KeepLayers(layout, layers)).Message.ShouldContain("lite");
        }
        else
        {
            SyntheticGguf.KeepLayers(layout, layers).Architecture.LayerCount.ShouldBe(depth);
        }
    }

    [Fact]
    public void Spread_layers_stand_for_the_whole_model()
    {
        ModelArchitecture deep = GgufModels.DeepSeek with { LayerCount = 61, Experts = GgufModels.DeepSeek.Experts! with { LeadingDenseBlockCount = 3 } };

        SyntheticGguf.SpreadLayers(deep, 2).ShouldBe([17, 46]);
        SyntheticGguf.SpreadLayers(deep, 2, dense: 1).ShouldBe([0, 17, 46]);
        SyntheticGguf.SpreadLayers(deep, 58, dense: 3).ShouldBe(Enumerable.Range(0, 61));
        SyntheticGguf.SpreadLayers(GgufModels.Qwen2, 2, dense: 1).ShouldBe([1, 3]);
        SyntheticGguf.SpreadLayers(GgufModels.Qwen2, 4).ShouldBe([0, 1, 2, 3]);
        Should.Throw<ArgumentOutOfRangeException>(() => SyntheticGguf.SpreadLayers(GgufModels.Qwen2, 5));
        Should.Throw<ArgumentOutOfRangeException>(() => SyntheticGguf.SpreadLayers(deep, 1, dense: 4));
    }

    private static ModelArchitecture Pick(string which) => GgufModels.All.ElementAt(int.Parse(which.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Equal but for what float32 rounds.</summary>
    private static void Same(ModelArchitecture left, ModelArchitecture right)
    {
        left.RmsNormEpsilon.ShouldBe(right.RmsNormEpsilon, 1e-9);
        (left with { RmsNormEpsilon = right.RmsNormEpsilon }).ShouldBe(right);
    }
}
