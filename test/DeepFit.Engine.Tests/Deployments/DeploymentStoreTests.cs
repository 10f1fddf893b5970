using System.Diagnostics;
using DeepFit.Core.Text;
using DeepFit.Engine.Deployments;
using DeepFit.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Tests.Deployments;

public sealed class DeploymentStoreTests : DeploymentFixture
{
    [Fact]
    public void What_is_kept_comes_back_as_it_was()
    {
        Deployment full = Example() with
        {
            LogPath = "/logs/a.log",
            KeyPath = "/keys/a.key",
            LoadedShare = 0.25,
            ReadyAt = DateTimeOffset.UnixEpoch,
            StopRequestedAt = DateTimeOffset.UnixEpoch.AddHours(1),
            EndedAt = DateTimeOffset.UnixEpoch.AddHours(2),
            ExitCode = 139,
            Error = new BilingualText("en", "中"),
            State = DeploymentState.Crashed,
        };
        Store.Add(full).ShouldBeTrue();
        Store.Add(Example("bare") with { Variant = null, ModelPath = null, Address = null, Port = null, Plan = null, Process = new ProcessIdentity(7, null) }).ShouldBeTrue();

        using var later = new DeploymentStore(Folder, TimeProvider.System);
        Deployment back = later.Find("abcd")!;
        (back with { Plan = null }).ShouldBe(full with { Plan = null });
        back.Plan!.ToJson().ShouldBe(full.Plan!.ToJson());
        back.Plan.Options.TensorSplit.ShouldBe([0.25, 0.75]);
        later.Find("bare").ShouldBe(Example("bare") with { Variant = null, ModelPath = null, Address = null, Port = null, Plan = null, Process = new ProcessIdentity(7, null) });
        later.Add(full).ShouldBeFalse(); // the id is taken
        later.Change("none", d => d).ShouldBeNull();
        later.Remove("abcd");
        later.All().ShouldHaveSingleItem().Id.ShouldBe("bare");
        Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void An_older_database_keeps_its_measurements()
    {
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(Folder, "deepfit.db"), Pooling = false }.ToString()))
        {
            connection.Open();
            connection.Execute(
                """
                CREATE TABLE measurement (id INTEGER PRIMARY KEY, machine_id TEXT NOT NULL, variant TEXT NOT NULL, quantization TEXT NOT NULL, context_depth INTEGER NOT NULL,
                    gpu_layers INTEGER NOT NULL, prompt_tps REAL NOT NULL, generation_tps REAL NOT NULL, prompt_spread REAL NOT NULL, generation_spread REAL NOT NULL,
                    basis TEXT NOT NULL, engine TEXT NOT NULL, measured_at TEXT NOT NULL, one_layer INTEGER NOT NULL DEFAULT 0) STRICT;
                CREATE TABLE cache (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, stored_at TEXT NOT NULL, PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;
                INSERT INTO measurement VALUES (1, 'm', '7b', 'Q4_K_M', 0, 0, 20.5, 3.5, 0.1, 0.1, 'measured', 'llama.cpp v0.4.0', '2026-03-01T04:00:00.0000000+00:00', 0);
                PRAGMA user_version = 2;
                """);
        }

        Store.Add(Example()).ShouldBeTrue();
        using var measurements = new MeasurementStore(Folder, TimeProvider.System);
        measurements.Measurements("m").ShouldHaveSingleItem().GenerationTps.ShouldBe(3.5);
        Store.Find("abcd").ShouldNotBeNull();
    }

    [Fact]
    public async Task Two_processes_that_change_one_deployment_lose_nothing()
    {
        const int Each = 50;
        string? folder = Environment.GetEnvironmentVariable(ServingProcess.Home);
        if (folder is null)
        {
            Store.Add(Example("both") with { Port = 0 }).ShouldBeTrue();
            Process[] writers = [Start(), Start()];
            foreach (Process writer in writers)
            {
                string said = await writer.StandardOutput.ReadToEndAsync(Token);
                await writer.WaitForExitAsync(Token);
                writer.ExitCode.ShouldBe(0, said);
                writer.Dispose();
            }

            Store.Find("both")!.Port.ShouldBe(2 * Each);
            return;
        }

        using var store = new DeploymentStore(folder, TimeProvider.System);
        for (int i = 0; i < Each; i++)
        {
            store.Change("both", d => d with { Port = d.Port + 1 }).ShouldNotBeNull();
        }

        Process Start()
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
            foreach (string argument in Command.Arguments.TakeWhile(a => a != "-method"))
            {
                start.ArgumentList.Add(argument);
            }

            start.ArgumentList.Add("-method");
            start.ArgumentList.Add($"{typeof(DeploymentStoreTests).FullName}.{nameof(Two_processes_that_change_one_deployment_lose_nothing)}");
            start.Environment[ServingProcess.Home] = Folder;
            return Process.Start(start)!;
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said_before_anything_is_started()
    {
        string file = Path.Combine(Folder, "no-folder");
        File.WriteAllText(file, "");
        using var store = new DeploymentStore(file, TimeProvider.System, Warnings.Add);
        var manager = new DeploymentManager(store, new DeploymentFiles(file), TimeProvider.System, Command);

        OperationFailedException failed = Should.Throw<OperationFailedException>(async () =>
        {
            await foreach (DeploymentProgress _ in manager.StartAsync(Serving("well"), Token))
            {
            }
        });
        failed.Text.En.ShouldContain(file);
    }
}
