using DeepFit.Core.Models;
using DeepFit.Core.Text;
using DeepFit.Engine.LocalModels;
using DeepFit.Engine.Tests.Downloads.Hubs;

namespace DeepFit.Engine.Tests.LocalModels;

public sealed class PullTests
{
    private const string Repository = "unsloth/DeepSeek-R1-Distill-Qwen-1.5B-GGUF";
    private const string Q4File = "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static PullRequest Small { get; } = new() { Variant = StoreBench.Small, Quantization = StoreBench.Q4 };

    [Fact]
    public async Task A_variant_is_pulled_from_the_catalogues_repository_and_checked_against_the_hubs_digest()
    {
        using var bench = new StoreBench();
        byte[] content = StoreBench.Content();
        await using HubServer server = new HubServer().With($"{Repository}/{Q4File}", content);
        bench.Use(server);
        List<PullProgress> all = await bench.PullAsync(Small, Token);
        PullProgress done = all[^1];
        done.Phase.ShouldBe(PullPhase.Done);
        done.WasHere.ShouldBeFalse();
        done.Model!.Path.ShouldBe(Path.Combine(bench.Folder, "unsloth", "DeepSeek-R1-Distill-Qwen-1.5B-GGUF", Q4File));
        done.Model.Verified.ShouldBeTrue();
        done.Model.Sha256.ShouldBe(HubServer.Digest(content));
        File.ReadAllBytes(done.Model.Path).ShouldBe(content);
        all.Select(p => p.Phase).Distinct().ShouldBe([PullPhase.Searching, PullPhase.Choosing, PullPhase.Downloading, PullPhase.Verifying, PullPhase.Done]);

        long served = server.ServedBytes;
        (await bench.PullAsync(Small, Token))[^1].WasHere.ShouldBeTrue();
        (server.ServedBytes - served).ShouldBeLessThanOrEqualTo((1 << 20) + 2000); // what tells the fastest hub
    }

    [Fact]
    public async Task The_hub_that_answers_faster_is_chosen_and_the_other_takes_over_when_it_dies()
    {
        using var bench = new StoreBench();
        byte[] content = StoreBench.Content();
        await using HubServer slow = new HubServer { ListFault = _ => new Fault { Delay = TimeSpan.FromMilliseconds(400) } }.With($"{Repository}/{Q4File}", content);
        await using HubServer fast = new HubServer().With($"{Repository}/{Q4File}", content);
        bench.Use(slow);
        bench.Environment["MODELSCOPE_DOMAIN"] = fast.Endpoint;
        PullProgress done = (await bench.PullAsync(Small, Token))[^1];
        done.Model!.Source.ShouldStartWith(fast.Endpoint + "/models/");
        bench.Store.Remove(done.Model);

        fast.Fault = request => request.From > 0 ? new Fault { Status = 404 } : null;
        done = (await bench.PullAsync(Small, Token))[^1];
        done.Model!.Source.ShouldStartWith(slow.Endpoint);
        File.ReadAllBytes(done.Model.Path).ShouldBe(content);
    }

