using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What <c>serve</c> says.</summary>
internal static class ServeTexts
{
    public static readonly BilingualText Serve = new(
        "Serve a model with an OpenAI-compatible API; pulls it first where it is not here.",
        "以 OpenAI 兼容的 API 提供模型服务；本机没有模型时会先下载。");

    public static readonly BilingualText HostHelp = new(
        "address to listen at (default: 127.0.0.1, this machine alone); 0.0.0.0 for all, which needs an API key",
        "监听地址（默认 127.0.0.1，仅本机可访问）；0.0.0.0 为所有地址，必须设置 API 密钥");

    public static readonly BilingualText PortHelp = new("port (default: 8484); 0 takes a free one", "端口（默认 8484）；0 表示自动选择空闲端口");

    public static readonly BilingualText KeyHelp = new(
        "key that requests must carry (default: DEEPFIT_API_KEY, which other users of this machine do not see)",
        "请求必须携带的密钥（默认取 DEEPFIT_API_KEY，该方式不会被本机其他用户看到）");

    public static readonly BilingualText KeyFileHelp = new("file with such keys, one a line", "密钥文件，每行一个");
    public static readonly BilingualText OriginHelp = new("web pages that may use it, by origin; * for all (default: none)", "允许使用本服务的网页来源；* 表示全部（默认不允许）");
    public static readonly BilingualText AllowHostHelp = new("more names by which it may be called (Host header); * for any", "允许的其他访问名称（Host 头）；* 表示任意");
    public static readonly BilingualText AliasHelp = new("more names of the model in requests; * for any", "请求中可使用的其他模型名；* 表示任意");
    public static readonly BilingualText QueueHelp = new("requests that may wait; one more gets 429 (default: 64)", "允许排队的请求数，超出时返回 429（默认 64）");
    public static readonly BilingualText MostOutputHelp = new("most tokens of an answer, reasoning included (default: what the context has room for)", "每个回答的 token 上限，含思考（默认由上下文决定）");
    public static readonly BilingualText BodyLimitHelp = new("largest request in MiB; a larger one gets 413 (default: 16)", "请求正文上限（MiB），超出时返回 413（默认 16）");
    public static readonly BilingualText DrainHelp = new("how long it finishes what runs when it is stopped (default: 600)", "停止时等待正在进行的请求完成的时间（秒，默认 600）");

    public static readonly BilingualText KeyTwice = new("Give --api-key or --api-key-file, not both.", "--api-key 与 --api-key-file 只能指定其一。");
    public static readonly BilingualText Runs = new("Runs on", "运行于");
    public static readonly BilingualText Address = new("Address", "地址");
    public static readonly BilingualText Key = new("API key", "API 密钥");
    public static readonly BilingualText Local = new("for this machine alone", "仅本机可访问");
    public static readonly BilingualText Open = new("other machines reach it by this machine's address", "其他机器可通过本机地址访问");
    public static readonly BilingualText NeedsKey = new("every request must carry it: Authorization: Bearer KEY", "每个请求都必须携带：Authorization: Bearer 密钥");
    public static readonly BilingualText NoKey = new("none is needed", "不需要");
    public static readonly BilingualText TryIt = new("Try it", "试一试");
    public static readonly BilingualText Question = new("Why is the sky blue?", "天空为什么是蓝色的？");
    public static readonly BilingualText HowToStop = new(
        "Ctrl-C stops it: it finishes what it answers; Ctrl-C once more ends it at once.",
        "按 Ctrl-C 停止：会先完成正在生成的回答；再按一次立即结束。");

    public static readonly BilingualText Stopped = new("Stopped.", "已停止。");
    public static readonly BilingualText Cut = new("Stopped; what still ran was cut off.", "已停止，未完成的请求已中断。");

    public static BilingualText ToBePulled(string size) => new($"to be downloaded: {size}", $"需要下载 {size}");

    public static BilingualText Context(int tokens, int slots) => slots == 1
        ? new($"{tokens} tokens, one request at a time", $"{tokens} 个 token，每次处理 1 个请求")
        : new($"{tokens} tokens for each of {slots} requests at a time", $"每个请求 {tokens} 个 token，同时处理 {slots} 个请求");

    public static BilingualText CacheTypes(string k, string v) => k == v ? new($" · cache {k}", $" · 缓存 {k}") : new($" · cache {k}/{v}", $" · 缓存 {k}/{v}");

    public static BilingualText Ready(BilingualText time) => new($"Ready after {time.En}", $"{time.Zh}后就绪");

    public static BilingualText NoAddress(string text) => new(
        $"--host takes an IP address, such as 127.0.0.1, 0.0.0.0 or ::, or localhost, not '{text}'.",
        $"--host 的值应为 IP 地址（如 127.0.0.1、0.0.0.0、::）或 localhost，而不是“{text}”。");

    public static BilingualText NoKeyFile(string path) => new(
        $"There is no key file {path}. `openssl rand -hex 24 > {path}` makes one.",
        $"找不到密钥文件 {path}。可用 `openssl rand -hex 24 > {path}` 生成。");

    public static BilingualText EmptyKeyFile(string path) => new($"{path} holds no key. Write one on each line.", $"{path} 中没有密钥。请每行写一个。");

    public static BilingualText Draining(int requests, TimeSpan limit) => new(
        FormattableString.Invariant($"Finishing {requests} request{(requests == 1 ? "" : "s")}, for {limit.TotalSeconds:0} s at most; Ctrl-C once more ends at once."),
        FormattableString.Invariant($"正在完成 {requests} 个请求，最多等待 {limit.TotalSeconds:0} 秒；再按一次 Ctrl-C 立即结束。"));
}
