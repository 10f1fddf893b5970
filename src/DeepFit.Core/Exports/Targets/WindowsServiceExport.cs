using System.Globalization;
using System.Text;
using System.Xml;
using DeepFit.Core.Exports.Text;
using DeepFit.Core.Planning.Capacity;
using DeepFit.Core.Text;

namespace DeepFit.Core.Exports.Targets;

/// <summary>
/// A Windows service. llama-server is a console program and does not answer the Service Control Manager, which ends such a program after 30 seconds
/// (error 1053): so a wrapper stands between, WinSW (winsw/winsw: docs/xml-config-file.md), which the person gets and the script installs.
/// </summary>
internal static class WindowsServiceExport
{
    public static IReadOnlyList<ExportFile> Render(LlamaPlan plan, ExportSettings settings)
    {
        string model = settings.Model ?? DefaultPath.Model(plan, "windows");
        var notes = new List<BilingualText>
        {
            new(
                "Windows can only run as a service what answers its Service Control Manager, and llama-server does not: sc.exe or New-Service on it alone ends in error 1053. The script takes a wrapper that does, WinSW.exe, which you download yourself from its project's releases (MIT licence).",
                "Windows 服务必须能应答服务控制管理器，而 llama-server 不能：直接用 sc.exe 或 New-Service 安装会报错 1053。脚本需要一个能应答的包装程序 WinSW.exe，请自行从其项目发布页下载（MIT 许可证）。"),
            new(
                $"In an administrator's PowerShell: .\\install-{settings.Service}.ps1 -Wrapper C:\\path\\WinSW.exe; with -Remove it is uninstalled.",
                $"在管理员 PowerShell 中执行：.\\install-{settings.Service}.ps1 -Wrapper C:\\path\\WinSW.exe；加 -Remove 则卸载。"),
        };
        if (settings.Model is null)
        {
            notes.Add(ExportWords.FileExpected(model, plan.Model));
        }

        if (settings.ApiKeyVariable is { } variable)
        {
            notes.Add(new(
                $"The API key is read from the machine's environment variable {variable}: setx {variable} ... /M",
                $"API 密钥取自系统环境变量 {variable}：setx {variable} ... /M"));
        }

        return
        [
            new ExportFile($"{settings.Service}.xml", Xml(plan, settings, model), false, []),
            new ExportFile($"install-{settings.Service}.ps1", ScriptExport.Marked(Script(plan, settings, notes)), false, notes),
        ];
    }

