using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Tests.Downloads.Hubs;

namespace DeepFit.Engine.Tests.Downloads.Transfer;

/// <summary>What a pull makes of the disk that it writes to.</summary>
public sealed class TransferDiskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_that_the_disk_altered_is_fetched_again_and_nothing_else()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        int writes = 0;
        bench.Options = bench.Options with
        {
            Write = (file, bytes, offset) =>
            {
                byte[] copy = bytes.ToArray();
                copy[0] ^= (byte)(Interlocked.Increment(ref writes) == 3 ? 1 : 0);
                RandomAccess.Write(file, copy, offset);
            },
        };
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.PiecesRepaired.ShouldBe(1);
        server.ServedBytes.ShouldBeLessThanOrEqualTo(bench.Content.Length + PieceMap.Of(bench.Content.Length).PieceBytes + 1);
    }

    [Fact]
    public async Task Too_little_room_is_said_before_the_first_byte()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        bench.Options = bench.Options with { FreeSpace = _ => 1_000_000, SpareBytes = 64 };
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
        error.Kind.ShouldBe("no_space");
        error.Text.En.ShouldContain("0.01 GB");
        error.Text.En.ShouldContain("1 MB");
        server.ServedBytes.ShouldBeLessThanOrEqualTo(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_system_that_reserves_the_whole_file_at_once_needs_the_room_once(bool resumes)
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        if (resumes)
        {
            server.Fault = request => request.Number > 4 ? new Fault { Status = 404 } : null;
            await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
            server.Fault = _ => null;
        }

        // as NTFS, exFAT and HFS+ do: a file takes its length from the disk, whether anything was written or not
        long disk = bench.Content.Length + 500_000;
        bench.Options = bench.Options with
        {
            FreeSpace = folder => disk - Directory.EnumerateFiles(folder, "*.part").Sum(file => new FileInfo(file).Length),
            ReservesWholeFiles = true,
        };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
    }

    [Fact]
    public async Task A_disk_that_fills_up_on_the_way_is_said_plainly_and_the_rest_arrives_later()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        long room = 5_000_000;
        TransferOptions full = bench.Options with
        {
            Write = (file, bytes, offset) =>
            {
                if (Interlocked.Add(ref room, -bytes.Length) < 0)
                {
                    throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
                }

                RandomAccess.Write(file, bytes.Span, offset);
            },
        };
        TransferOptions roomy = bench.Options;
        bench.Options = full;
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
        error.Kind.ShouldBe("no_space");
        error.Text.En.ShouldContain("Make room");
        bench.Options = roomy;
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.BytesResumed.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_arrives_is_sent_to_the_disk_while_more_arrives_and_once_more_at_the_end()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        List<bool> named = [];
        bench.Options = bench.Options with
        {
            FlushBytes = 1,
            Flush = file =>
            {
                lock (named)
                {
                    named.Add(File.Exists(PullRecord.PathOf(bench.Target)));
                }

                RandomAccess.FlushToDisk(file);
            },
        };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        named.Count.ShouldBeGreaterThanOrEqualTo(2);
        named.ShouldAllBe(has => !has); // the record is written when the content is on the disk
    }

    [Theory]
    [InlineData(28, "no_space")] // ENOSPC: a file system that finds out late that it is full
    [InlineData(5, "failed")] // EIO
    public async Task A_disk_that_fails_behind_the_scenes_ends_the_pull_and_the_next_one_goes_on(int error, string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the error's number is Unix's");
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        TransferOptions sound = bench.Options;
        int flushes = 0;
        bench.Options = sound with
        {
            FlushBytes = 1,
            Flush = file =>
            {
                if (Interlocked.Increment(ref flushes) == 1)
                {
                    throw new IOException("the disk said no", error);
                }

                RandomAccess.FlushToDisk(file);
            },
        };
        PullException failed = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
        failed.Kind.ShouldBe(kind);
        File.Exists(bench.Target).ShouldBeFalse();
        bench.Options = sound;
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.BytesResumed.ShouldBeGreaterThan(0);
    }
}
