using DeepFit.Core.Models;

namespace DeepFit.Cli.Chat;

/// <summary>A command in a chat, such as <c>/save notes.md</c>.</summary>
/// <param name="Name">Its name without the slash, in lower case.</param>
/// <param name="Argument">What follows; empty where nothing does.</param>
internal sealed record ChatCommand(string Name, string Argument)
{
    /// <summary>The commands, as <c>/help</c> lists them.</summary>
    public static readonly string[] Names = ["new", "retry", "think", "context", "stats", "save", "help", "bye"];

    /// <summary>Reads a line: a command begins with a slash and a word. Text that begins so is sent with a blank before it.</summary>
    /// <returns>The command, known or not; null where it is no command.</returns>
    public static ChatCommand? Parse(string typed)
    {
        if (!typed.StartsWith('/') || typed.Contains('\n', StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = typed[1..].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || !parts[0].All(c => char.IsAsciiLetter(c) || c == '?'))
        {
            return null; // a path, a comment in code
        }

        string name = parts[0].ToLowerInvariant();
        return new ChatCommand(
            name switch
            {
                "exit" or "quit" => "bye",
                "?" => "help",
                "clear" => "new",
                _ => name,
            },
            parts.Length > 1 ? parts[1].Trim() : "");
    }

    /// <summary>The nearest known names.</summary>
    public IReadOnlyList<string> Near() => NearestNames.Suggest(Name, Names);
}
