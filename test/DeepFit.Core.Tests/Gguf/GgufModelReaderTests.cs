using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Gguf;

public class GgufModelReaderTests
{
    private static readonly ModelLayout Qwen = GgufModels.Layout(GgufModels.Qwen2);
    private static readonly ModelLayout DeepSeek = GgufModels.Layout(GgufModels.DeepSeek);

    [Theory]
    [InlineData("general.architecture")]
    [InlineData("qwen2.block_count")]
    [InlineData("qwen2.context_length")]
    [InlineData("qwen2.embedding_length")]
    [InlineData("qwen2.feed_forward_length")]
    [InlineData("qwen2.attention.head_count")]
    [InlineData("qwen2.attention.layer_norm_rms_epsilon")]
    public void A_missing_key_is_named(string key) =>
        Should.Throw<GgufFormatException>(() => GgufModelReader.ReadLayout(GgufModels.Header(Qwen, metadata => metadata.Remove(key)))).Field.ShouldBe(key);

    [Theory]
    [InlineData("deepseek2.attention.kv_lora_rank")]
    [InlineData("deepseek2.attention.q_lora_rank")]
    [InlineData("deepseek2.attention.value_length_mla")]
    [InlineData("deepseek2.rope.dimension_count")]
    [InlineData("deepseek2.expert_shared_count")]
    [InlineData("deepseek2.expert_feed_forward_length")]
    [InlineData("deepseek2.expert_used_count")]
    public void A_missing_key_of_deepseek2_is_named(string key) =>
        Should.Throw<GgufFormatException>(() => GgufModelReader.ReadLayout(GgufModels.Header(DeepSeek, metadata => metadata.Remove(key)))).Field.ShouldBe(key);

    [Fact]
    public void Keys_that_the_engine_derives_may_be_missing()
    {
        ModelLayout read = GgufModelReader.ReadLayout(GgufModels.Header(Qwen, metadata =>
        {
            metadata.Remove("qwen2.attention.key_length");
            metadata.Remove("qwen2.attention.value_length");
            metadata.Remove("qwen2.rope.dimension_count");
            metadata.Remove("qwen2.vocab_size");
            metadata.Remove("qwen2.rope.freq_base");
            metadata.Remove("qwen2.attention.head_count_kv");
        }));

        read.Architecture.KeyLength.ShouldBe(64);
        read.Architecture.ValueLength.ShouldBe(64);
        read.Architecture.RopeDimensionCount.ShouldBe(64);
        read.Architecture.VocabularySize.ShouldBe(1000);
        read.Architecture.RopeFrequencyBase.ShouldBe(10000);
        read.Architecture.HeadCountKv.ShouldBe(read.Architecture.HeadCount);
        read.Architecture.RopeScaling.ShouldBeNull();
    }

    [Theory]
    [InlineData("gemma3")]
    [InlineData("clip")]
    public void Another_architecture_is_refused_with_the_supported_ones(string name)
    {
        UserErrorException error = Should.Throw<UserErrorException>(
            () => GgufModelReader.ReadLayout(GgufModels.Header(Qwen, metadata => metadata["general.architecture"] = GgufValue.From(name))));

        error.Text.En.ShouldContain(name);
        error.Text.En.ShouldContain("qwen2, qwen3, llama, deepseek2");
        error.Text.Zh.ShouldContain("qwen2, qwen3, llama, deepseek2");
        error.Text.En.ShouldStartWith("model.gguf");
    }

    [Fact]
    public void An_array_of_one_value_for_all_layers_is_that_value()
    {
        ModelLayout read = GgufModelReader.ReadLayout(GgufModels.Header(Qwen, metadata =>
        {
            metadata["qwen2.attention.head_count_kv"] = GgufValue.FromArray(new uint[] { 2, 2, 2, 2 });
            metadata["qwen2.feed_forward_length"] = GgufValue.FromArray(new int[] { 512, 512, 512, 512 });
        }));

        read.Architecture.HeadCountKv.ShouldBe(2);
        read.Architecture.FeedForwardLength.ShouldBe(512);
    }

