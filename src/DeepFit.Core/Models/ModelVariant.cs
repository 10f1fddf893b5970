using DeepFit.Core.Gguf;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Models;

/// <summary>One version of DeepSeek-R1, with everything that is known of it before a download. Instances come from <see cref="ModelCatalog"/>.</summary>
public sealed class ModelVariant
{
    private readonly ModelVariantData data;
    private readonly ModelLayout?[] layouts = new ModelLayout?[Quantizations.All.Count];
    private readonly Lazy<TensorPlan> plan;

    internal ModelVariant(ModelVariantData data)
    {
        this.data = data;
        plan = new(() => new TensorPlan(data.Architecture, ModelTensors.ListF16(data.Architecture)));
    }

    /// <summary>Short name: <c>1.5b 7b 8b 14b 32b 70b 671b 8b-0528 671b-0528</c>.</summary>
    public string Id => data.Id;

    /// <summary>Other names: Ollama's tags, the Hugging Face repository, what people write. Matched in any case.</summary>
    public IReadOnlyList<string> Aliases => data.Aliases;

    /// <summary>The publisher's name, such as <c>DeepSeek-R1-Distill-Qwen-7B</c>.</summary>
    public string DisplayName => data.DisplayName;

    /// <summary>The hyperparameters.</summary>
    public ModelArchitecture Architecture => data.Architecture;

    /// <summary>Whether this is another model taught by R1, and not R1 itself.</summary>
    public bool IsDistilled => data.IsDistilled;

    /// <summary>The model that this one was trained from: a Hugging Face repository.</summary>
    public string BaseModel => data.BaseModel;

    /// <summary>The licence of the weights.</summary>
    public string License => data.License;

    /// <summary>The licence of the base model where it is another publisher's; otherwise null.</summary>
    public string? BaseLicense => data.BaseLicense;

    /// <summary>The publisher's repository on Hugging Face.</summary>
    public string HuggingFaceRepository => data.HuggingFaceRepository;

    /// <summary>The longest context that the model was made for, in tokens.</summary>
    public int ContextLength => data.Architecture.ContextLength;

    /// <summary>
    /// Parameters as published, all experts counted and the multi-token-prediction layer of 671b not. A GGUF file of a Llama holds 64 elements more,
    /// its <c>rope_freqs.weight</c>.
    /// </summary>
    public long ParameterCount => data.ParameterCount;

    /// <summary>
    /// Parameters that take part in one token: embedding table included, experts that are not chosen and the router's selection biases not.
    /// </summary>
    public long ActiveParameterCount => data.ActiveParameterCount;

    /// <summary>What it is for.</summary>
    public BilingualText Purpose => data.Purpose;

    /// <summary>What it is: R1 itself, or a distilled model and of what.</summary>
    public BilingualText Nature => data.Nature;

    /// <summary>Where names mislead (Ollama's <c>deepseek-r1:8b</c>), a word on it; otherwise null.</summary>
    public BilingualText? NamingNote => data.NamingNote;

    /// <summary>The published hardware guidance, or null: the guide is older than the 0528 refresh.</summary>
    public PublishedGuidance? Guidance => data.Guidance;

    /// <summary>The guide's claim against the version before, or null.</summary>
    public PublishedClaim? Claim => data.Claim;

    /// <summary>Where the facts come from.</summary>
    public IReadOnlyList<FactSource> Sources => data.Sources;

    /// <summary>
    /// Bytes of the header's key/value section in a published GGUF file, which is nearly all vocabulary: published file size less tensors, tensor list and
    /// padding. Publishers differ by some hundred bytes.
    /// </summary>
    public ByteSize MetadataBytes => new(data.MetadataBytes);

    /// <summary>The rule of thumb for this variant.</summary>
    public RuleOfThumb RuleOfThumb => new(ParameterCount);

    /// <summary>
    /// The model in one quantization, as it is customarily made (<see cref="Quantization.ImportanceMatrix"/>). Computed at the first call and kept; safe for any
    /// number of threads.
    /// </summary>
    /// <param name="quantization">The quantization.</param>
    public ModelLayout Layout(Quantization quantization)
    {
        ref ModelLayout? slot = ref layouts[quantization.Index];
        ModelLayout? known = Volatile.Read(ref slot);
        return known ?? Interlocked.CompareExchange(ref slot, known = Build(quantization, quantization.ImportanceMatrix), null) ?? known;
    }

    /// <summary>The model in one quantization, made with or without an importance matrix. Not kept.</summary>
    /// <param name="quantization">The quantization.</param>
    /// <param name="importanceMatrix">Whether it is made with an importance matrix.</param>
    public ModelLayout Layout(Quantization quantization, bool importanceMatrix) =>
        importanceMatrix == quantization.ImportanceMatrix ? Layout(quantization) : Build(quantization, importanceMatrix);

    /// <summary>The id.</summary>
    public override string ToString() => Id;

    private ModelLayout Build(Quantization quantization, bool importanceMatrix)
    {
        GgmlType[] types = QuantizationMix.Types(plan.Value, quantization, importanceMatrix);
        return ModelLayoutBuilder.Build(plan.Value, types, quantization.Name, data.MetadataBytes);
    }
}
