// Talks with a DeepSeek-R1 model in this process: reasoning and answer as they come, then what it took.
//   dotnet run --project samples/DeepFit.Samples.Chat -- MODEL.gguf "A question"
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.Chat;
using DeepFit.Engine.LlamaCpp.Inference;
using Microsoft.Extensions.AI;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: DeepFit.Samples.Chat MODEL.gguf \"A question\"");
    return 2;
}

try
{
    var settings = new InferenceSettings { ModelPath = args[0], Options = new RuntimeOptions { Context = 4096 } };
    await using InferenceEngine engine = await InferenceEngine.LoadAsync(settings);
    using IChatClient client = new DeepFitChatClient(engine);
    UsageDetails usage = new();
    await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(args[1]))
    {
        foreach (AIContent content in update.Contents)
        {
            switch (content)
            {
                case TextReasoningContent reasoning:
                    Console.Error.Write(reasoning.Text);
                    break;
                case TextContent text:
                    Console.Write(text.Text);
                    break;
                case UsageContent told:
                    usage.Add(told.Details);
                    break;
                default:
                    break;
            }
        }
    }

    Console.WriteLine();
    Console.Error.WriteLine($"{usage.InputTokenCount} tokens of prompt, {usage.OutputTokenCount} generated, {usage.ReasoningTokenCount} of them reasoning");
    return 0;
}
catch (UserErrorException error)
{
    Console.Error.WriteLine(error.Text.En);
    return 1;
}
