using System.Runtime.Versioning;
using System.Text;
using DeepFit.Core.Estimation;
using DeepFit.Core.Units;
using DeepFit.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace DeepFit.Engine.Tests.Storage;

public class StoreTroubleTests : StoreFixture
{
    public static bool HasFileModes => !OperatingSystem.IsWindows();

    private string[] Aside => [.. Directory.GetFiles(Folder, "deepfit.db.damaged-*").Order(StringComparer.Ordinal)];

    [Fact]
    public void A_file_that_is_no_database_is_kept_aside_and_a_new_one_begun()
    {
        byte[] junk = Encoding.ASCII.GetBytes(new string('x', 8192));
        File.WriteAllBytes(Database, junk);
        using (MeasurementStore store = Open())
        {
            store.Measurements("machine-a").ShouldBeEmpty();
            store.Add(Measurement());
        }

        File.ReadAllBytes(Aside.ShouldHaveSingleItem()).ShouldBe(junk);
        Path.GetFileName(Aside[0]).ShouldBe("deepfit.db.damaged-20260301-040000");
        Warnings.ShouldHaveSingleItem().En.ShouldContain(Aside[0]);
        Warnings[0].Zh.ShouldContain(Aside[0]);
        using MeasurementStore later = Open();
        later.Measurements("machine-a").Count.ShouldBe(1);
        Directory.GetFiles(Folder, "*.lock").ShouldBeEmpty();
    }

    [Fact]
    public void Damage_inside_a_database_is_found_and_the_file_kept_aside()
    {
        using (MeasurementStore store = Open())
        {
            for (int i = 0; i < 200; i++)
            {
                store.Add(Measurement(minutes: i));
            }
        }

        byte[] bytes = File.ReadAllBytes(Database);
        for (int page = 1; page < bytes.Length / 4096; page++)
        {
            Array.Fill(bytes, (byte)0xA5, page * 4096, 4096); // all but the first page
        }

        File.WriteAllBytes(Database, bytes);
        using MeasurementStore damaged = Open();
        damaged.Measurements("machine-a").ShouldBeEmpty();
        damaged.Add(Measurement());
        damaged.Measurements("machine-a").Count.ShouldBe(1);
        File.ReadAllBytes(Aside.ShouldHaveSingleItem()).ShouldBe(bytes);
        Warnings.Count.ShouldBe(1);
    }

    [Fact]
    public void Two_damaged_files_in_one_second_are_both_kept()
    {
        for (int i = 0; i < 2; i++)
        {
            File.WriteAllText(Database, new string((char)('a' + i), 5000));
            using MeasurementStore store = Open();
            store.Rates.Get("machine-a").ShouldBeNull();
            File.Delete(Database);
        }

        Aside.Select(File.ReadAllText).Select(t => t[0]).ShouldBe(['a', 'b']);
    }

