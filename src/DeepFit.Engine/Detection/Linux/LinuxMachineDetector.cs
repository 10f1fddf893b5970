namespace DeepFit.Engine.Detection.Linux;

/// <summary>Everything about a Linux machine except its GPUs and disks, from files alone.</summary>
internal static class LinuxMachineDetector
{
    /// <summary>Reads the machine. Never throws; unknown things keep their defaults.</summary>
    internal static MachineFacts Detect(IProbeHost host, IReadOnlyList<LinuxMount> mounts)
    {
        CgroupLimits limits = CgroupLimits.Read(host, mounts);
        (Core.Hardware.CpuInfo cpu, Core.Units.ByteSize? cache) = LinuxCpuDetector.Detect(host, limits.QuotaCores);
        return new MachineFacts
        {
            Os = LinuxOsDetector.Detect(host),
            Cpu = cpu,
            Memory = LinuxMemoryDetector.Detect(host, limits),
            LastLevelCache = cache,
        };
    }
}
