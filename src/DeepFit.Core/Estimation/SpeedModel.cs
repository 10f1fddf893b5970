namespace DeepFit.Core.Estimation;

/// <summary>
/// The physics of speed: seconds of one generated token and of one prompt token, uncorrected by what was measured on the machine.
/// <para>
/// <b>Generation.</b> A token reads every weight that it uses (not the embedding table; of the experts, those that are chosen) and the key/value cache at the
/// depth reached. On a GPU: bytes / (bandwidth × efficiency) + operations, each weighted with what its quantization costs, / arithmetic + layers × a fixed
/// cost of the kernels' launches. On a CPU reading and arithmetic overlap: the root of the sum of their squares. Devices take turns, so their times add up; each
/// boundary between devices, and between machines, costs a fixed time more.
/// </para>
/// <para>
/// <b>Prompts</b> are bound by arithmetic. Weights that lie in system memory while there is a GPU are carried to it once a batch
/// (<c>ggml-backend.cpp:1020-1060</c>, llama.cpp v0.4.0: batches of 32 tokens and more).
/// </para>
/// <para>
/// <b>Weights that memory does not hold</b> come from the disk for every token. Routed experts are chosen nearly at random, so the share that is missing is the share that
/// is read; of a dense model every weight is used in turn, which is the worst order for a cache: between the missing share and everything, the geometric mean is taken.
/// </para>
/// Nothing is fitted here; the constants are <see cref="SpeedConstants"/>'s.
/// </summary>
internal sealed class SpeedModel
{
    private readonly SpeedHardware hardware;
    private readonly double smallBatch;
    private readonly double moeLayerSeconds;
    private readonly double moePromptFactor;
    private readonly double moeReadingShare;
    private readonly double wideFactor;
    private readonly double boundarySeconds;
    private readonly double nodeSeconds;
    private readonly double pipelining;

    public SpeedModel(SpeedHardware hardware, SpeedConstants constants)
    {
        this.hardware = hardware;
        smallBatch = constants.Get("general", "batch", "small_batch_factor");
        moeLayerSeconds = constants.Get("general", "moe", "layer_microseconds") * 1e-6;
        moePromptFactor = constants.Get("general", "moe", "prompt_factor");
        moeReadingShare = constants.Get("general", "moe", "cpu_reading_share");
        wideFactor = constants.Get("general", "prompt", "float_factor");
        boundarySeconds = constants.Get("general", "boundary", "device_microseconds") * 1e-6;
        nodeSeconds = constants.Get("general", "boundary", "machine_microseconds") * 1e-6;
        pipelining = constants.Get("general", "prompt", "pipelining_exponent");
    }

