using DeepFit.Core.Units;
using DeepFit.Engine.Detection;
using DeepFit.Engine.Detection.Disks;

namespace DeepFit.Engine.Tests.Detection;

public sealed class DiskReadProbeTests : IDisposable
{
    // In the build's output, not in the temporary folder: that one may be in memory, where nothing is read past a cache.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "disk-" + Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_without_a_large_file_has_no_rate_and_nothing_is_written()
    {
        File.WriteAllBytes(Path.Combine(_folder, "small"), new byte[1000]);
        ProbeHost host = new();
        DiskReadProbe.Measure(host, [_folder, Path.Combine(_folder, "none")], TestContext.Current.CancellationToken).ShouldBeNull();
        host.Records.ShouldHaveSingleItem().Error.ShouldBe("no large file on this disk to read");
        Directory.GetFileSystemEntries(_folder).Length.ShouldBe(1);
    }

    [Fact]
    public void The_largest_file_is_read_and_left_alone()
    {
        File.WriteAllBytes(Path.Combine(_folder, "a"), new byte[17 << 20]);
        string larger = Path.Combine(_folder, "b");
        File.WriteAllBytes(larger, new byte[20 << 20]);
        DiskReadProbe.LargestFile(_folder).ShouldBe(larger);
        ProbeHost host = new();
        ByteRate? rate = DiskReadProbe.Measure(host, [_folder], TestContext.Current.CancellationToken);
        host.Records.ShouldHaveSingleItem().Probe.ShouldBe("disk read rate of " + larger);
        Assert.SkipWhen(rate is null, "this file system cannot be read past the page cache");
        rate!.Value.BytesPerSecond.ShouldBeGreaterThan(0);
        new FileInfo(larger).Length.ShouldBe(20 << 20);
    }

    [Fact]
    public void A_missing_folder_has_no_largest_file() => DiskReadProbe.LargestFile(Path.Combine(_folder, "none")).ShouldBeNull();
}
