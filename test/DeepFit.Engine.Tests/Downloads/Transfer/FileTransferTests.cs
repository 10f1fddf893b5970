using System.IO.Hashing;
using DeepFit.Engine.Downloads.Transfer;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Tests.Downloads.Hubs;

namespace DeepFit.Engine.Tests.Downloads.Transfer;

public sealed class FileTransferTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_arrives_over_several_connections_checked_and_under_its_name()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.Verified.ShouldBeTrue();
        result.PiecesRepaired.ShouldBe(0);
        server.ServedBytes.ShouldBe(bench.Content.Length + 1); // and the first byte, which tells the size
        bench.States.Select(state => state.Phase).Distinct().ShouldBe([PullPhase.Downloading, PullPhase.Verifying]);
    }

    [Fact]
    public async Task A_connection_that_is_cut_every_300_kB_goes_on_where_it_broke()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.Fault = request => new Fault { CutAfter = 300_000 };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        server.ServedBytes.ShouldBeLessThan(bench.Content.Length + 100);
    }

    [Fact]
    public async Task An_address_that_expires_is_asked_for_again_and_the_token_stays_with_the_hub()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.UsesOfAnAddress = 3;
        TransferRequest request = bench.Request(server, "owner/name/resolve/main/model.gguf");
        request = request with { Sources = [request.Sources[0] with { Authorization = new("Bearer", "hf_secret") }] };
        await bench.RunAsync(request, Token);
        bench.ShouldBeWhole();
        server.Signed.ShouldBeGreaterThan(2);
        server.Asked.Where(asked => asked.Target.StartsWith("/owner", StringComparison.Ordinal)).ShouldAllBe(asked => asked.Authorization == "Bearer hf_secret");
    }

    [Fact]
    public async Task A_token_is_not_sent_to_the_host_that_a_redirect_leads_to()
    {
        using var bench = new TransferBench(2_000_000);
        await using HubServer content = bench.Serve();
        await using var hub = new RangeServer(_ => new ServedResponse(302, [], ("Location", content.Endpoint + "/plain/owner/name/model.gguf")));
        TransferRequest request = bench.Request(content) with { Sources = [new TransferSource(hub.Address("/owner/name"), new("Bearer", "hf_secret"))] };
        await bench.RunAsync(request, Token);
        bench.ShouldBeWhole();
        hub.Requests.ShouldAllBe(asked => asked.Headers["authorization"] == "Bearer hf_secret");
        content.Asked.ShouldAllBe(asked => asked.Authorization == null);
    }

    [Theory]
    [InlineData(429, "0")]
    [InlineData(503, "0")]
    [InlineData(429, null)]
    [InlineData(500, null)]
    public async Task A_busy_server_is_asked_again_with_fewer_connections(int status, string? retryAfter)
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.Fault = request => request.Number % 3 == 2 ? new Fault { Status = status, RetryAfter = retryAfter } : null;
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
    }

    [Fact]
    public async Task A_server_that_wants_a_long_wait_is_not_waited_for_and_what_came_is_kept()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.Fault = request => request.Number > 6 ? new Fault { Status = 429, RetryAfter = "3600" } : null;
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
        error.Kind.ShouldBe("refused");
        error.Text.En.ShouldContain("3600 s");
        server.Fault = _ => null;
        long before = server.ServedBytes;
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.BytesResumed.ShouldBeGreaterThan(0);
        (server.ServedBytes - before).ShouldBeLessThan(bench.Content.Length - result.BytesResumed + 1_000_000); // what the stopped answers still had on the way counts too
    }

    [Fact]
    public async Task A_server_that_dies_for_good_ends_with_what_to_do_and_another_source_takes_over()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        HubServer dying = bench.Serve();
        dying.Fault = request => request.Number > 4 ? new Fault { Status = 500 } : null;
        TransferRequest request = bench.Request(dying) with { Sources = [bench.Request(dying).Sources[0], bench.Request(server).Sources[0]] };
        TransferResult result = await bench.RunAsync(request, Token);
        bench.ShouldBeWhole();
        result.Source.ShouldStartWith(server.Endpoint);
        await dying.DisposeAsync();

        File.Delete(bench.Target);
        bench.Options = bench.Options with { Attempts = 3 };
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(dying), Token));
        error.Kind.ShouldBe("no_network");
        error.Text.Zh.ShouldContain("HTTPS_PROXY");
    }

    [Fact]
    public async Task A_source_that_nothing_came_from_yet_is_soon_said_to_be_out_of_reach()
    {
        using var bench = new TransferBench();
        int connections = 0;
        await using var mute = new LoopbackListener(async stream =>
        {
            Interlocked.Increment(ref connections);
            await stream.WriteAsync("no HTTP\r\n\r\n"u8.ToArray(), Token);
        });
        var request = new TransferRequest { Target = bench.Target, Sources = [new TransferSource(new Uri($"http://127.0.0.1:{mute.Port}/model.gguf"))] };
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(request, Token));
        error.Kind.ShouldBe("no_network");
        connections.ShouldBe(3);
    }

    [Fact]
    public async Task A_byte_that_arrives_turned_is_caught_and_only_its_part_is_replaced()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        int flips = 0;
        server.Fault = request => request.From <= 700_000 && request.To >= 700_000 && request.To > 0 && Interlocked.Increment(ref flips) == 1 ? new Fault { FlipAt = 700_000 } : null;
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        flips.ShouldBeGreaterThan(1);
        result.PiecesRepaired.ShouldBe(1);
        server.ServedBytes.ShouldBeLessThan(bench.Content.Length * 2L);
        bench.States.ShouldContain(state => state.Phase == PullPhase.Repairing);
    }

    [Fact]
    public async Task A_part_whose_digest_the_server_states_is_refetched_at_once_and_nothing_else()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        int flips = 0;
        server.Fault = request => new Fault
        {
            StatesDigest = true,
            FlipAt = request.From <= 7_000_000 && request.To >= 7_000_000 && Interlocked.Increment(ref flips) == 1 ? 7_000_000 : null,
        };
        await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        flips.ShouldBe(2);
        server.ServedBytes.ShouldBe(bench.Content.Length + PieceMap.Of(bench.Content.Length).PieceBytes + 1);
    }

    [Fact]
    public async Task A_server_that_holds_another_file_is_found_out_and_nothing_of_it_is_kept()
    {
        using var bench = new TransferBench(3_000_000);
        byte[] other = [.. bench.Content];
        other[2_000_000] ^= 1;
        await using HubServer server = new HubServer().With("owner/name/model.gguf", other);
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(server), Token));
        error.Kind.ShouldBe("bad_content");
        error.Text.En.ShouldContain(HubServer.Digest(bench.Content));
        error.Text.En.ShouldContain(HubServer.Digest(other));
        File.Exists(bench.Target).ShouldBeFalse();
        File.Exists(TransferJournal.PartOf(bench.Target)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_wrong_length_is_refused_and_the_other_source_serves()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        await using HubServer wrong = bench.Serve();
        wrong.Fault = _ => new Fault { StatedTotal = bench.Content.Length + 5 };
        PullException error = await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(wrong), Token));
        error.Text.En.ShouldContain((bench.Content.Length + 5).ToString(System.Globalization.CultureInfo.InvariantCulture));
        await bench.RunAsync(bench.Request(wrong) with { Sources = [bench.Request(wrong).Sources[0], bench.Request(server).Sources[0]] }, Token);
        bench.ShouldBeWhole();
    }

    [Fact]
    public async Task A_server_without_ranges_serves_all_the_same_over_one_connection()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.Fault = request => new Fault { NoRanges = true, CutAfter = request.Number < 3 ? 4_000_000 * request.Number : null };
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_stated_size_and_digest_the_first_answer_tells_the_size_and_the_redirect_the_digest()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        TransferResult plain = await bench.RunAsync(bench.Request(server) with { Bytes = null, Sha256 = null }, Token);
        bench.ShouldBeWhole();
        plain.Verified.ShouldBeFalse();
        File.Delete(bench.Target);
        File.Delete(PullRecord.PathOf(bench.Target));
        TransferResult linked = await bench.RunAsync(bench.Request(server, "owner/name/resolve/main/model.gguf") with { Bytes = null, Sha256 = null }, Token);
        linked.Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task A_stop_keeps_what_is_there_and_the_next_run_fetches_only_the_rest()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        server.Fault = request =>
        {
            if (request.Number == 8)
            {
                stop.Cancel();
            }

            return null;
        };
        await Should.ThrowAsync<OperationCanceledException>(() => bench.RunAsync(bench.Request(server), stop.Token));
        File.Exists(bench.Target).ShouldBeFalse();
        server.Fault = _ => null;
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.BytesResumed.ShouldBeGreaterThan(0);
        bench.States.ShouldContain(state => state.Phase == PullPhase.Checking);
    }

    [Fact]
    public async Task A_journal_that_lies_after_a_power_cut_is_not_believed()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        PieceMap map = PieceMap.Of(bench.Content.Length);
        string digest = HubServer.Digest(bench.Content);
        using (TransferJournal journal = TransferJournal.Open(bench.Target, new TransferIdentity(bench.Content.Length, map.PieceBytes, digest, "")))
        {
            for (int piece = 0; piece < map.Count; piece++)
            {
                journal.Add(piece, XxHash3.HashToUInt64(bench.Content.AsSpan((int)map.Offset(piece), map.Length(piece))));
            }
        }

        // the third piece never reached the disk, and the journal's last line was torn
        byte[] part = [.. bench.Content];
        part.AsSpan(2 * map.PieceBytes, map.PieceBytes).Clear();
        File.WriteAllBytes(TransferJournal.PartOf(bench.Target), part);
        File.AppendAllText(TransferJournal.PathOf(bench.Target), "4 12");
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.BytesResumed.ShouldBe(bench.Content.Length - map.PieceBytes);
        server.ServedBytes.ShouldBe(map.PieceBytes + 1);
    }

    [Fact]
    public async Task A_file_that_changed_on_the_hub_begins_anew()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        byte[] old = TransferBench.Gguf(10_500_000, seed: 2);
        await using HubServer before = new HubServer().With("owner/name/model.gguf", old);
        before.Fault = request => request.Number > 6 ? new Fault { Status = 404 } : null;
        await Should.ThrowAsync<PullException>(() => bench.RunAsync(bench.Request(before) with { Bytes = old.Length, Sha256 = HubServer.Digest(old) }, Token));
        TransferResult result = await bench.RunAsync(bench.Request(server), Token);
        bench.ShouldBeWhole();
        result.BytesResumed.ShouldBe(0);
        bench.States.ShouldContain(state => state.Note != null && state.Note.En.Contains("starting anew"));
    }

    [Fact]
    public async Task Two_pulls_of_one_file_share_one_download_and_the_second_shows_the_firsts_progress()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.Fault = request => new Fault { Delay = TimeSpan.FromMilliseconds(30) };
        Task<TransferResult> first = bench.RunAsync(bench.Request(server), Token);
        Task<TransferResult> second = bench.RunAsync(bench.Request(server), Token);
        TransferResult[] results = await Task.WhenAll(first, second);
        bench.ShouldBeWhole();
        results[0].Sha256.ShouldBe(results[1].Sha256);
        server.ServedBytes.ShouldBe(bench.Content.Length + 1);
        bench.States.ShouldContain(state => state.Phase == PullPhase.Waiting && state.TotalBytes == bench.Content.Length && state.Bytes > 0);
    }

    [Fact]
    public async Task When_the_first_of_two_pulls_dies_the_second_takes_over()
    {
        using var bench = new TransferBench();
        await using HubServer server = bench.Serve();
        server.Fault = request => new Fault { Delay = TimeSpan.FromMilliseconds(30) };
        using var death = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<TransferResult> first = bench.RunAsync(bench.Request(server), death.Token);
        Task<TransferResult> second = bench.RunAsync(bench.Request(server), Token);
        while (!first.IsCompleted && TransferJournal.Read(bench.Target) is not { Pieces.Count: > 2 })
        {
            await Task.Delay(5, Token);
        }

        await death.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        (await second).BytesResumed.ShouldBeGreaterThan(0);
        bench.ShouldBeWhole();
    }

    [Fact]
    public async Task A_file_of_one_byte_arrives_too()
    {
        using var bench = new TransferBench();
        await using HubServer server = new HubServer().With("owner/name/model.gguf", [0x47]);
        TransferResult result = await bench.RunAsync(bench.Request(server) with { Bytes = null, Sha256 = null }, Token);
        result.Bytes.ShouldBe(1);
    }
}
