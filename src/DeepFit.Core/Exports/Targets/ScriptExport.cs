using System.Text;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports.Targets;

/// <summary>Scripts that start llama-server: for a POSIX shell and for PowerShell.</summary>
internal static class ScriptExport
{
    public static IReadOnlyList<ExportFile> Render(LlamaPlan plan, ExportSettings settings)
    {
        string model = settings.Model ?? DefaultPath.Model(plan, settings.PowerShell ? "windows" : DefaultPath.Unix(plan));
        IReadOnlyList<EngineFlag> flags = plan.Flags(model, settings.Host, settings.Port ?? ExportDefaults.Whole("port", "llama"));
        var notes = new List<BilingualText>();
        if (settings.Model is null)
        {
            notes.Add(ExportWords.FileExpected(model, plan.Model));
        }

        BilingualText[] heading =
        [
            ExportWords.Heading($"llama-server, {plan.Model.DisplayName} {plan.Model.Layout.Quantization}", settings.Version, plan.Machine.Name),
            plan.MemoryLimit.Why,
            ExportWords.NoSystemPrompt,
            new("Flags of your own are added after these and win.", "您自己附加的参数排在最后，优先生效。"),
        ];
        if (settings.ApiKeyVariable is { } variable)
        {
            notes.Add(ExportWords.KeyFromEnvironment(variable));
        }

        string program = settings.Program ?? "llama-server";
        return settings.PowerShell
            ? [new ExportFile($"{settings.Service}.ps1", Marked(PowerShell(program, flags, settings, heading)), false, notes)]
            : [new ExportFile($"{settings.Service}.sh", Shell(program, flags, settings, heading), true, notes)];
    }

    /// <summary>A POSIX script that replaces itself by a program.</summary>
    internal static string Shell(string program, IReadOnlyList<EngineFlag> flags, ExportSettings settings, IEnumerable<BilingualText> heading)
    {
        var text = new StringBuilder("#!/bin/sh\n");
        Say(text, heading, settings.Language);
        text.Append("set -eu\n");
        if (settings.ApiKeyVariable is { } variable)
        {
            text.Append('\n');
            Say(text, [ExportWords.KeyFromEnvironment(variable)], settings.Language);
            text.Append("export LLAMA_API_KEY=\"${").Append(variable).Append(":?}\"\n");
        }

        // each line puts its flag before those of the person and before those that follow in the plan: so they are set from the last to the first
        foreach (EngineFlag flag in flags.Reverse())
        {
            text.Append('\n');
            Say(text, [flag.Why], settings.Language);
            text.Append("set -- ").Append(flag.Name);
            if (flag.Value.Length > 0)
            {
                text.Append(' ').Append(Quoting.Shell(flag.Value));
            }

            text.Append(" \"$@\"\n");
        }

        return text.Append("\nexec ").Append(Quoting.Shell(program)).Append(" \"$@\"\n").ToString();
    }

    /// <summary>A script with a byte order mark where it holds more than ASCII: Windows PowerShell 5.1 takes it for the system's code page otherwise.</summary>
    internal static string Marked(string script) => script.All(char.IsAscii) ? script : "\uFEFF" + script;

    private static string PowerShell(string program, IReadOnlyList<EngineFlag> flags, ExportSettings settings, IEnumerable<BilingualText> heading)
    {
        var text = new StringBuilder();
        Say(text, heading, settings.Language);
        text.Append("$ErrorActionPreference = 'Stop'\n");
        if (settings.ApiKeyVariable is { } variable)
        {
            text.Append('\n');
            Say(text, [ExportWords.KeyFromEnvironment(variable)], settings.Language);
            text.Append("if (-not $env:").Append(variable).Append(") { throw 'Set the environment variable ").Append(variable).Append(" to the API key.' }\n");
            text.Append("$env:LLAMA_API_KEY = $env:").Append(variable).Append('\n');
        }

        text.Append("\n$arguments = @(\n");
        foreach (EngineFlag flag in flags)
        {
            foreach (string line in Comments.Wrap(flag.Why.In(settings.Language), 6))
            {
                text.Append("    # ").Append(line).Append('\n');
            }

            text.Append("    ").Append(Quoting.PowerShell(flag.Name)).Append('\n');
            if (flag.Value.Length > 0)
            {
                text.Append("    ").Append(Quoting.PowerShell(flag.Value)).Append('\n');
            }
        }

        return text.Append(")\n\n& ").Append(Quoting.PowerShell(program)).Append(" @arguments @args\nexit $LASTEXITCODE\n").ToString();
    }

    internal static void Say(StringBuilder text, IEnumerable<BilingualText> comments, Language language)
    {
        foreach (string line in comments.SelectMany(comment => Comments.Wrap(comment.In(language), 2)))
        {
            text.Append("# ").Append(line).Append('\n');
        }
    }
}

/// <summary>Where a model's file is looked for when nobody says: where a pull puts it, else the machine's folder of models, or the usual one of its system.</summary>
internal static class DefaultPath
{
    /// <summary>The path on a system of a family: <c>linux</c>, <c>macos</c> or <c>windows</c>.</summary>
    public static string Model(LlamaPlan plan, string family)
    {
        if (plan.Model.PulledTo is { } pulled && plan.Machine.Os.Family == family)
        {
            return pulled;
        }

        string folder = plan.Machine.Disk?.Path is { Length: > 0 } known && plan.Machine.Os.Family == family ? known
            : family == "windows" ? @"C:\ProgramData\DeepFit\models"
            : family == "macos" ? "/usr/local/var/deepfit/models" : "/var/lib/deepfit/models";
        return folder.TrimEnd('/', '\\') + (family == "windows" ? '\\' : '/') + plan.Model.FileName;
    }

    /// <summary>The family of a machine that runs a POSIX shell.</summary>
    public static string Unix(LlamaPlan plan) => plan.Machine.Os.Family == "macos" ? "macos" : "linux";
}
