using System.CommandLine;
using DeepFit.Cli.Hosting;
using DeepFit.Cli.Rendering;
using DeepFit.Cli.Texts;
using DeepFit.Core.Contract;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Engine.Hosting;
using DeepFit.Engine.LlamaCpp;
using DeepFit.Engine.LlamaCpp.Flavours;

namespace DeepFit.Cli.Commands;

/// <summary><c>deepfit engine</c>: alone it lists.</summary>
internal class EngineCommand : CliCommand
{
    public EngineCommand(Language language)
        : this("engine", EngineTexts.Engine, language)
    {
        Add(new EngineListCommand(language));
        Add(new EngineInstallCommand(language));
        Add(new EngineDoctorCommand(language));
    }

    protected EngineCommand(string name, BilingualText description, Language language)
        : base(name, description, language)
    {
    }

    public override IReadOnlyList<string> Examples => ["deepfit engine list", "deepfit engine install cuda", "deepfit engine doctor"];

    public override Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        Show(context, null, [], null);
        return Task.FromResult(ExitCode.Done);
    }

    protected static void Show(CommandContext context, IReadOnlyList<EngineDevice>? devices, IReadOnlyList<(GpuDevice Gpu, EngineAdvice Advice)> gpus, BilingualText? problem)
    {
        IReadOnlyList<EngineFlavour> flavours = context.Services.EngineFlavours;
        if (context.Json)
        {
            var document = new EngineDocument(
                NativeEngine.Name,
                EngineLibraries.Platform,
                [.. flavours.Select(flavour => new EngineFlavourDocument(flavour.Id, flavour.Backends, flavour.Folder, flavour.Bundled, flavour.Chosen))],
                devices is null ? null : [.. devices.Select(device => new EngineDeviceDocument(device.Name, device.Description, device.Type, device.MemoryFree.Bytes, device.MemoryTotal.Bytes))],
                devices is null ? null : [.. gpus.Select(row => new EngineGpuDocument(row.Gpu.Name, row.Gpu.Backends, row.Advice.Used, row.Advice.Install, context.Say(row.Advice.Text)))],
                problem is null ? null : context.Say(problem));
            context.WriteDocument(stream => ContractJson.Write(stream, document));
        }
        else
        {
            new EngineScreen(flavours, devices, [.. gpus.Select(row => row.Advice)], problem, context).Write();
        }
    }
}

/// <summary><c>deepfit engine list</c>.</summary>
internal sealed class EngineListCommand(Language language) : EngineCommand("list", EngineTexts.List, language)
{
    public override IReadOnlyList<string> Examples => [];
}

/// <summary><c>deepfit engine doctor</c>.</summary>
internal sealed class EngineDoctorCommand(Language language) : EngineCommand("doctor", EngineTexts.Doctor, language)
{
    public override IReadOnlyList<string> Examples => [];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        BilingualText? problem = context.Services.Engine.Missing;
        MachineProfile machine = await context.Services.DetectAsync(DetectionDepth.Full, context.CancellationToken).ConfigureAwait(false);
        IReadOnlyList<EngineFlavour> flavours = context.Services.EngineFlavours;
        Show(context, machine.EngineDevices, [.. machine.Gpus.Select(gpu => (gpu, EngineAdvice.Of(gpu, flavours, machine.EngineDevices)))], problem);
        return problem is null ? ExitCode.Done : ExitCode.Failed;
    }
}

/// <summary><c>deepfit engine install FLAVOUR</c>.</summary>
internal sealed class EngineInstallCommand : EngineCommand
{
    private readonly Argument<string> flavour;

    public EngineInstallCommand(Language language)
        : base("install", EngineTexts.Install, language) =>
        Add(flavour = new Argument<string>("FLAVOUR") { Description = EngineTexts.Flavour.In(language) });

    public override IReadOnlyList<string> Examples => ["deepfit engine install cuda", "deepfit engine install vulkan"];

    public override async Task<int> RunAsync(ParseResult line, CommandContext context)
    {
        (EngineFlavour now, bool fetched) = await context.Services.InstallEngineAsync(line.GetRequiredValue(flavour), context.CancellationToken).ConfigureAwait(false);
        if (!context.Json)
        {
            context.Screen.Write(new FlowText([Ink.Good("✓ "), context.Say(EngineTexts.Now(now.Id, fetched))], hanging: 2));
            context.Screen.Profile.Out.Writer.WriteLine();
        }

        Show(context, null, [], null);
        return ExitCode.Done;
    }
}
