using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Tests.Downloads.Hubs;

namespace DeepFit.Engine.Tests.Downloads.Transfer;

/// <summary>Servers that are slow, that fall silent, that know no ranges, and whose headers mislead.</summary>
public sealed class AwkwardServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_without_ranges_that_falls_silent_is_given_up_in_words()
    {
        using var bench = new TransferBench(2_000_000);
        bench.Options = bench.Options with { StallTimeout = TimeSpan.FromMilliseconds(100), Attempts = 2 };
        await using HubServer server = bench.Serve();
        server.Fault = request => new Fault { NoRanges = true, DelayEach = request.Number > 1 ? TimeSpan.FromMinutes(1) : TimeSpan.Zero };
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
        error.Kind.ShouldBe("no_network");
    }

    [Fact]
    public async Task A_server_without_ranges_may_be_slow_as_long_as_something_arrives()
    {
        using var bench = new TransferBench(2_000_000);
        bench.Options = bench.Options with { StallTimeout = TimeSpan.FromMilliseconds(200), Attempts = 2 };
        await using HubServer server = bench.Serve();
        server.Fault = _ => new Fault { NoRanges = true, DelayEach = TimeSpan.FromMilliseconds(80) };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
    }

    [Fact]
    public async Task A_part_whose_digest_is_stated_may_be_slow_as_long_as_something_arrives()
    {
        using var bench = new TransferBench(2_000_000);
        bench.Options = bench.Options with { StallTimeout = TimeSpan.FromMilliseconds(400), Attempts = 2 };
        await using HubServer server = bench.Serve();
        server.Fault = _ => new Fault { StatesDigest = true, DelayEach = TimeSpan.FromMilliseconds(50) };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
    }

    [Fact]
    public async Task A_server_that_states_the_whole_files_MD5_with_a_part_is_not_taken_at_its_word()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.Fault = _ => new Fault { StatesWholeMd5 = true };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
    }

    [Fact]
    public async Task Damage_from_a_server_without_ranges_is_said_plainly_and_the_next_pull_begins_anew()
    {
        using var bench = new TransferBench(3_000_000);
        await using HubServer server = bench.Serve();
        server.Fault = _ => new Fault { NoRanges = true, FlipAt = 2_000_000 };
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
        error.Kind.ShouldBe("bad_content");
        error.Text.En.ShouldContain(HubServer.Digest(bench.Content));
        File.Exists(bench.Target).ShouldBeFalse();

        server.Fault = _ => new Fault { NoRanges = true };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
    }
}
