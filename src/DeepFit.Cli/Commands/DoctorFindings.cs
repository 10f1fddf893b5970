using DeepFit.Cli.Texts;
using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.Hosting;

namespace DeepFit.Cli.Commands;

/// <summary>What is wrong, or worth knowing, with a machine.</summary>
internal static class DoctorFindings
{
    private static readonly ByteSize LittleDisk = ByteSize.FromGB(8);
    private static readonly ByteSize LittleMemory = ByteSize.FromGiB(3);

    public static IReadOnlyList<BilingualText> Of(MachineProfile machine, EngineState engine)
    {
        var findings = new List<BilingualText>();
        if (engine.Missing is { } missing)
        {
            findings.Add(missing);
        }

        if (machine.Memory.Bandwidth is null)
        {
            findings.Add(DoctorTexts.NoBandwidth);
        }

        if (machine.Memory.CgroupLimit is { } limit)
        {
            findings.Add(DoctorTexts.ContainerLimit(Figures.GiB(limit)));
        }

        if (machine.Memory.Available < LittleMemory)
        {
            findings.Add(DoctorTexts.LittleMemory(Figures.GiB(machine.Memory.Available)));
        }

        if (machine.Disk is { } disk && disk.Free < LittleDisk)
        {
            findings.Add(DoctorTexts.LittleDisk(Figures.Gb(disk.Free)));
        }

        if (engine.Missing is null && !machine.EngineDevices.Any(device => device.Type is "gpu" or "igpu" or "accel"))
        {
            findings.AddRange(machine.Gpus.Select(gpu => DoctorTexts.UnseenGpu(gpu.Name)));
        }

        return findings;
    }
}
