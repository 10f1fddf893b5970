using DeepFit.Core.Hardware;
using DeepFit.Core.Units;
using DeepFit.Engine.Detection.Linux;

namespace DeepFit.Engine.Tests.Detection.Linux;

public class LinuxMemoryTests
{
    private const long GiB = ByteSize.GiB;

    private const string MemInfo = "MemTotal: 67108864 kB\nMemFree: 10485760 kB\nMemAvailable: 52428800 kB\nSwapTotal: 8388608 kB\n"; // 64, 10, 50, 8 GiB

    private static MemoryInfo Detect(FakeProbeHost host)
    {
        host.Add("/proc/meminfo", host.ReadFile("/proc/meminfo") ?? MemInfo);
        return LinuxMemoryDetector.Detect(host, Limits(host));
    }

    private static CgroupLimits Limits(FakeProbeHost host) => CgroupLimits.Read(host, LinuxMountsParser.Parse(host.ReadFile("/proc/self/mountinfo")));

    private static FakeProbeHost Unified(string path, string root = "/") => new FakeProbeHost()
        .Add("/proc/self/cgroup", $"0::{path}\n")
        .Add("/proc/self/mountinfo", $"36 24 0:30 {root} /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");

    [Fact]
    public void A_bare_machine_has_what_the_kernel_calls_available()
    {
        MemoryInfo memory = Detect(FakeProbeHost.Of("linux-core-i9-13900hk.txt"));
        memory.Total.Bytes.ShouldBe(32_536_456L * 1024);
        memory.Available.Bytes.ShouldBe(26_948_020L * 1024); // 1.4 GiB are free; the rest is page cache
        memory.Swap.Bytes.ShouldBe(2_097_148L * 1024);
        memory.CgroupLimit.ShouldBeNull();
    }

    [Fact]
    public void Kernels_before_3_14_get_free_plus_caches_less_tmpfs()
    {
        LinuxMemInfo info = LinuxMemInfoParser.Parse("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 300 kB\nSReclaimable: 20 kB\nShmem: 70 kB\n");
        info.Available.ShouldBe(new ByteSize(400 * 1024));
    }

    [Fact]
    public void Nothing_in_meminfo_is_no_memory_known()
    {
        MemoryInfo memory = Detect(new FakeProbeHost().Add("/proc/meminfo", "\n"));
        memory.Total.ShouldBe(ByteSize.Zero);
        memory.Available.ShouldBe(ByteSize.Zero);
    }

    [Fact]
    public void ZFS_gives_its_cache_back()
    {
        FakeProbeHost host = new FakeProbeHost().Add("/proc/spl/kstat/zfs/arcstats", $"name type data\nsize                            4    {8 * GiB}\nc_min                           4    {2 * GiB}\n");
        Detect(host).Available.ShouldBe(new ByteSize(56 * GiB));
    }

    [Fact]
    public void A_v2_limit_bounds_total_and_its_page_cache_counts_as_free()
    {
        MemoryInfo memory = Detect(Unified("/")
            .Add("/sys/fs/cgroup/memory.max", $"{16 * GiB}\n")
            .Add("/sys/fs/cgroup/memory.current", $"{12 * GiB}\n")
            .Add("/sys/fs/cgroup/memory.stat", $"anon {3 * GiB}\nfile {9 * GiB}\nshmem {GiB}\ninactive_file {6 * GiB}\nactive_file {2 * GiB}\n"));
        memory.Total.ShouldBe(new ByteSize(16 * GiB));
        memory.CgroupLimit.ShouldBe(new ByteSize(16 * GiB));
        memory.Available.ShouldBe(new ByteSize(12 * GiB)); // 16 - (12 - 8)
    }

    [Fact]
    public void The_tightest_group_on_the_way_to_the_root_counts()
    {
        FakeProbeHost host = Unified("/kubepods.slice/kubepods-pod1.slice/cri-containerd-1.scope")
            .Add("/sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice/cri-containerd-1.scope/memory.max", "max\n")
            .Add("/sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice/memory.max", $"{8 * GiB}\n")
            .Add("/sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice/memory.current", $"{5 * GiB}\n")
            .Add("/sys/fs/cgroup/kubepods.slice/kubepods-pod1.slice/memory.stat", $"inactive_file {GiB}\n")
            .Add("/sys/fs/cgroup/kubepods.slice/memory.max", $"{60 * GiB}\n")
            .Add("/sys/fs/cgroup/kubepods.slice/memory.current", $"{58 * GiB}\n");
        MemoryInfo memory = Detect(host);
        memory.Total.ShouldBe(new ByteSize(8 * GiB));
        memory.Available.ShouldBe(new ByteSize(2 * GiB)); // the pod alone would have 4, but all pods together only 2
    }

    [Fact]
    public void Above_memory_high_a_group_is_stalled_so_it_counts_as_the_limit()
    {
        FakeProbeHost host = Unified("/user.slice/a.scope")
            .Add("/sys/fs/cgroup/user.slice/a.scope/memory.max", $"{32 * GiB}\n")
            .Add("/sys/fs/cgroup/user.slice/a.scope/memory.high", $"{24 * GiB}\n")
            .Add("/sys/fs/cgroup/user.slice/a.scope/memory.current", $"{GiB}\n");
        Detect(host).Total.ShouldBe(new ByteSize(24 * GiB));
    }

    [Fact]
    public void A_group_over_its_limit_has_nothing_left()
    {
        FakeProbeHost host = Unified("/").Add("/sys/fs/cgroup/memory.max", "1000000\n").Add("/sys/fs/cgroup/memory.current", "2000000\n");
        Detect(host).Available.ShouldBe(ByteSize.Zero);
    }

