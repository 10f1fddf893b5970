using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.Verification;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit verify [ID]</c>: holds what a running model does against what was promised of it.</summary>
internal sealed class VerifyCommand : CliCommand
{
    private readonly Argument<string?> name;
    private readonly Option<string?> model;

    public VerifyCommand(Language language)
        : base("verify", VerifyTexts.Verify, language)
    {
        Add(name = new Argument<string?>("ID") { Description = DeployTexts.Which.In(language), Arity = ArgumentArity.ZeroOrOne });
        Add(model = CommandLine.Options.Text("--model", "VARIANT|FILE", VerifyTexts.Model.In(language)));
    }

    public override IReadOnlyList<string> Examples => ["deepfit verify", "deepfit verify kx3f --json", "deepfit verify --model 7b:Q4_K_M"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        string? id = line.GetValue(name);
        VerificationOutcome outcome;
        if (line.GetValue(model) is { } file)
        {
            outcome = id is not null ? throw CliException.Usage(VerifyTexts.OneOfTwo) : await StartAndVerifyAsync(file, context).ConfigureAwait(false);
        }
        else
        {
            outcome = await VerifyAsync(context.Services.Deployments.Resolve(id), context).ConfigureAwait(false);
        }

        if (context.Json)
        {
            context.WriteDocument(stream => ContractJson.Write(stream, outcome.ToDocument(context.Language)));
        }
        else
        {
            VerifyScreen.Write(outcome, context);
        }

        return outcome.Report.Holds ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Verifies what is served, and keeps what it shows. For every command that verifies.</summary>
    public static async Task<VerificationOutcome> VerifyAsync(Deployment deployment, CommandContext context)
    {
        using var progress = new ProgressLine(context.Console);
        var verifier = new DeploymentVerifier(context.Services, TimeProvider.System);
        return await verifier.VerifyAsync(deployment, step => progress.Report(step.Fraction, context.Say(VerifyTexts.Phase(step.Phase))), context.CancellationToken).ConfigureAwait(false);
    }

    // a server of its own, on a free port, that goes when it is done
    private static async Task<VerificationOutcome> StartAndVerifyAsync(string text, CommandContext context)
    {
        LaunchPlan plan = await new LaunchPlanner(context.Services).PlanAsync(new LaunchQuery { Model = text }, context.CancellationToken).ConfigureAwait(false);
        plan.ThrowIfItDoesNotFit();
        if (plan.Pull is not null)
        {
            throw new OperationFailedException(VerifyTexts.NotHere(text));
        }

        var start = new DeploymentStart
        {
            Arguments = ["serve", plan.Path!, "--port", "0"],
            Model = plan.Model.DisplayName,
            Variant = plan.Model.Variant?.Id,
            Quantization = plan.Configuration.Quantization,
            ModelPath = plan.Path,
            Plan = DeploymentPlan.Of(plan),
        };
        Deployment? up = null;
        try
        {
            using (var progress = new ProgressLine(context.Console))
            {
                await foreach (DeploymentProgress step in context.Services.Deployments.StartAsync(start, context.CancellationToken).ConfigureAwait(false))
                {
                    progress.Report(step.Share, context.Say(VerifyTexts.Loading));
                    up = step.Deployment;
                }
            }

            return await VerifyAsync(up!, context).ConfigureAwait(false);
        }
        finally
        {
            if (up is { State: DeploymentState.Running })
            {
                await context.Services.Deployments.StopAsync(up, force: false, TimeSpan.FromSeconds(30), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
