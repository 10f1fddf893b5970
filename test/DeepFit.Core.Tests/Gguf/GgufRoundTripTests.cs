using CsCheck;
using DeepFit.Core.Gguf;

namespace DeepFit.Core.Tests.Gguf;

public class GgufRoundTripTests
{
    [Fact]
    public void What_is_written_is_read_again() => GgufGen.File.Sample(file =>
    {
        byte[] bytes = GgufGen.Write(file);
        foreach (Stream stream in new Stream[] { new MemoryStream(bytes), new TrickleStream(bytes) })
        {
            GgufHeader header = GgufReader.Read(stream, GgufReaderOptions.Everything);

            header.Version.ShouldBe(file.Version);
            header.Metadata.Select(entry => entry.Key).ShouldBe(file.Metadata.Select(entry => entry.Key));
            for (int i = 0; i < header.Metadata.Count; i++)
            {
                header.Metadata[i].Value.Equals(file.Metadata[i].Value).ShouldBeTrue(header.Metadata[i].Key);
                header.Metadata[i].Value.GetHashCode().ShouldBe(file.Metadata[i].Value.GetHashCode());
            }

            header.Tensors.Select(tensor => (tensor.Name, tensor.Type)).ShouldBe(file.Tensors.Select(tensor => (tensor.Name, tensor.Type)));
            for (int i = 0; i < header.Tensors.Count; i++)
            {
                header.Tensors[i].Shape.ShouldBe(file.Tensors[i].Shape);
                (header.Tensors[i].Offset % header.Alignment).ShouldBe(0);
            }

            if (header.Tensors.Count > 0)
            {
                header.DataEnd.ShouldBe(bytes.Length);
            }
        }
    });

    [Fact]
    public void A_header_that_was_read_is_written_to_the_same_bytes() => GgufGen.File.Sample(file =>
    {
        byte[] bytes = GgufGen.Write(file);
        GgufHeader header = GgufReader.Read(new MemoryStream(bytes), GgufReaderOptions.Everything);
        var again = new MemoryStream();

        GgufWriter.WriteHeader(again, header.Metadata, header.Tensors, header.Version);

        again.ToArray().ShouldBe(bytes[..(int)header.DataOffset]);
    });
}
