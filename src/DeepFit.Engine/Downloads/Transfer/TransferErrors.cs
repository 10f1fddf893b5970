using System.Globalization;
using DeepFit.Core.Text;
using DeepFit.Core.Units;
using DeepFit.Engine.LocalModels;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>Something that may be over the next time: a broken connection, a busy server.</summary>
internal sealed class TransientTransferException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>When the server wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The server said that there are too many requests.</summary>
    public bool TooMany { get; init; }

    /// <summary>Whether bytes arrived before it happened.</summary>
    public bool Progressed { get; init; }

    /// <summary>The status, or 0.</summary>
    public int Status { get; init; }
}

/// <summary>A source that cannot serve this file; another one may.</summary>
internal sealed class SourceFailedException(string kind, BilingualText text, Exception? inner = null) : Exception(text.En, inner)
{
    public string Kind { get; } = kind;

    public BilingualText Text { get; } = text;
}

/// <summary>The server sends the whole file whatever part is asked for.</summary>
internal sealed class NoRangesException() : Exception("the server does not serve ranges");

/// <summary>What can go wrong with a transfer, in words.</summary>
internal static class TransferErrors
{
    public static PullException NoSpace(string folder, long needed, long free) => new("no_space", new BilingualText(
        $"Not enough disk: {Gb(needed)} more are needed in {folder}, {Gb(free)} are free. Make room, or choose another folder with --models-dir or DEEPFIT_MODELS. What has arrived is kept; the same command goes on from there.",
        $"磁盘空间不足：{folder} 还需要 {Gb(needed)}，仅剩 {Gb(free)}。请清理磁盘，或用 --models-dir 或 DEEPFIT_MODELS 换一个文件夹。已下载的部分会保留，再次运行同一命令即可继续。"));

    public static PullException DiskFull(string folder, long missing, Exception cause) => new("no_space", new BilingualText(
        $"The disk filled up while the file arrived; {Gb(missing)} are still missing in {folder}. Make room and run the same command again: it goes on from where it stopped.",
        $"下载过程中磁盘已满，{folder} 还缺 {Gb(missing)}。请清理磁盘后再次运行同一命令，将从中断处继续。"), cause);

    public static PullException CannotWrite(string path, Exception cause) => new("failed", new BilingualText(
        $"{path} cannot be written: {cause.Message} Check the folder's permissions, or choose another with --models-dir.",
        $"无法写入 {path}：{cause.Message} 请检查文件夹权限，或用 --models-dir 换一个文件夹。"), cause);

    public static PullException BadContent(string file, string expected, string actual) => new("bad_content", new BilingualText(
        $"{file} is not what its hub published: SHA-256 is {actual}, the hub says {expected}. Every part was fetched twice and came out the same, so the server holds another file. Nothing of it was kept. Try another hub with --hub, or report it to the publisher.",
        $"{file} 与平台公布的内容不符：SHA-256 为 {actual}，平台公布的是 {expected}。每个分段都重新下载并比对过，结果一致，说明服务器上的文件本身不对。未保留任何内容。请用 --hub 换一个平台，或向发布者反馈。"));

    public static PullException DamagedWhole(string file, string expected, string actual) => new("bad_content", new BilingualText(
        $"{file} did not arrive as its hub published it: SHA-256 is {actual}, the hub says {expected}. The server does not serve parts of a file, so the damaged one cannot be fetched alone. Nothing of it was kept. Run the same command again, or choose another hub with --hub.",
        $"{file} 下载后与平台公布的内容不符：SHA-256 为 {actual}，平台公布的是 {expected}。服务器不支持分段下载，无法只重新下载损坏的部分。未保留任何内容。请再次运行同一命令，或用 --hub 换一个平台。"));

    public static PullException Unstable(string file) => new("bad_content", new BilingualText(
        $"The same part of {file} arrives with other content each time: something on the way alters data (a proxy, faulty memory). Nothing bad was kept. Try without the proxy, or another hub with --hub.",
        $"{file} 的同一分段每次下载的内容都不同：传输途中有环节篡改了数据（代理或内存故障）。未保留损坏的内容。请绕过代理重试，或用 --hub 换一个平台。"));

    public static SourceFailedException WrongLength(Uri address, long expected, long actual) => new("bad_content", new BilingualText(
        $"{HttpRangeErrors.Show(address)}: the server's file has {actual} bytes, the hub's list says {expected}. Try again later, or another hub with --hub.",
        $"{HttpRangeErrors.Show(address)}：服务器上的文件为 {actual} 字节，而平台列表中为 {expected} 字节。请稍后重试，或用 --hub 换一个平台。"));

    public static SourceFailedException Changed(Uri address) => new("failed", new BilingualText(
        $"{HttpRangeErrors.Show(address)}: the file was replaced on the server while it arrived. Run the same command again: it starts anew with the new file.",
        $"{HttpRangeErrors.Show(address)}：下载过程中服务器上的文件已被替换。请再次运行同一命令，将从头下载新文件。"));

    public static SourceFailedException GivenUp(Uri address, TransientTransferException last) => last switch
    {
        { TooMany: true, RetryAfter: { } wait } => new("refused", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: the server limits requests and wants to be asked again in {Seconds(wait)} s. What has arrived is kept. Run the same command then, give a token (HF_TOKEN), or choose another hub with --hub.",
            $"{HttpRangeErrors.Show(address)}：服务器限制请求频率，要求 {Seconds(wait)} 秒后再试。已下载的部分会保留。请届时再次运行同一命令，或提供访问令牌（HF_TOKEN），或用 --hub 换一个平台。"), last),
        { TooMany: true } => new("refused", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: the server limits requests (HTTP {last.Status}). What has arrived is kept. Run the same command in a few minutes, give a token (HF_TOKEN), or choose another hub with --hub.",
            $"{HttpRangeErrors.Show(address)}：服务器限制请求频率（HTTP {last.Status}）。已下载的部分会保留。请几分钟后再次运行同一命令，或提供访问令牌（HF_TOKEN），或用 --hub 换一个平台。"), last),
        _ => new("no_network", new BilingualText(
            $"{HttpRangeErrors.Show(address)}: the connection fails again and again ({last.Message}). What has arrived is kept. Check the network and the HTTPS_PROXY setting and run the same command again, or choose another hub with --hub.",
            $"{HttpRangeErrors.Show(address)}：连接反复失败（{last.Message}）。已下载的部分会保留。请检查网络和 HTTPS_PROXY 设置后再次运行同一命令，或用 --hub 换一个平台。"), last),
    };

    public static SourceFailedException Refused(UserErrorException error) => new("refused", error.Text, error);

    public static BilingualText Busy(int status, int connections) => new(
        string.Create(CultureInfo.InvariantCulture, $"the server limits requests (HTTP {status}); going on with {connections}"),
        string.Create(CultureInfo.InvariantCulture, $"服务器限流（HTTP {status}），降为 {connections} 个连接"));

    public static BilingualText OtherSource(Uri address) => new($"going on from {address.Host}", $"改从 {address.Host} 继续下载");

    public static BilingualText NoRanges { get; } = new(
        "the server does not serve parts: one connection, and an interruption loses the piece under way",
        "服务器不支持分段下载：改用单个连接");

    public static BilingualText StartsAnew { get; } = new(
        "the file on the hub is not the one that an earlier pull began: starting anew",
        "平台上的文件已不是上次下载的那一个，重新开始");

    private static string Gb(long bytes) => bytes < 10_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.##} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{new ByteSize(bytes).InGB:0.##} GB");

    private static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
}