    [Fact]
    public void Layers_that_differ_are_refused_clearly()
    {
        UserErrorException error = Should.Throw<UserErrorException>(() => GgufModelReader.ReadLayout(GgufModels.Header(
            Qwen, metadata => metadata["qwen2.attention.head_count_kv"] = GgufValue.FromArray(new uint[] { 2, 2, 1, 2 }))));

        error.ShouldNotBeOfType<GgufFormatException>();
        error.Text.En.ShouldContain("qwen2.attention.head_count_kv");
        error.Text.En.ShouldContain("layer to layer");
    }

    [Fact]
    public void An_array_of_another_length_or_type_is_refused()
    {
        Field(GgufValue.FromArray(new uint[] { 2, 2, 2 })).ShouldBe("qwen2.attention.head_count_kv");
        Field(GgufValue.FromArray(new uint[] { 0, 0, 0, 0 })).ShouldBe("qwen2.attention.head_count_kv");
        Field(GgufValue.FromArray(new[] { "2", "2", "2", "2" })).ShouldBe("qwen2.attention.head_count_kv");

        static string Field(GgufValue value) => Should.Throw<GgufFormatException>(() => GgufModelReader.ReadLayout(GgufModels.Header(
            Qwen, metadata => metadata["qwen2.attention.head_count_kv"] = value))).Field;
    }

    [Fact]
    public void Values_that_make_no_sense_are_refused_at_their_place()
    {
        foreach ((string key, GgufValue value) in new (string, GgufValue)[]
        {
            ("block_count", GgufValue.From(0u)), ("block_count", GgufValue.From(513u)), ("block_count", GgufValue.From("28")),
            ("attention.head_count", GgufValue.From(0u)), ("embedding_length", GgufValue.From(uint.MaxValue)), ("context_length", GgufValue.From(-1)),
            ("attention.layer_norm_rms_epsilon", GgufValue.From(float.NaN)), ("attention.layer_norm_rms_epsilon", GgufValue.From(1u)),
            ("nextn_predict_layers", GgufValue.From(4u)), ("expert_count", GgufValue.From(5000u)), ("rope.scaling.type", GgufValue.From(1u)),
        })
        {
            GgufHeader header = GgufModels.Header(Qwen, metadata => metadata["qwen2." + key] = value);
            GgufFormatException error = Should.Throw<GgufFormatException>(() => GgufModelReader.ReadLayout(header), key);
            error.Field.ShouldBe("qwen2." + key);
            error.ByteOffset.ShouldBeInRange(25, header.HeaderBytes);
        }
    }

    [Theory]
    [InlineData("token_embd.weight")]
    [InlineData("output_norm.weight")]
    [InlineData("blk.3.attn_norm.weight")]
    [InlineData("blk.2.ffn_down.weight")]
    public void A_missing_tensor_is_named(string name) =>
        Should.Throw<GgufFormatException>(() => GgufModelReader.ReadLayout(GgufModels.Header(Qwen, keep: tensor => tensor.Name != name))).Field.ShouldBe(name);

    [Theory]
    [InlineData("blk.4.attn_k_b.weight")]
    [InlineData("blk.4.ffn_down_exps.weight")]
    public void A_missing_tensor_of_deepseek2_is_named(string name) =>
        Should.Throw<GgufFormatException>(() => GgufModelReader.ReadLayout(GgufModels.Header(DeepSeek, keep: tensor => tensor.Name != name))).Field.ShouldBe(name);

    [Fact]
    public void An_embedding_of_another_width_is_refused() =>
        Should.Throw<GgufFormatException>(() => GgufModelReader.ReadLayout(GgufModels.Header(Qwen, metadata => metadata["qwen2.embedding_length"] = GgufValue.From(128u))))
            .Field.ShouldBe("token_embd.weight");

