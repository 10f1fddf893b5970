using DeepFit.Core.Gguf;

namespace DeepFit.Core.Tests.Gguf;

public class GgufReaderTests
{
    private static byte[] Sample(uint version = 3) => GgufBytes.Start(tensors: 2, metadata: 4, version)
        .Key("general.architecture", 8).Text("qwen2")
        .Key("qwen2.block_count", 4).U32(28)
        .Key("tokenizer.ggml.tokens", 9).U32(8).U64(3).Text("a").Text("é").Text("")
        .Key("flag", 7).Raw([1])
        .AddTensor("token_embd.weight", 2, [64, 3], 8, 0) // Q8_0: 2 blocks of 34 bytes a row
        .AddTensor("output_norm.weight", 1, [5], 0, 224)
        .Data(224 + 20)
        .ToArray();

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    public void Both_versions_are_read(uint version)
    {
        byte[] bytes = Sample(version);
        GgufHeader header = GgufReader.Read(new MemoryStream(bytes));

        header.Version.ShouldBe((int)version);
        header.Metadata.Select(entry => entry.Key).ShouldBe(["general.architecture", "qwen2.block_count", "tokenizer.ggml.tokens", "flag"]);
        header.Metadata.TryGetString("general.architecture", out string? architecture).ShouldBeTrue();
        architecture.ShouldBe("qwen2");
        header.Metadata.TryGetInt32("qwen2.block_count", out int blocks).ShouldBeTrue();
        blocks.ShouldBe(28);
        header.Metadata.TryGetStrings("tokenizer.ggml.tokens", out IReadOnlyList<string>? tokens).ShouldBeTrue();
        tokens.ShouldBe(["a", "é", ""]);
        header.Metadata.TryGetBool("flag", out bool flag).ShouldBeTrue();
        flag.ShouldBeTrue();

        header.Tensors.Select(tensor => tensor.Name).ShouldBe(["token_embd.weight", "output_norm.weight"]);
        header.Tensors[0].Type.ShouldBe(GgmlType.Q8_0);
        header.Tensors[0].Shape.ShouldBe([64L, 3L]);
        header.Tensors[0].Bytes.ShouldBe(3 * 2 * 34);
        header.Tensors[1].Offset.ShouldBe(224);
        header.Alignment.ShouldBe(32);
        header.DataOffset.ShouldBe(bytes.Length - 244);
        header.DataOffset.ShouldBe((header.HeaderBytes + 31) / 32 * 32);
        header.DataEnd.ShouldBe(header.DataOffset + 224 + 32);
        header.FileLength.ShouldBe(bytes.Length);
    }

    [Fact]
    public void A_stream_that_cannot_seek_gives_the_same_header()
    {
        GgufHeader header = GgufReader.Read(new TrickleStream(Sample()));

        header.Tensors.Count.ShouldBe(2);
        header.FileLength.ShouldBeNull();
        header.HeaderBytes.ShouldBe(GgufReader.Read(new MemoryStream(Sample())).HeaderBytes);
    }

    [Fact]
    public void A_file_inside_a_longer_stream_is_read_from_the_present_position()
    {
        var stream = new MemoryStream([.. new byte[5], .. Sample()]) { Position = 5 };

        GgufHeader header = GgufReader.Read(stream);

        header.FileLength.ShouldBe(Sample().Length);
        header.Tensors.Count.ShouldBe(2);
    }

    [Fact]
    public void Long_arrays_are_counted_and_not_kept_unless_asked()
    {
        byte[] bytes = GgufBytes.Start(tensors: 0, metadata: 3)
            .Key("texts", 9).U32(8).U64(3).Text("one").Text(new string('x', 200_000)).Text("three")
            .Key("numbers", 9).U32(5).U64(4).Raw(new byte[16])
            .Key("after", 4).U32(7)
            .ToArray();
        var few = new GgufReaderOptions { MaxKeptArrayElements = 2 };

        foreach (Stream stream in new Stream[] { new MemoryStream(bytes), new TrickleStream(bytes, 1000) })
        {
            GgufHeader header = GgufReader.Read(stream, few);
            header.Metadata["texts"].IsSkipped.ShouldBeTrue();
            header.Metadata["texts"].ElementType.ShouldBe(GgufValueType.String);
            header.Metadata.TryGetArrayLength("texts", out long texts).ShouldBeTrue();
            texts.ShouldBe(3);
            header.Metadata["numbers"].IsSkipped.ShouldBeTrue();
            header.Metadata["numbers"].ArrayLength.ShouldBe(4);
            header.Metadata.TryGetInt32("after", out int after).ShouldBeTrue();
            after.ShouldBe(7);
        }

        GgufHeader all = GgufReader.Read(new MemoryStream(bytes), GgufReaderOptions.Everything);
        all.Metadata.TryGetStrings("texts", out IReadOnlyList<string>? kept).ShouldBeTrue();
        kept![1].Length.ShouldBe(200_000);
        ((int[])all.Metadata["numbers"].Elements!).ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void A_header_without_its_data_is_read_when_asked()
    {
        byte[] whole = Sample();
        byte[] cut = whole[..(whole.Length - 100)];

        Should.Throw<GgufFormatException>(() => GgufReader.Read(new MemoryStream(cut)));
        GgufReader.Read(new MemoryStream(cut), new GgufReaderOptions { HeaderOnly = true }).Tensors.Count.ShouldBe(2);
    }

    [Fact]
    public void A_length_that_is_given_counts_for_a_stream_that_cannot_tell()
    {
        byte[] bytes = Sample();

        GgufReader.Read(new TrickleStream(bytes), new GgufReaderOptions { Length = bytes.Length }).FileLength.ShouldBe(bytes.Length);
        Should.Throw<GgufFormatException>(() => GgufReader.Read(new TrickleStream(bytes), new GgufReaderOptions { Length = bytes.Length - 1 }))
            .Field.ShouldBe("output_norm.weight.offset");
    }

    [Fact]
    public void Typed_access_refuses_another_type()
    {
        GgufMetadata metadata = GgufReader.Read(new MemoryStream(Sample())).Metadata;

        metadata.TryGetInt32("general.architecture", out _).ShouldBeFalse();
        metadata.TryGetString("qwen2.block_count", out _).ShouldBeFalse();
        metadata.TryGetDouble("qwen2.block_count", out _).ShouldBeFalse();
        metadata.TryGetBool("qwen2.block_count", out _).ShouldBeFalse();
        metadata.TryGetInt64("absent", out _).ShouldBeFalse();
        metadata.TryGetArrayLength("flag", out _).ShouldBeFalse();
    }

    [Fact]
    public void Whole_numbers_of_every_width_are_whole_numbers()
    {
        var metadata = new GgufMetadata
        {
            { "u8", GgufValue.From((byte)200) }, { "i8", GgufValue.From((sbyte)-3) }, { "u16", GgufValue.From((ushort)60000) },
            { "i16", GgufValue.From((short)-300) }, { "u32", GgufValue.From(4_000_000_000u) }, { "i32", GgufValue.From(-5) },
            { "u64", GgufValue.From(1UL << 62) }, { "i64", GgufValue.From(-1L) }, { "huge", GgufValue.From(ulong.MaxValue) },
        };
        long[] expected = [200, -3, 60000, -300, 4_000_000_000, -5, 1L << 62, -1];
        metadata.Take(8).Select(entry => entry.Value.TryGetInt64(out long value) ? value : 0).ShouldBe(expected);
        metadata.TryGetInt64("huge", out _).ShouldBeFalse();
        metadata.TryGetInt32("u32", out _).ShouldBeFalse();
    }
}
