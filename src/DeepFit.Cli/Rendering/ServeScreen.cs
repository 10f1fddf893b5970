using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>What is going to be served and what it takes; then where it answers, and how to ask it.</summary>
internal static class ServeScreen
{
    /// <summary>Before anything is loaded.</summary>
    public static void WritePlan(LaunchPlan plan, CommandContext context)
    {
        IAnsiConsole screen = context.Screen;
        RuntimeOptions options = plan.Configuration.Options;
        MemoryEstimate memory = plan.Configuration.Memory;
        screen.Write(new FlowText(Ink.Title(plan.Model.DisplayName), "  ", Ink.Title(plan.Configuration.Quantization)));
        screen.WriteLine();
        var rows = new FactRows();
        rows.Add(context.Say(RunTexts.FileWord), plan.Path ?? context.Say(ServeTexts.ToBePulled(Figures.Gb(plan.Configuration.FileBytes))));
        rows.Add(context.Say(CommonTexts.Context), context.Say(ServeTexts.Context(options.Context / options.Parallel, options.Parallel)));
        rows.Add(
            context.Say(ServeTexts.Runs),
            context.Say(ModelLauncher.Where(plan)),
            context.Say(ServeTexts.CacheTypes(ContractMap.CacheType(options.KvTypeK), ContractMap.CacheType(options.KvTypeV))));
        DeviceMemory[] used = [.. memory.Devices.Where(device => device.Total.Bytes > 0)];
        foreach (DeviceMemory device in used)
        {
            rows.Add(
                context.Say(CommonTexts.Memory),
                used.Length > 1 ? Ink.Strong(device.Device + "  ") : "",
                Ink.Strong(MemoryView.Need(device, context)),
                Ink.Dim(" · " + context.Say(CommonTexts.Basis(memory.Basis))));
        }

        if (plan.Configuration.Speed is { } speed)
        {
            rows.Add(
                context.Say(CommonTexts.Speed),
                Ink.Strong(context.Say(EstimateTexts.Rate(Figures.Rate(speed.GenerationTps), Figures.Rate(speed.GenerationTpsLow), Figures.Rate(speed.GenerationTpsHigh)))),
                Ink.Dim(" · " + context.Say(CommonTexts.Basis(speed.Basis))));
        }

        screen.Write(rows);
        screen.WriteLine();
        context.Console.Out.Flush();
    }

    /// <summary>When it answers.</summary>
    public static void WriteReady(Uri address, string id, bool needsKey, bool local, double seconds, CommandContext context)
    {
        IAnsiConsole screen = context.Screen;
        string url = address.GetLeftPart(UriPartial.Authority);
        screen.Write(new FlowText(Ink.Good("✓ " + context.Say(ServeTexts.Ready(Figures.FineDuration(seconds))))));
        screen.WriteLine();
        var rows = new FactRows();
        rows.Add(context.Say(ServeTexts.Address), Ink.Strong(url + "/v1"), Ink.Dim("\n" + context.Say(local ? ServeTexts.Local : ServeTexts.Open)));
        rows.Add(context.Say(ServeTexts.Key), context.Say(needsKey ? ServeTexts.NeedsKey : ServeTexts.NoKey));
        rows.Add("ID", Ink.Strong(id), Ink.Dim($"\ndeepfit logs {id} · deepfit verify {id}\ndeepfit stop {id} · deepfit run --connect {url}"));
        screen.Write(rows);
        screen.WriteLine();
        screen.Write(new FlowText(Ink.Title(context.Say(ServeTexts.TryIt))));

        // as it is, not wrapped: it is there to be copied
        foreach (string line in Example(url, needsKey, context.Say(ServeTexts.Question)))
        {
            context.Console.Out.WriteLine("  " + line);
        }

        context.Console.Out.WriteLine();
        screen.Write(new FlowText(Ink.Dim(context.Say(ServeTexts.HowToStop))));
        context.Console.Out.Flush();
    }

    // the shells of Windows quote otherwise, and continue lines otherwise
    private static IEnumerable<string> Example(string url, bool needsKey, string question)
    {
        string body = $"{{\"messages\": [{{\"role\": \"user\", \"content\": \"{question}\"}}]}}";
        if (OperatingSystem.IsWindows())
        {
            string key = needsKey ? "-H \"Authorization: Bearer %DEEPFIT_API_KEY%\" " : "";
            return [$"curl {url}/v1/chat/completions {key}-d \"{body.Replace("\"", "\\\"", StringComparison.Ordinal)}\""];
        }

        return needsKey
            ? [$"curl {url}/v1/chat/completions \\", "  -H \"Authorization: Bearer $DEEPFIT_API_KEY\" \\", $"  -d '{body}'"]
            : [$"curl {url}/v1/chat/completions \\", $"  -d '{body}'"];
    }
}
