using DeepFit.Engine.LlamaCpp;

namespace DeepFit.Engine.Tests.LlamaCpp;

public class EngineLogParserTests
{
    private const string Log = """
        llama_prepare_model_devices: using device Vulkan0 (llvmpipe (LLVM 15.0.6, 256 bits)) (unknown id) - 2048 MiB free
        load_tensors: layer   0 assigned to device CPU, is_swa = 0
        load_tensors: layer   1 assigned to device Vulkan0, is_swa = 0
        load_tensors:          CPU model buffer size =     0.00 MiB
        llama_context:        CPU  output buffer size =     0.58 MiB
        llama_kv_cache: layer   0: dev = CPU
        llama_kv_cache: layer   1: dev = Vulkan0
        llama_kv_cache:        CPU KV buffer size =     0.00 MiB
        llama_kv_cache: size =  224.00 MiB (  8192 cells,  28 layers,  1/1 seqs), K (f16):  112.00 MiB, V (f16):  112.00 MiB
        sched_reserve:    Vulkan0 compute buffer size =    86.50 MiB
        sched_reserve: Vulkan_Host compute buffer size =   302.75 MiB
        """;

    [Fact]
    public void A_real_log_gives_devices_layers_cache_and_buffers()
    {
        EngineLogFacts facts = EngineLogParser.Parse(Log.Split('\n').Select(l => l.TrimEnd('\r')));
        facts.Devices.ShouldBe(["Vulkan0"]);
        facts.LayerDevices.ShouldBe(new Dictionary<int, string> { [0] = "CPU", [1] = "Vulkan0" });
        facts.CacheLayerDevices.ShouldBe(new Dictionary<int, string> { [0] = "CPU", [1] = "Vulkan0" });
        facts.CacheCells.ShouldBe(8192);
        facts.CacheStreams.ShouldBe(1);
        facts.ComputeMiB.ShouldBe(new Dictionary<string, double> { ["Vulkan0"] = 86.5, ["Vulkan_Host"] = 302.75 });
        facts.OutputMiB.ShouldBe(new Dictionary<string, double> { ["CPU"] = 0.58 });
    }

    [Fact]
    public void Streams_of_parallel_sequences_are_read() =>
        EngineLogParser.Parse(["llama_kv_cache: size =  224.00 MiB (  2048 cells,  28 layers,  4/4 seqs), K (f16):  112.00 MiB, V (f16):  112.00 MiB"]).CacheStreams.ShouldBe(4);

    [Fact]
    public void Two_backends_with_one_buffer_name_add_up() =>
        EngineLogParser.Parse(["sched_reserve: CPU compute buffer size = 1.50 MiB", "sched_reserve: CPU compute buffer size = 2.25 MiB"]).ComputeMiB["CPU"].ShouldBe(3.75);

    [Theory]
    [InlineData("")]
    [InlineData("load_tensors: layer x assigned to device")]
    [InlineData("sched_reserve: CPU compute buffer size = lots MiB")]
    public void Other_lines_are_passed_over(string line)
    {
        EngineLogFacts facts = EngineLogParser.Parse([line]);
        facts.ComputeMiB.ShouldBeEmpty();
        facts.LayerDevices.ShouldBeEmpty();
    }
}
