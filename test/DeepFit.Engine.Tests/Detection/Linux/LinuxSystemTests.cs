using DeepFit.Core.Hardware;
using DeepFit.Engine.Detection.Disks;
using DeepFit.Engine.Detection.Linux;

namespace DeepFit.Engine.Tests.Detection.Linux;

public class LinuxSystemTests
{
    [Fact]
    public void A_desktop_is_no_container_and_no_WSL()
    {
        OperatingSystemInfo os = LinuxOsDetector.Detect(FakeProbeHost.Of("linux-ryzen-9-7950x.txt"));
        os.Description.ShouldBe("Ubuntu 24.04.1 LTS");
        (os.Family, os.Container, os.Wsl).ShouldBe(("linux", null, false));
    }

    [Fact]
    public void WSL2_is_recognised_and_is_no_container()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Add("/proc/version", FakeProbeHost.Fixture("wsl2-version.txt"))
            .Add("/run/systemd/container", "wsl\n");
        OperatingSystemInfo os = LinuxOsDetector.Detect(host);
        (os.Wsl, os.Container).ShouldBe((true, null));
    }

    [Theory]
    [InlineData("Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com) (gcc version 5.4.0 (GCC) ) #1237-Microsoft", null, true)]
    [InlineData("Linux version 6.6.36-my-own-WSL (me@home)", null, true)]
    [InlineData("Linux version 6.8.0-1021-azure (root@microsoft-builder) #25-Ubuntu SMP", null, false)]
    [InlineData("Linux version 6.12.9 (me@home)", "/run/WSL/8_interop", true)]
    [InlineData("", null, false)]
    [InlineData(null, null, false)]
    public void WSL_is_told_by_the_kernels_release(string? version, string? interop, bool wsl) => LinuxContainer.IsWsl(version, interop).ShouldBe(wsl);

    [Fact]
    public void Docker_leaves_its_mark() => LinuxContainer.Detect(new FakeProbeHost().Add("/.dockerenv", "").Add("/proc/1/cgroup", "0::/\n")).ShouldBe("docker");

    [Fact]
    public void Podman_leaves_its_mark() =>
        LinuxContainer.Detect(new FakeProbeHost().Add("/run/.containerenv", "engine=\"podman-4.3.1\"\n").Variable("container", "podman")).ShouldBe("podman");

    [Fact]
    public void Kubernetes_goes_before_the_runtime_it_uses()
    {
        LinuxContainer.Detect(new FakeProbeHost().Add("/.dockerenv", "").Variable("KUBERNETES_SERVICE_HOST", "10.96.0.1")).ShouldBe("kubernetes");
        LinuxContainer.Detect(new FakeProbeHost().Add("/var/run/secrets/kubernetes.io/serviceaccount/token", "x")).ShouldBe("kubernetes");
        LinuxContainer.Detect(new FakeProbeHost().Add("/proc/1/cgroup", "11:memory:/kubepods/burstable/pod4a/6b\n")).ShouldBe("kubernetes");
    }

    [Theory]
    [InlineData("/proc/1/cgroup", "12:pids:/docker/3601745b3bd54d9780436faa5f0e4f72\n", "docker")]
    [InlineData("/proc/1/cgroup", "0::/system.slice/docker-3601745b.scope\n", "docker")]
    [InlineData("/proc/1/cgroup", "0::/machine.slice/libpod-9a5c.scope/container\n", "podman")]
    [InlineData("/proc/1/cgroup", "0::/lxc.payload.web/init.scope\n", "lxc")]
    [InlineData("/proc/1/cgroup", "0::/init.scope\n", null)]
    [InlineData("/run/systemd/container", "systemd-nspawn\n", "systemd-nspawn")]
    [InlineData("/proc/1/environ", "PATH=/bin\0container=lxc\0TERM=linux\0", "lxc")]
    public void Containers_are_told_by_what_the_first_process_shows(string path, string text, string? kind) =>
        LinuxContainer.Detect(new FakeProbeHost().Add(path, text)).ShouldBe(kind);

    [Theory]
    [InlineData("PRETTY_NAME='openEuler 24.03 (LTS)'\n", "openEuler 24.03 (LTS)")]
    [InlineData("NAME=\"Alpine Linux\"\nVERSION_ID=3.20.3\n", "Alpine Linux 3.20.3")]
    [InlineData("PRETTY_NAME=\"\"\nNAME=Arch\n", "Arch")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Distributions_are_described(string? text, string? description) => LinuxOsDetector.Describe(text).ShouldBe(description);

    [Fact]
    public void A_folder_belongs_to_the_longest_mount_above_it()
    {
        IReadOnlyList<LinuxMount> mounts = LinuxMountsParser.Parse(
            "31 1 259:5 / / rw - ext4 /dev/nvme0n1p5 rw\n48 31 0:43 / /mnt/nas rw - nfs4 nas:/export rw\n49 31 8:1 / /mnt/my\\040disk rw shared:1 master:2 - xfs /dev/sda1 rw\nbroken line - x\n");
        mounts.Count.ShouldBe(3);
        LinuxMountsParser.Of(mounts, "/mnt/nas/models")!.FileSystem.ShouldBe("nfs4");
        LinuxMountsParser.Of(mounts, "/mnt/nasty")!.FileSystem.ShouldBe("ext4");
        LinuxMountsParser.Of(mounts, "/mnt/my disk/a")!.Device.ShouldBe("8:1");
    }

    [Fact]
    public void Kinds_of_disks_are_told()
    {
        FakeProbeHost laptop = FakeProbeHost.Of("linux-core-i9-13900hk.txt");
        IReadOnlyList<LinuxMount> mounts = LinuxMountsParser.Parse(laptop.ReadFile("/proc/self/mountinfo"));
        LinuxDiskKind.Detect(laptop, LinuxMountsParser.Of(mounts, "/home/me")!).ShouldBe("nvme");
        LinuxDiskKind.Detect(laptop, LinuxMountsParser.Of(mounts, "/mnt/nas/x")!).ShouldBe("network");

        LinuxMount partition = new("8:1", "/", "/", "ext4", "/dev/sda1", "rw");
        FakeProbeHost disk = new FakeProbeHost()
            .Add("/sys/dev/block/8:1 ->", "../../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1")
            .Add("/sys/class/block/sda1 ->", "../../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1")
            .Add("/sys/class/block/sda/queue/rotational", "1\n");
        LinuxDiskKind.Detect(disk, partition).ShouldBe("hdd");
        LinuxDiskKind.Detect(disk.Add("/sys/class/block/sda/queue/rotational", "0\n"), partition).ShouldBe("ssd");
    }

    [Fact]
    public void A_virtual_disk_that_claims_to_rotate_is_not_believed()
    {
        LinuxMount mount = new("8:32", "/", "/", "ext4", "/dev/sdc", "rw");
        FakeProbeHost host = new FakeProbeHost()
            .Add("/sys/dev/block/8:32 ->", "../../devices/LNXSYSTM:00/x/block/sdc")
            .Add("/sys/class/block/sdc/queue/rotational", "1\n")
            .Add("/sys/class/block/sdc/device/vendor", "Msft    \n");
        LinuxDiskKind.Detect(host, mount).ShouldBeNull();
    }

    [Fact]
    public void An_encrypted_volume_is_as_slow_as_the_disk_below()
    {
        FakeProbeHost host = new FakeProbeHost()
            .Add("/sys/dev/block/254:0 ->", "../../devices/virtual/block/dm-0")
            .Add("/sys/class/block/dm-0/slaves/nvme0n1p3/size", "1\n")
            .Add("/sys/class/block/dm-0/slaves/sda/size", "1\n")
            .Add("/sys/class/block/sda/queue/rotational", "1\n");
        LinuxDiskKind.Detect(host, new LinuxMount("254:0", "/", "/", "ext4", "/dev/mapper/x", "rw")).ShouldBe("hdd");
    }

    [Fact]
    public void Memory_and_overlay_file_systems_have_no_kind() =>
        LinuxDiskKind.Detect(new FakeProbeHost(), new LinuxMount("0:50", "/", "/", "overlay", "overlay", "rw")).ShouldBeNull();
}
