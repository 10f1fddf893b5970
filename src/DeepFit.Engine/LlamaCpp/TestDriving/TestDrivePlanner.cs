using DeepFit.Core.Estimation;
using DeepFit.Core.Gguf;
using DeepFit.Core.Models;

namespace DeepFit.Engine.LlamaCpp.TestDriving;

/// <summary>
/// Chooses the shortened models of a test-drive. Layers of one kind (dense or mixture of experts, on a GPU or on the CPU) cost the same but for their
/// quantization, whose proportions the choice keeps; so a few of each kind tell what all of them cost.
/// </summary>
internal static class TestDrivePlanner
{
    /// <summary>Rows of the vocabulary in the probes that only serve a slope.</summary>
    internal const int SmallVocabulary = 512;

    private const long Gibibyte = 1L << 30;

    /// <summary>A model up to this size is run whole.</summary>
    private const long WholeModelBytes = 5 * Gibibyte / 2;

    /// <summary>What the deeper probe of a slope weighs, if its layers allow.</summary>
    private const long SlopeBytes = 5 * Gibibyte / 4;

    /// <summary>What a probe streams for each token at least, so that no last-level cache holds it.</summary>
    private const long StreamedBytes = 192L << 20;

    /// <summary>Routed experts a layer that are worth loading: far more than any cache holds.</summary>
    private const int EnoughExperts = 64;

    /// <summary>Plans a test-drive.</summary>
    /// <param name="layout">The whole model.</param>
    /// <param name="options">How it would be run.</param>
    /// <param name="hasGpu">Whether the engine has a GPU to put layers on.</param>
    /// <param name="memoryBytes">Bytes that the probes' weights may take together.</param>
    /// <param name="wholeModel">Whether to run the whole model whatever its size.</param>
    public static TestDrivePlan Plan(ModelLayout layout, RuntimeOptions options, bool hasGpu, long memoryBytes, bool wholeModel = false)
    {
        if (layout.Architecture.Experts is not { } mixture || wholeModel)
        {
            return PlanWith(layout, layout, options, hasGpu, memoryBytes, wholeModel) with { Experts = layout.Architecture.Experts?.ExpertCount ?? 0 };
        }

        // A token reads as much whatever the number of experts to choose from, and a prompt cut in proportion gives each as many tokens.
        int least = 2 * Math.Max(mixture.ExpertUsedCount, mixture.ExpertGroupCount);
        int kept = mixture.ExpertCount;
        TestDrivePlan plan = With(kept);
        while ((kept > EnoughExperts || plan.Bytes > memoryBytes) && kept % 2 == 0 && kept / 2 >= least && plan.Probes.Count > 1)
        {
            kept /= 2;
            plan = With(kept);
        }

        return plan;

        TestDrivePlan With(int experts) =>
            PlanWith(layout, ProbeLayout.KeepExperts(layout, experts), options, hasGpu, memoryBytes, wholeModel: false) with { Experts = experts, PromptScale = experts / (double)mixture.ExpertCount };
    }

    /// <summary>The plan with the whole model besides, which counts for nothing.</summary>
    public static TestDrivePlan WithCheck(TestDrivePlan plan, ModelLayout layout, RuntimeOptions options, bool hasGpu)
    {
        TestDriveProbe whole = LayerKinds.Of(layout, options, hasGpu)
            .Probe("whole", [.. Enumerable.Range(0, layout.Architecture.LayerCount)], layout.Architecture.VocabularySize);
        return plan with { Probes = [.. plan.Probes, whole with { GenerationWeight = 0, PromptWeight = 0 }] };
    }

    private static TestDrivePlan PlanWith(ModelLayout full, ModelLayout layout, RuntimeOptions options, bool hasGpu, long memoryBytes, bool wholeModel)
    {
        LayerKinds model = LayerKinds.Of(layout, options, hasGpu);
        IReadOnlyList<LayerKind> fullKinds = LayerKinds.Of(full, options, hasGpu).Kinds;
        bool small = full.TensorBytes.Bytes <= Math.Min(WholeModelBytes, memoryBytes);
        if (small || wholeModel)
        {
            return new TestDrivePlan { Probes = [model.Probe("whole", [.. Enumerable.Range(0, layout.Architecture.LayerCount)], layout.Architecture.VocabularySize)] };
        }

        // What every token costs once, and the layers that are too few for a slope.
        long rare = memoryBytes / 8;
        List<LayerKind> whole = model.Kinds.Count > 1 ? [.. model.Kinds.Where(k => k.Layers.Count <= 3 && k.Layers.Count * k.LayerBytes <= rare)] : [];
        List<LayerKind> sloped = [.. model.Kinds.Except(whole)];
        TestDriveProbe fixedProbe = model.Probe("fixed", [.. whole.SelectMany(k => k.Layers)], layout.Architecture.VocabularySize);
        var probes = new List<TestDriveProbe> { fixedProbe };
        foreach (LayerKind kind in sloped)
        {
            AddSlope(model, kind, fullKinds.Single(k => k.Name == kind.Name), (memoryBytes - fixedProbe.Bytes) / sloped.Count, probes);
        }

        return new TestDrivePlan { Probes = Merge(probes) };
    }