    /// <summary>Seconds of one token.</summary>
    /// <param name="m">The model's sums.</param>
    /// <param name="options">How it is run; with several sequences the time is that of a step of all of them.</param>
    /// <param name="splits">Cumulative shares of the GPUs.</param>
    /// <param name="promptTokens">Length of the prompt.</param>
    /// <param name="depth">Tokens in the cache.</param>
    public SpeedSeconds Seconds(SpeedLayout m, RuntimeOptions options, ReadOnlySpan<float> splits, int promptTokens, double depth)
    {
        int layers = m.Layers;
        int gpuLayers = splits.Length == 0 ? 0 : Math.Clamp(options.GpuLayers, 0, layers + 1);
        int users = Math.Max(1, options.Parallel);
        double cache = m.CacheBytes(options.KvTypeK, options.KvTypeV) * depth * users;
        double attention = m.AttentionFlops * depth;
        double promptAttention = m.AttentionFlops * promptTokens / 2.0;

        // With several sequences at once more experts are touched: 1 - (1 - share)^users of them.
        double touched = m.ExpertShare == 0 ? 0 : users == 1 ? m.ExpertShare : 1 - Math.Pow(1 - m.ExpertShare, users);
        bool moe = m.ExpertShare > 0;

        int first = SpeedPlacement.FirstOnGpu(layers, gpuLayers);
        int expertsOnCpu = Math.Min(options.CpuMoeLayers, layers);
        bool outputOnCpu = gpuLayers == 0;
        int cpuLayers = Math.Min(first, layers);
        int cpuExpertLayers = Math.Max(cpuLayers, expertsOnCpu);

        double cpuDense = m.Dense[cpuLayers] + (outputOnCpu ? m.OutputBytes : 0), cpuExperts = m.Experts[cpuExpertLayers];
        double cpuBytes = cpuDense + (cpuExperts * touched);
        double cpuPromptWork = m.DensePromptWork[cpuLayers] + (m.ExpertPromptWork[cpuExpertLayers] * m.ExpertShare) + (promptAttention * cpuLayers);
        double cpuWork = m.DenseWork[cpuLayers] + (m.ExpertWork[cpuExpertLayers] * m.ExpertShare) + (hardware.Cpu.AttentionMeasured ? 0 : attention * cpuLayers) + (outputOnCpu ? m.OutputWork : 0);
        SpeedDevice cpu = hardware.Cpu;
        double streamed = cpuWork > 0 ? Streamed(m, options, cpuDense, cpuExperts, touched, cpuLayers) : 0;
        double generation = 0, prompt = 0, cpuSeconds = 0;
        if (cpuWork > 0)
        {
            double rate = cpu.BytesPerSecond * (cpuExperts > 0 ? moeReadingShare : 1), cached = cache * cpuLayers / rate, arithmetic = cpuWork / cpu.GenerationFlops;
            double reading = (cpuBytes / rate) + cached;
            cpuSeconds = (cpu.Calibrated ? arithmetic + cached : Math.Sqrt((reading * reading) + (arithmetic * arithmetic)))
                + ((users - 1) * cpuWork / (cpu.PromptFlops * smallBatch)) + (cpuExpertLayers * cpu.SecondsPerLayer)
                + (streamed / hardware.DiskBytesPerSecond);
            generation = cpuSeconds;
            prompt = gpuLayers == 0 || hardware.Gpus[0].BusBytesPerSecond == 0
                ? cpuPromptWork / cpu.PromptFlops
                : CarriedPrompt(m, options, cpuLayers, cpuExpertLayers, promptTokens, promptAttention, moe);
        }

        int begin = first, used = 0;
        double gpuPrompt = 0;
        for (int d = 0; d < splits.Length && gpuLayers > 0; d++)
        {
            int end = SpeedPlacement.EndOn(splits, d, layers, gpuLayers);
            int last = Math.Min(end, layers);
            int expertsFrom = Math.Clamp(expertsOnCpu, begin, Math.Max(begin, last));
            int count = Math.Max(0, last - begin);
            bool output = end > layers && begin <= layers;
            if (count == 0 && !output)
            {
                begin = end;
                continue;
            }

            SpeedDevice gpu = hardware.Gpus[d];
            double weights = output ? m.OutputBytes : 0, work = output ? m.OutputGpuWork : 0, flops = 0;
            if (count > 0)
            {
                weights += m.Dense[last] - m.Dense[begin] + ((m.Experts[last] - m.Experts[expertsFrom]) * touched);
                work += m.DenseGpuWork[last] - m.DenseGpuWork[begin] + ((m.ExpertGpuWork[last] - m.ExpertGpuWork[expertsFrom]) * m.ExpertShare) + (gpu.AttentionMeasured ? 0 : attention * count);
                flops = m.DenseFlops[last] - m.DenseFlops[begin] + ((m.ExpertFlops[last] - m.ExpertFlops[expertsFrom]) * m.ExpertShare);
            }

            double rate = PromptRate(gpu, m, moe);
            int moeLayers = moe ? Math.Max(0, last - Math.Max(begin, m.LeadingDense)) : 0;
            double arithmetic = (flops + (attention * count) + (output ? m.OutputFlops : 0)) / rate;
            generation += (((gpu.Calibrated ? 0 : weights) + (cache * count)) / gpu.BytesPerSecond) + (work / gpu.GenerationFlops) + ((users - 1) * arithmetic / smallBatch)
                + (count * gpu.SecondsPerLayer) + (moeLayers * moeLayerSeconds);
            gpuPrompt += (flops + (promptAttention * count)) / rate;
            used++;
            begin = end;
        }

        // A prompt of several batches is on several GPUs of a machine at once: n devices take m batches in m + n - 1 turns instead of m x n.
        double batches = Math.Ceiling((double)promptTokens / Math.Max(1, options.UBatch));
        double atOnce = used > 1 && hardware.Nodes == 1 && batches > 1 ? batches * used / (batches + used - 1) : 1;
        prompt += gpuPrompt / Math.Pow(atOnce, pipelining);
        int boundaries = Math.Max(0, used + (cpuSeconds > 0 ? 1 : 0) - 1);
        double crossings = (boundaries * boundarySeconds) + (used > 0 ? (hardware.Nodes - 1) * nodeSeconds : 0);
        return new SpeedSeconds(generation + crossings, prompt, used, cpuSeconds / generation, streamed);
    }

    private double PromptRate(SpeedDevice gpu, SpeedLayout m, bool moe) => gpu.PromptFlops * (1 + ((wideFactor - 1) * m.WideShare)) * (moe ? moePromptFactor : 1);

    private double CarriedPrompt(SpeedLayout m, RuntimeOptions options, int cpuLayers, int cpuExpertLayers, int promptTokens, double promptAttention, bool moe)
    {
        SpeedDevice gpu = hardware.Gpus[0];
        double bytes = m.Dense[cpuLayers] + m.Experts[cpuExpertLayers];
        double flops = m.DenseFlops[cpuLayers] + (m.ExpertFlops[cpuExpertLayers] * m.ExpertShare) + (promptAttention * cpuLayers);
        return (bytes / gpu.BusBytesPerSecond / Math.Clamp(options.UBatch, 1, Math.Max(1, promptTokens))) + (flops / PromptRate(gpu, m, moe));
    }

    /// <summary>Bytes that come from the disk for a token.</summary>
    private double Streamed(SpeedLayout m, RuntimeOptions options, double dense, double experts, double touched, int cpuLayers)
    {
        double needed = dense + experts + m.EmbeddingBytes + (m.CacheBytes(options.KvTypeK, options.KvTypeV) * options.Context * cpuLayers);
        double missing = needed - hardware.RamBytes;
        if (missing <= 0)
        {
            return 0;
        }

        double fromExperts = Math.Min(missing, experts), fromDense = Math.Min(missing - fromExperts, dense);
        return (fromExperts * touched) + (fromDense > 0 ? Math.Sqrt(fromDense * dense) : 0);
    }
}

/// <summary>Seconds of one token.</summary>
/// <param name="Generation">Of one generated token (of one step of all sequences, with several).</param>
/// <param name="Prompt">Of one prompt token.</param>
/// <param name="GpusUsed">GPUs that hold something.</param>
/// <param name="CpuShare">Share of <paramref name="Generation"/> that the CPU takes.</param>
/// <param name="StreamedBytes">Bytes that come from the disk for every token, since memory does not hold them.</param>
internal readonly record struct SpeedSeconds(double Generation, double Prompt, int GpusUsed, double CpuShare, double StreamedBytes);
