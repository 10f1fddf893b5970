using System.Globalization;
using System.Text;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>What a partial file is to become. A journal of anything else is of no use.</summary>
/// <param name="Bytes">Size of the whole file.</param>
/// <param name="PieceBytes">Size of a piece.</param>
/// <param name="Sha256">The hub's digest, or empty.</param>
/// <param name="EntityTag">The server's tag where no digest is known, or empty.</param>
internal sealed record TransferIdentity(long Bytes, int PieceBytes, string Sha256, string EntityTag)
{
    /// <summary>Whether a partial file of the other identity can be gone on with: the same digest, or without one the same tag.</summary>
    public bool Continues(TransferIdentity other) => Bytes == other.Bytes
        && PieceBytes == other.PieceBytes
        && Sha256 == other.Sha256
        && (Sha256.Length > 0 || (EntityTag.Length > 0 && EntityTag == other.EntityTag));

    /// <summary>Bytes of pieces.</summary>
    public long Arrived(Dictionary<int, ulong> pieces)
    {
        var map = new PieceMap(Bytes, PieceBytes);
        return pieces.Keys.Sum(piece => (long)map.Length(piece));
    }
}

/// <summary>
/// The journal beside a partial file: which pieces are there, and each one's XXH3 checksum (64 bits). Lines are only appended, one write each; a torn last line is ignored. It is a claim that is checked piece
/// by piece before it is believed, so that neither kill -9 nor a power cut can make it lie: data that never reached the disk does not have the checksum.
/// </summary>
internal sealed class TransferJournal : IDisposable
{
    private const string Magic = "deepfit-part 2";

    private readonly FileStream stream;
    private readonly Lock gate = new();

    private TransferJournal(FileStream stream) => this.stream = stream;

    /// <summary>The journal's path.</summary>
    public static string PathOf(string target) => target + ".part.journal";

    /// <summary>The partial file's path.</summary>
    public static string PartOf(string target) => target + ".part";

    /// <summary>What a journal says; null when there is none or it makes no sense.</summary>
    public static (TransferIdentity Identity, Dictionary<int, ulong> Pieces)? Read(string target)
    {
        string text;
        try
        {
            using var file = new FileStream(PathOf(target), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.UTF8);
            text = reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // what follows the last line feed was cut off in the middle
        string[] lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 5 || lines[0] != Magic
            || !long.TryParse(Value(lines[1], "bytes "), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            || !int.TryParse(Value(lines[2], "piece "), NumberStyles.None, CultureInfo.InvariantCulture, out int piece) || piece == 0
            || Value(lines[3], "sha256 ") is not { } digest || Value(lines[4], "tag ") is not { } tag)
        {
            return null;
        }

        var pieces = new Dictionary<int, ulong>();
        int count = new PieceMap(bytes, piece).Count;
        foreach (string line in lines.AsSpan(5))
        {
            string[] words = line.Split(' ');
            if (words.Length == 2
                && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < count
                && ulong.TryParse(words[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong checksum))
            {
                pieces[number] = checksum;
            }
        }

        return (new TransferIdentity(bytes, piece, digest, tag), pieces);
    }

    /// <summary>Opens a journal to append to; an identity begins a new one.</summary>
    public static TransferJournal Open(string target, TransferIdentity? begin)
    {
        var stream = new FileStream(
            PathOf(target), begin is null ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var journal = new TransferJournal(stream);
        if (begin is { } id)
        {
            journal.Write(string.Create(
                CultureInfo.InvariantCulture, $"{Magic}\nbytes {id.Bytes}\npiece {id.PieceBytes}\nsha256 {id.Sha256}\ntag {id.EntityTag.ReplaceLineEndings(" ")}\n"));
        }
        else
        {
            journal.Write("\n"); // ends a line that was torn
        }

        return journal;
    }

    /// <summary>Notes that a piece is there. A later line of the same piece counts.</summary>
    public void Add(int piece, ulong checksum) => Write(string.Create(CultureInfo.InvariantCulture, $"{piece} {checksum:x16}\n"));

    public void Dispose() => stream.Dispose();

    private static string? Value(string line, string key) => line.StartsWith(key, StringComparison.Ordinal) ? line[key.Length..] : null;

    private void Write(string text)
    {
        lock (gate)
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
    }
}
