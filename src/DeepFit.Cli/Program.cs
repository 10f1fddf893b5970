using DeepFit.Engine.LlamaCpp;

// The engine's child process is this program re-entered.
if (args is [EngineChild.Verb, ..])
{
    return await EngineChild.RunAsync(args);
}

return 0;
