using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What the plan for a team says.</summary>
internal static class CapacityTexts
{
    public static readonly BilingualText Team = new("Team", "团队");
    public static readonly BilingualText Goal = new("Goal", "目标");
    public static readonly BilingualText Engine = new("Engine", "引擎");
    public static readonly BilingualText Nodes = new("Nodes", "节点");
    public static readonly BilingualText EachGpu = new("Each GPU", "每张 GPU");
    public static readonly BilingualText Cache = new("Cache", "缓存");
    public static readonly BilingualText FirstToken = new("First token", "首个 token");
    public static readonly BilingualText Queue = new("In queue", "排队");
    public static readonly BilingualText Load = new("Load", "负载");
    public static readonly BilingualText Engines = new("The engines compared", "各引擎对比");
    public static readonly BilingualText WhyNot = new("Why not", "为何不行");
    public static readonly BilingualText Start = new("To start it", "启动命令");
    public static readonly BilingualText ColumnWeights = new("Weights", "权重");
    public static readonly BilingualText ColumnLayout = new("TP x PP", "TP × PP");
    public static readonly BilingualText ColumnCopies = new("Copies", "份数");
    public static readonly BilingualText ColumnNodes = new("Nodes", "节点");
    public static readonly BilingualText ColumnAnswer = new("p95 answer", "p95 回答");
    public static readonly BilingualText ColumnTotal = new("tokens/s", "token/秒");
    public static readonly BilingualText ColumnMet = new("Goal", "目标");
    public static readonly BilingualText Met = new("✓ met", "✓ 达到");
    public static readonly BilingualText NotMet = new("✗ missed", "✗ 未达到");
    public static readonly BilingualText NoFit = new("✗ no", "✗ 不行");

    public static BilingualText Title(string variant) => new($"{variant} for a team", $"团队使用 {variant}");

    public static BilingualText People(int users, BilingualText think, BilingualText use) => new(
        $"{users} {(users == 1 ? "person" : "people")}, {use.En}, {think.En} between an answer and the next question",
        $"{users} 人，{use.Zh}，收到回答后平均 {think.Zh}再次提问");

    public static BilingualText Stream(string perMinute, BilingualText use) => new(
        $"{perMinute} requests a minute, {use.En}", $"每分钟 {perMinute} 个请求，{use.Zh}");

    public static BilingualText AnswerGoal(string share, BilingualText seconds) => new($"{share} of the answers within {seconds.En}", $"{share} 的回答在 {seconds.Zh}内完成");

    public static BilingualText FirstTokenGoal(BilingualText seconds) => new($"95% of the first tokens within {seconds.En}", $"95% 的首个 token 在 {seconds.Zh}内出现");

    public static readonly BilingualText DefaultGoal = new("the use's own; --latency-goal sets another", "取该用途的默认值，可用 --latency-goal 修改");

    public static BilingualText EngineLine(string engine, string weights, string size) => new($"{engine}, {weights} weights ({size})", $"{engine}，{weights} 权重（{size}）");

    public static BilingualText NodesLine(int nodes, string machine, int copies, string layout) => new(
        $"{nodes} x {machine}; {copies} {(copies == 1 ? "copy" : "copies")} of the model{layout}",
        $"{nodes} × {machine}；{copies} 份模型{layout}");

    public static BilingualText GpuLine(string weights, string activation, string cache, string kept) => new(
        $"weights {weights}, computing {activation}, cache {cache}, left alone {kept}",
        $"权重 {weights}，计算 {activation}，缓存 {cache}，预留 {kept}");

    public static BilingualText CacheLine(string tokens, string concurrency, int context) => new(
        $"{tokens} tokens a copy: {concurrency} sequences of {context} at once",
        $"每份模型 {tokens} 个 token：可同时容纳 {concurrency} 个长度为 {context} 的序列");

    public static BilingualText Times(BilingualText median, BilingualText high, BilingualText low, BilingualText most) => new(
        $"p50 {median.En}, p95 {high.En} ({low.En} to {most.En})",
        $"p50 {median.Zh}，p95 {high.Zh}（{low.Zh} 到 {most.Zh}）");

    public static readonly BilingualText NoTime = new("next to none", "几乎没有");

    public static BilingualText SpeedLine(string total, string low, string high, string single) => new(
        $"{total} tokens/s in all ({low} to {high}), {single} for one person alone",
        $"合计 {total} token/秒（{low} 到 {high}），单人使用 {single}");

    public static BilingualText LoadLine(string busy, string mean, int peak, string cache) => new(
        $"busy {busy} of the time; {mean} sequences a copy on average, {peak} at most; cache up to {cache} full",
        $"忙碌时间占 {busy}；每份模型平均 {mean} 个序列，最多 {peak} 个；缓存最多用到 {cache}");

    public static BilingualText Trouble(int rejected, int truncated, int preempted) => new(
        $"of the simulated requests {rejected} refused, {truncated} cut off at the context's end, {preempted} times computed anew for lack of cache",
        $"模拟的请求中有 {rejected} 个被拒绝，{truncated} 个在上下文末尾被截断，{preempted} 次因缓存不足而重新计算");

    public static BilingualText NothingMeets => new("Nothing meets the goal; this comes closest", "没有方案能达到目标，以下最接近");

    public static BilingualText NothingFits => new("It does not fit", "放不下");

    public static BilingualText Notes(string factor, bool assumedLink, string link) => new(
        $"All figures are estimated: speeds by a model of one step fitted to published benchmarks (80% interval: a factor of {factor}), times by a simulation of the queue. Between the GPUs: {link}{(assumedLink ? ", assumed" : "")}.",
        $"所有数字均为估算：速度由按公开基准测试拟合的单步模型得出（80% 区间：{factor} 倍），时间由排队模拟得出。GPU 间互联：{link}{(assumedLink ? "（假定）" : "")}。");

    public static BilingualText LlamaNotes(string factor) => new(
        $"All figures are estimated: speeds as `deepfit estimate` gives them (80% interval: a factor of {factor}), times by a simulation of the queue.",
        $"所有数字均为估算：速度同 `deepfit estimate`（80% 区间：{factor} 倍），时间由排队模拟得出。");

    public static readonly BilingualText LengthsNote = new(
        "Prompts, thoughts and answers vary: log-normal, the use's typical length the median, its long one exceeded once in 20 times.",
        "提示词、推理和回答的长度服从对数正态分布：用途的典型长度为中位数，较长的长度每 20 次只会超过一次。");

    public static BilingualText TeamHint(string command) => new(
        $"`{command}` plans other engines and more nodes, with the flags to start them.",
        $"运行 `{command}` 可规划其他引擎和更多节点，并给出启动参数。");
}