    [Fact]
    public async Task A_hub_that_is_asked_for_is_the_only_one_that_is_asked()
    {
        using var bench = new StoreBench();
        await using HubServer hf = new HubServer().With($"{Repository}/{Q4File}", StoreBench.Content());
        await using HubServer ollama = new HubServer().With("library/deepseek-r1/1.5b", StoreBench.Content(seed: 3));
        bench.Use(hf);
        bench.Environment["DEEPFIT_OLLAMA_REGISTRY"] = ollama.Endpoint;
        PullProgress done = (await bench.PullAsync(Small with { Hub = "ollama" }, Token))[^1];
        done.Model!.Sha256.ShouldBe(HubServer.Digest(StoreBench.Content(seed: 3)));
        done.Model.Verified.ShouldBeTrue();
        Path.GetRelativePath(bench.Folder, done.Model.Path).ShouldBe(Path.Combine("ollama", "library", "deepseek-r1-1.5b.gguf"));
        hf.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_split_model_arrives_part_by_part_with_one_progress_over_all()
    {
        using var bench = new StoreBench();
        var server = new HubServer();
        await using HubServer running = server;
        byte[][] parts = [.. Enumerable.Range(1, 3).Select(n => StoreBench.Content(1_500_000, n))];
        for (int i = 0; i < 3; i++)
        {
            server.With($"somebody/big/Q4/big-Q4_K_M-0000{i + 1}-of-00003.gguf", parts[i]);
        }

        bench.Use(server);
        List<PullProgress> all = await bench.PullAsync(new PullRequest { Repository = "somebody/big", Quantization = StoreBench.Q4 }, Token);
        all[^1].Model!.Files.Select(Path.GetFileName).ShouldBe([.. Enumerable.Range(1, 3).Select(n => $"big-Q4_K_M-0000{n}-of-00003.gguf")]);
        all[^1].Model!.Bytes.ShouldBe(parts.Sum(part => (long)part.Length));
        PullProgress[] downloading = [.. all.Where(p => p.Phase == PullPhase.Downloading)];
        downloading.ShouldAllBe(p => p.TotalBytes == parts.Sum(part => (long)part.Length) && p.FileCount == 3);
        downloading.Select(p => p.Bytes).ShouldBe(downloading.Select(p => p.Bytes).Order());
    }

    [Fact]
    public async Task A_model_that_another_program_has_is_used_where_it_is()
    {
        using var bench = new StoreBench();
        string blob = bench.WriteOllama(Path.Combine(bench.Home, ".ollama", "models"));
        PullProgress done = (await bench.PullAsync(Small, Token))[^1];
        done.WasHere.ShouldBeTrue();
        done.Model!.Path.ShouldBe(blob);
        Directory.Exists(bench.Folder).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_was_put_there_by_hand_is_checked_and_not_downloaded()
    {
        using var bench = new StoreBench();
        byte[] content = StoreBench.Content();
        await using HubServer server = new HubServer().With($"{Repository}/{Q4File}", content);
        bench.Use(server);
        string target = Path.Combine(bench.Folder, Repository, Q4File);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, content);
        PullProgress done = (await bench.PullAsync(Small, Token))[^1];
        done.WasHere.ShouldBeTrue();
        done.Model!.Verified.ShouldBeTrue();

        // another content under the same name is not taken for it
        byte[] other = [.. content];
        other[^5] ^= 1;
        File.WriteAllBytes(target, other);
        (await bench.PullAsync(Small, Token))[^1].WasHere.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_network_the_message_says_what_to_fetch_by_hand_where_to_put_it_and_how_to_check_it()
    {
        using var bench = new StoreBench();
        PullException error = await Should.ThrowAsync<PullException>(() => bench.PullAsync(Small, Token));
        error.Kind.ShouldBe("no_network");
        foreach (string text in (string[])[error.Text.En, error.Text.Zh])
        {
            text.ShouldContain($"/{Repository}/resolve/main/{Q4File}");
            text.ShouldContain(Path.Combine(bench.Folder, "unsloth", "DeepSeek-R1-Distill-Qwen-1.5B-GGUF", Q4File));
            text.ShouldContain(OperatingSystem.IsWindows() ? "certutil -hashfile" : OperatingSystem.IsMacOS() ? "shasum -a 256" : "sha256sum");
            text.ShouldContain(ModelFileCatalog.Find(StoreBench.Small, StoreBench.Q4)[0].Sha256!);
            text.ShouldContain("HTTPS_PROXY");
        }
    }

    [Fact]
    public async Task What_nobody_publishes_is_said_with_the_nearest_that_are()
    {
        using var bench = new StoreBench();
        PullException error = await Should.ThrowAsync<PullException>(
            () => bench.PullAsync(new PullRequest { Variant = ModelCatalog.Default.Find("70b"), Quantization = Quantizations.Find("Q5_1") }, Token));
        error.Kind.ShouldBe("not_published");
        error.Suggestions.ShouldContain("Q5_K_M");
        error.Text.Zh.ShouldContain("Q5_K_M");
        UserErrorException hub = await Should.ThrowAsync<PullException>(
            () => bench.PullAsync(new PullRequest { Variant = ModelCatalog.Default.Find("7b"), Quantization = Quantizations.Find("IQ4_XS"), Hub = "ollama" }, Token));
        hub.Suggestions.ShouldBe(["hf"]);
    }

    [Fact]
    public async Task What_its_only_hub_does_not_serve_is_told_with_what_is_nearest_on_the_others()
    {
        using var bench = new StoreBench();
        var wish = new PullRequest { Variant = ModelCatalog.Default.Find("7b"), Quantization = Quantizations.Find("Q4_K_L") };
        ModelFileCatalog.Find(wish.Variant, wish.Quantization).ShouldAllBe(row => row.Hub == "hf");
        PullException unreachable = await Should.ThrowAsync<PullException>(() => bench.PullAsync(wish, Token));
        await using var empty = new HubServer();
        bench.Use(empty);
        PullException unknown = await Should.ThrowAsync<PullException>(() => bench.PullAsync(wish, Token));

        unreachable.Kind.ShouldBe("no_network");
        unknown.Kind.ShouldBe("not_published");
        foreach (string text in (string[])[unreachable.Text.En, unreachable.Text.Zh, unknown.Text.En, unknown.Text.Zh])
        {
            text.ShouldContain("`deepfit pull 7b:Q4_K_M`");
            text.ShouldContain("ModelScope");
            text.ShouldContain("Ollama");
            text.ShouldNotContain("Check the name");
        }

        PullException chosen = await Should.ThrowAsync<PullException>(() => bench.PullAsync(Small with { Hub = "hf" }, Token));
        chosen.Text.En.ShouldContain("`deepfit pull 1.5b:Q4_K_M`, without --hub");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_hub_that_refuses_is_told_apart_by_whether_a_token_was_sent(int status)
    {
        using var bench = new StoreBench();
        await using var server = new HubServer { ListFault = _ => new Fault { Status = status } };
        bench.Use(server);
        var gated = new PullRequest { Repository = "somebody/gated", Quantization = StoreBench.Q4 };
        PullException without = await Should.ThrowAsync<PullException>(() => bench.PullAsync(gated, Token));
        bench.Environment["HF_TOKEN"] = "hf_of_somebody_else";
        PullException with = await Should.ThrowAsync<PullException>(() => bench.PullAsync(gated, Token));

        without.Kind.ShouldBe("refused");
        without.Text.En.ShouldContain("set HF_TOKEN");
        with.Kind.ShouldBe("refused");
        with.Text.En.ShouldContain("your token");
        with.Text.En.ShouldNotContain("hf_of_somebody_else");
        with.Text.Zh.ShouldContain("令牌");
        server.Asked.Last().Authorization.ShouldBe("Bearer hf_of_somebody_else");
    }

    [Fact]
    public async Task A_repository_of_several_models_asks_which()
    {
        using var bench = new StoreBench();
        await using HubServer server = new HubServer().With("somebody/some/model-Q8_0.gguf", StoreBench.Content()).With("somebody/some/model-Q6_K.gguf", StoreBench.Content());
        bench.Use(server);
        PullException error = await Should.ThrowAsync<PullException>(() => bench.PullAsync(new PullRequest { Repository = "somebody/some" }, Token));
        error.Text.En.ShouldContain("more than one model: model-Q6_K.gguf, model-Q8_0.gguf");
        error.Text.En.ShouldContain("--quant or --file");
        error.Suggestions.ShouldBe(["model-Q6_K.gguf", "model-Q8_0.gguf"]);
    }

    [Fact]
    public async Task A_repository_without_the_file_says_which_it_has()
    {
        using var bench = new StoreBench();
        await using HubServer server = new HubServer().With("somebody/some/model-Q8_0.gguf", StoreBench.Content()).With("somebody/some/model-Q6_K.gguf", StoreBench.Content());
        bench.Use(server);
        PullException error = await Should.ThrowAsync<PullException>(() => bench.PullAsync(new PullRequest { Repository = "somebody/some", Quantization = StoreBench.Q4 }, Token));
        error.Text.En.ShouldContain("model-Q6_K.gguf");
        error.Text.En.ShouldContain("--file");
        PullException missing = await Should.ThrowAsync<PullException>(() => bench.PullAsync(new PullRequest { Repository = "nobody/nothing" }, Token));
        missing.Kind.ShouldBe("not_published");
    }

    [Fact]
    public async Task Room_for_all_parts_is_asked_for_before_the_first()
    {
        using var bench = new StoreBench();
        byte[] content = StoreBench.Content();
        await using HubServer server = new HubServer().With("somebody/big/big-Q4_K_M-00001-of-00002.gguf", content).With("somebody/big/big-Q4_K_M-00002-of-00002.gguf", content);
        bench.Use(server);
        bench.Options = bench.Options with { FreeSpace = _ => content.Length + 1000 };
        PullException error = await Should.ThrowAsync<PullException>(() => bench.PullAsync(new PullRequest { Repository = "somebody/big", Quantization = StoreBench.Q4 }, Token));
        error.Kind.ShouldBe("no_space");
        server.Content.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_is_pulled_as_it_is_and_a_name_from_the_network_cannot_leave_the_folder()
    {
        using var bench = new StoreBench();
        await using HubServer server = new HubServer().With("../../evil.gguf", StoreBench.Content());
        PullProgress done = (await bench.PullAsync(new PullRequest { Address = new Uri(server.Endpoint + "/plain/..%2F..%2Fevil.gguf") }, Token))[^1];
        Path.GetFullPath(done.Model!.Path).ShouldStartWith(bench.Folder + Path.DirectorySeparatorChar);
        done.Model.Verified.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_no_model_is_said_to_be_none_and_not_kept()
    {
        using var bench = new StoreBench();
        await using HubServer server = new HubServer().With("a/model.gguf", "<!doctype html><title>Sign in</title>"u8.ToArray());
        PullException error = await Should.ThrowAsync<PullException>(() => bench.PullAsync(new PullRequest { Address = new Uri(server.Endpoint + "/plain/a/model.gguf") }, Token));
        error.Kind.ShouldBe("bad_content");
        error.Text.En.ShouldContain("begins with '<!doctyp'");
        bench.Store.List().ShouldBeEmpty();
        Directory.EnumerateFiles(bench.Folder, "model*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_addresses_of_one_host_whose_files_have_the_same_name_are_two_models()
    {
        using var bench = new StoreBench();
        byte[] other = StoreBench.Content(seed: 2);
        await using HubServer server = new HubServer().With("small/model.gguf", StoreBench.Content()).With("large/model.gguf", other);
        PullProgress first = (await bench.PullAsync(new PullRequest { Address = new Uri(server.Endpoint + "/plain/small/model.gguf") }, Token))[^1];
        PullProgress second = (await bench.PullAsync(new PullRequest { Address = new Uri(server.Endpoint + "/plain/large/model.gguf") }, Token))[^1];
        second.WasHere.ShouldBeFalse();
        File.ReadAllBytes(second.Model!.Path).ShouldBe(other);
        File.ReadAllBytes(first.Model!.Path).ShouldBe(StoreBench.Content());
        (await bench.PullAsync(new PullRequest { Address = new Uri(server.Endpoint + "/plain/small/model.gguf") }, Token))[^1].WasHere.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_stops_listening_stops_the_pull_and_the_next_one_goes_on()
    {
        using var bench = new StoreBench();
        byte[] content = StoreBench.Content(8_000_000);
        await using HubServer server = new HubServer { Fault = _ => new Fault { Delay = TimeSpan.FromMilliseconds(100) } }.With($"{Repository}/{Q4File}", content);
        bench.Use(server);
        await foreach (PullProgress progress in bench.Store.PullAsync(Small with { Connections = 1 }, Token))
        {
            if (bench.Store.Unfinished() is [{ Bytes: > 0 } unfinished])
            {
                unfinished.TotalBytes.ShouldBe(content.Length);
                break;
            }
        }

        UnfinishedPull left = bench.Store.Unfinished().ShouldHaveSingleItem();
        long before = server.ServedBytes;
        await bench.PullAsync(Small, Token);
        (server.ServedBytes - before).ShouldBeLessThan(content.Length - left.Bytes + (1 << 20) + 2000);
        bench.Store.Unfinished().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("hf.co/unsloth/DeepSeek-R1-GGUF:Q4_K_M", "hf", "unsloth/DeepSeek-R1-GGUF", null, "Q4_K_M")]
    [InlineData("huggingface.co/o/r", "hf", "o/r", null, null)]
    [InlineData("https://huggingface.co/o/r/resolve/main/sub/f.gguf?download=true", "hf", "o/r", "sub/f.gguf", null)]
    [InlineData("https://huggingface.co/o/r/blob/main/f.gguf", "hf", "o/r", "f.gguf", null)]
    [InlineData("https://www.modelscope.cn/models/o/r/resolve/master/f.gguf", "modelscope", "o/r", "f.gguf", null)]
    [InlineData("hf.co/o/r:latest", "hf", "o/r", null, null)]
    public void The_ways_in_which_people_write_where_a_model_is_are_read(string text, string hub, string repository, string? file, string? quantization)
    {
        PullAddress.IsAddress(text).ShouldBeTrue();
        PullRequest request = PullAddress.Parse(text).ShouldNotBeNull();
        (request.Hub, request.Repository, request.File, request.Quantization?.Name).ShouldBe((hub, repository, file, quantization));
    }

    [Theory]
    [InlineData("hf.co/o/r/blob/v1.0/sub/f.gguf", "https://hf.co/o/r/resolve/v1.0/sub/f.gguf")]
    [InlineData("https://huggingface.co/o/r/resolve/refs%2Fpr%2F3/f.gguf?download=true", "https://huggingface.co/o/r/resolve/refs/pr/3/f.gguf")]
    [InlineData("https://www.modelscope.cn/models/o/r/resolve/v2/f.gguf", "https://www.modelscope.cn/models/o/r/resolve/v2/f.gguf")]
    public void A_file_of_another_revision_is_fetched_from_its_own_address(string text, string address) =>
        PullAddress.Parse(text).ShouldNotBeNull().Address.ShouldBe(new Uri(address));

    [Fact]
    public void Other_words_are_no_addresses_and_others_addresses_are_taken_as_they_are()
    {
        PullAddress.IsAddress("7b:Q8_0").ShouldBeFalse();
        PullAddress.IsAddress("deepseek-ai/DeepSeek-R1").ShouldBeFalse();
        PullAddress.Parse("ftp://example.org/x.gguf").ShouldBeNull();
        PullAddress.Parse("hf.co/onlyowner").ShouldBeNull();
        PullAddress.Parse("https://example.org/x.gguf?sig=1")!.Address!.Query.ShouldBe("?sig=1");
        Should.Throw<UserErrorException>(() => PullAddress.Parse("hf.co/o/r:Q4KM")).Suggestions.ShouldContain("Q4_K_M");
    }
}
