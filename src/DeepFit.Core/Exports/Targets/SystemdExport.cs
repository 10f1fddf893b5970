using System.Globalization;
using System.Text;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;
using DeepFit.Core.Units;

namespace DeepFit.Core.Exports.Targets;

/// <summary>A systemd service (systemd.service(5), systemd.exec(5), systemd.resource-control(5)).</summary>
internal static class SystemdExport
{
    public static IReadOnlyList<ExportFile> Render(LlamaPlan plan, ExportSettings settings)
    {
        int port = settings.Port ?? ExportDefaults.Whole("port", "llama");
        string model = settings.Model ?? DefaultPath.Model(plan, "linux");
        string program = settings.Program ?? "/usr/local/bin/llama-server";
        if (!program.StartsWith('/'))
        {
            throw new UserErrorException(new(
                $"systemd wants the whole path of the program: --program {program} does not begin with /.", $"systemd 需要程序的绝对路径：--program {program} 不是以 / 开头。"));
        }

        (ByteSize limit, BilingualText limitWhy) = plan.MemoryLimit;
        (int stop, BilingualText stopWhy) = Waits.Stop(plan.AnswerSeconds);
        var text = new StringBuilder();
        void Say(params BilingualText[] comments) => ScriptExport.Say(text, comments, settings.Language);
        void Line(string line) => text.Append(line).Append('\n');

        Say(
            ExportWords.Heading($"{plan.Model.DisplayName} {plan.Model.Layout.Quantization}, llama-server", settings.Version, plan.Machine.Name),
            ExportWords.NoSystemPrompt,
            new($"To /etc/systemd/system/{settings.Service}.service, then: systemctl daemon-reload && systemctl enable --now {settings.Service}",
                $"放到 /etc/systemd/system/{settings.Service}.service，然后执行：systemctl daemon-reload && systemctl enable --now {settings.Service}"));
        Line("[Unit]");
        Line($"Description={plan.Model.DisplayName} (llama-server)");
        Line("After=network.target");
        Line("");
        Line("[Service]");
        Say(new BilingualText("A user of its own, made at the start and gone at the stop: the program can write nothing of anyone's.", "启动时临时创建专用用户，停止后消失，程序无法写入任何人的文件。"));
        Line("DynamicUser=yes");
        if (plan.UsesGpu)
        {
            Say(new BilingualText("the groups that may open the GPUs' device files", "可以访问 GPU 设备文件的用户组"));
            Line("SupplementaryGroups=video render");
        }

        Line("NoNewPrivileges=yes");
        Line("ProtectSystem=strict");
        Line("PrivateTmp=yes");
        Say(new BilingualText("a home folder is read only, for the case that the model is in one", "主目录只读，以便读取其中的模型"));
        Line("ProtectHome=read-only");
        if (settings.ApiKeyVariable is { } variable)
        {
            text.Append('\n');
            Say(new BilingualText(
                $"The API key: a file of root's alone (mode 600) with one line, LLAMA_API_KEY=... It is written with: install -m 600 /dev/null /etc/{settings.Service}.env && printf 'LLAMA_API_KEY=%s\\n' \"${variable}\" > /etc/{settings.Service}.env",
                $"API 密钥：仅 root 可读的文件（权限 600），内含一行 LLAMA_API_KEY=...。生成方法：install -m 600 /dev/null /etc/{settings.Service}.env && printf 'LLAMA_API_KEY=%s\\n' \"${variable}\" > /etc/{settings.Service}.env"));
            Line($"EnvironmentFile=/etc/{settings.Service}.env");
        }

        text.Append('\n');
        text.Append("ExecStart=").Append(Quoting.Systemd(program, program: true));
        foreach (EngineFlag flag in plan.Flags(model, settings.Host, port))
        {
            text.Append(" \\\n");
            foreach (string line in Comments.Wrap(flag.Why.In(settings.Language), 2))
            {
                text.Append("# ").Append(line).Append('\n');
            }

            text.Append("    ").Append(flag.Name);
            if (flag.Value.Length > 0)
            {
                text.Append(' ').Append(Quoting.Systemd(flag.Value));
            }
        }

        text.Append("\n\n");
        string health = settings.Host is "0.0.0.0" or "::" or "[::]" ? "127.0.0.1" : settings.Host.Contains(':', StringComparison.Ordinal) && !settings.Host.StartsWith('[') ? $"[{settings.Host}]" : settings.Host;
        Say(
            new("Started means serving: the unit waits until /health answers 200, so that units that need it start after that.", "“已启动”即可以服务：一直等到 /health 返回 200，依赖它的单元才会随后启动。"),
            plan.Waits.Why);
        Line($"ExecStartPost=/bin/sh -c \"until curl -fsS -o /dev/null http://{health}:{Number(port)}/health; do sleep 1; done\"");
        Line($"TimeoutStartSec={Number(plan.Waits.StartupSeconds)}");
        Say(stopWhy);
        Line($"TimeoutStopSec={Number(stop)}");
        Say(new BilingualText("started again after a crash, not after a clean stop", "崩溃后自动重启，正常停止后不重启"));
        Line("Restart=on-failure");
        Line($"RestartSec={ExportDefaults.Text("restart", "seconds")}");
        text.Append('\n');
        Say(limitWhy);
        Line($"MemoryMax={limit.Bytes / ByteSize.MiB}M");
        Say(new BilingualText("swapped weights would be read back for every token", "权重一旦被换出，每个 token 都要重新读入"));
        Line("MemorySwapMax=0");
        Line("");
        Line("[Install]");
        Line("WantedBy=multi-user.target");

        var notes = new List<BilingualText>();
        if (settings.Model is null)
        {
            notes.Add(ExportWords.FileExpected(model, plan.Model));
        }

        notes.Add(new("The unit's own user must be able to read the model: chmod a+r, and a+x on its folders.", "该单元的专用用户必须能读取模型：文件需 chmod a+r，所在各级文件夹需 a+x。"));
        return [new ExportFile($"{settings.Service}.service", text.ToString(), false, notes)];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
