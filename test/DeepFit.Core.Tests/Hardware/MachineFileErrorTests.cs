using System.Text;
using DeepFit.Core.Hardware;

namespace DeepFit.Core.Tests.Hardware;

public class MachineFileErrorTests
{
    private static MachineFileException Refusal(string json) => Should.Throw<MachineFileException>(() => MachineFile.Read(json, "my.json"));

    [Fact]
    public void A_wrong_field_is_named_with_its_place_and_the_nearest_names()
    {
        MachineFileException error = Refusal("{\n  \"memory\": {\n    \"totl_bytes\": 17179869184\n  }\n}");
        error.Line.ShouldBe(3);
        error.Path.ShouldBe("memory.totl_bytes");
        error.Suggestions.ShouldBe(["total_bytes"]);
        error.Text.En.ShouldBe(
            "Machine file my.json, line 3: memory.totl_bytes is not a field of a machine file. Did you mean \"total_bytes\"? "
            + "Known here: total_bytes, available_bytes, cgroup_limit_bytes, bandwidth_bytes_per_second, bandwidth_basis, swap_bytes.");
        error.Text.Zh.ShouldStartWith("机器文件 my.json 第 3 行：memory.totl_bytes 不是机器文件的字段。是不是想写 \"total_bytes\"？");
    }

