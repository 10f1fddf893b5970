using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit rm MODEL</c>.</summary>
internal sealed class RemoveCommand : CliCommand
{
    private readonly Argument<string> model;
    private readonly Option<bool> yes;
    private readonly Option<string?> folder;

    public RemoveCommand(Language language)
        : base("rm", HelpTexts.Remove, language)
    {
        Add(model = new Argument<string>("MODEL") { Description = HelpTexts.RemoveWhich.In(language) });
        Add(yes = new Option<bool>("--yes", "-y") { Description = HelpTexts.Sure.In(language) });
        Add(folder = ModelsFolderOption.Create(language));
    }

    public override IReadOnlyList<string> Examples => ["deepfit rm 7b:Q4_K_M", "deepfit rm 70b --yes"];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        IModelStore store = context.Services.Models(line.GetValue(folder));
        string name = line.GetRequiredValue(model);
        IReadOnlyList<LocalModel> all = store.List();
        LocalModel[] meant = [.. all.Where(candidate => Means(name, candidate))];
        LocalModel[] own = [.. meant.Where(candidate => candidate.Owner == ModelOwner.DeepFit)];
        UnfinishedPull[] parts = [.. store.Unfinished().Where(pull => Means(name, pull, store.Folder))];
        if (own.Length == 0 && parts.Length == 0)
        {
            if (meant.Length > 0)
            {
                store.Remove(meant[0]); // refuses, with the command of the program that keeps it
            }

            string[] names = [.. all.Where(m => m.Owner == ModelOwner.DeepFit).Select(m => m.Variant is null ? m.Name : $"{m.Variant}:{m.Quantization}").Distinct()];
            throw new CliException("not_found", ExitCode.WrongUsage, PullTexts.NotHere(name, names), NearestNames.Suggest(name, names));
        }

        string[] paths = [.. own.SelectMany(m => m.Files), .. parts.Select(p => p.Target + ".part")];
        if (!line.GetValue(yes) && !IsSure(paths, own.Sum(m => m.Bytes) + parts.Sum(p => p.Bytes), context))
        {
            return Task.FromResult(ExitCode.Failed);
        }

        long freed = own.Sum(store.Remove) + parts.Sum(store.Remove);
        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, new RemovalDocument(paths, freed)));
        }
        else
        {
            context.Screen.Write(new FlowText(context.Say(PullTexts.Removed(string.Join(", ", paths), Figures.Gb(new ByteSize(freed))))));
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static bool IsSure(string[] paths, long bytes, CommandContext context)
    {
        if (context.Console.ReadLine is not { } ask)
        {
            throw CliException.Usage(PullTexts.NeedsYes);
        }

        context.Console.Error.Write(context.Say(PullTexts.Sure(paths, Figures.Gb(new ByteSize(bytes)))));
        context.Console.Error.Flush();
        if (ask()?.Trim() is "y" or "Y" or "yes" or "是")
        {
            return true;
        }

        context.Warn(PullTexts.Kept);
        return false;
    }

    private static bool Means(string name, LocalModel candidate)
    {
        if (candidate.Files.Contains(name) || candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || System.IO.Path.GetFileName(candidate.Path).Equals(name, StringComparison.OrdinalIgnoreCase)
            || candidate.Path == System.IO.Path.GetFullPath(name))
        {
            return true;
        }

        (string variant, string? quantization) = Split(name);
        return candidate.Variant is not null
            && ModelCatalog.Default.TryFind(variant, out ModelVariant? known) && known.Id == candidate.Variant
            && (quantization is null || (Quantizations.TryFind(quantization, out Quantization? q) && q.Name == candidate.Quantization));
    }

    private static bool Means(string name, UnfinishedPull pull, string folder)
    {
        string path = System.IO.Path.GetRelativePath(folder, pull.Target).Replace('\\', '/');
        if (pull.Target == name || path.Equals(name, StringComparison.OrdinalIgnoreCase) || System.IO.Path.GetFileName(pull.Target).Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        (string variant, string? quantization) = Split(name);
        return ModelCatalog.Default.TryFind(variant, out ModelVariant? known)
            && ModelFileCatalog.All.Any(row => row.Variant == known.Id
                && (quantization is null || row.Quantization.Equals(quantization, StringComparison.OrdinalIgnoreCase))
                && row.AllFiles().Any(file => path.Equals($"{row.Repository}/{file[(file.LastIndexOf('/') + 1)..]}", StringComparison.Ordinal)));
    }

    private static (string Variant, string? Quantization) Split(string name)
    {
        if (ModelCatalog.Default.TryFind(name, out _))
        {
            return (name, null);
        }

        int colon = name.LastIndexOf(':');
        return colon > 0 ? (name[..colon], name[(colon + 1)..]) : (name, null);
    }
}
