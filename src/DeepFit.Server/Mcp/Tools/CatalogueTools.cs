using System.Text.Json;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Server.Mcp.Tools;

/// <summary><c>models</c>: structured content is an object by the protocol, so the command line's array is its member <c>models</c>.</summary>
internal sealed class ModelsTool(ToolHost host)
    : DeepFitTool(host, new ToolDefinition("models", McpTexts.ModelsTitle, McpTexts.Models, [ToolParameters.CatalogueVariant, ToolParameters.Brief]))
{
    protected override Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelVariant> variants = arguments.Text("variant") is { } name ? [ModelReference.FromCatalogue(name, null).Variant] : ModelCatalog.Default.Variants;
        ModelDocument[] documents = [.. variants.Select(v => v.ToDocument(Language))];
        return Task.FromResult(new ToolAnswer(
            string.Join('\n', variants.Select(v => Line(v).In(Language))),
            stream => WrappedDocument.Write(stream, "models", array => ContractJson.Write(array, documents))));
    }

    private static BilingualText Line(ModelVariant variant)
    {
        Quantization usual = Quantizations.Find(ModelReference.DefaultQuantization);
        string size = Figures.Gb(variant.Layout(usual).FileBytes);
        BilingualText kind = variant.IsDistilled ? new("distilled", "蒸馏") : new("R1 itself", "R1 本身");
        return new(
            Figures.Invariant($"{variant.Id}: {variant.DisplayName}, {kind.En}; context up to {variant.ContextLength}; {usual.Name} {size}. {variant.Purpose.En}"),
            Figures.Invariant($"{variant.Id}：{variant.DisplayName}，{kind.Zh}；上下文最长 {variant.ContextLength}；{usual.Name} {size}。{variant.Purpose.Zh}"));
    }
}

/// <summary><c>local_models</c>.</summary>
internal sealed class LocalModelsTool(ToolHost host) : DeepFitTool(host, new ToolDefinition("local_models", McpTexts.LocalModelsTitle, McpTexts.LocalModels, []))
{
    protected override Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        ModelListDocument document = Services.Models().ToDocument();
        IEnumerable<string> lines = document.Models
            .Select(m => $"{m.Variant ?? "-"} {m.Quantization}, {Figures.Gb(new Core.Units.ByteSize(m.FileBytes))}, {m.Owner}: {m.Path}")
            .DefaultIfEmpty(new BilingualText("No models are on this computer yet.", "本机还没有模型。").In(Language));
        return Task.FromResult(new ToolAnswer(string.Join('\n', lines), stream => ContractJson.Write(stream, document)));
    }
}

/// <summary><c>machines</c>: the array of the command line is the member <c>machines</c>.</summary>
internal sealed class MachinesTool(ToolHost host) : DeepFitTool(host, new ToolDefinition("machines", McpTexts.MachinesTitle, McpTexts.Machines, Parameters))
{
    private const int DefaultLimit = 20;

    private static readonly ToolParameter[] Parameters =
    [
        new("query", ToolValue.Text, McpTexts.Query) { Examples = ["rtx 4090", "epyc 9", "mac studio", "昇腾"] },
        new("kind", ToolValue.Text, McpTexts.Kind) { Choices = MachineListing.Kinds },
        new("limit", ToolValue.Whole, McpTexts.Limit) { Least = 1, Most = 1000, Default = DefaultLimit },
    ];

    protected override Task<ToolAnswer> AnswerAsync(ToolArguments arguments, ToolProgress progress, CancellationToken cancellationToken)
    {
        string? query = arguments.Text("query");
        string? kind = arguments.Text("kind")?.ToLowerInvariant();
        IReadOnlyList<MachineEntry> found = MachineListing.Search(MachineCatalogs.Default, query is null ? [] : [query], kind);
        if (found.Count == 0)
        {
            throw new NotFoundException(McpErrorTexts.NoMachineFound(query ?? kind ?? ""));
        }

        MachineEntryDocument[] shown = [.. found.Take(arguments.Whole("limit") ?? DefaultLimit).Select(e => e.ToDocument())];
        string text = string.Join('\n', shown.Select(e => $"{e.Kind}: {e.Name}"));
        if (shown.Length < found.Count)
        {
            text += new BilingualText(Figures.Invariant($"\n{shown.Length} of {found.Count} are shown."), Figures.Invariant($"\n共 {found.Count} 条，显示 {shown.Length} 条。")).In(Language);
        }

        return Task.FromResult(new ToolAnswer(text, stream => WrappedDocument.Write(stream, "machines", array => ContractJson.Write(array, shown), found.Count)));
    }
}

/// <summary>An array of the contract as the member of an object.</summary>
internal static class WrappedDocument
{
    /// <summary>Writes <c>{ "name": [...], "total": n }</c>.</summary>
    public static void Write(Stream output, string name, Action<Stream> writeArray, int? total = null)
    {
        using var array = new MemoryStream();
        writeArray(array);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WritePropertyName(name);
        writer.WriteRawValue(array.ToArray());
        if (total is { } count)
        {
            writer.WriteNumber("total", count);
        }

        writer.WriteEndObject();
    }
}
