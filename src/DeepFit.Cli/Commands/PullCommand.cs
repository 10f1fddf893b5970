using System.CommandLine;
using System.Diagnostics;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Hardware;
using DeepFit.Core.Models;
using DeepFit.Core.Planning;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit pull VARIANT</c>.</summary>
internal sealed class PullCommand : CliCommand
{
    private const int MostConnections = 16;

    private static readonly string[] Hubs = ["hf", "modelscope", "ollama"];

    private readonly Argument<string?> model;
    private readonly Option<string?> quantization;
    private readonly Option<string?> hub;
    private readonly Option<string?> repository;
    private readonly Option<string?> file;
    private readonly Option<string?> folder;
    private readonly Option<string?> connections;
    private readonly Option<bool> again;

    public PullCommand(Language language)
        : base("pull", HelpTexts.Pull, language)
    {
        Add(model = new Argument<string?>("VARIANT") { Description = HelpTexts.PullVariant.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(quantization = CommandLine.Options.Text("--quant", "Q4_K_M", HelpTexts.PullQuant.In(language)));
        Add(hub = CommandLine.Options.Text("--hub", string.Join('|', Hubs), HelpTexts.Hub.In(language)));
        Add(repository = CommandLine.Options.Text("--repo", "OWNER/NAME", HelpTexts.Repo.In(language)));
        Add(file = CommandLine.Options.Text("--file", "NAME", HelpTexts.RepoFile.In(language)));
        Add(folder = ModelsFolderOption.Create(language));
        Add(connections = CommandLine.Options.Text("--connections", "N", HelpTexts.Connections.In(language)));
        Add(again = new Option<bool>("--again") { Description = HelpTexts.Again.In(language) });
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit pull 7b", "deepfit pull 14b:Q4_K_M --hub modelscope", "deepfit pull hf.co/unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q8_0",
        "deepfit pull --repo bartowski/DeepSeek-R1-Distill-Qwen-7B-GGUF --file DeepSeek-R1-Distill-Qwen-7B-IQ4_XS.gguf",
    ];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        PullRequest request = await RequestAsync(line, context).ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        PullProgress done;
        try
        {
            done = await PullScreen.FollowAsync(context.Services.Models(line.GetValue(folder)), request, context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new CliException(ErrorReporter.Cancelled, ExitCode.Interrupted, PullTexts.Stopped(Again(line, request)));
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, new PullDocument(done.Model!.ToDocument(), done.WasHere, elapsed.TotalSeconds)));
        }
        else
        {
            PullScreen.Write(done, elapsed, context);
        }

        return ExitCode.Done;
    }

    private async Task<PullRequest> RequestAsync(ParseResult line, CommandContext context)
    {
        string? text = line.GetValue(model);
        string? repo = line.GetValue(repository);
        string? name = line.GetValue(file);
        string? place = OptionValues.Word("--hub", line.GetValue(hub), Hubs);
        var common = new PullRequest
        {
            Hub = place,
            Connections = OptionValues.Whole("--connections", line.GetValue(connections), 1, MostConnections),
            UseExisting = !line.GetValue(again),
        };
        Quantization? quant = line.GetValue(quantization) is { } given ? ModelReference.FindQuantization(given) : null;
        if (text is not null && PullAddress.IsAddress(text))
        {
            PullRequest address = repo is null && name is null && place is null
                ? PullAddress.Parse(text) ?? throw CliException.Usage(new($"{text} {PullTexts.NotAnAddress.En}", $"{text} {PullTexts.NotAnAddress.Zh}"))
                : throw CliException.Usage(PullTexts.AddressAlone);
            return address with { Quantization = address.Quantization ?? quant, Connections = common.Connections, UseExisting = common.UseExisting };
        }

        if (repo is not null)
        {
            return common with { Repository = repo, File = name, Quantization = quant ?? (name is null && text is not null ? ModelReference.FromCatalogue(text, null).Quantization : null) };
        }

        if (name is not null)
        {
            throw CliException.Usage(PullTexts.FileNeedsRepo);
        }

        if (text is null)
        {
            throw CliException.Usage(PullTexts.NoVariant);
        }

        return await FromCatalogueAsync(text, quant, common, context).ConfigureAwait(false);
    }

    private static async Task<PullRequest> FromCatalogueAsync(string text, Quantization? asked, PullRequest common, CommandContext context)
    {
        bool named = asked is not null || (text.Contains(':', StringComparison.Ordinal) && !ModelCatalog.Default.TryFind(text, out _));
        (ModelVariant variant, Quantization quantization) = ModelReference.FromCatalogue(text, asked?.Name);
        MachineProfile machine = await context.Services.DetectAsync(DetectionDepth.Plan, context.CancellationToken).ConfigureAwait(false);
        if (!named)
        {
            Quantization recommended = Recommended(variant, machine, context) ?? quantization;
            quantization = ModelFileCatalog.Nearest(variant, recommended, 1) is [var nearest] ? nearest : recommended;
            context.Warn(quantization.Name == recommended.Name ? PullTexts.Recommended(quantization.Name) : PullTexts.NearestInstead(recommended.Name, quantization.Name));
        }

        if (ModelFileCatalog.Find(variant, quantization).Count > 0)
        {
            WarnWhereItDoesNotFit(variant, quantization, machine, context);
        }

        return common with { Variant = variant, Quantization = quantization };
    }

    private static Quantization? Recommended(ModelVariant variant, MachineProfile machine, CommandContext context)
    {
        Recommendation advice = Recommender.Recommend(machine, new RecommendRequest { Measurements = context.Services.Measurements(machine), Memories = context.Services.Memories(machine) });
        Configuration? best = advice.Configurations.FirstOrDefault(configuration => configuration.Variant == variant.Id);
        return best is { Fits: true } ? Quantizations.Find(best.Quantization) : null;
    }

    /// <summary>Memory, that is: room on the disk is the pull's own to check, with what is there of it already.</summary>
    private static void WarnWhereItDoesNotFit(ModelVariant variant, Quantization quantization, MachineProfile machine, CommandContext context)
    {
        var planned = new PlannedModel(variant.Id, variant.Layout(quantization), variant, null);
        var judge = new Judge(machine, [], memories: context.Services.Memories(machine));
        RuntimeOptions options = judge.Place(planned.Layout, new RuntimeOptions());
        Configuration configuration = judge.Of(planned, options, MemoryEstimator.Estimate(planned.Layout, options, judge.Target));
        if (configuration.LimitedBy is "ram" or "vram")
        {
            context.Warn(PullTexts.WillNotFit($"{variant.Id} {quantization.Name}", configuration.Reason));
        }
    }

    /// <summary>The command that goes on: with the quantization that was chosen, so that another recommendation does not begin another download.</summary>
    private string Again(ParseResult line, PullRequest request)
    {
        string what = request.Variant is { } variant ? $"{variant.Id}:{request.Quantization!.Name}"
            : line.GetValue(model) ?? $"--repo {request.Repository}{(request.File is { } name ? " --file " + name : "")}{(request.Quantization is { } q ? " --quant " + q.Name : "")}";
        string place = line.GetValue(hub) is { } given ? " --hub " + given : "";
        string where = line.GetValue(folder) is { } path ? " --models-dir " + path : "";
        return $"deepfit pull {what}{place}{where}";
    }
}

/// <summary><c>--models-dir</c>.</summary>
internal static class ModelsFolderOption
{
    public static Option<string?> Create(Language language) => CommandLine.Options.Text("--models-dir", "DIR", HelpTexts.ModelsDir.In(language));
}
