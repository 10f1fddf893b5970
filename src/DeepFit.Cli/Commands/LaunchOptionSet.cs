using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary>The options that say which model is started and how: of <c>run</c> and <c>up</c>. What is not given, the plan decides.</summary>
internal sealed class LaunchOptionSet
{
    private const int MostThreads = 1024;

    private readonly Option<string?> quantization;
    private readonly Option<string?> use;
    private readonly Option<string?> context;
    private readonly Option<string?> kvType;
    private readonly Option<string?> kvTypeK;
    private readonly Option<string?> kvTypeV;
    private readonly Option<string?> ubatch;
    private readonly Option<string?> flashAttention;
    private readonly Option<string?> gpuLayers;
    private readonly Option<string?> cpuMoe;
    private readonly Option<string?> threads;
    private readonly Option<string?> folder;
    private readonly Option<bool> force;

    public LaunchOptionSet(Command command, Language language)
    {
        command.Add(quantization = CommandLine.Options.Text("--quant", "Q4_K_M", HelpTexts.LaunchQuant.In(language)));
        command.Add(use = UseOption.Create(language));
        command.Add(context = CommandLine.Options.Text("--context", "N", HelpTexts.LaunchContext.In(language)));
        command.Add(kvType = CommandLine.Options.Text("--kv-type", "f16", HelpTexts.LaunchKvType.In(language)));
        command.Add(kvTypeK = CommandLine.Options.Text("--kv-type-k", "f16", HelpTexts.KvTypeK.In(language)));
        command.Add(kvTypeV = CommandLine.Options.Text("--kv-type-v", "f16", HelpTexts.KvTypeV.In(language)));
        command.Add(ubatch = CommandLine.Options.Text("--ubatch", "512", HelpTexts.UBatch.In(language)));
        command.Add(flashAttention = CommandLine.Options.Text("--flash-attn", "on|off", HelpTexts.FlashAttention.In(language)));
        command.Add(gpuLayers = CommandLine.Options.Text("--gpu-layers", "N|auto", HelpTexts.GpuLayers.In(language)));
        command.Add(cpuMoe = CommandLine.Options.Text("--cpu-moe", "N", HelpTexts.CpuMoe.In(language)));
        command.Add(threads = CommandLine.Options.Text("--threads", "N", HelpTexts.Threads.In(language)));
        command.Add(folder = ModelsFolderOption.Create(language));
        command.Add(force = new Option<bool>("--force") { Description = HelpTexts.LaunchForce.In(language) });
    }

    /// <summary>The first of these options that the line gives, or null: a server that runs already takes none of them.</summary>
    public string? Given(ParseResult line)
    {
        Option[] all = [quantization, use, context, kvType, kvTypeK, kvTypeV, ubatch, flashAttention, gpuLayers, cpuMoe, threads, folder, force];
        return Array.Find(all, option => line.GetResult(option) is { Implicit: false })?.Name;
    }

    /// <summary>What the line asks for.</summary>
    /// <param name="line">The line.</param>
    /// <param name="model">The variant or the file; null for what suits the machine.</param>
    public LaunchQuery Read(ParseResult line, string? model)
    {
        RuntimeWishes wishes = OptionReader.Runtime(line.Options());
        return new LaunchQuery
        {
            Model = model,
            Quantization = line.GetValue(quantization),
            Runtime = wishes.ToRequest(),
            CacheTypeGiven = wishes.KvTypeK is not null || wishes.KvTypeV is not null,
            Context = OptionValues.Tokens("--context", line.GetValue(context), least: RequestLimits.LeastContext),
            Use = OptionReader.Use(line.Options()),
            Threads = OptionValues.Whole("--threads", line.GetValue(threads), 1, MostThreads) ?? 0,
            Force = line.GetValue(force),
            ModelsFolder = line.GetValue(folder),
        };
    }
}
