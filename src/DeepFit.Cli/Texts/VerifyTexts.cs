using System.Globalization;
using DeepFit.Core.Text;
using DeepFit.Engine.Verification;

namespace DeepFit.Cli.Texts;

/// <summary>Words of <c>verify</c>.</summary>
internal static class VerifyTexts
{
    public static readonly BilingualText Verify = new(
        "Hold what a running model takes and does against what was promised.",
        "核对正在运行的模型：实际占用和速度是否与预测相符。");

    public static readonly BilingualText Model = new(
        "a model on this machine that is not being served: it is loaded for this alone",
        "本机上未在服务的模型：仅为核对临时加载");

    public static readonly BilingualText OneOfTwo = new("Give either an ID or --model, not both.", "ID 和 --model 只能选一个。");

    public static BilingualText NotHere(string model) => new(
        $"{model} is not on this machine, and verify downloads nothing. `deepfit pull {model}` fetches it; `deepfit up` does the whole way.",
        $"本机没有 {model}，而 verify 不会下载模型。可用 `deepfit pull {model}` 下载，或用 `deepfit up` 一步到位。");

    public static readonly BilingualText Loading = new("loading the model", "正在加载模型");

    public static BilingualText Phase(VerificationPhase phase) => phase switch
    {
        VerificationPhase.Memory => new("asking what loading took", "查询加载占用"),
        VerificationPhase.Question => new("asking a question", "提问测试"),
        VerificationPhase.Speed => new("measuring the speed", "测量速度"),
        _ => new("done", "完成"),
    };

    public static BilingualText Title(string model, string quantization, string id) => new($"{model} {quantization} · {id}", $"{model} {quantization} · {id}");

    public static readonly BilingualText Promised = new("Promised", "预测");
    public static readonly BilingualText Came = new("Came", "实际");
    public static readonly BilingualText Difference = new("Off by", "相差");

    public static BilingualText Milliseconds(double value) => Count($"{value:0} ms", $"{value:0} 毫秒");

    public static BilingualText Outcome(PromiseOutcome outcome) => outcome switch
    {
        PromiseOutcome.Kept => new("✓ kept", "✓ 符合"),
        PromiseOutcome.Better => new("✓ better", "✓ 优于预测"),
        PromiseOutcome.Broken => new("✗ broken", "✗ 不符"),
        _ => new("? not judged", "? 未判定"),
    };

    public static readonly BilingualText Exact = new("exact", "一致");

    public static readonly BilingualText Question = new("Question", "提问");
    public static readonly BilingualText Reasoning = new("Reasoning", "思考");
    public static readonly BilingualText Answer = new("Answer", "回答");
    public static readonly BilingualText Nothing = new("(none)", "（无）");
    public static readonly BilingualText Checked = new("Check", "检查");

    public static BilingualText Smoke(SmokeCheck smoke) => smoke.Outcome switch
    {
        PromiseOutcome.Kept when smoke.Judged => new("✓ it reasons, and the answer is right", "✓ 有思考过程，回答正确"),
        PromiseOutcome.Kept => new(
            "✓ it reasons and answers; what it says is not judged, since this model is none of the catalogue's",
            "✓ 有思考过程，也有回答；该模型不在目录中，因此不判断内容对错"),
        PromiseOutcome.Unknown => Count(
            $"? still thinking after {smoke.Tokens} tokens: it reasons, the answer was not waited for",
            $"? {smoke.Tokens} 个 token 后仍在思考：有思考过程，未等到回答"),
        _ when smoke.Reasoning.Trim().Length == 0 => new("✗ no reasoning came (no <think> ... </think>)", "✗ 没有思考过程（缺少 <think> ... </think>）"),
        _ when smoke.Answer.Trim().Length == 0 => new("✗ no answer came after the reasoning", "✗ 思考之后没有给出回答"),
        _ => new("✗ the answer is wrong: the file may be damaged", "✗ 回答错误：模型文件可能已损坏"),
    };

    public static BilingualText HowSpeed(VerificationReport report, BilingualText basis) => Count(
        $"Speeds: medians of {report.Rounds} rounds of {report.PromptTokens} prompt and {report.GeneratedTokens} generated tokens, one request at a time; the promise is {basis.En}, for these lengths, with its 80% interval.",
        $"速度：{report.Rounds} 轮的中位数，每轮提示 {report.PromptTokens} 个、生成 {report.GeneratedTokens} 个 token，每次一个请求；预测依据：{basis.Zh}，按相同长度给出，括号内为 80% 区间。");

    public static BilingualText HowMemory(string copied) => new(
        $"Process: its own memory and the file's pages that it computes with. {copied} of the file were copied into other buffers; their pages are still in the system's cache, which gives them up when memory is short.",
        $"进程内存：自身占用加上计算所用的模型文件页。另有 {copied} 已复制到其他缓冲区，其文件页仍在系统缓存中，内存不足时会自动释放。");

    public static readonly BilingualText HowMemoryPlain = new(
        "Process: its own memory and the file's pages that it computes with; the cache counts as it fills. Up to 64 MiB more than promised are DeepFit's own.",
        "进程内存：自身占用加上计算所用的模型文件页；缓存随使用逐渐占满。允许超出预测 64 MiB，为 DeepFit 自身所用。");

    public static BilingualText Disturbed(Disturbance disturbance) => disturbance == Disturbance.OtherRequests
        ? new("The server was answering other requests meanwhile: speeds are shown and not judged. Verify again when it is idle.", "测量期间服务还在处理其他请求：速度仅供参考，不作判定。请在空闲时重新核对。")
        : new("Other programs kept the processor busy: speeds are shown and not judged. Verify again when they rest.", "其他程序占用了处理器：速度仅供参考，不作判定。请在它们空闲时重新核对。");

    public static BilingualText Learned(string name) => new(
        $"Kept: `deepfit estimate {name}` builds on this run from now on.",
        $"已记录：之后 `deepfit estimate {name}` 将以本次实测为依据。");

    public static BilingualText LearnedMemory(string name) => new(
        $"Memory is kept: `deepfit estimate {name}` with these settings shows it from now on.",
        $"内存数据已记录：之后用相同设置运行 `deepfit estimate {name}` 将显示本次实测值。");

    private static BilingualText Count(FormattableString en, FormattableString zh) => new(en.ToString(CultureInfo.InvariantCulture), zh.ToString(CultureInfo.InvariantCulture));
}
