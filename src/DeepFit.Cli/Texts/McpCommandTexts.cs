using DeepFit.Core.Text;

namespace DeepFit.Cli.Texts;

/// <summary>What <c>deepfit mcp</c> says to people.</summary>
internal static class McpCommandTexts
{
    public static readonly BilingualText Help = new(
        "Serve agents: a Model Context Protocol server over standard input and output, with tools to detect, recommend, estimate, test-drive and advise.",
        "为智能体提供服务：通过标准输入输出运行 MCP 服务器，提供检测、推荐、估算、试跑和硬件建议等工具。");

    public static readonly BilingualText ForPrograms = new(
        "This speaks to programs. Add `deepfit mcp` to the agent that is to use it; Ctrl-C ends it here.",
        "该命令供程序调用。请把 `deepfit mcp` 添加到要使用它的智能体中；按 Ctrl-C 退出。");
}