    private static string Xml(LlamaPlan plan, ExportSettings settings, string model)
    {
        using var buffer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using (XmlWriter xml = XmlWriter.Create(buffer, new XmlWriterSettings { Indent = true, IndentChars = "  ", NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            void Say(BilingualText comment) => xml.WriteComment(" " + Comments.Xml(comment.In(settings.Language)) + " ");
            xml.WriteStartElement("service");
            Say(ExportWords.Heading($"{plan.Model.DisplayName} {plan.Model.Layout.Quantization}, llama-server", settings.Version, plan.Machine.Name));
            Say(plan.MemoryLimit.Why);
            xml.WriteElementString("id", settings.Service);
            xml.WriteElementString("name", plan.Model.DisplayName);
            xml.WriteElementString("description", $"{plan.Model.DisplayName} {plan.Model.Layout.Quantization} (llama-server)");
            if (settings.ApiKeyVariable is { } variable)
            {
                Say(ExportWords.KeyFromEnvironment(variable));
                xml.WriteStartElement("env");
                xml.WriteAttributeString("name", "LLAMA_API_KEY");
                xml.WriteAttributeString("value", $"%{variable}%");
                xml.WriteEndElement();
            }

            xml.WriteElementString("executable", settings.Program ?? @"C:\Program Files\llama.cpp\llama-server.exe");
            IReadOnlyList<EngineFlag> flags = plan.Flags(model, settings.Host, settings.Port ?? ExportDefaults.Whole("port", "llama"));
            foreach (EngineFlag flag in flags)
            {
                Say(new($"{flag.Name[2..]} {flag.Value}: {flag.Why.En}", $"{flag.Name[2..]} {flag.Value}：{flag.Why.Zh}"));
            }

            xml.WriteElementString("arguments", string.Join(' ', flags.SelectMany(flag => flag.Value.Length > 0
                ? (IEnumerable<string>)[flag.Name, Quoting.WindowsArgument(flag.Value)]
                : [flag.Name])));
            Say(new("started again after a crash", "崩溃后自动重启"));
            xml.WriteStartElement("onfailure");
            xml.WriteAttributeString("action", "restart");
            xml.WriteAttributeString("delay", ExportDefaults.Text("restart", "seconds") + " sec");
            xml.WriteEndElement();
            (int stop, BilingualText stopWhy) = Waits.Stop(plan.AnswerSeconds);
            Say(stopWhy);
            xml.WriteElementString("stoptimeout", stop.ToString(CultureInfo.InvariantCulture) + " sec");
            xml.WriteStartElement("log");
            xml.WriteAttributeString("mode", "roll");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + buffer + "\n";
    }

    private static string Script(LlamaPlan plan, ExportSettings settings, IEnumerable<BilingualText> notes)
    {
        var text = new StringBuilder();
        ScriptExport.Say(text, [ExportWords.Heading($"{plan.Model.DisplayName} {plan.Model.Layout.Quantization}, llama-server", settings.Version, plan.Machine.Name), .. notes], settings.Language);
        string name = Quoting.PowerShell(settings.Service);
        int port = settings.Port ?? ExportDefaults.Whole("port", "llama");
        string health = settings.Loopback ? settings.Host : "127.0.0.1";
        int wait = plan.Waits.StartupSeconds;
        text.Append(CultureInfo.InvariantCulture, $$"""
            [CmdletBinding()]
            param(
                [string] $Wrapper,
                [string] $Folder = (Join-Path $env:ProgramData 'DeepFit'),
                [switch] $Remove
            )

            $ErrorActionPreference = 'Stop'
            $name = {{name}}
            $program = Join-Path $Folder ($name + '.exe')

            $identity = [Security.Principal.WindowsPrincipal] [Security.Principal.WindowsIdentity]::GetCurrent()
            if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
                throw {{Say("Run this in an administrator's PowerShell.", "请在管理员 PowerShell 中运行。")}}
            }

            $service = Get-Service -Name $name -ErrorAction SilentlyContinue
            if ($Remove) {
                if ($service) {
                    Stop-Service -Name $name
                    & sc.exe delete $name
                    if ($LASTEXITCODE -ne 0) { throw "sc.exe delete: $LASTEXITCODE" }
                }
                return
            }

            if ($service) { throw {{Say("The service exists: run this with -Remove first.", "服务已存在：请先用 -Remove 卸载。")}} }
            if (-not $Wrapper -or -not (Test-Path -LiteralPath $Wrapper -PathType Leaf)) {
                throw {{Say("-Wrapper must be the path of WinSW.exe; the comment at the top says why.", "-Wrapper 应为 WinSW.exe 的路径，原因见文件开头的注释。")}}
            }


            """);
        ScriptExport.Say(text, [new("WinSW reads the file of its own name: both go into one folder.", "WinSW 读取与自身同名的配置文件，两者须放在同一文件夹。")], settings.Language);
        text.Append(CultureInfo.InvariantCulture, $$"""
            New-Item -ItemType Directory -Force -Path $Folder | Out-Null
            Copy-Item -LiteralPath $Wrapper -Destination $program
            Copy-Item -LiteralPath (Join-Path $PSScriptRoot ($name + '.xml')) -Destination (Join-Path $Folder ($name + '.xml'))


            """);
        ScriptExport.Say(text, [new(
            "The account without rights of its own. It must be able to read the model: icacls MODEL /grant \"NT AUTHORITY\\LocalService:R\"",
            "使用几乎没有权限的账户。它必须能读取模型：icacls 模型文件 /grant \"NT AUTHORITY\\LocalService:R\"")], settings.Language);
        text.Append(CultureInfo.InvariantCulture, $$"""
            $account = New-Object System.Management.Automation.PSCredential 'NT AUTHORITY\LocalService', (New-Object System.Security.SecureString)
            New-Service -Name $name -BinaryPathName ('"' + $program + '"') -DisplayName {{Quoting.PowerShell(plan.Model.DisplayName)}} -StartupType Automatic -Credential $account | Out-Null
            & icacls.exe $Folder /grant 'NT AUTHORITY\LocalService:(OI)(CI)M' | Out-Null

            """);
        ScriptExport.Say(text, [new("Should the wrapper itself fail, Windows starts it again.", "若包装程序本身崩溃，由 Windows 重新启动。")], settings.Language);
        text.Append(CultureInfo.InvariantCulture, $$"""
            & sc.exe failure $name reset= 86400 actions= restart/5000/restart/30000/restart/60000 | Out-Null
            Start-Service -Name $name


            """);
        ScriptExport.Say(text, [plan.Waits.Why], settings.Language);
        text.Append(CultureInfo.InvariantCulture, $$"""
            $until = (Get-Date).AddSeconds({{wait}})
            while ($true) {
                try {
                    if ((Invoke-WebRequest -UseBasicParsing -Uri 'http://{{health}}:{{port}}/health' -TimeoutSec 5).StatusCode -eq 200) { break }
                } catch {
                    if ((Get-Date) -gt $until) { throw {{Say("It does not answer: see the log beside the wrapper.", "服务没有应答：请查看包装程序旁的日志。")}} }
                }
                Start-Sleep -Seconds 1
            }
            Get-Service -Name $name

            """);
        return text.ToString().ReplaceLineEndings("\n");

        string Say(string english, string chinese) => Quoting.PowerShell(new BilingualText(english, chinese).In(settings.Language));
    }
}
