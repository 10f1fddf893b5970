using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;

namespace DeepFit.Engine.Tests.Deployments;

/// <summary>Real processes: started, asked to stop, killed.</summary>
public sealed class DeploymentManagerTests : DeploymentFixture
{
    [Fact]
    public async Task A_server_is_started_in_a_session_of_its_own_and_waited_for_until_it_answers()
    {
        List<DeploymentProgress> seen = [];
        await foreach (DeploymentProgress progress in Manager.StartAsync(Serving("well"), Token))
        {
            seen.Add(progress);
        }

        seen[0].Phase.ShouldBe(DeploymentPhase.Starting);
        seen[^1].Phase.ShouldBe(DeploymentPhase.Ready);
        Deployment up = seen[^1].Deployment;
        up.State.ShouldBe(DeploymentState.Running);
        up.Process.Id.ShouldNotBe(Environment.ProcessId);
        up.Process.IsAlive.ShouldBeTrue();
        up.Url.ShouldBe(new Uri("http://127.0.0.1:1/"));
        up.ReadyAt.ShouldNotBeNull();
        Manager.List().ShouldHaveSingleItem().Id.ShouldBe(up.Id);

        string[] log = [.. DeploymentLog.Tail(up.LogPath!, 100)];
        log.ShouldContain("loading");
        if (OperatingSystem.IsLinux())
        {
            log.ShouldContain($"ready, session {up.Process.Id}"); // it leads its session: the terminal's end does not reach it
            File.GetUnixFileMode(up.LogPath!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await KillAsync(up.Process);
    }

    [Fact]
    public async Task A_stop_waits_until_what_runs_has_ended()
    {
        Deployment up = await StartAsync("well");

        Deployment stopped = await Manager.StopAsync(up, force: false, TimeSpan.FromSeconds(20), Token);

        stopped.State.ShouldBe(DeploymentState.Stopped);
        stopped.ExitCode.ShouldBe(0);
        stopped.Error.ShouldBeNull();
        up.Process.IsAlive.ShouldBeFalse();
        DeploymentLog.Tail(up.LogPath!, 100).ShouldContain("draining");
        (await Manager.StopAsync(stopped, force: false, TimeSpan.Zero, Token)).State.ShouldBe(DeploymentState.Stopped); // once more does no harm
    }

    [Fact]
    public async Task One_that_does_not_stop_in_time_is_told_to_be_still_there_and_force_ends_it()
    {
        Deployment up = await StartAsync("stubborn");

        Deployment waiting = await Manager.StopAsync(up, force: false, TimeSpan.FromMilliseconds(300), Token);
        waiting.IsActive.ShouldBeTrue();
        waiting.StopRequestedAt.ShouldNotBeNull();
        up.Process.IsAlive.ShouldBeTrue();

        Deployment ended = await Manager.StopAsync(up, force: true, TimeSpan.FromSeconds(10), Token);
        ended.State.ShouldBe(DeploymentState.Stopped); // it was asked for: no crash
        up.Process.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_server_is_seen_as_crashed_and_that_is_written_back()
    {
        Deployment up = await StartAsync("key");
        string key = up.KeyPath.ShouldNotBeNull();
        DeploymentFiles.KeyOf(up).ShouldBe("s3cret");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.ReadAllBytes(Path.Combine(Folder, "deepfit.db")).AsSpan().IndexOf("s3cret"u8).ShouldBe(-1);
        await KillAsync(up.Process);

        Deployment seen = Manager.List().ShouldHaveSingleItem();
        seen.State.ShouldBe(DeploymentState.Crashed);
        seen.EndedAt.ShouldNotBeNull();
        seen.Error.ShouldNotBeNull().En.ShouldContain("killed");
        Store.Find(up.Id)!.State.ShouldBe(DeploymentState.Crashed);
        File.Exists(key).ShouldBeFalse(); // a key that opens nothing is not kept

        Manager.Crashed(up.Id, 137, new BilingualText("The engine ran out of memory.", "内存不足。")); // who watched it says more
        Store.Find(up.Id)!.Error!.En.ShouldBe("The engine ran out of memory.");
        Store.Find(up.Id)!.ExitCode.ShouldBe(137);
    }

    [Theory]
    [InlineData("refuse", "It would not fit.")]
    [InlineData("mute", "port 8080 is taken by another program. Give another one with --port.")]
    public async Task A_server_that_does_not_start_fails_with_its_own_words(string how, string words)
    {
        OperationFailedException failed = await Should.ThrowAsync<OperationFailedException>(() => StartAsync(how));

        Deployment left = Manager.List().ShouldHaveSingleItem();
        left.State.ShouldBe(DeploymentState.Failed);
        failed.Text.En.ShouldContain(words);
        failed.Text.En.ShouldContain($"deepfit logs {left.Id}");
        failed.Text.Zh.ShouldContain($"deepfit logs {left.Id}");
    }

    [Fact]
    public async Task A_server_that_dies_while_loading_has_failed()
    {
        await Should.ThrowAsync<OperationFailedException>(() => StartAsync("die"));

        Manager.List().ShouldHaveSingleItem().State.ShouldBe(DeploymentState.Failed);
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_nothing_running()
    {
        using var gaveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        ProcessIdentity? started = null;

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (DeploymentProgress progress in Manager.StartAsync(Serving("well"), gaveUp.Token))
            {
                started = Store.Find(progress.Deployment.Id)!.Process;
                await gaveUp.CancelAsync();
            }
        });

        Deployment left = Manager.List().ShouldHaveSingleItem();
        left.IsActive.ShouldBeFalse();
        left.Process.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void A_number_that_another_process_got_is_not_taken_for_the_server()
    {
        Store.Add(Example("reused") with { Process = ProcessIdentity.Current with { Birth = "1970" } }).ShouldBeTrue();

        Manager.Find("reused")!.State.ShouldBe(DeploymentState.Crashed);
    }

    [Fact]
    public void A_restart_of_the_machine_is_told_as_the_reason()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "boots have names on Linux only");
        Store.Add(Example("old") with { Process = ProcessIdentity.Current with { Birth = "another-boot:17" } }).ShouldBeTrue();

        Manager.Find("old")!.Error!.En.ShouldBe("The machine was restarted.");
    }

    [Fact]
    public async Task What_another_machine_of_this_home_serves_is_left_alone()
    {
        Store.Add(Example("away") with { Host = "another", Process = new ProcessIdentity(int.MaxValue, "1970") }).ShouldBeTrue();

        Manager.Find("away")!.State.ShouldBe(DeploymentState.Running);
        OperationFailedException refused = await Should.ThrowAsync<OperationFailedException>(
            () => Manager.StopAsync(Manager.Find("away")!, force: true, TimeSpan.Zero, Token));
        refused.Text.En.ShouldContain("another");
    }

    [Fact]
    public async Task Only_so_many_that_ended_are_remembered_and_their_logs_go_with_them()
    {
        for (int i = 0; i < DeploymentManager.Remembered + 5; i++)
        {
            string id = $"e{i:000}";
            Store.Add(Example(id, DeploymentState.Stopped) with { StartedAt = DateTimeOffset.UnixEpoch.AddMinutes(i), LogPath = Files.NewLog(id) }).ShouldBeTrue();
        }

        Store.Add(Example("runs") with { StartedAt = DateTimeOffset.UnixEpoch }).ShouldBeTrue();
        await Manager.Register(new DeploymentRegistration { Model = "m", Quantization = "Q4_0" }).DisposeAsync();

        IReadOnlyList<Deployment> left = Store.All();
        left.ShouldContain(d => d.Id == "runs");
        left.ShouldNotContain(d => d.Id == "e004");
        left.ShouldContain(d => d.Id == "e005");
        File.Exists(Files.Log("e004")).ShouldBeFalse();
        File.Exists(Files.Log("e005")).ShouldBeTrue();
    }
}
