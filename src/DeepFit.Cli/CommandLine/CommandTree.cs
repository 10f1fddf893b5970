using System.CommandLine;
using DeepFit.Cli.Commands;
using DeepFit.Core.Text;

namespace DeepFit.Cli.CommandLine;

/// <summary>The commands and their options, described in one language.</summary>
internal sealed class CommandTree
{
    public CommandTree(Language language)
    {
        Common = new CommonOptions(language);
        Root = new RootRecommendCommand(language);
        foreach (Option option in Common.All)
        {
            Root.Add(option);
        }

        Root.Add(new RecommendCommand(language));
        Root.Add(new EstimateCommand(language));
        Root.Add(new DetectCommand(language));
        Root.Add(new DoctorCommand(language));
        Root.Add(new ModelsCommand(language));
        Root.Add(new MachinesCommand(language));
        Root.Add(new CompareCommand(language));
        Root.Add(new TestDriveCommand(language));
        Root.Add(new ExportCommand(language));
        Root.Add(new EngineCommand(language));
        Root.Add(new CapacityCommand(language));
        Root.Add(new CalibrateCommand(language));
        Root.Add(new AdviseCommand(language));
        Root.Add(new PullCommand(language));
        Root.Add(new ListCommand(language));
        Root.Add(new RemoveCommand(language));
        Root.Add(new McpCommand(language));
        Root.Add(new PsCommand(language));
        Root.Add(new StopCommand(language));
        Root.Add(new LogsCommand(language));
        Root.Add(new RunCommand(language));
        Root.Add(new WebCommand(language));
        Root.Add(new ServeCommand(language));
        Root.Add(new UpCommand(language));
        Root.Add(new VerifyCommand(language));
    }

    public CommonOptions Common { get; }

    public CliCommand Root { get; }
}
