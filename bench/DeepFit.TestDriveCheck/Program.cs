// How far is a test-drive from the whole model? Both run in the same rounds, in turn, so that the machine's moods hit both alike.
//   dotnet run -c Release --project bench/DeepFit.TestDriveCheck -- [VARIANT [QUANTIZATION [CONTEXT-DEPTH [RUNS]]]]
using System.Globalization;
using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    ModelVariant variant = ModelCatalog.Default.Find(args.ElementAtOrDefault(0) ?? "7b");
    Quantization quantization = Quantizations.Find(args.ElementAtOrDefault(1) ?? "Q4_K_M");
    int depth = int.Parse(args.ElementAtOrDefault(2) ?? "0", CultureInfo.InvariantCulture);
    int runs = int.Parse(args.ElementAtOrDefault(3) ?? "3", CultureInfo.InvariantCulture);
    Console.WriteLine($"{variant.Id} {quantization.Name}, context depth {depth}: test-drive against the whole model, tokens/s");
    var prompts = new List<double>();
    var generations = new List<double>();
    for (int run = 0; run < runs; run++)
    {
        var request = new TestDriveRequest { Variant = variant.Id, Layout = variant.Layout(quantization), ContextDepth = depth, Check = true, Seconds = 40 };
        await foreach (TestDriveProgress step in new TestDrive().RunAsync(request, CancellationToken.None))
        {
            if (step.Result is not { WholePromptTps: { } prompt, WholeGenerationTps: { } generation } drive)
            {
                continue;
            }

            prompts.Add((drive.PromptTps / prompt) - 1);
            generations.Add((drive.GenerationTps / generation) - 1);
            Console.WriteLine(
                $"  prompt {drive.PromptTps:0.00} against {prompt:0.00} ({prompts[^1]:+0.0%;-0.0%})   generation {drive.GenerationTps:0.000} against {generation:0.000} "
                + $"({generations[^1]:+0.0%;-0.0%})   {drive.Rounds} rounds, {drive.CpuShare:0%} of the cores");
        }
    }

    prompts.Sort();
    generations.Sort();
    Console.WriteLine($"median: prompt {prompts[prompts.Count / 2]:+0.0%;-0.0%}, generation {generations[generations.Count / 2]:+0.0%;-0.0%}");
    return 0;
}
catch (UserErrorException wrong)
{
    Console.Error.WriteLine(wrong.Text.En);
    return 1;
}
