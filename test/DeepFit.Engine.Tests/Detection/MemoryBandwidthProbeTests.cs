using DeepFit.Core.Units;
using DeepFit.Engine.Detection;

namespace DeepFit.Engine.Tests.Detection;

public class MemoryBandwidthProbeTests
{
    private const int Block = 1000;
    private const long Frequency = 1_000_000; // ticks are microseconds

    [Fact]
    public void Two_steady_threads_add_up() =>
        MemoryBandwidthProbe.Evaluate([Steady(0, 100, 1000), Steady(0, 100, 1000)], Block, Frequency)!.Value.BytesPerSecond.ShouldBe(2e7, 1e4);

    [Fact]
    public void Only_the_time_in_which_all_threads_ran_counts() =>
        MemoryBandwidthProbe.Evaluate([Steady(0, 100, 1000), Steady(50_000, 100, 100)], Block, Frequency)!.Value.BytesPerSecond.ShouldBe(2e7, 2e5);

    [Fact]
    public void Time_off_the_core_does_not_count()
    {
        // Half of the second thread's time is taken by others, 5 ms at a time: without them it reads as fast as the first.
        List<long> marks = [0];
        while (marks[^1] < 100_000)
            marks.Add(marks[^1] + (marks.Count % 50 == 0 ? 5000 : 100));
        MemoryBandwidthProbe.Evaluate([Steady(0, 100, 1000), [.. marks]], Block, Frequency)!.Value.BytesPerSecond.ShouldBe(2e7, 2e5);
    }

    [Fact]
    public void Threads_that_never_ran_together_say_nothing()
    {
        MemoryBandwidthProbe.Evaluate([Steady(0, 100, 10), Steady(5000, 100, 10)], Block, Frequency).ShouldBeNull();
        MemoryBandwidthProbe.Evaluate([[], Steady(0, 100, 10)], Block, Frequency).ShouldBeNull();
    }

    [Fact]
    public void Buffers_outgrow_the_caches_and_respect_what_is_available()
    {
        MemoryBandwidthProbe.BufferBytes(ByteSize.FromGiB(64), new ByteSize(32 << 20)).ShouldBe(256L << 20);
        MemoryBandwidthProbe.BufferBytes(ByteSize.FromGiB(512), new ByteSize(256 << 20)).ShouldBe(1L << 30);
        MemoryBandwidthProbe.BufferBytes(ByteSize.FromGiB(1), null).ShouldBe(128L << 20);
        MemoryBandwidthProbe.BufferBytes(ByteSize.Zero, null).ShouldBe(0);
    }

    [Fact]
    public async Task Too_little_memory_is_not_measured()
    {
        (await MemoryBandwidthProbe.MeasureAsync(4, ByteSize.FromMiB(16), null, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await MemoryBandwidthProbe.MeasureAsync(4, ByteSize.FromGiB(1), new ByteSize(512 << 20), TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task This_machine_reads_memory_at_a_believable_rate()
    {
        ByteRate? rate = await MemoryBandwidthProbe.MeasureAsync(2, ByteSize.FromGiB(2), new ByteSize(16 << 20), TestContext.Current.CancellationToken);
        rate!.Value.InGBPerSecond.ShouldBeInRange(0.05, 5000);
    }

    private static long[] Steady(long start, long ticks, int blocks) => [.. Enumerable.Range(0, blocks + 1).Select(i => start + (i * ticks))];
}
