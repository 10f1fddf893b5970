using System.Runtime.CompilerServices;
using System.Text;

namespace DeepFit.Engine.Deployments;

/// <summary>
/// A deployment's log. Its process writes lines at the end of it; when it grows beyond <see cref="Limit"/>, what is in it becomes the older log and it begins anew, so that the two never hold
/// more than about twice that.
/// </summary>
public static class DeploymentLog
{
    /// <summary>Bytes after which a log begins anew: 4 MiB.</summary>
    public const long Limit = 4 << 20;

    private const int Block = 64 * 1024;

    /// <summary>The log before this one.</summary>
    public static string Older(string log) => log + ".1";

    /// <summary>The last lines, the oldest first; of the older log too where this one has not so many. Empty where there is no log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="count">How many at most.</param>
    public static IReadOnlyList<string> Tail(string log, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        IReadOnlyList<string> newest = TailOf(log, count).Lines;
        return newest.Count >= count ? newest : [.. TailOf(Older(log), count - newest.Count).Lines, .. newest];
    }

    /// <summary>The last lines, and then every line that comes, until <paramref name="ended"/> says that no more will, or it is cancelled.</summary>
    /// <param name="log">The log.</param>
    /// <param name="count">How many of the last lines first.</param>
    /// <param name="ended">Asked between two looks: whether the process is gone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<string> FollowAsync(
        string log, int count, Func<bool> ended, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ended);
        IReadOnlyList<string> before = [];
        (IReadOnlyList<string> newest, long position) = TailOf(log, count);
        if (newest.Count < count)
        {
            before = TailOf(Older(log), count - newest.Count).Lines;
        }

        foreach (string line in before.Concat(newest))
        {
            yield return line;
        }

        while (true)
        {
            bool last = ended(); // asked before reading, so that what was written until then is read
            (List<string> lines, position) = ReadFrom(log, position, last);
            foreach (string line in lines)
            {
                yield return line;
            }

            if (last)
            {
                yield break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins the log anew where it is too long. Whoever has it open to append goes on at its new beginning.</summary>
    /// <param name="log">The log.</param>
    /// <param name="limit">Bytes that it may have.</param>
    internal static void Trim(string log, long limit = Limit)
    {
        try
        {
            if (new FileInfo(log) is not { Exists: true } file || file.Length <= limit)
            {
                return;
            }

            // copied and emptied, not renamed: the process and its children have it open
            File.Copy(log, Older(log), overwrite: true);
            using var stream = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            stream.SetLength(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // at the next time, then
        }
    }

    // reads blocks from the end until there are lines enough; an unfinished last line counts as one
    private static (IReadOnlyList<string> Lines, long End) TailOf(string log, int count)
    {
        if (Open(log) is not { } stream)
        {
            return ([], 0);
        }

        using (stream)
        {
            long end = stream.Length;
            long start = end;
            int breaks = 0;
            byte[] block = new byte[Block];
            while (start > 0 && breaks <= count)
            {
                int length = (int)Math.Min(Block, start);
                start -= length;
                stream.Position = start;
                stream.ReadExactly(block, 0, length);
                breaks += block.AsSpan(0, length).Count((byte)'\n');
            }

            stream.Position = start;
            byte[] all = new byte[end - start];
            int read = stream.ReadAtLeast(all, all.Length, throwOnEndOfStream: false);
            List<string> lines = Split(Encoding.UTF8.GetString(all, 0, read));
            return (lines.Count <= count ? lines : lines[^count..], end);
        }
    }

    // whole lines from a position on; a log that has become shorter has begun anew
    private static (List<string> Lines, long Position) ReadFrom(string log, long position, bool last)
    {
        if (Open(log) is not { } stream)
        {
            return ([], position);
        }

        using (stream)
        {
            if (stream.Length < position)
            {
                position = 0;
            }

            stream.Position = position;
            byte[] all = new byte[Math.Min(stream.Length - position, 16 * Block)];
            int read = stream.ReadAtLeast(all, all.Length, throwOnEndOfStream: false);
            int whole = last || read == 16 * Block ? read : all.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            return (Split(Encoding.UTF8.GetString(all, 0, whole)), position + whole);
        }
    }

    private static List<string> Split(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    private static FileStream? Open(string log)
    {
        try
        {
            return new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
