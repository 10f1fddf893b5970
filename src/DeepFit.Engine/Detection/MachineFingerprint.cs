using System.Globalization;
using System.IO.Hashing;
using System.Text;
using DeepFit.Core.Hardware;

namespace DeepFit.Engine.Detection;

/// <summary>
/// A stable name for a machine's hardware, under which measurements are kept: the same after a reboot or an update, another one when the processor, the usable
/// cores or the memory change. A hash (XXH3, 128 bits) that stays on this machine; it holds no name, address or serial number. Nothing secret depends on it, so that it need not be a cryptographic one, which would load
/// OpenSSL, and its 4 MB, into every process.
/// </summary>
/// <param name="Id">32 hexadecimal digits.</param>
public sealed record MachineFingerprint(string Id)
{
    /// <summary>The fingerprint of this machine: the key under which its measurements are kept.</summary>
    /// <param name="host">Where the installation's id is read.</param>
    /// <param name="machine">This machine, as <see cref="MachineDetector"/> described it.</param>
    public static MachineFingerprint Of(IProbeHost host, MachineProfile machine) => Of(machine.Cpu, machine.Memory, InstallationId.Read(host));

    /// <summary>The fingerprint of a machine.</summary>
    /// <param name="cpu">The processor as this process may use it: measurements under a smaller affinity or quota must not be mixed with others.</param>
    /// <param name="memory">System memory; only its total counts, to the nearest GiB, since kernels reserve varying amounts.</param>
    /// <param name="installationId">The installation's id, such as the text of <c>/etc/machine-id</c>; null where there is none, as in most containers.</param>
    public static MachineFingerprint Of(CpuInfo cpu, MemoryInfo memory, string? installationId)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"deepfit-machine-1\n{cpu.Model}\n{cpu.PhysicalCores}/{cpu.LogicalCores}/{cpu.QuotaCores:0.##}\n{Math.Round(memory.Total.InGiB):0}\n{Hash(installationId)}");
        return new MachineFingerprint(Hash(text));
    }

    /// <summary>The id.</summary>
    public override string ToString() => Id;

    private static string Hash(string? text) =>
        string.IsNullOrEmpty(text) ? "" : Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text)));
}
