using CsCheck;
using DeepFit.Core.Gguf;

namespace DeepFit.Core.Tests.Gguf;

/// <summary>Random metadata and tensors as files have them.</summary>
internal static class GgufGen
{
    // Any text but lone surrogates, which UTF-8 has no bytes for; zero bytes are for hostile tests.
    private static readonly Gen<string> Text =
        Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u00a0', '\ud7ff'], Gen.Char['\ue000', '\ufffd']).Array[0, 40].Select(chars => new string(chars));

    private static readonly Gen<string> Name = Gen.Char['a', 'z'].Array[1, 20].Select(chars => new string(chars));

    private static readonly Gen<GgufValue> Scalar = Gen.OneOf(
        Gen.Byte.Select(GgufValue.From), Gen.SByte.Select(GgufValue.From), Gen.UShort.Select(GgufValue.From), Gen.Short.Select(GgufValue.From),
        Gen.UInt.Select(GgufValue.From), Gen.Int.Select(GgufValue.From), Gen.ULong.Select(GgufValue.From), Gen.Long.Select(GgufValue.From),
        Gen.Float.Select(GgufValue.From), Gen.Double.Select(GgufValue.From), Gen.Bool.Select(GgufValue.From), Text.Select(GgufValue.From));

    private static readonly Gen<GgufValue> Vector = Gen.OneOf(
        Elements(Gen.Byte), Elements(Gen.SByte), Elements(Gen.UShort), Elements(Gen.Short), Elements(Gen.UInt), Elements(Gen.Int),
        Elements(Gen.ULong), Elements(Gen.Long), Elements(Gen.Float), Elements(Gen.Double), Elements(Gen.Bool), Elements(Text));

    private static readonly GgmlType[] Types = [.. Enum.GetValues<GgmlType>().Where(type => type.IsKnown())];

    private static readonly Gen<GgufTensorInfo> Tensor =
        Gen.Select(Name, Gen.OneOf(Types), Gen.Long[1, 6], Gen.Long[1, 5].Array[0, 3])
            .Select((name, type, blocks, rest) => new GgufTensorInfo(name, type, [blocks * type.BlockSize(), .. rest]));

    public static Gen<(GgufMetadata Metadata, List<GgufTensorInfo> Tensors, int Version)> File { get; } =
        Gen.Select(
            Gen.Select(Name, Gen.Frequency((3, Scalar), (1, Vector))).List[0, 12],
            Tensor.List[0, 8],
            Gen.OneOf(0, 8, 32, 4096),
            Gen.OneOf(2, 3))
        .Select((entries, tensors, alignment, version) =>
        {
            var metadata = new GgufMetadata(entries.DistinctBy(entry => entry.Item1).Select(entry => KeyValuePair.Create(entry.Item1, entry.Item2)));
            if (alignment > 0)
            {
                metadata.Add("general.alignment", GgufValue.From((uint)alignment));
            }

            return (metadata, tensors.DistinctBy(tensor => tensor.Name).ToList(), version);
        });

    public static byte[] Write((GgufMetadata Metadata, List<GgufTensorInfo> Tensors, int Version) file)
    {
        var stream = new MemoryStream();
        GgufWriter.Write(stream, file.Metadata, file.Tensors, (tensor, data) => data.Write(new byte[tensor.Bytes]), file.Version);
        return stream.ToArray();
    }

    private static Gen<GgufValue> Elements<T>(Gen<T> element) => element.Array[0, 30].Select(elements => GgufValue.FromArray(elements));
}
