using DeepFit.Core.Contract;
using DeepFit.Core.Exports;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LocalModels;
using DeepFit.Server.Api.Documents;
using Microsoft.AspNetCore.Routing;

namespace DeepFit.Server.Api;

/// <summary>What there is: the program, this machine, the catalogues, the models here.</summary>
internal sealed class CatalogueEndpoints(PageServices services, string version)
{
    private static readonly IReadOnlyList<string> Languages = ["en", "zh"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get<SessionDocument>("/api/session", new("getSession", "The program, its engine and its languages.", [ApiParameter.Lang]), Session);
        routes.Get<MachineDocument>("/api/machine", new("getMachine", "This machine; memory as it is now.", [ApiParameter.Lang]), MachineAsync);
        routes.Get<MemoryNowDocument>("/api/memory", new("getMemory", "This machine's memory as it is now.", []), MemoryAsync);
        routes.Get<IReadOnlyList<MachineEntryDocument>>(
            "/api/machines",
            new("getMachines", "The catalogues of GPUs, processors and computers.", [new("q", "string", "Words that an entry must have, in any order."), ApiParameter.Kind, ApiParameter.Lang]),
            Machines);
        routes.Get<MachineDocument>(
            "/api/machines/resolve",
            new("resolveMachine", "The machine that words describe, with what was assumed of it.", [ApiParameter.Machine with { Required = true }, ApiParameter.Lang]),
            Resolve);
        routes.Get<IReadOnlyList<ModelDocument>>("/api/models", new("getModels", "The variants of DeepSeek-R1.", [ApiParameter.Lang]), Models);
        routes.Get<ModelListDocument>("/api/local_models", new("getLocalModels", "The models on this machine.", [ApiParameter.Lang]), LocalModels);
        routes.Get<IReadOnlyList<string>>("/api/export/targets", new("getExportTargets", "What a plan can be written for.", []), Targets);
    }

    private Task<ApiAnswer> Session(ApiRequest request)
    {
        EngineState engine = services.Engine;
        var document = new SessionDocument(version, new SessionEngineDocument(engine.Name, engine.Missing?.In(request.Language)), Languages);
        return Task.FromResult(ApiAnswer.Of(document, ApiJsonContext.Default.SessionDocument));
    }

    private async Task<ApiAnswer> MachineAsync(ApiRequest request)
    {
        MachineProfile machine = await services.DetectAsync(DetectionDepth.Plan, request.Aborted).ConfigureAwait(false);
        return new ApiAnswer(stream => ContractJson.Write(stream, machine.ToDocument(request.Language)));
    }

    private async Task<ApiAnswer> MemoryAsync(ApiRequest request)
    {
        MachineProfile machine = await services.NowAsync(request.Aborted).ConfigureAwait(false);
        var document = new MemoryNowDocument(
            new RamNowDocument(machine.Memory.Total.Bytes, machine.Memory.Available.Bytes),
            [.. machine.Gpus.Select(gpu => new GpuNowDocument(gpu.Name, gpu.Memory.Bytes, gpu.MemoryFree?.Bytes))]);
        return ApiAnswer.Of(document, ApiJsonContext.Default.MemoryNowDocument);
    }

    private static Task<ApiAnswer> Machines(ApiRequest request)
    {
        string? kind = Core.Text.OptionValues.Word("kind", request.Query("kind"), [.. MachineListing.Kinds]);
        IReadOnlyList<MachineEntry> found = MachineListing.Search(MachineCatalogs.Default, request.Query("q") is { } words ? [words] : [], kind);
        return Task.FromResult(new ApiAnswer(stream => ContractJson.Write(stream, [.. found.Select(entry => entry.ToDocument())])));
    }

    private static Task<ApiAnswer> Resolve(ApiRequest request)
    {
        MachineProfile machine = MachineText.Parse(ApiNames.Machine(request.Required("machine"))!);
        return Task.FromResult(new ApiAnswer(stream => ContractJson.Write(stream, machine.ToDocument(request.Language))));
    }

    private static Task<ApiAnswer> Models(ApiRequest request) => Task.FromResult(new ApiAnswer(
        stream => ContractJson.Write(stream, [.. ModelCatalog.Default.Variants.Select(variant => variant.ToDocument(request.Language))])));

    private Task<ApiAnswer> LocalModels(ApiRequest request) => Task.FromResult(new ApiAnswer(stream => ContractJson.Write(stream, services.Models().ToDocument())));

    private static Task<ApiAnswer> Targets(ApiRequest request) => Task.FromResult(ApiAnswer.Of(ExportTargets.Names, ApiJsonContext.Default.IReadOnlyListString));
}
