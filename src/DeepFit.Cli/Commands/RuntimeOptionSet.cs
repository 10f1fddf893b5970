using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Texts;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary>The options that say how a model is run, and their limits.</summary>
internal sealed class RuntimeOptionSet
{
    private readonly Option<string?> tokens;
    private readonly Option<string?> kvType;
    private readonly Option<string?> kvTypeK;
    private readonly Option<string?> kvTypeV;
    private readonly Option<string?> ubatch;
    private readonly Option<string?> parallel;
    private readonly Option<string?> flashAttention;
    private readonly Option<string?> gpuLayers;
    private readonly Option<string?> cpuMoe;

    public RuntimeOptionSet(Command command, Language language)
    {
        command.Add(tokens = CommandLine.Options.Text("--context", "8192", HelpTexts.Context.In(language)));
        command.Add(kvType = CommandLine.Options.Text("--kv-type", "f16", HelpTexts.KvType.In(language)));
        command.Add(kvTypeK = CommandLine.Options.Text("--kv-type-k", "f16", HelpTexts.KvTypeK.In(language)));
        command.Add(kvTypeV = CommandLine.Options.Text("--kv-type-v", "f16", HelpTexts.KvTypeV.In(language)));
        command.Add(ubatch = CommandLine.Options.Text("--ubatch", "512", HelpTexts.UBatch.In(language)));
        command.Add(parallel = CommandLine.Options.Text("--parallel", "1", HelpTexts.Parallel.In(language)));
        command.Add(flashAttention = CommandLine.Options.Text("--flash-attn", "on|off", HelpTexts.FlashAttention.In(language)));
        command.Add(gpuLayers = CommandLine.Options.Text("--gpu-layers", "N|auto", HelpTexts.GpuLayers.In(language)));
        command.Add(cpuMoe = CommandLine.Options.Text("--cpu-moe", "N", HelpTexts.CpuMoe.In(language)));
    }

    /// <summary>The options that only running a model has.</summary>
    public IEnumerable<Option<string?>> ForRunning => [tokens, kvType, kvTypeK, kvTypeV, ubatch, parallel, gpuLayers, cpuMoe];

    /// <summary>The option that training has too.</summary>
    public Option<string?> FlashAttention => flashAttention;

    /// <summary>What the line says of itself, before anything slow is done.</summary>
    public static RuntimeRequest Read(ParseResult line) => OptionReader.Runtime(line.Options()).ToRequest();
}