    private static void AddSlope(LayerKinds model, LayerKind kind, LayerKind full, long share, List<TestDriveProbe> probes)
    {
        // Both probes end with the last layer; what is left of a sixty-fourth is for their small vocabularies.
        long affordable = (share - (share / 64) - (2 * model.LastLayerBytes)) / kind.LayerBytes;
        bool heavy = kind.LayerBytes > Gibibyte || affordable < 4;
        int shallow = heavy ? 0 : Math.Max(0, ShallowCount(kind) - 1);
        int more = heavy
            ? (int)Math.Clamp(affordable, 1, Math.Min(2, kind.Layers.Count))
            : (int)Math.Clamp(Math.Min(affordable - (2 * shallow), (SlopeBytes / kind.LayerBytes) - shallow), 1, kind.Layers.Count - shallow);
        if (more > kind.Signatures)
        {
            more -= more % kind.Signatures; // each quantization as often as in the whole model, as nearly as may be
        }

        IReadOnlyList<int> shallowLayers = kind.Pick(shallow);
        IReadOnlyList<int> deepLayers = kind.Pick(shallow, more);

        // Generation is bound by bytes, prompts by arithmetic: one slope a byte, one a layer.
        double generation = full.ActiveBytes(kind.Layers) / (double)(kind.ActiveBytes(deepLayers) - kind.ActiveBytes(shallowLayers));
        double prompt = kind.Layers.Count / (double)(deepLayers.Count - shallowLayers.Count);
        probes.Add(model.Probe($"{kind.Name}+{deepLayers.Count}", deepLayers, SmallVocabulary) with { GenerationWeight = generation, PromptWeight = prompt });
        probes.Add(model.Probe($"{kind.Name}+{shallow}", shallowLayers, SmallVocabulary) with { GenerationWeight = -generation, PromptWeight = -prompt });
    }

    /// <summary>The same model is run once, whatever it counts for.</summary>
    private static List<TestDriveProbe> Merge(List<TestDriveProbe> probes) =>
    [
        .. probes.GroupBy(p => (p.VocabularySize, p.GpuLayers, p.CpuMoeLayers, string.Join(',', p.Layers)))
            .Select(g => g.First() with { GenerationWeight = g.Sum(p => p.GenerationWeight), PromptWeight = g.Sum(p => p.PromptWeight) }),
    ];

    /// <summary>Layers of the shallow probe: one of each quantization at least, and more than a cache holds.</summary>
    private static int ShallowCount(LayerKind kind)
    {
        long streamed = Math.Max(1, kind.ActiveBytes(kind.Layers) / kind.Layers.Count);
        long wanted = Math.Max((StreamedBytes + streamed - 1) / streamed, Math.Min(kind.Signatures, SlopeBytes / 4 / kind.LayerBytes));
        return (int)Math.Clamp(wanted, 1, Math.Max(1, kind.Layers.Count / 2));
    }
}

/// <summary>The layers of a model, sorted by kind.</summary>
internal sealed class LayerKinds
{
    private readonly ModelLayout layout;
    private readonly RuntimeOptions options;
    private readonly bool onGpu;
    private readonly int firstGpuLayer;
    private readonly int last;

    private LayerKinds(ModelLayout layout, RuntimeOptions options, bool hasGpu)
    {
        this.layout = layout;
        this.options = options;
        onGpu = hasGpu && options.GpuLayers > 0;
        // llama-model.cpp:1475: the output layer counts as one of n_gpu_layers.
        firstGpuLayer = onGpu ? Math.Max(0, layout.Architecture.LayerCount + 1 - options.GpuLayers) : layout.Architecture.LayerCount;
        var layers = new List<GgufTensorInfo>[layout.Architecture.LayerCount];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = [];
        }

        last = layers.Length - 1;

        foreach (GgufTensorInfo tensor in layout.Tensors)
        {
            if (GgufTensorName.LayerOf(tensor.Name) is >= 0 and var layer && layer < layers.Length)
            {
                layers[layer].Add(tensor);
            }
        }

