using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit logs ID</c>.</summary>
internal sealed class LogsCommand : CliCommand
{
    private const int DefaultLines = 100;
    private const int MostLines = 1_000_000;

    private readonly Argument<string?> name;
    private readonly Option<bool> follow;
    private readonly Option<string?> lines;

    public LogsCommand(Language language)
        : base("logs", DeployTexts.Logs, language)
    {
        Add(name = new Argument<string?>("ID") { Description = DeployTexts.Which.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(follow = new Option<bool>("--follow", "-f") { Description = DeployTexts.Follow.In(language) });
        Add(lines = CommandLine.Options.Text("--lines", "N", DeployTexts.Lines(DefaultLines).In(language), "-n"));
    }

    public override IReadOnlyList<string> Examples => ["deepfit logs kx3f", "deepfit logs 7b --follow", "deepfit logs kx3f --lines 20"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        int count = OptionValues.Whole("--lines", line.GetValue(lines), 0, MostLines) ?? DefaultLines;
        bool following = line.GetValue(follow);
        if (following && context.Json)
        {
            throw CliException.Usage(DeployTexts.FollowIsNoDocument);
        }

        DeploymentManager manager = context.Services.Deployments;
        Deployment deployment = manager.Resolve(line.GetValue(name));
        string log = deployment.LogPath ?? throw new OperationFailedException(DeployTexts.NoLog(deployment.Id));
        if (!File.Exists(log))
        {
            throw new OperationFailedException(DeployTexts.LogGone(deployment.Id, log));
        }

        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, new LogDocument(deployment.Id, log, DeploymentLog.Tail(log, count))));
            return ExitCode.Done;
        }

        if (!following)
        {
            foreach (string said in DeploymentLog.Tail(log, count))
            {
                context.Console.Out.WriteLine(said);
            }

            return ExitCode.Done;
        }

        try
        {
            await foreach (string said in DeploymentLog.FollowAsync(log, count, () => manager.Find(deployment.Id) is not { IsActive: true }, TimeProvider.System, context.CancellationToken)
                .ConfigureAwait(false))
            {
                context.Console.Out.WriteLine(said);
            }
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // Ctrl-C ends the looking; the server goes on
        }

        return ExitCode.Done;
    }
}
