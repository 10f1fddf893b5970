using System.Globalization;
using System.Net;
using DeepFit.Core.Text;

namespace DeepFit.Server.Hosting;

/// <summary>What a server says of itself and of requests that it does not take.</summary>
internal static class ServerTexts
{
    public static readonly BilingualText BadKey = new(
        $"An API key must have at least {ServerOptions.LeastKeyLength} characters, printable ASCII without blanks. `openssl rand -hex 24` makes a good one.",
        $"API 密钥至少需要 {ServerOptions.LeastKeyLength} 个字符，只能是不含空格的可打印 ASCII 字符。可用 `openssl rand -hex 24` 生成。");

    public static readonly BilingualText KeyMissing = new(
        "This server needs an API key: send it as `Authorization: Bearer KEY`. Its owner set it with --api-key, --api-key-file or DEEPFIT_API_KEY.",
        "本服务需要 API 密钥：请在请求中加上 `Authorization: Bearer 密钥`。密钥由服务启动者通过 --api-key、--api-key-file 或 DEEPFIT_API_KEY 设置。");

    public static readonly BilingualText KeyWrong = new("The API key is not the one of this server.", "API 密钥不正确。");

    public static readonly BilingualText BodyTooSlow = new("The request's body took too long to arrive.", "请求正文传输超时。");

    public static readonly BilingualText NoBody = new("The request has no body. Send a JSON object.", "请求没有正文。请发送 JSON 对象。");

    public static readonly BilingualText NotAnObject = new("The request's body must be a JSON object.", "请求正文必须是 JSON 对象。");

    public static readonly BilingualText Internal = new(
        "Something went wrong in the server. Its log says what.", "服务器内部错误，详见服务日志。");

    public static BilingualText NeedsKey(IPAddress address) => new(
        $"Listening at {address} lets other machines in, so it needs an API key: set DEEPFIT_API_KEY, or give --api-key-file FILE or --api-key KEY. Without --host only this machine can connect, and no key is needed.",
        $"监听 {address} 会允许其他机器访问，因此必须设置 API 密钥：设置环境变量 DEEPFIT_API_KEY，或使用 --api-key-file 文件、--api-key 密钥。不指定 --host 时只有本机可以访问，不需要密钥。");

    public static BilingualText BadOrigin(string origin) => new(
        $"'{origin}' is no origin. Give scheme, name and port alone, such as https://chat.example.org or http://localhost:3000, or * for every page.",
        $"“{origin}”不是有效的来源。请只写协议、域名和端口，例如 https://chat.example.org 或 http://localhost:3000；* 表示任何网页。");

    public static BilingualText PortTaken(int port) => new(
        string.Create(CultureInfo.InvariantCulture, $"Port {port} is taken by another program, perhaps by another deepfit. Choose another with --port N; --port 0 takes a free one."),
        string.Create(CultureInfo.InvariantCulture, $"端口 {port} 已被其他程序占用（也可能是另一个 deepfit）。请用 --port N 换一个端口；--port 0 会自动选择空闲端口。"));

    public static BilingualText PortForbidden(int port) => new(
        string.Create(CultureInfo.InvariantCulture, $"This user may not listen at port {port}. Choose one from 1024 to 65535 with --port N."),
        string.Create(CultureInfo.InvariantCulture, $"当前用户无权监听端口 {port}。请用 --port N 选择 1024 到 65535 之间的端口。"));

    public static BilingualText NoSuchAddress(IPAddress address) => new(
        $"This machine has no address {address}. Give one of its own with --host, or 0.0.0.0 for all.",
        $"本机没有地址 {address}。请用 --host 指定本机的地址，或用 0.0.0.0 监听所有地址。");

    public static BilingualText CannotListen(IPAddress address, int port, string why) => new(
        string.Create(CultureInfo.InvariantCulture, $"The server cannot listen at {address}, port {port}: {why}"),
        string.Create(CultureInfo.InvariantCulture, $"无法监听 {address} 的端口 {port}：{why}"));

    public static BilingualText HostRefused(string host) => new(
        $"The server is not known by the name '{host}' (this keeps web pages from reaching it through a name of their own). Call it by its address or localhost, or start it with --allow-host {Shown(host)}.",
        $"服务未被允许以“{host}”这个名称访问（防止网页借自己的域名访问本服务）。请使用其 IP 地址或 localhost，或在启动时加上 --allow-host {Shown(host)}。");

    public static BilingualText OriginRefused(string origin) => new(
        $"Web pages of {origin} may not use this server. If they should, start it with --cors-origin {Shown(origin)}.",
        $"来自 {origin} 的网页不能使用本服务。如需允许，请在启动时加上 --cors-origin {Shown(origin)}。");

    public static BilingualText BodyTooLarge(long limit) => new(
        string.Create(CultureInfo.InvariantCulture, $"The request's body is larger than this server takes ({limit} bytes). Send less, or raise --body-limit."),
        string.Create(CultureInfo.InvariantCulture, $"请求正文超过本服务的上限（{limit} 字节）。请减少内容，或调大 --body-limit。"));

    public static BilingualText NotFound(string method, string path) => new(
        $"There is no {method} {path} here.", $"没有 {method} {path} 这个接口。");

    public static BilingualText WrongMethod(string method, string path, string allowed) => new(
        $"{path} does not take {method}; it takes {allowed}.", $"{path} 不支持 {method}，请使用 {allowed}。");

    public static BilingualText BadJson(long line, long position) => new(
        string.Create(CultureInfo.InvariantCulture, $"The request's body is not valid JSON: see line {line}, byte {position}."),
        string.Create(CultureInfo.InvariantCulture, $"请求正文不是有效的 JSON：请检查第 {line} 行第 {position} 字节处。"));

    public static BilingualText BadRequest(string why) => new($"The request is malformed: {why}", $"请求格式有误：{why}");

    // what a client sent comes back into a command line that a person may copy
    private static string Shown(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || ".:/[]-_".Contains(c, StringComparison.Ordinal)) ? text : "NAME";
}
