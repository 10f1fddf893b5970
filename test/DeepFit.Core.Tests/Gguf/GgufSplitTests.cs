using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;

namespace DeepFit.Core.Tests.Gguf;

public class GgufSplitTests
{
    [Theory]
    [InlineData("/models/r1-Q4_K_M-00002-of-00009.gguf", "/models/r1-Q4_K_M", 2, 9)]
    [InlineData("https://host/a/b-00001-of-00163.GGUF", "https://host/a/b", 1, 163)]
    [InlineData("x-00001-of-00001.gguf", "x", 1, 1)]
    public void The_name_of_a_part_is_read(string path, string prefix, int number, int count)
    {
        GgufSplitName.TryParse(path, out GgufSplitName? name).ShouldBeTrue();

        name.ShouldBe(new GgufSplitName(prefix, number, count));
        name!.All().Count.ShouldBe(count);
        name.All()[number - 1].ToString().ShouldBe(path.Replace("GGUF", "gguf", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model.gguf")]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData("model-0001-of-0002.gguf")]
    [InlineData("model-00001-to-00002.gguf")]
    [InlineData("00001-of-00002.gguf")]
    [InlineData("-00001-of-00002.gguf")]
    [InlineData("model-+0001-of-00002.gguf")]
    [InlineData("-of-00002.gguf")]
    [InlineData("")]
    public void Another_name_is_that_of_a_whole_file(string path) => GgufSplitName.TryParse(path, out _).ShouldBeFalse();

    [Theory]
    [InlineData("model-00009-of-00008.gguf")]
    [InlineData("model-00000-of-00008.gguf")]
    [InlineData("model-00001-of-99999.gguf")]
    public void Numbers_that_make_no_sense_are_refused(string path) =>
        Should.Throw<UserErrorException>(() => GgufSplitName.TryParse(path, out _)).Text.En.ShouldContain(path);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_split_model_is_read_from_any_of_its_parts(int number)
    {
        ModelLayout layout = GgufModels.Layout(GgufModels.DeepSeek);
        Dictionary<string, byte[]> files = Split(layout, 3);

        GgufSplit split = GgufSplit.Read($"dir/m-{number:D5}-of-00003.gguf", Open(files));

        split.Parts.Count.ShouldBe(3);
        split.Tensors.Select(tensor => tensor.Tensor.Name).ShouldBe(layout.Tensors.Select(tensor => tensor.Name));
        split.Tensors.Select(tensor => tensor.Part).Distinct().ShouldBe([0, 1, 2]);
        split.Tensors.ShouldAllBe(tensor => split.Parts[tensor.Part].Tensors.Contains(tensor.Tensor));
        split.FileBytes.ShouldBe(files.Values.Sum(bytes => (long)bytes.Length));
        ModelLayout read = GgufModelReader.ReadLayout(split);
        read.TensorBytes.ShouldBe(layout.TensorBytes);
        read.FileBytes.Bytes.ShouldBe(split.FileBytes);
        read.Architecture.LayerCount.ShouldBe(6);
    }

    [Fact]
    public void A_whole_file_is_a_set_of_one()
    {
        byte[] bytes = Split(GgufModels.Layout(GgufModels.Qwen2), 1).Values.Single();

        GgufSplit split = GgufSplit.Read("m.gguf", Open(new() { ["m.gguf"] = bytes }));

        split.Parts.Single().Source.ShouldBe("m.gguf");
        GgufModelReader.ReadLayout(split).Architecture.Name.ShouldBe("qwen2");
    }

    [Fact]
    public void A_missing_part_is_named()
    {
        Dictionary<string, byte[]> files = Split(GgufModels.Layout(GgufModels.Qwen2), 3);
        files.Remove("dir/m-00002-of-00003.gguf");

        UserErrorException error = Should.Throw<UserErrorException>(() => GgufSplit.Read("dir/m-00001-of-00003.gguf", Open(files)));
        error.Text.En.ShouldContain("dir/m-00002-of-00003.gguf is missing");
        error.Text.En.ShouldContain("part 2 of 3");
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<UserErrorException>(() => GgufSplit.Read("no.gguf", Open([]))).Text.En.ShouldContain("no.gguf: there is no such file");

    [Fact]
    public void Parts_in_the_wrong_order_are_refused()
    {
        Dictionary<string, byte[]> files = Split(GgufModels.Layout(GgufModels.Qwen2), 3);
        (files["dir/m-00002-of-00003.gguf"], files["dir/m-00003-of-00003.gguf"]) = (files["dir/m-00003-of-00003.gguf"], files["dir/m-00002-of-00003.gguf"]);

        GgufFormatException error = Should.Throw<GgufFormatException>(() => GgufSplit.Read("dir/m-00001-of-00003.gguf", Open(files)));
        error.Field.ShouldBe("split.no");
        error.ByteOffset.ShouldBeGreaterThan(24);
        error.Text.En.ShouldContain("m-00002-of-00003.gguf");
    }

    [Fact]
    public void A_part_of_another_set_is_refused()
    {
        Dictionary<string, byte[]> files = Split(GgufModels.Layout(GgufModels.Qwen2), 3);
        files["dir/m-00002-of-00003.gguf"] = Split(GgufModels.Layout(GgufModels.Qwen2), 4)["dir/m-00002-of-00004.gguf"];

        GgufFormatException error = Should.Throw<GgufFormatException>(() => GgufSplit.Read("dir/m-00001-of-00003.gguf", Open(files)));
        error.Field.ShouldBe("split.count");
        error.Text.En.ShouldContain("a set of 4, not of 3");
    }

    [Fact]
    public void A_tensor_in_two_parts_is_refused()
    {
        Dictionary<string, byte[]> files = Split(GgufModels.Layout(GgufModels.Qwen2), 2);
        files["dir/m-00002-of-00002.gguf"] = Part([new("token_embd.weight", GgmlType.F32, [8])], 1, 2, []);

        Should.Throw<GgufFormatException>(() => GgufSplit.Read("dir/m-00001-of-00002.gguf", Open(files))).Field.ShouldBe("token_embd.weight");
    }

    [Fact]
    public void Missing_tensors_are_noticed()
    {
        Dictionary<string, byte[]> files = Split(GgufModels.Layout(GgufModels.Qwen2), 2);
        files["dir/m-00002-of-00002.gguf"] = Part([new("lonely", GgmlType.F32, [8])], 1, 2, []);

        Should.Throw<GgufFormatException>(() => GgufSplit.Read("dir/m-00001-of-00002.gguf", Open(files))).Field.ShouldBe("split.tensors.count");
    }

    [Fact]
    public void One_part_alone_is_refused_under_any_name()
    {
        byte[] first = Split(GgufModels.Layout(GgufModels.Qwen2), 2)["dir/m-00001-of-00002.gguf"];

        Should.Throw<UserErrorException>(() => GgufSplit.Read("renamed.gguf", Open(new() { ["renamed.gguf"] = first }))).Text.En.ShouldContain("one of 2 parts");
        Should.Throw<UserErrorException>(() => GgufModelReader.ReadLayout(GgufReader.Read(new MemoryStream(first)))).Text.En.ShouldContain("one of 2 parts");
    }

    [Fact]
    public void A_file_merged_from_parts_is_a_whole_file()
    {
        GgufHeader header = GgufModels.Header(GgufModels.Layout(GgufModels.Qwen2), metadata => metadata["split.count"] = GgufValue.From((ushort)0));

        GgufSplit.CountOf(header).ShouldBe(1);
        GgufModelReader.ReadLayout(header).Architecture.LayerCount.ShouldBe(4);
    }

    private static Func<string, Stream?> Open(Dictionary<string, byte[]> files) => path => files.TryGetValue(path, out byte[]? bytes) ? new MemoryStream(bytes) : null;

    /// <summary>Splits as llama-gguf-split does: metadata in the first part, the split's keys in all.</summary>
    private static Dictionary<string, byte[]> Split(ModelLayout layout, int count)
    {
        GgufMetadata metadata = SyntheticGguf.Write(new MemoryStream(), layout).Header.Metadata;
        int each = (layout.Tensors.Count + count - 1) / count;
        return layout.Tensors.Chunk(each).Select((tensors, index) => (tensors, index)).ToDictionary(
            part => new GgufSplitName("dir/m", part.index + 1, count).ToString(),
            part => Part(part.tensors, part.index, count, part.index == 0 ? metadata : [], layout.Tensors.Count));
    }

    private static byte[] Part(GgufTensorInfo[] tensors, int index, int count, GgufMetadata metadata, int total = 0)
    {
        var all = new GgufMetadata(metadata);
        if (count > 1)
        {
            all.Add("split.no", GgufValue.From((ushort)index));
            all.Add("split.count", GgufValue.From((ushort)count));
            all.Add("split.tensors.count", GgufValue.From(total));
        }

        var stream = new MemoryStream();
        GgufHeader header = GgufWriter.WriteHeader(stream, all, tensors);
        stream.SetLength(header.DataEnd);
        return stream.ToArray();
    }
}
