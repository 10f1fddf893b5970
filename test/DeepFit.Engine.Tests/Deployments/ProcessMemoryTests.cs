using DeepFit.Core.Units;
using DeepFit.Engine.Deployments;

namespace DeepFit.Engine.Tests.Deployments;

public sealed class ProcessMemoryTests
{
    private const string Status = "Name:\tdeepfit\nVmRSS:\t 1926720 kB\nRssAnon:\t  755280 kB\nRssFile:\t 1171340 kB\nRssShmem:\t     100 kB\nThreads:\t4\n";

    [Fact]
    public void Linux_tells_what_is_the_processes_own_and_what_is_mapped()
    {
        ProcessMemory memory = ProcessMemory.Parse(Status, "00400000-7ffd rollup\nRss: 1926720 kB\nPss:  1902561 kB\n").ShouldNotBeNull();

        memory.ShouldBe(new ProcessMemory(new ByteSize(1926720 * 1024L), new ByteSize(1902561 * 1024L), new ByteSize(755380 * 1024L), new ByteSize(1171340 * 1024L)));
        ProcessMemory.Parse(Status, null)!.Proportional.ShouldBeNull();
        ProcessMemory.Parse("Name:\tkthreadd\n", null).ShouldBeNull(); // the kernel's own have none
    }

    [Fact]
    public void This_process_holds_something_and_one_that_is_not_there_nothing()
    {
        ProcessMemory.Of(Environment.ProcessId).ShouldNotBeNull().Resident.InMiB.ShouldBeGreaterThan(5);
        ProcessMemory.Of(int.MaxValue).ShouldBeNull();
    }
}
