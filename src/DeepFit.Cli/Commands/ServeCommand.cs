using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Server.Deployments;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit serve VARIANT</c>: the OpenAI-compatible API of one model.</summary>
internal sealed class ServeCommand : CliCommand
{
    private readonly Argument<string?> variant;
    private readonly Option<string?> parallel;
    private readonly ServeOptionSet serve;
    private readonly LaunchOptionSet launch;

    public ServeCommand(Language language)
        : base("serve", ServeTexts.Serve, language)
    {
        Add(variant = new Argument<string?>("VARIANT") { Description = HelpTexts.RunVariant.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(parallel = CommandLine.Options.Text("--parallel", "N", HelpTexts.UpParallel.In(language)));
        serve = new ServeOptionSet(this, language);
        launch = new LaunchOptionSet(this, language);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "deepfit serve 7b", "deepfit serve 14b:Q4_K_M --parallel 4 --context 8k", "deepfit serve my-r1.gguf --port 0 --json",
        "DEEPFIT_API_KEY=$(openssl rand -hex 24) deepfit serve 7b --host 0.0.0.0",
    ];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        LaunchQuery query = launch.Read(line, line.GetValue(variant)) with
        {
            Parallel = OptionValues.Whole("--parallel", line.GetValue(parallel), 1, EngineLimits.MaxSequences) ?? 1,
        };
        ServeSettings settings = serve.Read(line, context);

        // the model runs in a process that is watched: this one tells of a crash
        if (context.Console.Guard is { } guard)
        {
            string id = DeploymentSession.Announce();
            return await guard(context.Arguments, crash =>
            {
                context.Services.Deployments.Crashed(id, ExitCode.Failed, crash.Text);
                ErrorReporter.Report(crash, context.Console, context.Language, context.Json);
            }).ConfigureAwait(false);
        }

        LaunchPlan plan = await ModelLauncher.PlanAsync(query, context).ConfigureAwait(false);
        await using ServedDeployment deployment = ServedDeployment.Register(context.Services.Deployments, plan, settings.Server.ApiKeys.Count > 0 ? settings.Server.ApiKeys[0] : null);
        try
        {
            await new ServeRun(query, settings, deployment, context).RunAsync(plan).ConfigureAwait(false);
            deployment.Ended(ExitCode.Done);
            return ExitCode.Done;
        }
        catch (UserErrorException e) when (e is not CliException { Kind: ErrorReporter.Cancelled })
        {
            deployment.Ended(ErrorReporter.FailureOf(e).ExitCode, e.Text);
            throw;
        }
    }
}
