using DeepFit.Cli.Hosting;
using DeepFit.Cli.Texts;
using DeepFit.Core.Estimation;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeepFit.Cli.Rendering;

/// <summary>Memory of a configuration as bars, one a device, with a legend.</summary>
internal static class MemoryView
{
    private const int BarWidth = 48;

    private static readonly (BilingualText Name, char Texture, Style Style, Func<DeviceMemory, ByteSize> Size)[] Parts =
    [
        (CommonTexts.Weights, '█', Styles.Weights, device => device.Weights),
        (CommonTexts.Cache, '▓', Styles.Cache, device => device.KvCache),
        (CommonTexts.Compute, '▒', Styles.Compute, device => device.Compute),
        (CommonTexts.Overhead, '░', Styles.Overhead, device => device.Overhead),
    ];

    /// <summary>The bars.</summary>
    public static IRenderable Create(MemoryEstimate memory, CommandContext context)
    {
        var rows = new List<IRenderable>();
        DeviceMemory[] used = [.. memory.Devices.Where(device => device.Total.Bytes > 0)];
        foreach (DeviceMemory device in used)
        {
            rows.Add(Headline(device, used.Length > 1, context));
            double total = device.Available?.Bytes ?? device.Total.Bytes;
            rows.Add(new StackedBar([.. Parts.Select(part => new BarPart(part.Size(device).Bytes, part.Texture, part.Style))], total, BarWidth));
            rows.Add(Legend(device, context));
        }

        return new Rows(rows);
    }

    /// <summary>Of what there is, how much is needed.</summary>
    public static string Need(DeviceMemory device, CommandContext context) => device.Available is { } available
        ? context.Say(RecommendTexts.MemoryNeed(Figures.GiB(device.Total), Figures.GiB(available)))
        : Figures.GiB(device.Total);

    private static FlowText Headline(DeviceMemory device, bool named, CommandContext context)
    {
        var pieces = new List<Ink>();
        if (named)
        {
            pieces.Add(Ink.Strong(device.Device + "  "));
        }

        pieces.Add(Ink.Strong(Need(device, context)));
        if (device.Available is { Bytes: > 0 } available)
        {
            pieces.Add(Ink.Dim($" · {Figures.Percent(device.Total.Bytes / (double)available.Bytes)}"));
        }

        return new FlowText(pieces);
    }

    private static FlowText Legend(DeviceMemory device, CommandContext context)
    {
        bool colour = context.Screen.Profile.Capabilities.ColorSystem != ColorSystem.NoColors;
        var pieces = new List<Ink>();
        foreach ((BilingualText name, char texture, Style style, Func<DeviceMemory, ByteSize> size) in Parts)
        {
            if (size(device).Bytes > 0)
            {
                pieces.Add(pieces.Count > 0 ? " + " : "");
                pieces.Add(new Ink(colour ? "█" : texture.ToString(), style));
                pieces.Add($" {context.Say(name)} {Figures.ThreeDigits(size(device).InGiB)}".Replace(' ', TextWrapper.Glue));
            }
        }

        pieces.Add(TextWrapper.Glue + "GiB");

        return new FlowText(pieces);
    }
}
