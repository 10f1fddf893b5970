using DeepFit.Core.Estimation;
using DeepFit.Core.Units;
using DeepFit.Engine.Storage;

namespace DeepFit.Engine.Tests.Storage;

public class MeasurementStoreTests : StoreFixture
{
    [Fact]
    public void A_measurement_comes_back_as_it_went_in()
    {
        using (MeasurementStore store = Open())
        {
            store.Add(Measurement());
        }

        using MeasurementStore later = Open();
        SpeedMeasurement back = later.Measurements("machine-a").ShouldHaveSingleItem();
        back.ShouldBe(Measurement()); // also the time, to the tick
        Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void The_newest_measurement_is_first_and_other_machines_are_left_out()
    {
        using MeasurementStore store = Open();
        store.Add(Measurement("7b", minutes: 1));
        store.Add(Measurement("14b", minutes: 3));
        store.Add(Measurement("8b", minutes: 2));
        store.Add(Measurement("70b", machine: "machine-b", minutes: 9));
        store.Measurements("machine-a").Select(m => m.Variant).ShouldBe(["14b", "8b", "7b"]);
        store.Measurements("machine-c").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(EstimateBasis.Measured)]
    [InlineData(EstimateBasis.Verified)]
    public void The_basis_is_kept(EstimateBasis basis)
    {
        using MeasurementStore store = Open();
        store.Add(Measurement() with { Basis = basis });
        store.Measurements("machine-a").ShouldHaveSingleItem().Basis.ShouldBe(basis);
    }

    [Fact]
    public void Memory_comes_back_as_it_went_in_and_the_newest_of_a_configuration_stays()
    {
        var options = new RuntimeOptions { Context = 4096, Parallel = 2, KvTypeK = Core.Gguf.GgmlType.Q8_0, GpuLayers = 7, TensorSplit = [1, 0.5], FewOutputs = true };
        DeviceMemory[] devices = [new("CPU", new(5), new(4), new(3), new(2)), new("Vulkan0", new(50), new(40), new(30), new(20))];
        var measured = new MemoryMeasurement("7b", "Q4_K_M", new ByteSize(4_000), options, devices, "machine-a", "llama.cpp v1", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        using (MeasurementStore store = Open())
        {
            store.Add(measured);
            store.Add(measured with { MeasuredAt = measured.MeasuredAt.AddMinutes(1), TensorBytes = new ByteSize(4_001) });
            store.Add(measured with { Options = options with { Context = 8192 }, MeasuredAt = measured.MeasuredAt.AddMinutes(-1) });
            store.Add(measured with { Engine = "llama.cpp v2" });
            store.Add(measured with { MachineId = "machine-b" });
        }

        using MeasurementStore later = Open();
        IReadOnlyList<MemoryMeasurement> back = later.Memories("machine-a", "llama.cpp v1");
        back.Select(m => (m.TensorBytes.Bytes, m.Options.Context)).ShouldBe([(4_001L, 4096), (4_000L, 8192)]);
        back[0].Devices.ShouldBe(devices);
        (back[0].Options with { TensorSplit = null }).ShouldBe(options with { TensorSplit = null });
        back[0].Options.TensorSplit.ShouldBe(options.TensorSplit);
        (back[0].MeasuredAt, back[0].Variant, back[0].Quantization, back[0].MachineId).ShouldBe((measured.MeasuredAt.AddMinutes(1), "7b", "Q4_K_M", "machine-a"));
        Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Names_are_values_and_never_sql()
    {
        const string name = "'; DROP TABLE measurement; --";
        using MeasurementStore store = Open();
        store.Add(Measurement(variant: name, machine: name));
        store.Measurements(name).ShouldHaveSingleItem().Variant.ShouldBe(name);
        store.Rates.Put(name, new ByteRate(5e9));
        store.Rates.Get(name).ShouldBe(new ByteRate(5e9));
    }

    [Fact]
    public void A_figure_that_is_no_number_is_refused()
    {
        using MeasurementStore store = Open();
        Should.Throw<ArgumentException>(() => store.Add(Measurement() with { GenerationTps = double.NaN }));
        store.Measurements("machine-a").ShouldBeEmpty();
    }

    [Fact]
    public void Rates_are_kept_by_machine_and_disk_and_replaced()
    {
        using (MeasurementStore store = Open())
        {
            store.Rates.Put("machine-a", new ByteRate(15.3e9 / 7));
            store.Rates.Put("machine-a", new ByteRate(15.4e9 / 7));
            store.Rates.Put("machine-a/disk/sda", new ByteRate(2e9));
        }

        using MeasurementStore later = Open();
        later.Rates.Get("machine-a").ShouldBe(new ByteRate(15.4e9 / 7));
        later.Rates.Get("machine-a/disk/sda").ShouldBe(new ByteRate(2e9));
        later.Rates.Get("machine-b").ShouldBeNull();
    }

    [Fact]
    public void A_rate_that_is_no_rate_counts_as_unknown()
    {
        using MeasurementStore store = Open();
        store.Rates.Put("machine-a", new ByteRate(double.NaN));
        store.Rates.Get("machine-a").ShouldBeNull();
    }

    [Fact]
    public void Reading_an_empty_store_creates_nothing()
    {
        string folder = Path.Combine(Folder, "never");
        using MeasurementStore store = Open(folder: folder);
        store.Measurements("machine-a").ShouldBeEmpty();
        store.Rates.Get("machine-a").ShouldBeNull();
        Directory.Exists(folder).ShouldBeFalse();
        Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void The_folder_is_created_at_the_first_write()
    {
        string folder = Path.Combine(Folder, "a", "b");
        using MeasurementStore store = Open(folder: folder);
        store.Add(Measurement());
        File.Exists(Path.Combine(folder, "deepfit.db")).ShouldBeTrue();
        store.File.ShouldBe(Path.Combine(folder, "deepfit.db"));
    }

    [Fact]
    public async Task Threads_share_one_store()
    {
        using MeasurementStore store = Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () =>
            {
                for (int j = 0; j < 25; j++)
                {
                    store.Add(Measurement(minutes: (i * 25) + j));
                    store.Rates.Put("machine-a", new ByteRate(1e9 + j));
                }
            },
            TestContext.Current.CancellationToken)));
        store.Measurements("machine-a").Count.ShouldBe(200);
        Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_file_is_an_empty_store()
    {
        File.WriteAllBytes(Database, []);
        using MeasurementStore store = Open();
        store.Measurements("machine-a").ShouldBeEmpty();
        store.Add(Measurement());
        store.Measurements("machine-a").Count.ShouldBe(1);
        Warnings.ShouldBeEmpty();
    }
}
