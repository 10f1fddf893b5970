using System.Globalization;
using System.Xml;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports.Targets;

/// <summary>A launchd agent (launchd.plist(5)).</summary>
internal static class LaunchdExport
{
    public static IReadOnlyList<ExportFile> Render(LlamaPlan plan, ExportSettings settings)
    {
        string model = settings.Model ?? DefaultPath.Model(plan, "macos");
        string label = "local.deepfit." + settings.Service;
        var notes = new List<BilingualText>();
        if (settings.Model is null)
        {
            notes.Add(ExportWords.FileExpected(model, plan.Model));
        }

        notes.Add(new(
            $"To ~/Library/LaunchAgents/{label}.plist, then: launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/{label}.plist",
            $"放到 ~/Library/LaunchAgents/{label}.plist，然后执行：launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/{label}.plist"));

        using var buffer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (XmlWriter xml = XmlWriter.Create(buffer, new XmlWriterSettings { Indent = true, IndentChars = "  ", NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            xml.WriteDocType("plist", "-//Apple//DTD PLIST 1.0//EN", "http://www.apple.com/DTDs/PropertyList-1.0.dtd", null);
            xml.WriteStartElement("plist");
            xml.WriteAttributeString("version", "1.0");
            void Say(BilingualText comment) => xml.WriteComment(" " + Comments.Xml(comment.In(settings.Language)) + " ");
            void Entry(string key, Action value, BilingualText? why = null)
            {
                if (why is not null)
                {
                    Say(why);
                }

                xml.WriteElementString("key", key);
                value();
            }

            void Text(string text) => xml.WriteElementString("string", text);

            Say(ExportWords.Heading($"{plan.Model.DisplayName} {plan.Model.Layout.Quantization}, llama-server", settings.Version, plan.Machine.Name));
            foreach (BilingualText note in notes)
            {
                Say(note);
            }

            Say(ExportWords.NoSystemPrompt);
            Say(plan.MemoryLimit.Why);
            xml.WriteStartElement("dict");
            Entry("Label", () => Text(label));
            Entry("ProgramArguments", () =>
            {
                xml.WriteStartElement("array");
                Text(settings.Program ?? "/opt/homebrew/bin/llama-server");
                foreach (EngineFlag flag in Flags(plan, settings, model))
                {
                    Say(flag.Why);
                    Text(flag.Name);
                    if (flag.Value.Length > 0)
                    {
                        Text(flag.Value);
                    }
                }

                xml.WriteEndElement();
            });
            Entry("RunAtLoad", () => Empty(xml, "true"), new("starts when you log in", "登录时启动"));
            Entry(
                "KeepAlive",
                () =>
                {
                    xml.WriteStartElement("dict");
                    Entry("SuccessfulExit", () => Empty(xml, "false"));
                    xml.WriteEndElement();
                },
                new("started again after a crash, not after a clean stop", "崩溃后自动重启，正常停止后不重启"));
            Entry("ThrottleInterval", () => xml.WriteElementString("integer", ExportDefaults.Text("restart", "seconds")), new("seconds between two starts", "两次启动之间的最短间隔（秒）"));
            (int stop, BilingualText stopWhy) = Waits.Stop(plan.AnswerSeconds);
            Entry("ExitTimeOut", () => xml.WriteElementString("integer", stop.ToString(CultureInfo.InvariantCulture)), stopWhy);
            Entry("ProcessType", () => Text("Interactive"), new("not throttled in favour of what is in the foreground", "不因前台程序而被限速"));
            Entry("StandardErrorPath", () => Text($"/tmp/{label}.log"), new("what the engine says", "引擎的日志"));
            Entry("StandardOutPath", () => Text($"/tmp/{label}.log"));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return [new ExportFile(label + ".plist", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + buffer + "\n", false, notes)];
    }

    // launchd hands no variable of the environment on: the key is read from a file that the person makes
    private static IEnumerable<EngineFlag> Flags(LlamaPlan plan, ExportSettings settings, string model)
    {
        IReadOnlyList<EngineFlag> flags = plan.Flags(model, settings.Host, settings.Port ?? ExportDefaults.Whole("port", "llama"));
        return settings.ApiKeyVariable is not { } variable ? flags : flags.Append(new EngineFlag("--api-key-file", $"/usr/local/etc/{settings.Service}.key", new(
            $"the API key, one line in a file that only you can read: (umask 077; printf '%s' \"${variable}\" > /usr/local/etc/{settings.Service}.key)",
            $"API 密钥，保存在只有您可读的文件中，仅一行：(umask 077; printf '%s' \"${variable}\" > /usr/local/etc/{settings.Service}.key)")));
    }

    private static void Empty(XmlWriter xml, string name)
    {
        xml.WriteStartElement(name);
        xml.WriteEndElement();
    }
}
