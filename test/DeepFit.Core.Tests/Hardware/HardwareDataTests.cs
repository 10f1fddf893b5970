using System.Globalization;
using System.Text.RegularExpressions;
using DeepFit.Core.Estimation;

namespace DeepFit.Core.Tests.Hardware;

/// <summary>Holds every row of the hardware tables to the rules that make them worth trusting.</summary>
public partial class HardwareDataTests
{
    private static readonly EmbeddedTable s_devices = EmbeddedTable.Load("devices.csv");
    private static readonly EmbeddedTable s_cpus = EmbeddedTable.Load("cpus.csv");
    private static readonly EmbeddedTable s_systems = EmbeddedTable.Load("systems.csv");

    [Fact]
    public void Each_name_and_alias_is_one_processor_or_one_computer()
    {
        foreach (EmbeddedTable table in (EmbeddedTable[])[s_cpus, s_systems])
        {
            string[] names = [.. Rows(table).SelectMany(row => List(table, row, "aliases", ';').Prepend(table.Text(row, "name")))];
            names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key).ShouldBeEmpty();
        }

        Names(s_devices, "device").Length.ShouldBe(Names(s_devices, "device").Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Each_figure_has_a_source_and_each_source_a_figure()
    {
        (EmbeddedTable Table, string Name, string Figure, string Source)[] pairs =
        [
            (s_devices, "device", "memory_gb", "memory_source"),
            (s_devices, "device", "bandwidth_gb_s", "bandwidth_source"),
            (s_devices, "device", "fp16_tflops", "fp16_source"),
            (s_devices, "device", "fp16_vector_tflops", "fp16_vector_source"),
            (s_devices, "device", "msrp_usd", "msrp_source"),
            (s_cpus, "name", "cores", "source"),
            (s_cpus, "name", "bandwidth_gb_s", "bandwidth_source"),
            (s_cpus, "name", "simd", "simd_source"),
            (s_systems, "name", "bandwidth_gb_s", "bandwidth_source"),
            (s_systems, "name", "kind", "source"),
        ];
        foreach ((EmbeddedTable table, string name, string figure, string source) in pairs)
        {
            foreach (int row in Rows(table))
            {
                string said = table.Text(row, source);
                (table.Text(row, figure).Length > 0).ShouldBe(said.Length > 0, $"{table.Text(row, name)}: {figure}");
                Doubtful().IsMatch(said).ShouldBeFalse($"{table.Text(row, name)}: {said}");
            }
        }
    }

    [Fact]
    public void Devices_are_of_known_kinds_and_sane_sizes()
    {
        string[] architectures =
        [
            "pascal", "volta", "turing", "ampere", "ada", "hopper", "blackwell", "gcn5", "rdna1", "rdna2", "rdna3", "rdna3.5", "rdna4", "cdna1", "cdna2", "cdna3", "cdna4",
            "gen9", "xe-lp", "xe-lpg", "xe-hpg", "xe-hpc", "xe2", "apple-m1", "apple-m2", "apple-m3", "apple-m4", "apple-m5", "ascend", "musa",
        ];
        foreach (int row in Rows(s_devices))
        {
            string name = s_devices.Text(row, "device");
            s_devices.Text(row, "architecture").ShouldBeOneOf(architectures, name);
            s_devices.Text(row, "form").ShouldBeOneOf(["discrete", "integrated", "soc", "accelerator"], name);
            s_devices.Text(row, "pcie").ShouldMatch("^([3-6]x(4|8|16))?$", name);
            InRange(s_devices, row, "bandwidth_gb_s", 25, 10000, name);
            InRange(s_devices, row, "fp16_tflops", 1, 3000, name);
            InRange(s_devices, row, "fp16_vector_tflops", 0.3, 400, name);
            InRange(s_devices, row, "msrp_usd", 50, 20000, name);
            InRange(s_devices, row, "year", 2015, 2026, name);
            foreach (string size in List(s_devices, row, "memory_gb", '/'))
                double.Parse(size, CultureInfo.InvariantCulture).ShouldBeInRange(1, 600, name);
            if (s_devices.NumberOrNull(row, "fp16_tflops") is { } matrix && s_devices.NumberOrNull(row, "fp16_vector_tflops") is { } vector)
                vector.ShouldBeLessThanOrEqualTo(matrix * 1.01, name);
        }
    }

    [Fact]
    public void Processors_are_of_known_kinds_and_sane_sizes()
    {
        s_cpus.Count.ShouldBeGreaterThan(1000);
        string[] levels = ["sse42", "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "neon", "dotprod", "i8mm", "sve"];
        foreach (int row in Rows(s_cpus))
        {
            string name = s_cpus.Text(row, "name");
            s_cpus.Text(row, "kind").ShouldBeOneOf(["desktop", "laptop", "workstation", "server", "sbc", "soc"], name);
            double cores = s_cpus.Number(row, "cores");
            cores.ShouldBeInRange(1, 192, name);
            s_cpus.Number(row, "threads").ShouldBeInRange(cores, 2 * cores, name);
            if (s_cpus.NumberOrNull(row, "p_cores") is { } fast)
                (fast + (s_cpus.NumberOrNull(row, "e_cores") ?? 0)).ShouldBe(cores, name);
            InRange(s_cpus, row, "max_mhz", 1000, 6300, name);
            InRange(s_cpus, row, "memory_channels", 0.5, 12, name);
            InRange(s_cpus, row, "bandwidth_gb_s", 10, 1000, name);
            InRange(s_cpus, row, "max_sockets", 1, 8, name);
            string[] simd = List(s_cpus, row, "simd", ' ');
            simd.SequenceEqual(simd.OrderBy(level => Array.IndexOf(levels, level))).ShouldBeTrue(name);
            simd.ShouldAllBe(level => levels.Contains(level), name);
        }
    }

    [Fact]
    public void Bandwidth_of_a_processor_follows_from_its_channels()
    {
        foreach (int row in Rows(s_cpus))
        {
            string name = s_cpus.Text(row, "name");
            string[] kinds = List(s_cpus, row, "memory", ';');
            kinds.ShouldAllBe(kind => MemoryKind().IsMatch(kind), name);
            int[] rates = [.. kinds.Select(kind => int.Parse(kind[(kind.IndexOf('-') + 1)..], CultureInfo.InvariantCulture))];
            if (rates.Length == 0 || s_cpus.NumberOrNull(row, "bandwidth_gb_s") is not { } bandwidth || s_cpus.NumberOrNull(row, "memory_channels") is not { } channels)
                continue;
            double most = channels * rates.Max() * 8 / 1000;
            bandwidth.ShouldBeLessThanOrEqualTo(most * 1.001, name);
            if (s_cpus.Text(row, "bandwidth_source").Contains("x 8 bytes;", StringComparison.Ordinal))
                bandwidth.ShouldBe(channels * rates[0] * 8 / 1000, 0.01, name);
        }
    }

    [Fact]
    public void Parts_that_rows_name_are_rows_too()
    {
        string[] devices = Names(s_devices, "device");
        string[] cpus = Names(s_cpus, "name");
        foreach (int row in Rows(s_cpus))
            s_cpus.Text(row, "igpu").ShouldBeOneOf([.. devices, ""], s_cpus.Text(row, "name"));
        foreach (int row in Rows(s_systems))
        {
            string name = s_systems.Text(row, "name");
            s_systems.Text(row, "gpu").ShouldBeOneOf([.. devices, ""], name);
            s_systems.Text(row, "cpu").ShouldBeOneOf([.. cpus, ""], name);
            (s_systems.Text(row, "gpu").Length > 0).ShouldBe(s_systems.NumberOrNull(row, "gpu_count") is > 0, name);
            InRange(s_systems, row, "gpu_count", 1, 16, name);
            InRange(s_systems, row, "bandwidth_gb_s", 10, 1500, name);
            InRange(s_systems, row, "cpu_cores", 1, 192, name);
            string[] sizes = List(s_systems, row, "memory_gb", '/');
            double[] numbers = [.. sizes.Select(size => double.Parse(size, CultureInfo.InvariantCulture))];
            numbers.SequenceEqual(numbers.Order()).ShouldBeTrue(name);
            numbers.ShouldAllBe(size => size >= 1 && size <= 4096, name);
        }
    }

    private static IEnumerable<int> Rows(EmbeddedTable table) => Enumerable.Range(0, table.Count);

    private static string[] Names(EmbeddedTable table, string column) => [.. Rows(table).Select(row => table.Text(row, column))];

    private static string[] List(EmbeddedTable table, int row, string column, char separator) =>
        table.Text(row, column).Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void InRange(EmbeddedTable table, int row, string column, double least, double most, string name) =>
        table.NumberOrNull(row, column)?.ShouldBeInRange(least, most, $"{name}: {column}");

    [GeneratedRegex("recalled|unverified|from memory|to be checked", RegexOptions.IgnoreCase)]
    private static partial Regex Doubtful();

    [GeneratedRegex("^(?:(?:lp)?ddr[345]x?|mrdimm)-[0-9]{4,5}$")]
    private static partial Regex MemoryKind();
}
