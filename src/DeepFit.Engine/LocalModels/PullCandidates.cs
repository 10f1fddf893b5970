using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Downloads.Hubs;

namespace DeepFit.Engine.LocalModels;

/// <summary>The places that a request may be served from.</summary>
internal sealed class PullCandidates
{
    /// <summary>The hubs by the words of <c>--hub</c>.</summary>
    public static readonly string[] HubNames = ["hf", "modelscope", "ollama"];

    public PullCandidates(PullRequest request, HttpClient client, Func<string, string?> environment)
    {
        if (request.Address is { } address)
        {
            First = [new HubCandidate(new AddressHub(address), new HubWish(address.Authority, null, null))];
            return;
        }

        if (request.Repository is { } repository)
        {
            First = [new HubCandidate(Hub(request.Hub ?? "hf", client, environment), new HubWish(repository, request.File, request.Quantization))];
            return;
        }

        ModelVariant variant = request.Variant ?? throw new ArgumentException("neither a variant nor a repository nor an address", nameof(request));
        Quantization quantization = request.Quantization ?? throw new ArgumentException("a variant needs a quantization", nameof(request));
        ModelFile[] rows = [.. ModelFileCatalog.Find(variant, quantization).Where(row => request.Hub is null || row.Hub == request.Hub)];
        if (rows.Length == 0)
        {
            throw StoreErrors.NotPublished(variant, quantization, request.Hub);
        }

        HubCandidate Candidate(ModelFile row) =>
            new(Hub(row.Hub, client, environment), new HubWish(row.Repository, row.File, row.Hub == "ollama" ? null : quantization));

        // one repository of each hub races; the others are asked where none of those will do
        ModelFile[] first = [.. rows.DistinctBy(row => row.Hub)];
        First = [.. first.Select(Candidate)];
        Others = [.. rows.Except(first).Select(Candidate)];
        Row = rows[0];
    }

    /// <summary>Those that race.</summary>
    public IReadOnlyList<HubCandidate> First { get; }

    /// <summary>Further repositories of the same hubs.</summary>
    public IReadOnlyList<HubCandidate> Others { get; } = [];

    /// <summary>The catalogue's first row; null for a repository or an address.</summary>
    public ModelFile? Row { get; }

    /// <summary>A hub's name for people.</summary>
    /// <param name="hub">The word of <c>--hub</c>.</param>
    public static string DisplayName(string hub) => hub switch { "hf" => "Hugging Face", "modelscope" => "ModelScope", "ollama" => "Ollama", _ => hub };

    /// <summary>Where a pull of the catalogue's row puts the (first) file; null for Ollama's, whose names are known with its list only.</summary>
    /// <param name="folder">The folder of models.</param>
    /// <param name="row">The row.</param>
    public static string? TargetOf(string folder, ModelFile row) =>
        row.Hub == "ollama" ? null : Path.Combine(folder, SafePath.Of(row.Repository), SafePath.Of(row.File[(row.File.LastIndexOf('/') + 1)..]));

    private static IModelHub Hub(string name, HttpClient client, Func<string, string?> environment) => name switch
    {
        "hf" => new HuggingFaceHub(client, environment),
        "modelscope" => new ModelScopeHub(client, environment),
        "ollama" => new OllamaHub(client, environment),
        _ => throw new UserErrorException(new BilingualText(
            $"There is no hub '{name}'. The hubs are {string.Join(", ", HubNames)}.",
            $"没有名为“{name}”的平台，可用的有 {string.Join("、", HubNames)}。"))
        { Suggestions = NearestNames.Suggest(name, HubNames) },
    };
}
