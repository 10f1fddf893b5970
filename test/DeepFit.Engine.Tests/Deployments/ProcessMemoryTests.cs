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
    public void Pages_of_the_model_s_files_are_told_apart_from_code()
    {
        string[] smaps =
        [
            "7f0000000000-7f0040000000 r--s 00000000 08:01 11   /models/7b-00001-of-00002.gguf", "Size: 1048576 kB", "Rss:  1000 kB", "Pss: 1000 kB",
            "7f1000000000-7f1000400000 r-xp 00000000 08:01 12   /usr/lib/libc.so.6", "Rss:   500 kB",
            "7f2000000000-7f2000400000 rw-p 00000000 00:00 0 ", "Rss:   700 kB",
            "7f3000000000-7f3000400000 r--s 00000000 08:01 13   /models/7b-00002-of-00002.gguf", "Rss:    24 kB",
        ];
        ProcessMemory.ParseFile(smaps, "/models").ShouldBe(new ByteSize(1024 * 1024));
    }

    [Fact]
    public void This_process_holds_something_and_one_that_is_not_there_nothing()
    {
        ProcessMemory.Of(Environment.ProcessId).ShouldNotBeNull().Resident.InMiB.ShouldBeGreaterThan(5);
        ProcessMemory.Of(int.MaxValue).ShouldBeNull();
    }
}
