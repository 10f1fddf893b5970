using CsCheck;
using DeepFit.Core.Gguf;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Gguf;

/// <summary>Whatever happens to the bytes: a header, or a <see cref="GgufFormatException"/>; and memory in proportion to the bytes.</summary>
public class GgufMutationTests
{
    // The buffer, the lists' first room, an exception with its message.
    private const long FixedAllocation = 400 << 10;

    private static readonly Gen<ulong> Poison = Gen.OneOf<ulong>(
        Gen.OneOf<ulong>(0UL, 1UL, 0xffUL, int.MaxValue, uint.MaxValue, 1UL << 40, (ulong)long.MaxValue, 1UL << 63, ulong.MaxValue), Gen.ULong);

    [Fact]
    public void A_truncated_header_is_refused_wherever_it_ends() => GgufGen.File.SelectMany(file =>
    {
        byte[] bytes = GgufGen.Write(file);
        int header = (int)GgufReader.Read(new MemoryStream(bytes)).HeaderBytes;
        return Gen.Int[0, header - 1].Select(length => bytes[..length]);
    }).Sample(bytes =>
    {
        Refused(new MemoryStream(bytes));
        Refused(new TrickleStream(bytes));

        static void Refused(Stream stream)
        {
            GgufFormatException error = Should.Throw<GgufFormatException>(() => GgufReader.Read(stream, GgufReaderOptions.Everything));
            error.Field.ShouldNotBeEmpty();
        }
    }, iter: 1000);

    [Fact]
    public void A_mutated_header_never_crashes_hangs_or_takes_memory_beyond_its_bytes() => GgufGen.File.SelectMany(file =>
    {
        byte[] bytes = GgufGen.Write(file);
        Gen<(int At, ulong Value, int Width)> change = Gen.Select(Gen.Int[0, bytes.Length - 1], Poison, Gen.OneOf(1, 4, 8));
        return change.Array[1, 4].Select(changes =>
        {
            byte[] mutated = [.. bytes];
            foreach ((int at, ulong value, int width) in changes)
            {
                BitConverter.GetBytes(value).AsSpan(0, Math.Min(width, mutated.Length - at)).CopyTo(mutated.AsSpan(at));
            }

            return mutated;
        });
    }).Sample(bytes =>
    {
        ReadsOrRefuses(new MemoryStream(bytes), bytes.Length);
        ReadsOrRefuses(new TrickleStream(bytes, 4096), bytes.Length);
    }, iter: 3000);

    [Fact]
    public void Random_bytes_after_the_magic_never_crash() => Gen.Byte.Array[0, 400].Sample(tail =>
    {
        byte[] bytes = [.. "GGUF"u8, 3, 0, 0, 0, .. tail];
        ReadsOrRefuses(new MemoryStream(bytes), bytes.Length);
        ReadsOrRefuses(new TrickleStream(bytes), bytes.Length);
    }, iter: 1000);

    /// <summary>Counts that a stream of unknown length cannot contradict: memory must follow the bytes that come.</summary>
    [Theory]
    [InlineData(0u, 1UL << 24)]
    [InlineData(12u, 1UL << 24)]
    [InlineData(8u, 1UL << 24)]
    [InlineData(7u, 1UL << 24)]
    public void A_huge_array_in_a_short_stream_takes_little_memory(uint type, ulong count)
    {
        byte[] bytes = GgufBytes.Start(0, 1).Key("k", 9).U32(type).U64(count).Raw(new byte[1000]).ToArray();

        GgufFormatException? error = ReadsOrRefuses(new TrickleStream(bytes, 4096), bytes.Length);

        error.ShouldNotBeNull();
        error.Field.ShouldBe("k");
    }

    [Fact]
    public void A_huge_text_in_a_short_stream_takes_little_memory()
    {
        byte[] bytes = GgufBytes.Start(0, 1).Key("k", 8).U64(16 << 20).Raw(new byte[1000]).ToArray();

        ReadsOrRefuses(new TrickleStream(bytes, 4096), bytes.Length).ShouldNotBeNull().Field.ShouldBe("k");
    }

    [Fact]
    public void Huge_counts_of_entries_in_a_short_stream_take_little_memory()
    {
        ReadsOrRefuses(new TrickleStream(GgufBytes.Start(1 << 17, 0).ToArray()), 24).ShouldNotBeNull().Field.ShouldBe("tensor[0].name");
        ReadsOrRefuses(new TrickleStream(GgufBytes.Start(0, 1 << 16).ToArray()), 24).ShouldNotBeNull().Field.ShouldBe("metadata[0].key");
    }

    private static GgufFormatException? ReadsOrRefuses(Stream stream, int length)
    {
        GgufFormatException? refused = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            GgufHeader header = GgufReader.Read(stream, GgufReaderOptions.Everything);
            ReadsLayoutOrRefuses(header);
        }
        catch (GgufFormatException error)
        {
            refused = error;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        allocated.ShouldBeLessThan(FixedAllocation + (32L * length));
        return refused;
    }

    private static void ReadsLayoutOrRefuses(GgufHeader header)
    {
        try
        {
            GgufModelReader.ReadLayout(header);
        }
        catch (UserErrorException)
        {
            // Random files describe no model.
        }
    }
}
