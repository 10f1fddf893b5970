using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Cli.Texts;

/// <summary>What <c>run</c> and the chat say.</summary>
internal static class RunTexts
{
    public static readonly BilingualText Loading = new("loading the model", "加载模型");
    public static readonly BilingualText QuestionWord = new("Question", "问题");
    public static readonly BilingualText AnswerWord = new("Answer", "回答");
    public static readonly BilingualText SystemWord = new("Instructions", "系统提示");
    public static readonly BilingualText SessionWord = new("Session", "本次会话");
    public static readonly BilingualText LastWord = new("Last answer", "上一个回答");
    public static readonly BilingualText ExpectedWord = new("Expected", "预期速度");
    public static readonly BilingualText FileWord = new("File", "文件");
    public static readonly BilingualText CacheWord = new("Cache", "缓存类型");
    public static readonly BilingualText ServerWord = new("Server", "服务");
    public static readonly BilingualText UsedWord = new("In use", "已用");
    public static readonly BilingualText SaidWord = new("Exchanges", "对话轮数");
    public static readonly BilingualText Hint = new(
        "Ask anything. /help lists the commands; Ctrl-C stops an answer, Ctrl-D ends.",
        "请输入问题。/help 查看命令；Ctrl-C 停止回答，Ctrl-D 退出。");

    public static readonly BilingualText AgainToEnd = new("Ctrl-C again or Ctrl-D ends.", "再按一次 Ctrl-C 或按 Ctrl-D 退出。");

    public static readonly BilingualText Stopped = new("stopped", "已停止");

    public static readonly BilingualText Began = new("A new conversation.", "已开始新的对话。");

    public static readonly BilingualText NothingYet = new("Nothing was asked yet.", "还没有提问。");

    public static readonly BilingualText NoThoughts = new("The last answer came without reasoning.", "上一个回答没有思考过程。");

    public static readonly BilingualText StoppedThinking = new(
        "It was stopped before it answered, so that the exchange is not kept. /retry asks again.",
        "在给出回答之前已停止，本轮不计入对话。可用 /retry 重新提问。");

    public static readonly BilingualText NoQuestion = new(
        "There is nothing to answer. Give a question (deepfit run 7b \"question\"), pipe one in, or run it in a terminal to chat.",
        "没有问题可回答。请给出问题（deepfit run 7b \"问题\"）、从管道输入，或在终端中运行以进行对话。");

    public static readonly BilingualText NoTerminal = new(
        "--json answers one question: give it as an argument or on standard input.",
        "--json 只回答一个问题：请以参数或标准输入给出。");

    public static readonly BilingualText ModelTwice = new(
        "The server of --connect has its model loaded: leave --model, --quant and what says how it is run out.",
        "--connect 所连的服务已加载模型：请去掉 --model、--quant 等运行选项。");

    public static readonly BilingualText NotText = new(
        "Standard input is no UTF-8 text. Pipe text in.",
        "标准输入不是 UTF-8 文本。请传入文本。");

    public static readonly BilingualText HelpHeader = new("Commands", "命令");

    public static readonly IReadOnlyList<(string Command, BilingualText Meaning)> Help =
    [
        ("/new", new("begin a new conversation", "开始新的对话")),
        ("/retry", new("ask the last question again", "重新回答上一个问题")),
        ("/think", new("show the last answer's reasoning", "显示上一个回答的思考过程")),
        ("/think show|fold|hide", new("reasoning from now on: as it comes, folded into one line, or not at all", "此后的思考过程：完整显示、折叠为一行，或不显示")),
        ("/context", new("what the context holds, and how much room is left", "上下文的占用情况和剩余空间")),
        ("/stats", new("speed and tokens, against what was expected", "速度和 token 数，并与预期对比")),
        ("/save [FILE]", new("write the conversation to a file: Markdown, or .json", "将对话保存为文件：Markdown 或 .json")),
        ("/bye", new("end", "退出")),
    ];

    public static readonly BilingualText HelpInput = new(
        "Several lines: between \"\"\", with \\ at the end of a line, with Alt-Enter or Ctrl-J, or pasted. A text that begins with a slash: put a blank before it. ↑ and ↓ bring earlier messages back; they are kept in memory only.",
        "多行输入：用 \"\"\" 包围、行尾加 \\、按 Alt-Enter 或 Ctrl-J，或直接粘贴。以斜杠开头的内容请先输入一个空格。↑ 和 ↓ 调出之前的输入，仅保存在内存中。");