        MixtureOfExperts? experts = layout.Architecture.Experts;
        LastLayerBytes = layers[last].Sum(t => t.Bytes);
        Kinds = [.. Enumerable.Range(0, last)
            .GroupBy(i => (Gpu: i >= firstGpuLayer, Moe: experts is not null && i >= experts.LeadingDenseBlockCount, Kept: KeptOnCpu(i)))
            .Select(g => new LayerKind((g.Key.Moe ? "moe" : "dense") + (g.Key.Gpu ? "-gpu" : "") + (g.Key.Kept ? "-cpu-moe" : ""), [.. g], layers, experts))];

        bool KeptOnCpu(int i) => i >= firstGpuLayer && experts is not null && i >= experts.LeadingDenseBlockCount && i < options.CpuMoeLayers;
    }

    /// <summary>
    /// The kinds that the model has. The last layer is of none: for a prompt the engine computes its feed-forward network for the tokens alone whose
    /// logits are asked for, so that it costs less than others, and every probe ends with it.
    /// </summary>
    public IReadOnlyList<LayerKind> Kinds { get; }

    /// <summary>Bytes of the last layer.</summary>
    public long LastLayerBytes { get; }

    public static LayerKinds Of(ModelLayout layout, RuntimeOptions options, bool hasGpu) => new(layout, options, hasGpu);

    /// <summary>A probe of some layers and the last, placed as they are in the whole model.</summary>
    public TestDriveProbe Probe(string name, IReadOnlyList<int> layers, int vocabulary)
    {
        int[] ordered = [.. layers.Append(last).Distinct().Order()];
        var probe = new TestDriveProbe
        {
            Name = name,
            Layers = ordered,
            VocabularySize = vocabulary,
            GpuLayers = onGpu ? ordered.Count(i => i >= firstGpuLayer) + 1 : 0,
            CpuMoeLayers = ordered.Count(i => i < options.CpuMoeLayers),
        };
        return probe with { Bytes = ProbeLayout.Of(layout, probe).TensorBytes.Bytes };
    }
}

/// <summary>Layers that differ in nothing but their quantization.</summary>
internal sealed class LayerKind
{
    private readonly List<GgufTensorInfo>[] tensors;
    private readonly double activeShare;
    private readonly List<IGrouping<string, int>> signatures;

    public LayerKind(string name, IReadOnlyList<int> layers, List<GgufTensorInfo>[] tensors, MixtureOfExperts? experts)
    {
        Name = name;
        Layers = layers;
        this.tensors = tensors;
        activeShare = experts is { ExpertCount: > 0 } ? experts.ExpertUsedCount / (double)experts.ExpertCount : 1;
        signatures = [.. layers.GroupBy(i => string.Join(',', tensors[i].Select(t => (int)t.Type)), StringComparer.Ordinal).OrderByDescending(g => g.Count())];
        LayerBytes = Math.Max(1, layers.Sum(i => tensors[i].Sum(t => t.Bytes)) / layers.Count);
    }

    public string Name { get; }

    /// <summary>Indices into the whole model, ascending.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>Bytes of one layer, on average.</summary>
    public long LayerBytes { get; }

    /// <summary>Different quantizations among the layers.</summary>
    public int Signatures => signatures.Count;

    /// <summary>Bytes that one token reads of some layers: of the routed experts only those that it uses.</summary>
    public long ActiveBytes(IReadOnlyList<int> layers) =>
        layers.Sum(i => tensors[i].Sum(t => t.Name.EndsWith("_exps.weight", StringComparison.Ordinal) ? (long)(t.Bytes * activeShare) : t.Bytes));

    /// <summary>Some of the layers, in the proportions of their quantizations (largest remainders), spread over each.</summary>
    public IReadOnlyList<int> Pick(int count) => Take(Quotas(count));

    /// <summary>As many layers as <see cref="Pick(int)"/> takes for <paramref name="count"/>, and <paramref name="more"/> that are in the proportions by themselves: a slope is of these.</summary>
    public IReadOnlyList<int> Pick(int count, int more) => Take([.. Quotas(count).Zip(Quotas(more), (a, b) => a + b)]);

    private int[] Quotas(int count)
    {
        double[] exact = [.. signatures.Select(g => (double)count * g.Count() / Layers.Count)];
        int[] quotas = [.. exact.Select(e => (int)e)];
        foreach (int i in Enumerable.Range(0, quotas.Length).OrderByDescending(i => exact[i] - (int)exact[i]).Take(count - quotas.Sum()))
        {
            quotas[i]++;
        }

        return quotas;
    }

    private int[] Take(int[] quotas) =>
    [
        .. signatures.SelectMany((g, i) =>
        {
            int[] group = [.. g];
            int taken = Math.Min(quotas[i], group.Length);
            return Enumerable.Range(0, taken).Select(j => group[((2 * j) + 1) * group.Length / (2 * taken)]);
        }).Order(),
    ];
}
