using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Inference;
using DeepFit.Server.Deployments;
using DeepFit.Server.Hosting;
using DeepFit.Server.OpenAi;

namespace DeepFit.Cli.Commands;

/// <summary>One server from its plan to its end: listens, pulls what is not here, loads, answers, and finishes what runs when it is stopped.</summary>
internal sealed class ServeRun(LaunchQuery query, ServeSettings settings, ServedDeployment deployment, CommandContext context)
{
    /// <summary>Runs it until it is stopped.</summary>
    /// <exception cref="EngineFailedException">The engine failed for good.</exception>
    public async Task RunAsync(LaunchPlan plan)
    {
        using var log = new RequestLog(context);
        if (!context.Json)
        {
            ServeScreen.WritePlan(plan, context);
        }

        // the port first: that it is taken is better known before a pull of many gigabytes
        ServedModel model = ModelOf(plan);
        ServerOptions options = settings.Server with { Log = log.Write };
        await using ServerHost server = await ServerHost.StartAsync(options, [new OpenAiModule(model, options, settings.MostOutput), deployment.Module], context.CancellationToken).ConfigureAwait(false);
        if (plan.Pull is not null)
        {
            plan = await ModelLauncher.PullAsync(plan, query, context).ConfigureAwait(false);
            deployment.Pulled(plan.Path!);
        }

        (InferenceEngine engine, double seconds) = await ModelLauncher.LoadAsync(plan, context, Settings, share =>
        {
            model.Progress = share;
            deployment.Loading(share);
        }).ConfigureAwait(false);
        await using (engine)
        {
            model.Ready(engine);
            deployment.Ready(engine, server.Address);
            SayReady(plan, model, server, engine, seconds);
            EngineFailedException? failure = await StopOrFailureAsync(engine).ConfigureAwait(false);
            model.Stop();
            deployment.Draining();
            await FinishAsync(server, engine, log).ConfigureAwait(false);
            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    private InferenceSettings Settings(InferenceSettings planned) => planned with { QueueLimit = settings.Queue ?? planned.QueueLimit };

    // a variant is known by all the names that the catalogue has for it; a file by its own
    private ServedModel ModelOf(LaunchPlan plan)
    {
        string quantization = plan.Configuration.Quantization;
        string id = plan.Model.Variant is { } variant ? $"{variant.Id}:{quantization}" : Path.GetFileNameWithoutExtension(plan.Model.DisplayName);
        IEnumerable<string> names = plan.Model.Variant is { } known ? [known.Id, .. known.Aliases, known.DisplayName] : [plan.Model.DisplayName];
        return new ServedModel(id, [.. settings.Aliases, .. names.Distinct(StringComparer.OrdinalIgnoreCase)]) { Quantization = quantization };
    }

    private void SayReady(LaunchPlan plan, ServedModel model, ServerHost server, InferenceEngine engine, double seconds)
    {
        bool needsKey = settings.Server.ApiKeys.Count > 0;
        if (!context.Json)
        {
            ServeScreen.WriteReady(server.Address, deployment.Id, needsKey, settings.Server.IsLocal, seconds, context);
            return;
        }

        var document = new ServeDocument
        {
            Id = deployment.Id,
            Url = server.Address.GetLeftPart(UriPartial.Authority),
            NeedsKey = needsKey,
            Model = model.Id,
            ModelPath = engine.Model.Path,
            ProcessId = Environment.ProcessId,
            RequestTokens = engine.ContextLength,
            LoadSeconds = ContractNumbers.Decimals(seconds, 3) ?? 0,
            Configuration = plan.Configuration.ToDocument(context.Language),
        };
        context.Console.Out.WriteLine(ContractJson.Line(document));
        context.Console.Out.Flush();
    }

    private async Task<EngineFailedException?> StopOrFailureAsync(InferenceEngine engine)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, deployment.StopRequested);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = stop.Token.Register(stopped.SetResult);
        Task<EngineFailedException?> ended = engine.EndAsync();
        return await Task.WhenAny(stopped.Task, ended).ConfigureAwait(false) == ended ? await ended.ConfigureAwait(false) : null;
    }

    private async Task FinishAsync(ServerHost server, InferenceEngine engine, RequestLog log)
    {
        InferenceStatistics now = engine.Statistics();
        if (now.BusySlots + now.Waiting > 0)
        {
            log.Say(ServeTexts.Draining(now.BusySlots + now.Waiting, settings.Drain));
        }

        using var enough = new CancellationTokenSource(settings.Drain);
        await server.StopAsync(enough.Token).ConfigureAwait(false);
        log.Say(enough.IsCancellationRequested && engine.Statistics() is { BusySlots: > 0 } ? ServeTexts.Cut : ServeTexts.Stopped);
    }
}
