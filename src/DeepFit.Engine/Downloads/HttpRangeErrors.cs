using System.Globalization;
using System.Net;
using DeepFit.Core.Text;

namespace DeepFit.Engine.Downloads;

/// <summary>What can go wrong with an address, in words, each with the way out. Queries are not shown: they may hold signatures.</summary>
internal static class HttpRangeErrors
{
    public static string Show(Uri address) => address.IsAbsoluteUri
        ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : address.OriginalString;

    public static UserErrorException NotHttp(Uri address) => Error(address, null,
        "is not an http or https address. Give one, or the path of a file.",
        "不是 http 或 https 地址。请提供此类地址或本地文件路径。");

    public static UserErrorException Status(Uri address, HttpStatusCode status, TimeSpan? retryAfter)
    {
        int code = (int)status;
        string wait = retryAfter is { } delay ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Ceiling(delay.TotalSeconds))} s") : "";
        (string en, string zh) = code switch
        {
            401 or 403 => (
                "the server refuses access. The model may be gated: accept its terms on its page and give your hub token, or choose another source.",
                "服务器拒绝访问。模型可能需要授权：请在模型页面接受条款并提供访问令牌，或换一个来源。"),
            404 or 410 => (
                "there is no such file. Check the repository and the file name.",
                "文件不存在。请检查仓库名和文件名。"),
            407 => (
                "the proxy asks for a login. Check the HTTPS_PROXY setting.",
                "代理需要登录。请检查 HTTPS_PROXY 设置。"),
            416 => (
                "the file is shorter than it was. Start again.",
                "文件比之前短。请重新开始。"),
            429 => (
                wait.Length > 0
                    ? $"the server limits requests. Try again in {wait}, give a hub token, or choose a mirror."
                    : "the server limits requests. Try again in a few minutes, give a hub token, or choose a mirror.",
                wait.Length > 0
                    ? $"服务器限制请求频率。请在 {wait} 后重试，提供访问令牌，或换用镜像。"
                    : "服务器限制请求频率。请几分钟后重试，提供访问令牌，或换用镜像。"),
            >= 500 => (
                "the server has a fault. Try again later, or choose a mirror.",
                "服务器出错。请稍后重试，或换用镜像。"),
            _ => (
                "the server's answer is not one that DeepFit expects. Check the address.",
                "服务器返回了意外的状态。请检查地址。"),
        };
        return Error(address, null, string.Create(CultureInfo.InvariantCulture, $"HTTP {code}: {en}"), string.Create(CultureInfo.InvariantCulture, $"HTTP {code}：{zh}"));
    }

    public static UserErrorException NoRanges(Uri address) => Error(address, null,
        "the server does not serve parts of a file. Download the whole file and give its path, or choose another source.",
        "服务器不支持分段读取。请下载整个文件后提供其路径，或换一个来源。");

    public static UserErrorException Encoded(Uri address) => Error(address, null,
        "the server compresses the file, so that its parts cannot be read. Download the whole file and give its path, or choose another source.",
        "服务器对文件进行了压缩传输，无法分段读取。请下载整个文件后提供其路径，或换一个来源。");

    public static UserErrorException WrongRange(Uri address) => Error(address, null,
        "the server sent another part of the file than it was asked for. Choose another source.",
        "服务器返回的分段与请求不符。请换一个来源。");

    public static UserErrorException Changed(Uri address) => Error(address, null,
        "the file on the server changed while it was read. Start again.",
        "读取过程中服务器上的文件已变化。请重新开始。");

    public static UserErrorException Redirects(Uri address) => Error(address, null,
        "the server redirects in a circle, or to an address that is not safe. Check the address, or choose another source.",
        "服务器重定向次数过多，或重定向到不安全的地址。请检查地址或换一个来源。");

    public static UserErrorException Unreachable(Uri address, Exception cause) => Error(address, cause,
        $"the server cannot be reached, or the connection broke ({cause.Message}). Check the network and the HTTPS_PROXY setting, or choose a mirror.",
        $"无法连接服务器或连接中断（{cause.Message}）。请检查网络和 HTTPS_PROXY 设置，或换用镜像。");

    public static UserErrorException TimedOut(Uri address, TimeSpan timeout, Exception cause) => Error(address, cause,
        string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.#} s. Try again later, or choose a mirror."),
        string.Create(CultureInfo.InvariantCulture, $"{timeout.TotalSeconds:0.#} 秒内无响应。请稍后重试，或换用镜像。"));

    private static UserErrorException Error(Uri address, Exception? cause, string en, string zh) =>
        new(new BilingualText($"{Show(address)}: {en}", $"{Show(address)}：{zh}"), cause);
}