    public static BilingualText Title(string model, int? context, string where) => context is { } tokens
        ? new($"{model} · context {tokens} tokens · {where}", $"{model} · 上下文 {tokens} 个 token · {where}")
        : new($"{model} · {where}", $"{model} · {where}");

    public static BilingualText ExpectedRate(string rate) => new($"about {rate} tokens/s", $"约 {rate} token/秒");

    public static BilingualText Cpu => new("CPU", "CPU");

    public static BilingualText GpuLayers(int layers, int all) => new($"{layers} of {all} layers on the GPU", $"{layers}/{all} 层在 GPU 上");

    public static BilingualText Reading(BilingualText time, int tokens) => tokens > 0
        ? new($"reading {tokens} tokens · {time.En}", $"读取 {tokens} 个 token · {time.Zh}")
        : new($"waiting · {time.En}", $"等待 · {time.Zh}");

    public static BilingualText Thinking(BilingualText time, int tokens) => new($"thinking · {time.En} · {tokens} tokens", $"思考中 · {time.Zh} · {tokens} 个 token");

    public static BilingualText Thought(BilingualText time, int? tokens) => tokens is { } count
        ? new($"thought for {time.En}, {count} tokens", $"思考了 {time.Zh}，{count} 个 token")
        : new($"thought for {time.En}", $"思考了 {time.Zh}");

    public static BilingualText Rate(string rate) => new($"{rate} tokens/s", $"{rate} token/秒");

    public static BilingualText Tokens(long count) => new($"{count} tokens", $"{count} 个 token");

    public static BilingualText PromptFigures(int tokens, int cached, string? rate) => new(
        $"prompt {tokens} tokens" + (cached > 0 ? $", {cached} reused" : "") + (rate is null ? "" : $", {rate} tokens/s"),
        $"提示 {tokens} 个 token" + (cached > 0 ? $"，复用 {cached} 个" : "") + (rate is null ? "" : $"，{rate} token/秒"));

    public static BilingualText FirstToken(BilingualText time) => new($"first token after {time.En}", $"首个 token 用时 {time.Zh}");

    public static BilingualText Seed(uint seed) => new($"seed {seed}", $"种子 {seed}");

    public static BilingualText Answers(int count) => count == 1 ? new("1 answer", "1 个回答") : new($"{count} answers", $"{count} 个回答");

    public static BilingualText Kept(int count, int dropped) => dropped == 0
        ? new($"{count}", $"{count}")
        : new($"{count}, of which the {dropped} oldest are no longer sent", $"{count}，其中最早的 {dropped} 轮不再发送");

    public static BilingualText Used(int tokens, int context, string percent) => new(
        $"{tokens} of {context} tokens ({percent}); the rest is for the next question, its reasoning and answer",
        $"{tokens}/{context} 个 token（{percent}）；其余留给下一个问题及其思考和回答");

    public static BilingualText UsedUnknown(int? context) => context is { } tokens
        ? new($"unknown, of {tokens} tokens", $"未知，共 {tokens} 个 token")
        : new("the server does not say", "服务未提供");

    public static BilingualText Dropped(int count, int? context) => new(
        (count == 1 ? "The oldest exchange is" : $"The {count} oldest exchanges are") + " no longer sent to the model: "
            + (context is { } tokens ? $"the context of {tokens} tokens" : "the context") + " has no room left for them beside an answer. /new begins anew; a longer --context holds more.",
        $"最早的 {count} 轮对话不再发送给模型：" + (context is { } most ? $"上下文（{most} 个 token）" : "上下文") + "放不下它们和新的回答。/new 开始新的对话；更大的 --context 可容纳更多。");

    public static BilingualText CutOff(int? context, bool thinking) => new(
        (context is { } tokens ? $"The context of {tokens} tokens is full" : "The context is full") + (thinking
            ? ": it was cut off in the middle of its thoughts, and the exchange is not kept. Ask for less at a time, /new for more room, or start with a longer --context."
            : ": the answer was cut off here. \"Go on\" continues it (its reasoning is no longer in the way); /new makes room; a longer --context holds more."),
        (context is { } most ? $"上下文（{most} 个 token）已满" : "上下文已满") + (thinking
            ? "：思考中途被截断，本轮不计入对话。请缩小问题、用 /new 腾出空间，或以更大的 --context 启动。"
            : "：回答在此被截断。输入“继续”可接着回答（思考内容不再占用空间）；/new 可腾出空间；更大的 --context 可容纳更多。"));

