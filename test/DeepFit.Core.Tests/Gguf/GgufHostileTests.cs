using DeepFit.Core.Gguf;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Gguf;

/// <summary>Every way in which a file can be wrong ends in an exception at the byte and the field.</summary>
public class GgufHostileTests
{
    private const uint F32 = 0;
    private const uint Q8_0 = 8;

    [Fact]
    public void Wrong_magic_is_refused_and_shown() => Refused(new GgufBytes().Raw("PK\x3\x4"u8).U32(3).U64(0).U64(0), "magic", 0, "PK\\x03\\x04");

    [Theory]
    [InlineData(0, "magic")]
    [InlineData(3, "magic")]
    [InlineData(4, "version")]
    [InlineData(7, "version")]
    public void A_file_shorter_than_its_first_fields_is_refused(int length, string field) =>
        Refused(GgufBytes.Start(0, 0).ToArray()[..length], field, field == "magic" ? 0 : 4, "ends here");

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(uint.MaxValue)]
    public void Other_versions_are_refused(uint version) => Refused(GgufBytes.Start(0, 0, version), "version", 4, $"version {version} ");

    [Fact]
    public void A_big_endian_file_is_refused_by_name() => Refused(new GgufBytes().Raw("GGUF"u8).Raw([0, 0, 0, 3]).U64(0).U64(0), "version", 4, "big-endian");

    [Theory]
    [InlineData(ulong.MaxValue, "limit")]
    [InlineData(1UL << 63, "limit")]
    [InlineData(1000UL, "cannot fit")]
    public void A_tensor_count_beyond_the_file_is_refused(ulong count, string says) => Refused(GgufBytes.Start(count, 0), "tensor_count", 8, says);

    [Theory]
    [InlineData(ulong.MaxValue, "limit")]
    [InlineData(1000UL, "cannot fit")]
    public void A_metadata_count_beyond_the_file_is_refused(ulong count, string says) => Refused(GgufBytes.Start(0, count), "metadata_kv_count", 16, says);

    [Theory]
    [InlineData(ulong.MaxValue, "limit")]
    [InlineData(65_536UL, "limit")]
    [InlineData(65_535UL, "cannot fit")]
    public void A_key_longer_than_the_file_is_refused(ulong length, string says) =>
        Refused(GgufBytes.Start(0, 1).U64(length).Raw(new byte[20]), "metadata[0].key", 24, says);

    [Fact]
    public void An_empty_key_is_refused() => Refused(GgufBytes.Start(0, 1).Key("", 0).Raw(new byte[9]), "metadata[0].key", 24, "empty");

    [Fact]
    public void A_key_with_a_zero_byte_is_refused() => Refused(GgufBytes.Start(0, 1).Key("a\0b", 0).Raw([1]), "metadata[0].key", 24, "zero byte");

    [Fact]
    public void A_key_that_is_no_utf8_is_refused() =>
        Refused(GgufBytes.Start(0, 1).Text([0xff, 0xfe]).U32(0).Raw([1]), "metadata[0].key", 24, "UTF-8");

    [Fact]
    public void A_duplicate_key_is_refused() =>
        Refused(GgufBytes.Start(0, 2).Key("k", 0).Raw([1]).Key("k", 0).Raw([2]), "metadata[1].key", 24 + 14, "'k'");

    [Theory]
    [InlineData(13u)]
    [InlineData(uint.MaxValue)]
    public void An_unknown_value_type_is_refused(uint type) => Refused(GgufBytes.Start(0, 1).Key("k", type).Raw([1]), "k.type", 24 + 9, $"{type} is no");

    [Theory]
    [InlineData(ulong.MaxValue, "limit")]
    [InlineData(100UL, "cannot fit")]
    public void A_text_longer_than_the_file_is_refused(ulong length, string says) =>
        Refused(GgufBytes.Start(0, 1).Key("k", 8).U64(length).Raw(new byte[10]), "k", 24 + 13, says);

    [Fact]
    public void A_text_that_is_no_utf8_is_refused() =>
        Refused(GgufBytes.Start(0, 1).Key("k", 8).Text([(byte)'a', 0xc3]), "k", 24 + 13, "UTF-8");

    [Fact]
    public void A_flag_that_is_neither_0_nor_1_is_refused() => Refused(GgufBytes.Start(0, 1).Key("k", 7).Raw([2]), "k", 24 + 13, "not 2");

    [Fact]
    public void A_flag_in_an_array_that_is_neither_0_nor_1_is_refused() =>
        Refused(GgufBytes.Start(0, 1).Key("k", 9).U32(7).U64(2).Raw([1, 9]), "k", 24 + 25, "not 9");

    [Fact]
    public void A_nested_array_is_refused() =>
        Refused(GgufBytes.Start(0, 1).Key("k", 9).U32(9).U64(1).U32(4).U64(1).U32(1), "k.element_type", 24 + 13, "arrays of arrays");

    [Fact]
    public void An_unknown_element_type_is_refused() =>
        Refused(GgufBytes.Start(0, 1).Key("k", 9).U32(77).U64(1).U32(4), "k.element_type", 24 + 13, "77 is no");

    [Theory]
    [InlineData(0u, ulong.MaxValue, "limit")]
    [InlineData(8u, 1UL << 61, "limit")] // times 8 would wrap around
    [InlineData(12u, 2UL, "cannot fit")]
    [InlineData(8u, 2UL, "cannot fit")]
    public void An_array_longer_than_the_file_is_refused(uint type, ulong count, string says) =>
        Refused(GgufBytes.Start(0, 1).Key("k", 9).U32(type).U64(count).Raw(new byte[8]), "k.count", 24 + 17, says);

    [Fact]
    public void A_text_in_an_array_longer_than_the_file_is_refused() =>
        Refused(GgufBytes.Start(0, 1).Key("k", 9).U32(8).U64(2).Text("ok").U64(500), "k", 24 + 25 + 10, "cannot fit");

    [Theory]
    [InlineData(0u)]
    [InlineData(24u)]
    [InlineData(1u << 21)]
    [InlineData(1u << 31)]
    public void An_alignment_that_is_no_fair_power_of_two_is_refused(uint alignment) =>
        Refused(GgufBytes.Start(0, 1).Key("general.alignment", 4).U32(alignment), "general.alignment", 24 + 8 + 17 + 4, $"{alignment} bytes");

    [Fact]
    public void An_alignment_of_another_type_is_refused() =>
        Refused(GgufBytes.Start(0, 1).Key("general.alignment", 10).U64(32), "general.alignment", 24 + 8 + 17 + 4, "uint32");

    [Fact]
    public void An_empty_tensor_name_is_refused() => Refused(GgufBytes.Tensor("", 1, [8], F32, 0).Data(32), "tensor[0].name", 24, "empty");

    [Fact]
    public void A_tensor_name_longer_than_the_engine_takes_is_refused() =>
        Refused(GgufBytes.Tensor(new string('n', 64), 1, [8], F32, 0).Data(32), "tensor[0].name", 24, "limit of 63");

    [Fact]
    public void A_duplicate_tensor_is_refused() =>
        Refused(GgufBytes.Start(2, 0).AddTensor("t", 1, [8], F32, 0).AddTensor("t", 1, [8], F32, 32).Data(64), "tensor[1].name", 24 + 33, "'t'");

    [Theory]
    [InlineData(0u)]
    [InlineData(5u)]
    [InlineData(uint.MaxValue)]
    public void A_number_of_dimensions_beyond_four_is_refused(uint dimensions) =>
        Refused(GgufBytes.Tensor("t", dimensions, [8, 8, 8, 8, 8], F32, 0).Data(32), "t.n_dimensions", 24 + 9, $"not {dimensions}");

    [Theory]
    [InlineData(0UL, "0 elements")]
    [InlineData(ulong.MaxValue, "-1 elements")]
    [InlineData(1UL << 63, "-9223372036854775808 elements")]
    public void A_dimension_of_nothing_or_less_is_refused(ulong extent, string says) =>
        Refused(GgufBytes.Tensor("t", 2, [8, extent], F32, 0).Data(32), "t.dimensions", 24 + 13 + 8, says);

    [Fact]
    public void A_product_of_dimensions_that_overflows_is_refused() =>
        Refused(GgufBytes.Tensor("t", 3, [1UL << 32, 1UL << 30, 2], F32, 0).Data(32), "t.dimensions", 24 + 13 + 16, "8 EiB");

    [Fact]
    public void A_size_in_bytes_that_overflows_is_refused() =>
        Refused(GgufBytes.Tensor("t", 2, [1UL << 32, 1UL << 30], F32, 0).Data(32), "t.type", 24 + 13 + 16, "8 EiB");

    [Theory]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(43u)]
    [InlineData(uint.MaxValue)]
    public void An_unknown_tensor_type_is_refused(uint type) =>
        Refused(GgufBytes.Tensor("t", 1, [32], type, 0).Data(64), "t.type", 24 + 13 + 8, $"type {type} is not");

    [Fact]
    public void A_row_that_is_no_whole_number_of_blocks_is_refused() =>
        Refused(GgufBytes.Tensor("t", 2, [33, 32], Q8_0, 0).Data(4096), "t.type", 24 + 13 + 16, "rows of 33");

    [Theory]
    [InlineData(1UL, "multiple of the alignment")]
    [InlineData(31UL, "multiple of the alignment")]
    [InlineData(ulong.MaxValue - 31, "beyond 8 EiB")]
    [InlineData((ulong)long.MaxValue - 31, "beyond 8 EiB")]
    [InlineData(1UL << 62, "but the file has")]
    public void An_offset_that_leads_nowhere_is_refused(ulong offset, string says) =>
        Refused(GgufBytes.Tensor("t", 1, [8], F32, offset).Data(64), "t.offset", 24 + 25, says);

    [Fact]
    public void An_offset_that_overflows_is_refused_where_the_length_is_unknown()
    {
        byte[] bytes = GgufBytes.Tensor("t", 1, [8], F32, (ulong)long.MaxValue - 31).Data(64).ToArray();

        Should.Throw<GgufFormatException>(() => GgufReader.Read(new TrickleStream(bytes))).Field.ShouldBe("t.offset");
    }

    [Fact]
    public void More_elements_than_can_be_counted_are_refused()
    {
        // Each tensor alone is possible: 2^62 elements of 18 bytes to 128.
        byte[] bytes = GgufBytes.Start(2, 0)
            .AddTensor("a", 2, [1UL << 31, 1UL << 31], 41, 0)
            .AddTensor("b", 2, [1UL << 31, 1UL << 31], 41, 1UL << 60)
            .ToArray();

        GgufFormatException error = Should.Throw<GgufFormatException>(() => GgufReader.Read(new TrickleStream(bytes)));
        error.Field.ShouldBe("b.offset");
    }

    [Fact]
    public void A_tensor_past_the_end_is_refused() =>
        Refused(GgufBytes.Tensor("t", 1, [9], F32, 0).Data(35), "t.offset", 24 + 25, "the file has");

    [Theory]
    [InlineData(0UL, 0UL, "b", 24 + 33 + 25)]
    [InlineData(0UL, 32UL, "b", 24 + 33 + 25)]
    [InlineData(32UL, 0UL, "a", 24 + 25)]
    public void Overlapping_tensors_are_refused(ulong first, ulong second, string later, long at) =>
        Refused(GgufBytes.Start(2, 0).AddTensor("a", 1, [16], F32, first).AddTensor("b", 1, [16], F32, second).Data(256), later + ".offset", at, "overlap");

    [Fact]
    public void A_header_longer_than_the_limit_is_refused()
    {
        byte[] bytes = GgufBytes.Start(0, 2).Key("k", 8).Text(new string('x', 5000)).Key("l", 4).U32(1).ToArray();

        GgufReader.Read(new TrickleStream(bytes)).Metadata.Count.ShouldBe(2);
        GgufFormatException error = Should.Throw<GgufFormatException>(
            () => GgufReader.Read(new TrickleStream(bytes), new GgufReaderOptions { MaxHeaderBytes = 5044 }));
        error.Text.En.ShouldContain("longer than 5044");
    }

    [Fact]
    public void Limits_can_be_lowered()
    {
        byte[] bytes = GgufBytes.Start(2, 2).Key("a", 8).Text("xyz").Key("b", 9).U32(0).U64(3).Raw([1, 2, 3])
            .AddTensor("t", 1, [8], F32, 0).AddTensor("u", 1, [8], F32, 32).Data(64).ToArray();
        GgufReader.Read(new MemoryStream(bytes)).Tensors.Count.ShouldBe(2);

        Field(new GgufReaderOptions { MaxTensors = 1 }).ShouldBe("tensor_count");
        Field(new GgufReaderOptions { MaxMetadataCount = 1 }).ShouldBe("metadata_kv_count");
        Field(new GgufReaderOptions { MaxStringLength = 2 }).ShouldBe("a");
        Field(new GgufReaderOptions { MaxArrayElements = 2 }).ShouldBe("b.count");
        Field(new GgufReaderOptions { MaxKeyLength = 0 }).ShouldBe("metadata[0].key");
        Field(new GgufReaderOptions { MaxTensorNameLength = 0 }).ShouldBe("tensor[0].name");

        string Field(GgufReaderOptions options) =>
            Should.Throw<GgufFormatException>(() => GgufReader.Read(new MemoryStream(bytes), options)).Field;
    }

    [Fact]
    public void The_message_names_the_file_in_both_languages_and_is_a_user_error()
    {
        GgufFormatException error = Should.Throw<GgufFormatException>(
            () => GgufReader.Read(new MemoryStream([1, 2, 3, 4, 5]), new GgufReaderOptions { Source = "model.gguf" }));

        error.ShouldBeAssignableTo<UserErrorException>();
        error.Text.En.ShouldStartWith("model.gguf: magic (byte 0): ");
        error.Text.Zh.ShouldStartWith("model.gguf：magic（第 0 字节）：");
        error.Message.ShouldBe(error.Text.En);
    }

    private static void Refused(GgufBytes bytes, string field, long offset, string says) => Refused(bytes.ToArray(), field, offset, says);

    private static void Refused(byte[] bytes, string field, long offset, string says)
    {
        GgufFormatException error = Should.Throw<GgufFormatException>(() => GgufReader.Read(new MemoryStream(bytes)));
        error.Field.ShouldBe(field);
        error.ByteOffset.ShouldBe(offset);
        error.Text.En.ShouldContain(says);
        error.Text.Zh.ShouldNotBeNullOrWhiteSpace();
    }
}