    [Theory]
    [InlineData("""{"memory": {"total_bytes": 17179869184}, "gpu": []}""", "gpu", "gpus")]
    [InlineData("""{"Memory": {"total_bytes": 17179869184}}""", "Memory", "memory")]
    [InlineData("""{"memory": {"total": "16 GiB"}}""", "memory.total", "total_bytes")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "cpu": {"cores": 8, "physical_core": 8}}""", "cpu.cores", null)]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "gpus": [{"name": "x", "memory": "24 GiB"}]}""", "gpus[0].memory", "memory_bytes")]
    public void Near_misses_are_recognised(string json, string path, string? suggestion)
    {
        MachineFileException error = Refusal(json);
        error.Path.ShouldBe(path);
        if (suggestion is not null)
        {
            error.Suggestions.ShouldContain(suggestion);
        }
    }

    [Theory]
    [InlineData("""{"memory": {"total_bytes": true}}""", "memory.total_bytes", "size in bytes")]
    [InlineData("""{"memory": {"total_bytes": -1}}""", "memory.total_bytes", "negative")]
    [InlineData("""{"memory": {"total_bytes": 0}}""", "memory.total_bytes", "more than 0")]
    [InlineData("""{"memory": {"total_bytes": 16}}""", "memory.total_bytes", "\"16 GiB\"")]
    [InlineData("""{"memory": {"total_bytes": "16 G"}}""", "memory.total_bytes", "\"24 GiB\"")]
    [InlineData("""{"memory": {"total_bytes": "lots"}}""", "memory.total_bytes", "lots")]
    [InlineData("""{"memory": {"total_bytes": 1e30}}""", "memory.total_bytes", "1e30")]
    [InlineData("""{"memory": {"total_bytes": null}}""", "memory", "total_bytes")]
    [InlineData("""{"memory": {}}""", "memory", "total_bytes")]
    [InlineData("""{"memory": "16 GiB"}""", "memory", "object")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB", "available_bytes": "17 GiB"}}""", "memory.available_bytes", "more than total_bytes")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB", "bandwidth_bytes_per_second": 50}}""", "memory.bandwidth_bytes_per_second", "GB/s")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "cpu": {"physical_cores": 0}}""", "cpu.physical_cores", "from 1 to 4096")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "cpu": {"physical_cores": 2.5}}""", "cpu.physical_cores", "whole number")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "cpu": {"physical_cores": "8"}}""", "cpu.physical_cores", "whole number")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "cpu": {"physical_cores": 8, "logical_cores": 4}}""", "cpu.logical_cores", "fewer")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "cpu": {"max_mhz": -3}}""", "cpu.max_mhz", "above 0")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "cpu": {"simd": "avx2"}}""", "cpu.simd", "list of words")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "os": {"family": "Linux"}}""", "os.family", "linux, windows, macos")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "os": {"wsl": "yes"}}""", "os.wsl", "true or false")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "name": ""}""", "name", "text")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "gpus": {"name": "x"}}""", "gpus", "list")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "gpus": [{"memory_bytes": "24 GiB"}]}""", "gpus[0]", "name")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "gpus": [{"name": "x", "memory_bytes": "8 GiB", "memory_free_bytes": "9 GiB"}]}""", "gpus[0].memory_free_bytes", "more than memory_bytes")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "gpus": [{"name": "x", "memory_bytes": "32 GiB", "unified": true}]}""", "gpus[0].memory_bytes", "shares")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "disk": {"path": "/"}}""", "disk", "free_bytes")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "disk": {"free_bytes": "2 TB", "total_bytes": "1 TB"}}""", "disk.free_bytes", "more than total_bytes")]
    [InlineData("""{"memory": {"total_bytes": "16 GiB"}, "engine_devices": [{"name": "CUDA0", "type": "gpuu"}]}""", "engine_devices[0].type", "gpu")]
    [InlineData("""{"memory": {"total_bytes": 1, "total_bytes": 2}}""", "memory.total_bytes", "twice")]
    public void A_wrong_value_is_named_with_its_place_and_the_way_out(string json, string path, string says)
    {
        MachineFileException error = Refusal(json);
        error.Path.ShouldBe(path);
        error.Line.ShouldBe(1);
        error.Text.En.ShouldContain(says);
        error.Text.Zh.ShouldContain("my.json 第 1 行");
    }

    [Theory]
    [InlineData("RTX3090", "RTX 3090")]
    [InlineData("RTX 3091", "RTX 3090")]
    [InlineData("A100", "A100 40GB PCIe")]
    public void A_gpu_that_is_not_known_and_has_no_memory_gets_the_nearest_names(string name, string nearest)
    {
        MachineFileException error = Refusal($$"""{"memory": {"total_bytes": "16 GiB"}, "gpus": [{"name": "{{name}}"}]}""");
        error.Path.ShouldBe("gpus[0]");
        error.Suggestions.ShouldContain(nearest);
        error.Text.En.ShouldContain("memory_bytes");
        error.Text.En.ShouldContain(nearest);
    }

    [Fact]
    public void A_gpu_sold_with_two_sizes_must_say_which() =>
        Refusal("""{"memory": {"total_bytes": "16 GiB"}, "gpus": [{"name": "RTX 4060 Ti"}]}""").Text.En.ShouldContain("8 / 16 GB");

    [Theory]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("null")]
    [InlineData("\"16 GiB\"")]
    public void A_document_that_is_no_object_is_refused(string json) => Refusal(json).Text.En.ShouldContain("should be an object");

    [Theory]
    [InlineData("{\"memory\": {\n\"total_bytes\" 16}}", 2, "column 15")]
    [InlineData("{\"内存\" 3}", 1, "column 7")]
    [InlineData("{\"memory\": {\n\"total_bytes\": \"16 GiB\"\n}", 3, "column")]
    [InlineData("{\"memory\": {\"total_bytes\": \"16 GiB\"}} extra", 1, "extra")]
    public void Bad_json_is_placed_by_line_and_column(string json, int line, string says)
    {
        MachineFileException error = Refusal(json);
        error.Line.ShouldBe(line);
        error.Text.En.ShouldContain("not valid JSON");
        error.Text.En.ShouldContain(says);
        error.Text.Zh.ShouldContain($"第 {line} 行");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    public void An_empty_file_says_what_a_short_one_looks_like(string json)
    {
        MachineFileException error = Refusal(json);
        error.Text.En.ShouldContain("is empty");
        error.Text.En.ShouldContain("total_bytes");
    }

    [Fact]
    public void A_huge_file_is_refused_without_being_read_whole()
    {
        using var endless = new EndlessStream();
        Should.Throw<MachineFileException>(() => MachineFile.Read(endless, "model.gguf")).Text.En.ShouldContain("1 MiB");
        endless.Position.ShouldBeLessThan(4 << 20);
    }

    [Fact]
    public void A_binary_file_is_refused() =>
        Should.Throw<MachineFileException>(() => MachineFile.Read(new MemoryStream([.. "GGUF"u8, 3, 0, 0, 0]), "model.gguf")).Text.En
            .ShouldContain("binary");

    [Fact]
    public void Deep_nesting_is_refused() => Refusal(new StringBuilder().Insert(0, "[", 100_000).ToString()).Text.En.ShouldContain("not valid JSON");

    private sealed class EndlessStream : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)' ', offset, count);
            _position += count;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