    [Fact]
    public void A_file_older_than_the_latent_cache_caches_full_heads()
    {
        ModelArchitecture read = GgufModelReader.ReadLayout(GgufModels.Header(GgufModels.Layout(GgufModels.LegacyDeepSeek))).Architecture;

        read.Mla.ShouldBeNull();
        read.IsMla.ShouldBeFalse();
        read.DecompressedMla.ShouldBe(new LatentAttention(256, 256, 96, 64));
        (read.HeadCountKv, read.KeyLength, read.ValueLength).ShouldBe((4, 96, 64));
    }

    [Fact]
    public void Queries_that_are_not_compressed_have_no_rank()
    {
        ModelArchitecture plain = GgufModels.DeepSeek with { Mla = GgufModels.DeepSeek.Mla! with { QueryLoraRank = 0 } };

        GgufHeader header = GgufModels.Header(GgufModels.Layout(plain), metadata => metadata.Remove("deepseek2.expert_gating_func"));

        header.Metadata.ContainsKey("deepseek2.attention.q_lora_rank").ShouldBeTrue();
        ModelArchitecture read = GgufModelReader.ReadLayout(header).Architecture;
        read.Mla!.QueryLoraRank.ShouldBe(0);
        read.Experts!.ExpertGatingFunction.ShouldBe(1);
    }

    [Fact]
    public void Layers_that_predict_further_tokens_are_left_out()
    {
        ModelLayout five = GgufModels.Layout(GgufModels.Qwen2 with { LayerCount = 5 });

        ModelLayout read = GgufModelReader.ReadLayout(GgufModels.Header(five, metadata => metadata["qwen2.nextn_predict_layers"] = GgufValue.From(1u)));

        read.Architecture.LayerCount.ShouldBe(4);
        read.Tensors.Select(tensor => tensor.Name).ShouldBe(Qwen.Tensors.Select(tensor => tensor.Name));
        read.FileBytes.Bytes.ShouldBeGreaterThan(read.TensorBytes.Bytes);
    }

    [Theory]
    [InlineData(15u, "Q4_K_M")]
    [InlineData(1u, "F16")]
    [InlineData(30u, "IQ4_XS")]
    [InlineData(15u + 1024u, "Q4_K_M")]
    [InlineData(9999u, "Q8_0")]
    public void The_quantization_is_what_the_file_says_or_else_the_main_type(uint fileType, string name) =>
        GgufModelReader.ReadLayout(GgufModels.Header(Qwen, metadata => metadata["general.file_type"] = GgufValue.From(fileType))).Quantization.ShouldBe(name);

    [Theory]
    [InlineData(GgmlType.Q4_K, "Q4_K_M")]
    [InlineData(GgmlType.IQ3_S, "IQ3_S")]
    [InlineData(GgmlType.BF16, "BF16")]
    public void Without_a_file_type_the_main_type_names_the_quantization(GgmlType type, string name) =>
        GgufModelReader.ReadLayout(GgufModels.Header(GgufModels.Layout(GgufModels.Qwen2, "?", type))).Quantization.ShouldBe(name);

    [Fact]
    public void The_length_comes_from_the_caller_when_the_stream_cannot_tell()
    {
        var stream = new MemoryStream();
        SyntheticGguf.Write(stream, Qwen);
        GgufHeader header = GgufReader.Read(new TrickleStream(stream.ToArray(), 4096));

        GgufModelReader.ReadLayout(header, 123_456_789).FileBytes.Bytes.ShouldBe(123_456_789);
        GgufModelReader.ReadLayout(header).FileBytes.Bytes.ShouldBe(header.DataEnd);
    }

    [Fact]
    public void Every_file_type_has_one_name_and_one_number()
    {
        int[] numbers = [.. Enumerable.Range(0, 64).Where(number => GgufFileType.NameOf(number) is not null)];

        numbers.Length.ShouldBe(36);
        numbers.ShouldAllBe(number => GgufFileType.NumberOf(GgufFileType.NameOf(number)!.ToLowerInvariant()) == number);
        GgufFileType.NumberOf("Q9_X").ShouldBeNull();
    }
}