    [Fact]
    public void A_limit_above_the_machine_does_not_bound_it()
    {
        MemoryInfo memory = Detect(Unified("/").Add("/sys/fs/cgroup/memory.max", $"{100 * GiB}\n").Add("/sys/fs/cgroup/memory.current", "0\n"));
        memory.Total.ShouldBe(new ByteSize(64 * GiB));
        memory.Available.ShouldBe(new ByteSize(50 * GiB));
        memory.CgroupLimit.ShouldBeNull();
    }

    [Fact]
    public void A_swap_limit_bounds_swap()
    {
        FakeProbeHost host = Unified("/").Add("/sys/fs/cgroup/memory.max", $"{4 * GiB}\n").Add("/sys/fs/cgroup/memory.swap.max", "0\n");
        Detect(host).Swap.ShouldBe(ByteSize.Zero);
    }

    [Fact]
    public void Docker_on_v1_sees_the_hosts_path_but_its_own_mount()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Add("/proc/self/cgroup", "11:memory:/docker/0123\n4:cpu,cpuacct:/docker/0123\n1:name=systemd:/docker/0123\n")
            .Add("/proc/self/mountinfo",
                "600 599 0:33 /docker/0123 /sys/fs/cgroup/memory ro,nosuid master:15 - cgroup cgroup rw,memory\n"
                + "601 599 0:34 /docker/0123 /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:16 - cgroup cgroup rw,cpu,cpuacct\n")
            .Add("/sys/fs/cgroup/memory/memory.limit_in_bytes", $"{8 * GiB}\n")
            .Add("/sys/fs/cgroup/memory/memory.usage_in_bytes", $"{6 * GiB}\n")
            .Add("/sys/fs/cgroup/memory/memory.stat", $"cache {5 * GiB}\ninactive_file 0\nactive_file 0\nhierarchical_memory_limit {8 * GiB}\ntotal_inactive_file {4 * GiB}\ntotal_active_file {GiB}\n")
            .Add("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "250000\n")
            .Add("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        MemoryInfo memory = Detect(host);
        memory.Total.ShouldBe(new ByteSize(8 * GiB));
        memory.Available.ShouldBe(new ByteSize(7 * GiB));
        Limits(host).QuotaCores.ShouldBe(2.5);
    }

    [Fact]
    public void A_v1_parents_limit_that_the_container_cannot_see_is_still_felt()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Add("/proc/self/cgroup", "5:memory:/\n")
            .Add("/proc/self/mountinfo", "600 599 0:33 / /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
            .Add("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
            .Add("/sys/fs/cgroup/memory/memory.usage_in_bytes", "0\n")
            .Add("/sys/fs/cgroup/memory/memory.stat", $"hierarchical_memory_limit {2 * GiB}\n");
        Detect(host).Total.ShouldBe(new ByteSize(2 * GiB));
    }

    [Fact]
    public void Unlimited_v1_is_no_limit()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Add("/proc/self/cgroup", "5:memory:/user\n")
            .Add("/sys/fs/cgroup/memory/user/memory.limit_in_bytes", "9223372036854771712\n");
        Limits(host).Memory.ShouldBeNull();
    }

    [Fact]
    public void Hybrid_systems_have_memory_in_v1_and_nothing_in_the_unified_tree()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Add("/proc/self/cgroup", "4:memory:/job/7\n0::/\n")
            .Add("/proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
            .Add("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", $"{3 * GiB}\n")
            .Add("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", $"{GiB}\n");
        Limits(host).ShouldBe(new CgroupLimits { Memory = new ByteSize(3 * GiB), MemoryAvailable = new ByteSize(2 * GiB) });
    }

    [Theory]
    [InlineData("0::/docker/abc/child\n", "/docker/abc", new[] { "/sys/fs/cgroup/child", "/sys/fs/cgroup" })]
    [InlineData("0::/docker/abcd\n", "/docker/abc", new[] { "/sys/fs/cgroup" })]
    [InlineData("0::/../../outside\n", "/", new[] { "/sys/fs/cgroup" })]
    [InlineData("0::/a:b/c\n", "/", new[] { "/sys/fs/cgroup/a:b/c", "/sys/fs/cgroup/a:b", "/sys/fs/cgroup" })]
    [InlineData("garbage\n", "/", new string[0])]
    public void Groups_are_found_under_their_mount(string cgroup, string root, string[] folders) =>
        CgroupMembership.UnifiedFolders(cgroup, LinuxMountsParser.Parse($"36 24 0:30 {root} /sys/fs/cgroup rw - cgroup2 cgroup rw\n")).ShouldBe(folders);

    [Theory]
    [InlineData("max 100000\n", null)]
    [InlineData("150000 100000\n", 1.5)]
    [InlineData("-1\n", null)]
    [InlineData("50000\n", 0.5)]
    [InlineData("100000 0\n", null)]
    [InlineData("", null)]
    public void Quotas_are_read(string text, double? cores) => CgroupLimits.Quota(text).ShouldBe(cores);

    [Fact]
    public void The_smallest_quota_on_the_way_counts()
    {
        FakeProbeHost host = Unified("/a/b").Add("/sys/fs/cgroup/a/b/cpu.max", "400000 100000\n").Add("/sys/fs/cgroup/a/cpu.max", "200000 100000\n");
        Limits(host).QuotaCores.ShouldBe(2.0);
    }
}