    public static BilingualText MostTokens(int most, bool thinking) => new(
        $"Cut off at --max-tokens {most}" + (thinking ? ", in the middle of its thoughts: they count too." : "."),
        $"已达到 --max-tokens {most}" + (thinking ? "，思考中途被截断：思考内容也计入。" : "，回答被截断。"));

    public static BilingualText UnknownCommand(string name, IReadOnlyList<string> near) => near.Count > 0
        ? new($"There is no command /{name}. Did you mean {string.Join(", ", near.Select(n => "/" + n))}? /help lists them; a text that begins with a slash needs a blank before it.",
              $"没有命令 /{name}。您要找的是 {string.Join("、", near.Select(n => "/" + n))} 吗？/help 查看全部命令；以斜杠开头的内容请先输入一个空格。")
        : new($"There is no command /{name}. /help lists them; a text that begins with a slash needs a blank before it.",
              $"没有命令 /{name}。/help 查看全部命令；以斜杠开头的内容请先输入一个空格。");

    public static BilingualText ThinkTakes(string given) => new(
        $"/think takes show, fold or hide, not '{given}'; alone it shows the last reasoning.",
        $"/think 的参数应为 show、fold 或 hide，而不是“{given}”；不带参数时显示上一个回答的思考过程。");

    public static BilingualText ThinkIs(string mode) => mode switch
    {
        "show" => new("Reasoning is shown as it comes.", "将完整显示思考过程。"),
        "fold" => new("Reasoning is folded into one line; /think unfolds it.", "思考过程将折叠为一行，可用 /think 展开。"),
        _ => new("Reasoning is not shown; /think shows the last.", "不再显示思考过程，可用 /think 查看最近一次。"),
    };

    public static BilingualText Saved(string path) => new($"Saved to {path}.", $"已保存到 {path}。");

    public static BilingualText FileIsThere(string name) => new($"There is a file {name} already. Choose another name.", $"文件 {name} 已存在，请换一个名称。");

    public static BilingualText CannotSave(string name, string why) => new($"{name} cannot be written: {why}", $"无法写入 {name}：{why}");

    public static BilingualText Chosen(string model, ByteSize size, bool here) => here
        ? new($"{model} is on this machine.", $"本机已有 {model}。")
        : new($"{model} is not on this machine yet: {Figures.Gb(size)} to download.", $"本机还没有 {model}：需要下载 {Figures.Gb(size)}。");

    public static BilingualText Interrupted(string command) => new(
        $"Stopped. What has arrived is kept; `{command}` goes on from there.",
        $"已停止。已下载的部分会保留，运行 `{command}` 可继续。");
}

/// <summary>What is said of a server that is chatted with.</summary>
internal static class ConnectTexts
{
    public static BilingualText NotAnAddress(string text) => new(
        $"--connect takes the address of a server, such as http://127.0.0.1:8080, not '{text}'.",
        $"--connect 的值应为服务地址，例如 http://127.0.0.1:8080，而不是“{text}”。");

    public static BilingualText NoAnswer(string address, string why) => new(
        $"No server answers at {address}: {why} `deepfit ps` lists those that run here.",
        $"{address} 没有服务响应：{why} `deepfit ps` 可查看本机运行的服务。");

    public static BilingualText NeedsKey(string address) => new(
        $"The server at {address} wants an API key. Give it with --api-key, or in DEEPFIT_API_KEY.",
        $"{address} 的服务需要 API 密钥。请用 --api-key 或环境变量 DEEPFIT_API_KEY 提供。");

    public static BilingualText NoModel(string address) => new(
        $"The server at {address} lists no model.",
        $"{address} 的服务没有列出任何模型。");

    public static BilingualText Refused(string address, int status, string said) => new(
        $"The server at {address} refused (HTTP {status}): {said}",
        $"{address} 的服务拒绝了请求（HTTP {status}）：{said}");

    public static BilingualText Broke(string address, string why) => new(
        $"The connection to {address} broke off: {why} What came is kept; /retry asks again.",
        $"与 {address} 的连接中断：{why} 已收到的内容会保留，可用 /retry 重新提问。");

    public static BilingualText Strange(string address) => new(
        $"What answers at {address} does not speak the OpenAI API.",
        $"{address} 的响应不符合 OpenAI API。");
}
