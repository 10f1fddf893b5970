using System.CommandLine;
using DeepFit.Cli.CommandLine;
using DeepFit.Cli.Texts;
using DeepFit.Core.Text;

namespace DeepFit.Cli.Commands;

/// <summary>The options of an export beside the plan's: where it listens, what it is called, where it is written.</summary>
internal sealed class ExportOptionSet
{
    private readonly Option<string?> output;
    private readonly Option<bool> force;

    public ExportOptionSet(Command command, Language language)
    {
        Option<string?> New(string option, string value, BilingualText text)
        {
            Option<string?> made = Options.Text(option, value, text.In(language));
            command.Add(made);
            return made;
        }

        New("--model", "PATH", ExportTexts.Model);
        New("--host", "ADDRESS", ExportTexts.Host);
        New("--port", "N", ExportTexts.Port);
        New("--api-key-env", "NAME", ExportTexts.ApiKeyEnv);
        New("--name", "NAME", ExportTexts.Name);
        New("--image", "IMAGE", ExportTexts.Image);
        New("--program", "PATH", ExportTexts.Program);
        New("--shell", "sh|powershell", ExportTexts.Shell);
        New("--workers", "HOST,HOST", ExportTexts.Workers);
        New("--engine", "vllm|sglang", ExportTexts.Engine);
        New("--weights", "FORMAT", ExportTexts.Weights);
        New("--nodes", "N", ExportTexts.Nodes);
        New("--replicas", "N", ExportTexts.Replicas);
        New("--users", "N", ExportTexts.Users);
        New("--namespace", "NAME", ExportTexts.Namespace);
        output = New("--out", "PATH", ExportTexts.Out);
        command.Add(force = new Option<bool>("--force") { Description = ExportTexts.Force.In(language) });
    }

    public string? Out(ParseResult line) => line.GetValue(output);

    public bool Force(ParseResult line) => line.GetValue(force);
}
