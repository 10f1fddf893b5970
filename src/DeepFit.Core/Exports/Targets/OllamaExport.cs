using System.Globalization;
using System.Text;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Gguf;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports.Targets;

/// <summary>A Modelfile (ollama/ollama: docs/modelfile.mdx, parser/parser.go).</summary>
internal static class OllamaExport
{
    // R1's own template: no system role, what was thought before is left out of the history, and the answer begins with its thought.
    // The field .Thinking alone between two tags tells Ollama that the thought stands there, so that it is returned apart (ollama: thinking/template.go, InferTags).
    private const string Template = """
        {{- if .System }}{{ .System }}{{ end }}
        {{- range $index, $_ := .Messages }}
        {{- $final := eq (len (slice $.Messages $index)) 1 }}
        {{- if eq .Role "user" }}<｜User｜>{{ .Content }}
        {{- else if eq .Role "assistant" }}<｜Assistant｜>
        {{- if and $final .Thinking }}<think>
        {{ .Thinking }}
        </think>

        {{ end }}{{ .Content }}{{ if not $final }}<｜end▁of▁sentence｜>{{ end }}
        {{- end }}
        {{- if and $final (ne .Role "assistant") }}<｜Assistant｜><think>
        {{ if and $.IsThinkSet (not $.Think) }}
        </think>

        {{ end }}
        {{- end }}
        {{- end }}
        """;

    private static readonly string[] Stops = ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>"];

    public static IReadOnlyList<ExportFile> Render(LlamaPlan plan, ExportSettings settings)
    {
        var text = new StringBuilder();
        var notes = new List<BilingualText>();
        void Say(BilingualText comment)
        {
            foreach (string line in Comments.Wrap(comment.In(settings.Language), 2))
            {
                text.Append("# ").Append(line).Append('\n');
            }
        }

        void Set(string parameter, string value, BilingualText why)
        {
            text.Append('\n');
            Say(why);
            text.Append(CultureInfo.InvariantCulture, $"PARAMETER {parameter} {value}\n");
        }

        Say(ExportWords.Heading($"{plan.Model.DisplayName}, {plan.Model.Layout.Quantization}", settings.Version, plan.Machine.Name));
        Say(new($"ollama create {settings.Service} -f Modelfile && ollama run {settings.Service}", $"ollama create {settings.Service} -f Modelfile && ollama run {settings.Service}"));
        text.Append('\n');
        string? tag = settings.Model is null ? plan.Model.OllamaTag : null;
        if (tag is not null)
        {
            Say(new(
                "Ollama's own model of this size and quantization: `ollama create` downloads it, and its template for R1 comes with it.",
                "Ollama 官方发布的同规格、同量化模型：`ollama create` 会自动下载，并自带 R1 的对话模板。"));
            text.Append("FROM ").Append(tag).Append('\n');
        }
        else
        {
            string path = settings.Model ?? plan.Model.PulledTo ?? "./" + plan.Model.FileName;
            Say(new("The GGUF file, from the Modelfile's folder on or as a whole path.", "GGUF 文件，可用相对于 Modelfile 的路径或绝对路径。"));
            text.Append("FROM ").Append(Value(path)).Append('\n').Append('\n');
            Say(new(
                "R1's template: no system role, earlier thoughts are left out, the answer begins with <think>. Needs Ollama 0.9 or newer.",
                "R1 的对话模板：无系统角色，不带之前的推理，回答以 <think> 开头。需要 Ollama 0.9 或更新版本。"));
            text.Append("TEMPLATE \"\"\"").Append(Template.ReplaceLineEndings("\n")).Append("\"\"\"\n");
            notes.Add(ExportWords.FileExpected(path, plan.Model));
        }

        var cache = new Units.ByteSize(plan.Memory.Devices.Sum(d => d.KvCache.Bytes));
        Set("num_ctx", Number(plan.ContextEach), new(
            $"tokens of context of one conversation; the plan's cache takes {cache} for {plan.Options.Parallel} at a time. Ollama's own default would cut R1's thoughts off.",
            $"单个对话的上下文长度（token 数）；规划中 {plan.Options.Parallel} 路并发的缓存共占 {cache}。Ollama 的默认值会截断 R1 的推理。"));
        Set("num_gpu", Number(plan.UsesGpu ? plan.Options.GpuLayers : 0), plan.UsesGpu
            ? new("layers on the GPUs, the output counted", "放到 GPU 上的层数（含输出层）")
            : new("no layer on a GPU", "不使用 GPU"));
        Set("num_batch", Number(plan.Options.UBatch), new("tokens computed at once; the compute buffers are for this many", "一次计算的 token 数，计算缓冲区按此分配"));
        Set("num_thread", Number(plan.Threads), new("one for each core that computes well", "每个高性能核心一个线程"));
        Set("temperature", ExportDefaults.Text("sampling", "temperature"), ExportWords.Temperature);
        Set("top_p", ExportDefaults.Text("sampling", "top_p"), ExportWords.TopP);
        if (tag is null)
        {
            text.Append('\n');
            Say(new("where a turn ends", "一轮对话的结束标记"));
            foreach (string stop in Stops)
            {
                text.Append("PARAMETER stop ").Append(Value(stop)).Append('\n');
            }
        }

        text.Append('\n');
        Say(ExportWords.NoSystemPrompt);
        notes.Add(Server(plan, settings));
        if (plan.Options.CpuMoeLayers > 0)
        {
            notes.Add(new(
                "Ollama cannot keep only the experts in system memory, as the plan does: with num_gpu as planned it may run out of GPU memory. llama-server can; or plan with --cpu-moe 0.",
                "Ollama 无法像规划那样只把专家留在内存中，按规划的 num_gpu 可能会显存不足。可改用 llama-server，或用 --cpu-moe 0 重新规划。"));
        }

        text.Append('\n');
        foreach (BilingualText note in notes)
        {
            Say(note);
        }

        return [new ExportFile("Modelfile", text.ToString(), false, notes)];
    }

    /// <summary>A value that the Modelfile's parser gives back as it is: its quotes know no escapes, so a text with one stands between three.</summary>
    internal static string Value(string text) => text.Contains('"', StringComparison.Ordinal)
        ? text.Contains("\"\"\"", StringComparison.Ordinal) || text.EndsWith('"')
            ? throw new UserErrorException(new(
                $"A Modelfile cannot hold the path {text}: its quotes have no escapes. Rename the file.",
                $"Modelfile 无法写入路径 {text}：其引号不支持转义。请重命名文件。"))
            : $"\"\"\"{text}\"\"\""
        : text.Contains(' ', StringComparison.Ordinal) || text.StartsWith('<') ? $"\"{text}\"" : text;

    private static BilingualText Server(LlamaPlan plan, ExportSettings settings)
    {
        string type = plan.Options.KvTypeK == GgmlType.F16 ? "" : $" OLLAMA_KV_CACHE_TYPE={plan.Options.KvTypeK.ToString().ToLowerInvariant()}";
        string variables = $"OLLAMA_HOST={settings.Host}:{settings.Port ?? 11434} OLLAMA_FLASH_ATTENTION={(plan.Options.FlashAttention ? 1 : 0)} OLLAMA_NUM_PARALLEL={plan.Options.Parallel}{type}";
        return new(
            $"What a Modelfile cannot say is set for Ollama's server, in its environment: {variables}",
            $"Modelfile 中无法设置的参数，需在 Ollama 服务的环境变量中设置：{variables}");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
