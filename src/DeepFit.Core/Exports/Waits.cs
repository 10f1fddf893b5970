using DeepFit.Core.Hardware;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports;

/// <summary>How long a start may take before it counts as failed, and why.</summary>
/// <param name="StartupSeconds">From the start of the process to the first good answer of <c>/health</c>.</param>
/// <param name="Why">How it comes about.</param>
internal sealed record Waits(int StartupSeconds, BilingualText Why)
{
    /// <summary>Seconds between two looks while it starts.</summary>
    public static int StartupPeriod => ExportDefaults.Whole("probe", "startup_period");

    /// <summary>Looks that may fail while it starts.</summary>
    public int StartupFailures => (StartupSeconds + StartupPeriod - 1) / StartupPeriod;

    /// <summary>The wait for a model that is read from a disk.</summary>
    /// <param name="machine">Whose disk.</param>
    /// <param name="bytes">Bytes that one process reads.</param>
    /// <param name="compiles">Whether the engine compiles kernels afterwards.</param>
    /// <param name="download">Bytes that are downloaded before, or nothing.</param>
    public static Waits Of(MachineProfile machine, ByteSize bytes, bool compiles, ByteSize download)
    {
        (double rate, BilingualText rateWhy) = Rate(machine);
        double reading = bytes.Bytes / rate * ExportDefaults.Number("probe", "load_factor");
        double extra = ExportDefaults.Number("probe", "load_extra_seconds") + (compiles ? ExportDefaults.Number("probe", "compile_seconds") : 0);
        double downloading = download.Bytes / ExportDefaults.Number("download", "rate");
        int seconds = (int)Math.Ceiling((reading + extra + downloading) / 10) * 10;
        string factor = FormattableString.Invariant($"{ExportDefaults.Number("probe", "load_factor"):0.#}");
        (string en, string zh) = download.Bytes > 0
            ? (FormattableString.Invariant($", after a download of {download} at {new ByteRate(ExportDefaults.Number("download", "rate"))} (assumed)"),
                FormattableString.Invariant($"；此前先以 {new ByteRate(ExportDefaults.Number("download", "rate"))}（假定）下载 {download}"))
            : ("", "");
        return new Waits(seconds, new(
            FormattableString.Invariant($"{seconds} s: {factor} times the reading of {bytes} at {rateWhy.En}, and {extra:0} s for the rest{en}"),
            FormattableString.Invariant($"{seconds} 秒：以 {rateWhy.Zh} 读取 {bytes} 所需时间的 {factor} 倍，另加 {extra:0} 秒{zh}")));
    }

    /// <summary>Seconds that a stop waits for answers that are being written.</summary>
    /// <param name="answerSeconds">Seconds to a whole answer, or null when unknown.</param>
    public static (int Seconds, BilingualText Why) Stop(double? answerSeconds)
    {
        int least = ExportDefaults.Whole("stop", "least_seconds");
        int most = ExportDefaults.Whole("stop", "most_seconds");
        int seconds = (int)Math.Clamp(Math.Ceiling(answerSeconds ?? 120), least, most);
        return (seconds, answerSeconds is { } answer
            ? new(
                FormattableString.Invariant($"a stop waits {seconds} s for answers under way: one takes about {answer:0} s, and the wait is kept between {least} and {most} s"),
                FormattableString.Invariant($"停止时最多等 {seconds} 秒，让正在生成的回答结束：一个回答约 {answer:0} 秒，取值限于 {least}～{most} 秒"))
            : new(
                FormattableString.Invariant($"a stop waits {seconds} s for answers under way (assumed)"),
                FormattableString.Invariant($"停止时最多等 {seconds} 秒，让正在生成的回答结束（假定值）")));
    }

    private static (double Rate, BilingualText Why) Rate(MachineProfile machine)
    {
        if (machine.Disk?.ReadRate is { BytesPerSecond: > 0 } measured)
        {
            return (measured.BytesPerSecond, new($"{measured} (this disk's rate)", $"{measured}（该磁盘的读取速度）"));
        }

        string kind = machine.Disk?.Kind is { } known && ExportDefaults.Find("disk", known) is not null ? known : "unknown";
        var rate = new ByteRate(ExportDefaults.Number("disk", kind));
        return (rate.BytesPerSecond, kind == "unknown"
            ? new($"{rate} (assumed: the disk is not known)", $"{rate}（假定值：磁盘未知）")
            : new($"{rate} (assumed for a disk of kind {kind})", $"{rate}（{kind} 磁盘的假定值）"));
    }
}
