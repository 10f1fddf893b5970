using CsCheck;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Detection.Linux;
using DeepFit.Engine.Detection.MacOS;
using DeepFit.Engine.Detection.Windows;

namespace DeepFit.Engine.Tests.Detection;

/// <summary>Whatever a tool or file holds, reading it never throws, and figures stay within reason.</summary>
public class ParserPropertyTests
{
    private static readonly string[] s_pieces = ["", ":", "-", "99999999999999999999", "\0", "0x", "{", "[null]", ",", "/", "1e999", "-1", "=", " "];

    // Random text, and real output with a piece replaced: the second finds what the first never reaches.
    private static readonly Gen<string> s_mutated =
        from text in Gen.OneOf([.. Directory.GetFiles(FixtureFolder()).Order().Select(File.ReadAllText).Select(t => Gen.Const(t[..Math.Min(t.Length, 4000)]))])
        from at in Gen.Int[0, text.Length]
        from length in Gen.Int[0, 40]
        from piece in Gen.OneOf(Gen.String[0, 12], Gen.Int[0, s_pieces.Length - 1].Select(i => s_pieces[i]))
        select text[..at] + piece + text[Math.Min(text.Length, at + length)..];

    private static readonly Gen<string> s_text = Gen.OneOf(Gen.String, s_mutated);

    private static string FixtureFolder() => Path.GetDirectoryName(Path.Combine(Path.GetDirectoryName(ThisFile())!, "Fixtures", "x"))!;

    private static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    [Fact]
    public void Linux_parsers_never_throw() => s_text.Sample(
        text =>
        {
            foreach (LinuxProcessor processor in LinuxCpuInfoParser.Parse(text).Processors)
                (processor.Mhz ?? 1).ShouldBeGreaterThan(0);
            LinuxMemInfo memory = LinuxMemInfoParser.Parse(text);
            (memory.Available?.Bytes ?? 0).ShouldBeGreaterThanOrEqualTo(0);
            LinuxMountsParser.Of(LinuxMountsParser.Parse(text), text);
            CpuList.Parse(text).Count.ShouldBeLessThanOrEqualTo(1 << 17);
            CgroupMembership.UnifiedFolders(text, LinuxMountsParser.Parse(text)).Count.ShouldBeLessThanOrEqualTo(65);
            CgroupLimits.DroppableCache(text).ShouldBeGreaterThanOrEqualTo(0);
            (CgroupLimits.ParseLimit(text) ?? 0).ShouldBeGreaterThanOrEqualTo(0);
            (CgroupLimits.Quota(text) ?? 1).ShouldBeGreaterThan(0);
            ZfsArcParser.Reclaimable(text).Bytes.ShouldBeGreaterThanOrEqualTo(0);
            LinuxCaches.ParseSize(text);
            LinuxContainer.FromCgroup(text);
            LinuxContainer.FromName(text);
            LinuxContainer.IsWsl(text, null);
            LinuxOsDetector.Describe(text);
        },
        iter: 2000);

    [Fact]
    public void MacOS_and_Windows_parsers_never_throw() => s_text.Sample(
        text =>
        {
            IReadOnlyDictionary<string, string> values = SysctlParser.Parse(text);
            (MacCpuParser.Parse(values)?.PhysicalCores ?? 1).ShouldBeGreaterThan(0);
            MacCpuParser.LastLevelCache(values);
            (VmStatParser.Available(text)?.Bytes ?? 0).ShouldBeGreaterThanOrEqualTo(0);
            VmStatParser.Swap(text).Bytes.ShouldBeGreaterThanOrEqualTo(0);
            SwVersParser.Describe(text);
            SystemProfilerParser.Parse(text);
            (CimParser.ParseProcessors(text)?.LogicalCores ?? 1).ShouldBeGreaterThan(0);
            CimParser.ParseOperatingSystem(text);
            WindowsOsParser.Describe(text, text, text);
        },
        iter: 2000);

    [Fact]
    public void Buffers_of_Windows_never_throw() => Gen.Byte.Array[0, 400].Sample(
        bytes =>
        {
            LogicalProcessorsParser.Parse(bytes);
            (MemoryStatusParser.Parse(bytes)?.Available.Bytes ?? 0).ShouldBeGreaterThanOrEqualTo(0);
            MemoryStatusParser.JobLimit(bytes);
            StoragePropertyParser.Kind(bytes, bytes);
        },
        iter: 2000);

    [Fact]
    public void A_whole_Linux_machine_of_odd_files_is_still_described() => Gen.Select(s_text, s_text, s_text).Sample(
        (cpu, memory, other) =>
        {
            FakeProbeHost host = new FakeProbeHost()
                .Add("/proc/cpuinfo", cpu).Add("/proc/meminfo", memory).Add("/proc/self/cgroup", other).Add("/proc/version", other)
                .Add("/sys/devices/system/cpu/online", other).Add("/proc/self/status", "Cpus_allowed_list: " + other);
            MachineFacts facts = LinuxMachineDetector.Detect(host, LinuxMountsParser.Parse(other));
            facts.Cpu.PhysicalCores.ShouldBeInRange(1, facts.Cpu.LogicalCores);
            facts.Memory.Available.ShouldBeLessThanOrEqualTo(facts.Memory.Total);
        },
        iter: 500);
}
