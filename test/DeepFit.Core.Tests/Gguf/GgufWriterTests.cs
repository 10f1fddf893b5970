using DeepFit.Core.Gguf;

namespace DeepFit.Core.Tests.Gguf;

public class GgufWriterTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_bytes_are_those_of_the_format(int version)
    {
        var metadata = new GgufMetadata
        {
            { "general.alignment", GgufValue.From(64u) },
            { "s", GgufValue.From("é") },
            { "i8", GgufValue.From((sbyte)-2) },
            { "f32", GgufValue.From(1.5f) },
            { "f64", GgufValue.From(-2.0) },
            { "b", GgufValue.From(true) },
            { "i64", GgufValue.From(-1L) },
            { "a16", GgufValue.FromArray(new ushort[] { 1, 0x0203 }) },
            { "as", GgufValue.FromArray(new[] { "x", "" }) },
        };
        var tensors = new GgufTensorInfo[] { new("w", GgmlType.F16, [3, 2]), new("v", GgmlType.Q4_0, [32]) };
        var stream = new MemoryStream();

        GgufHeader header = GgufWriter.Write(stream, metadata, tensors, (tensor, data) => data.Write(Enumerable.Repeat((byte)tensor.Name[0], (int)tensor.Bytes).ToArray()), version);

        GgufBytes expected = GgufBytes.Start(2, 9, (uint)version)
            .Key("general.alignment", 4).U32(64)
            .Key("s", 8).U64(2).Raw([0xc3, 0xa9])
            .Key("i8", 1).Raw([0xfe])
            .Key("f32", 6).Raw([0, 0, 0xc0, 0x3f])
            .Key("f64", 12).Raw([0, 0, 0, 0, 0, 0, 0, 0xc0])
            .Key("b", 7).Raw([1])
            .Key("i64", 11).U64(ulong.MaxValue)
            .Key("a16", 9).U32(2).U64(2).Raw([1, 0, 3, 2])
            .Key("as", 9).U32(8).U64(2).U64(1).Raw("x"u8).U64(0)
            .AddTensor("w", 2, [3, 2], 1, 0)
            .AddTensor("v", 1, [32], 2, 64);
        header.HeaderBytes.ShouldBe(expected.Position);
        expected.Raw(new byte[(64 - (expected.Position % 64)) % 64]);
        header.DataOffset.ShouldBe(expected.Position);
        expected.Raw(Enumerable.Repeat((byte)'w', 12).ToArray()).Raw(new byte[52]).Raw(Enumerable.Repeat((byte)'v', 18).ToArray()).Raw(new byte[46]);
        stream.ToArray().ShouldBe(expected.ToArray());
        header.DataEnd.ShouldBe(stream.Length);
    }

    [Fact]
    public void Offsets_are_laid_out_anew() =>
        GgufWriter.WriteHeader(new MemoryStream(), [], [new("a", GgmlType.F32, [9], 4096), new("b", GgmlType.F32, [1], 77)])
            .Tensors.Select(tensor => tensor.Offset).ShouldBe([0L, 64L]);

    [Fact]
    public void Too_few_or_too_many_bytes_of_data_are_an_error()
    {
        GgufTensorInfo[] tensors = [new("a", GgmlType.F32, [2])];

        Should.Throw<InvalidOperationException>(() => GgufWriter.Write(new MemoryStream(), [], tensors, (_, data) => data.Write(new byte[7])))
            .Message.ShouldContain("1 of 8");
        Should.Throw<InvalidOperationException>(() => GgufWriter.Write(new MemoryStream(), [], tensors, (_, data) => data.Write(new byte[9])));
    }

    [Fact]
    public void What_no_reader_takes_is_not_written()
    {
        Refused([], [new("a", GgmlType.F32, [2]), new("a", GgmlType.F32, [2])]);
        Refused([], [new("a", GgmlType.Q8_0, [33])]);
        Refused([], [new("a", GgmlType.F32, [])]);
        Refused([], [new("a", GgmlType.F32, [1, 2, 3, 4, 5])]);
        Refused([], [new("a", GgmlType.F32, [4, 0])]);
        Refused(new GgufMetadata { { "general.alignment", GgufValue.From(48u) } }, []);
        Refused(new GgufMetadata { { "general.alignment", GgufValue.From(32UL) } }, []);
        Should.Throw<ArgumentException>(() => GgufWriter.WriteHeader(new MemoryStream(), [], [], 1));
        Should.Throw<ArgumentException>(() => GgufValue.FromArray(new uint[][] { [1] }));
        Should.Throw<ArgumentException>(() => new GgufMetadata { { "k", GgufValue.From(1u) }, { "k", GgufValue.From(2u) } });

        static void Refused(GgufMetadata metadata, GgufTensorInfo[] tensors) =>
            Should.Throw<ArgumentException>(() => GgufWriter.WriteHeader(new MemoryStream(), metadata, tensors));
    }

    [Fact]
    public void An_array_that_the_reader_did_not_keep_cannot_be_written()
    {
        byte[] bytes = GgufBytes.Start(0, 1).Key("k", 9).U32(0).U64(3).Raw([1, 2, 3]).ToArray();
        GgufHeader header = GgufReader.Read(new MemoryStream(bytes), new GgufReaderOptions { MaxKeptArrayElements = 2 });

        Should.Throw<ArgumentException>(() => GgufWriter.WriteHeader(new MemoryStream(), header.Metadata, [])).Message.ShouldContain("k were not kept");
    }
}
