using System.Diagnostics;
using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>One probe, loaded: runs prompts and generates tokens, and says how long it took. The tokens are random, as experts are then.</summary>
internal sealed unsafe class ProbeRun : IDisposable
{
    /// <summary>Tokens are taken from the vocabulary's first rows; only those have random embeddings.</summary>
    internal const int DistinctTokens = 512;

    private readonly EngineModel model;
    private readonly ModelArchitecture architecture;
    private readonly RuntimeOptions options;
    private readonly Random random = new(1);
    private readonly nint memory;
    private int depth;

    private ProbeRun(EngineModel model, ModelArchitecture architecture, RuntimeOptions options)
    {
        this.model = model;
        this.architecture = architecture;
        this.options = options;
        memory = Llama.GetMemory(model.Context);
    }

    /// <summary>The llama_context.</summary>
    public nint Context => model.Context;

    /// <summary>Writes, loads and removes a probe's file.</summary>
    /// <param name="folder">Where the file may be written.</param>
    /// <param name="layout">The whole model (with as many experts as are kept).</param>
    /// <param name="probe">What to keep of it.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="randomWeights">Whether every weight is random: a GPU draws less power on zeros, and runs faster than it would.</param>
    /// <param name="threads">Threads.</param>
    public static ProbeRun Load(string folder, ModelLayout layout, TestDriveProbe probe, RuntimeOptions options, bool randomWeights, int threads)
    {
        ModelLayout shorter = ProbeLayout.Of(layout, probe);
        (string path, SyntheticGgufFile file) = SyntheticModelFile.Write(folder, shorter, probe.Name);
        try
        {
            FillWeights(path, file, randomWeights);
            RuntimeOptions own = options with { GpuLayers = probe.GpuLayers, CpuMoeLayers = probe.CpuMoeLayers, TensorSplit = options.TensorSplit };
            return new ProbeRun(EngineModel.Load(path, own, simulate: false, threads), shorter.Architecture, own);
        }
        finally
        {
            SyntheticModelFile.Remove(path);
        }
    }

    /// <summary>Seconds to process a prompt on an empty cache.</summary>
    public double Prompt(int tokens)
    {
        Llama.MemoryClear(memory, data: false);
        depth = 0;
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < tokens; done += options.Batch)
        {
            Decode(Math.Min(options.Batch, tokens - done));
        }

        Llama.Synchronize(model.Context);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Puts so many tokens into the cache.</summary>
    public void SetDepth(int tokens)
    {
        Llama.MemoryClear(memory, data: false);
        depth = tokens;
        if (tokens == 0 || CacheFill.Fill(model.Context, architecture, options, tokens))
        {
            return;
        }

        EngineLog.TakeErrors();
        Llama.MemoryClear(memory, data: true);
        for (int done = 0; done < tokens; done += options.Batch)
        {
            Decode(Math.Min(options.Batch, tokens - done));
        }

        Llama.Synchronize(model.Context);
    }

    /// <summary>Seconds a token of generation, over some tokens, at the depth set; the cache is left as it was.</summary>
    public double Generate(int tokens)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < tokens; i++)
        {
            Decode(1);
            Llama.Synchronize(model.Context);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / tokens;
        Llama.MemorySequenceRemove(memory, 0, depth, -1);
        return seconds;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    /// <summary>
    /// Zeros run as fast as random weights on a CPU. But tokens must differ for a router to send them to different experts: the first rows of the
    /// embeddings and the routers are random always.
    /// </summary>
    private static void FillWeights(string path, SyntheticGgufFile file, bool all)
    {
        var random = new Random(7);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        var chunk = new byte[1 << 20];
        foreach (GgufTensorInfo tensor in file.Header.Tensors)
        {
            bool embeddings = tensor.Name == "token_embd.weight";
            bool router = tensor.Name.EndsWith(".ffn_gate_inp.weight", StringComparison.Ordinal);
            if (!all && !embeddings && !router)
            {
                continue;
            }

            long bytes = embeddings && !all ? Math.Min(tensor.Bytes, tensor.Type.RowSize(tensor.Shape[0]) * DistinctTokens) : tensor.Bytes;
            int step = chunk.Length / tensor.Type.TypeSize() * tensor.Type.TypeSize();
            stream.Position = file.Header.DataOffset + tensor.Offset;
            for (long done = 0; done < bytes; done += step)
            {
                Span<byte> part = chunk.AsSpan(0, (int)Math.Min(step, bytes - done));
                if (done == 0 || !all)
                {
                    RandomBlocks.Fill(tensor.Type, part, random);
                }

                stream.Write(part);
            }
        }
    }

    private void Decode(int count)
    {
        int distinct = Math.Min(DistinctTokens, architecture.VocabularySize);
        int* tokens = stackalloc int[Math.Min(count, 4096)];
        for (int done = 0; done < count;)
        {
            int now = Math.Min(count - done, 4096);
            for (int i = 0; i < now; i++)
            {
                tokens[i] = random.Next(distinct);
            }

            int result = Llama.Decode(model.Context, new LlamaBatch { n_tokens = now, token = tokens });
            if (result != 0)
            {
                IReadOnlyList<string> errors = EngineLog.TakeErrors();
                throw EngineClient.IsOutOfMemory(errors)
                    ? EngineClient.OutOfMemory(errors)
                    : new EngineFailedException(
                        EngineFailure.Failed,
                        new BilingualText(
                            $"The engine could not run the model (llama_decode returned {result}){(errors.Count > 0 ? $": {errors[^1]}" : "")}.",
                            $"推理引擎无法运行模型（llama_decode 返回 {result}）{(errors.Count > 0 ? $"：{errors[^1]}" : "")}。"),
                        errors);
            }

            done += now;
        }
    }
}