    [Fact]
    public void A_folder_that_machines_share_gets_no_log_that_only_one_machine_can_see()
    {
        using (MeasurementStore local = Open())
        {
            local.Add(Measurement());
        }

        JournalMode().ShouldBe("wal");
        using (var shared = new MeasurementStore(new StoreDatabase(Folder, TimeProvider.System, Warnings.Add) { IsShared = _ => true }, TimeProvider.System))
        {
            shared.Add(Measurement(minutes: 1));
            shared.Measurements("machine-a").Count.ShouldBe(2);
        }

        JournalMode().ShouldBe("delete");
        Directory.Delete(Folder, recursive: true);
        using (var anew = new MeasurementStore(new StoreDatabase(Folder, TimeProvider.System, Warnings.Add) { IsShared = _ => true }, TimeProvider.System))
        {
            anew.Add(Measurement());
        }

        JournalMode().ShouldBe("delete");
        Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_newer_version_s_file_is_left_alone()
    {
        using (MeasurementStore store = Open())
        {
            store.Add(Measurement("7b"));
        }

        Sql("PRAGMA user_version = 99");
        byte[] before = File.ReadAllBytes(Database);
        using (MeasurementStore store = Open())
        {
            store.Add(Measurement("14b"));
            store.Rates.Put("machine-a", new ByteRate(5e9));
            store.Measurements("machine-a").ShouldHaveSingleItem().Variant.ShouldBe("14b"); // kept while the process lives
            store.Rates.Get("machine-a").ShouldBe(new ByteRate(5e9));
        }

        File.ReadAllBytes(Database).ShouldBe(before);
        Warnings.ShouldHaveSingleItem().En.ShouldContain("newer DeepFit (version 99");
    }

    [Fact]
    public void Where_no_folder_can_be_made_everything_works_in_memory_after_one_warning()
    {
        string file = Path.Combine(Folder, "a-file");
        File.WriteAllText(file, "");
        using MeasurementStore store = Open(folder: Path.Combine(file, "below"));
        store.Measurements("machine-a").ShouldBeEmpty();
        Warnings.ShouldBeEmpty(); // reading nothing is no trouble
        store.Add(Measurement("7b"));
        store.Add(Measurement("14b", minutes: 1));
        store.Rates.Put("machine-a", new ByteRate(5e9));
        store.Measurements("machine-a").Select(m => m.Variant).ShouldBe(["14b", "7b"]);
        store.Rates.Get("machine-a").ShouldBe(new ByteRate(5e9));
        Warnings.ShouldHaveSingleItem().En.ShouldContain("cannot be written");
        Warnings[0].Zh.ShouldContain("文件夹不可写");
        Warnings[0].En.ShouldContain("DEEPFIT_HOME");
    }

    [Fact]
    public void A_full_disk_loses_nothing_of_this_run()
    {
        using (MeasurementStore store = Open())
        {
            store.Add(Measurement("7b"));
        }

        using MeasurementStore full = Open(mostPages: 1);
        for (int i = 0; i < 200; i++)
        {
            full.Add(Measurement("14b", minutes: 1 + i));
        }

        full.Measurements("machine-a").Count.ShouldBe(201);
        Warnings.ShouldHaveSingleItem().En.ShouldContain("the disk is full");
        using MeasurementStore later = Open();
        later.Measurements("machine-a").Count.ShouldBeInRange(1, 200);
    }

    [Fact]
    public void A_database_that_another_process_holds_delays_but_does_not_stop()
    {
        using (MeasurementStore store = Open())
        {
            store.Add(Measurement("7b"));
        }

        using var holder = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        holder.Open();
        using SqliteCommand command = holder.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        using MeasurementStore waiting = Open(busyMilliseconds: 50);
        waiting.Add(Measurement("14b", minutes: 1));
        waiting.Measurements("machine-a").Select(m => m.Variant).ShouldBe(["14b", "7b"]); // readers never wait
        Warnings.ShouldHaveSingleItem().En.ShouldContain("another process holds it");
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
        waiting.Add(Measurement("32b", minutes: 2)); // and it is tried again
        using MeasurementStore later = Open();
        later.Measurements("machine-a").Select(m => m.Variant).ShouldBe(["32b", "7b"]);
    }

    [Fact(Skip = "folders have no such mode on Windows", SkipUnless = nameof(HasFileModes))]
    [UnsupportedOSPlatform("windows")]
    public void A_read_only_folder_still_shows_what_was_measured()
    {
        using (MeasurementStore store = Open())
        {
            store.Add(Measurement("7b"));
        }

        File.SetUnixFileMode(Database, UnixFileMode.UserRead);
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            bool writable = CanWrite();
            using MeasurementStore store = Open();
            store.Measurements("machine-a").ShouldHaveSingleItem().Variant.ShouldBe("7b");
            store.Add(Measurement("14b", minutes: 1));
            store.Measurements("machine-a").Select(m => m.Variant).ShouldBe(["14b", "7b"]);
            Warnings.Count.ShouldBe(writable ? 0 : 1); // root writes anywhere
        }
        finally
        {
            File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Rows_of_another_hand_do_not_stop_the_program()
    {
        using (MeasurementStore store = Open())
        {
            store.Add(Measurement("7b"));
        }

        Sql("UPDATE measurement SET measured_at = 'yesterday', basis = 'guessed'");
        using MeasurementStore later = Open();
        later.Measurements("machine-a").ShouldBeEmpty();
        later.Add(Measurement("14b") with { Basis = EstimateBasis.Verified });
        later.Measurements("machine-a").ShouldHaveSingleItem().Variant.ShouldBe("14b");
        Warnings.Count.ShouldBe(1);
    }

    private bool CanWrite()
    {
        try
        {
            File.WriteAllText(Path.Combine(Folder, "try"), "");
            File.Delete(Path.Combine(Folder, "try"));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string? JournalMode()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        return connection.Scalar("PRAGMA journal_mode") as string;
    }
}
