using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp;

/// <summary>What the engine logs in this process, by line; errors also go to stderr, where the parent process keeps the last of them.</summary>
internal static unsafe class EngineLog
{
    private const int Debug = 1;
    private const int Error = 4;
    private const int Continuation = 5;

    private static readonly Lock Gate = new();
    private static readonly List<string> Lines = [];
    private static readonly List<string> ErrorLines = [];
    private static readonly StringBuilder Current = new();
    private static int level = Debug;
    private static int most = int.MaxValue;

    /// <summary>Makes the engine log here, at every level.</summary>
    internal static void Attach() => Llama.LogSet(&OnLog, null);

    /// <summary>For a process that runs for long and whose terminal belongs to a person: only so many lines are kept, and none are shown.</summary>
    /// <param name="count">The most lines. Loading the largest model logs some thousand.</param>
    internal static void KeepFew(int count = 1000)
    {
        lock (Gate)
        {
            most = count;
        }
    }

    /// <summary>Forgets the lines so far and returns them.</summary>
    internal static IReadOnlyList<string> Take()
    {
        lock (Gate)
        {
            Flush();
            string[] lines = [.. Lines];
            Lines.Clear();
            return lines;
        }
    }

    /// <summary>The error lines since the last call.</summary>
    internal static IReadOnlyList<string> TakeErrors()
    {
        lock (Gate)
        {
            Flush();
            string[] lines = [.. ErrorLines];
            ErrorLines.Clear();
            return lines;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(int logLevel, byte* text, void* userData)
    {
        string part = NativeEngine.Text(text);
        lock (Gate)
        {
            if (logLevel != Continuation)
            {
                Flush();
                level = logLevel;
            }

            foreach (char c in part)
            {
                if (c == '\n')
                {
                    Flush();
                }
                else
                {
                    Current.Append(c);
                }
            }
        }
    }

    private static void Flush()
    {
        if (Current.Length == 0)
        {
            return;
        }

        string line = Current.ToString();
        Current.Clear();
        Add(Lines, line);
        if (level == Error)
        {
            Add(ErrorLines, line);
            if (most == int.MaxValue)
            {
                Console.Error.WriteLine(line);
            }
        }
    }

    private static void Add(List<string> lines, string line)
    {
        if (lines.Count >= most)
        {
            lines.RemoveRange(0, most / 2);
        }

        lines.Add(line);
    }
}
