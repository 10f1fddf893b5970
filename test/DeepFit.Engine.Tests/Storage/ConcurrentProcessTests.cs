using System.Diagnostics;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Tests.Storage;

/// <summary>Several processes write one store. The writers are this very test program, started again for one of its tests.</summary>
public class ConcurrentProcessTests : StoreFixture
{
    private const string FolderVariable = "DEEPFIT_TEST_STORE";
    private const int RowsEach = 60;

    [Fact]
    public void A_writer_process_keeps_all_its_rows()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) ?? Folder;
        string machine = "process-" + Environment.ProcessId;
        for (int i = 0; i < RowsEach; i++)
        {
            using MeasurementStore store = Open(folder: folder); // as separate commands would
            store.Add(Measurement(machine: machine, minutes: i));
            store.Rates.Put("shared", new(1e9 + i));
        }

        using MeasurementStore later = Open(folder: folder);
        later.Measurements(machine).Count.ShouldBe(RowsEach);
        Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Three_processes_that_create_and_write_one_store_lose_nothing()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(FolderVariable) is not null, "this process is a writer");
        Process[] writers = [Start(), Start(), Start()];
        foreach (Process writer in writers)
        {
            string output = await writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            writer.ExitCode.ShouldBe(0, output);
        }

        using MeasurementStore store = Open();
        foreach (Process writer in writers)
        {
            store.Measurements("process-" + writer.Id).Count.ShouldBe(RowsEach);
            writer.Dispose();
        }

        store.Rates.Get("shared").ShouldBe(new(1e9 + RowsEach - 1));
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ConcurrentProcessTests).Assembly.Location);
        }

        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(ConcurrentProcessTests).FullName}.{nameof(A_writer_process_keeps_all_its_rows)}");
        start.Environment[FolderVariable] = Folder;
        return Process.Start(start)!;
    }
}
