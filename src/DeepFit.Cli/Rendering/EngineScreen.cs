using DeepFit.Cli.Commands;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Flavours;
using Spectre.Console;

namespace DeepFit.Cli.Rendering;

/// <summary>The flavours of the engine, what the loaded one sees, and what each GPU does.</summary>
internal sealed class EngineScreen(
    IReadOnlyList<EngineFlavour> flavours, IReadOnlyList<EngineDevice>? devices, IReadOnlyList<EngineAdvice> gpus, BilingualText? problem, CommandContext context)
{
    private readonly IAnsiConsole screen = context.Screen;

    public void Write()
    {
        screen.Write(new FlowText(Ink.Title(NativeEngine.Name), $" · {EngineLibraries.Platform}"));
        screen.WriteLine();
        var rows = new FactRows();
        foreach (EngineFlavour flavour in flavours)
        {
            string place = flavour.Folder is null ? context.Say(EngineTexts.Missing(flavour.Id))
                : context.Say(flavour.Bundled ? EngineTexts.Bundled : EngineTexts.Installed);
            Ink state = flavour.Chosen ? Ink.Good($" · {context.Say(EngineTexts.Chosen)}") : Ink.Plain("");
            rows.Add(flavour.Id, string.Join(", ", flavour.Backends), Ink.Dim($" · {place}"), state);
        }

        screen.Write(rows);
        if (problem is not null)
        {
            screen.WriteLine();
            screen.Write(new FlowText([Ink.Warn("! "), context.Say(problem)], hanging: 2));
        }

        if (devices is null)
        {
            return;
        }

        screen.WriteLine();
        screen.Write(new FlowText(Ink.Title(context.Say(EngineTexts.Devices))));
        var seen = new FactRows();
        foreach (EngineDevice device in devices)
        {
            seen.Add(device.Name, device.Description, Ink.Dim(device.MemoryTotal.Bytes > 0 ? $" · {device.MemoryFree} / {device.MemoryTotal}" : ""));
        }

        screen.Write(seen);
        if (gpus.Count > 0)
        {
            screen.WriteLine();
        }

        foreach (EngineAdvice gpu in gpus)
        {
            screen.Write(new FlowText([gpu.Used ? Ink.Good("✓ ") : Ink.Warn("! "), context.Say(gpu.Text)], hanging: 2));
        }
    }
}
