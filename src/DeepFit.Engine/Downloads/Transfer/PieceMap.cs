namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>A file's division into pieces of one size, the last one shorter.</summary>
/// <param name="FileBytes">Bytes of the file.</param>
/// <param name="PieceBytes">Bytes of a piece.</param>
internal readonly record struct PieceMap(long FileBytes, int PieceBytes)
{
    private const int Smallest = 1 << 20;
    private const int Largest = 16 << 20;
    private const int Wanted = 64;

    /// <summary>Number of pieces.</summary>
    public int Count => checked((int)((FileBytes + PieceBytes - 1) / PieceBytes));

    /// <summary>
    /// The division of a file: 1 MiB a piece, doubled up to 16 MiB while there are more than 64. A small piece costs more requests, a large one more bytes when it is
    /// fetched again.
    /// </summary>
    public static PieceMap Of(long fileBytes)
    {
        int size = Smallest;
        while (size < Largest && fileBytes / size > Wanted)
        {
            size *= 2;
        }

        return new PieceMap(fileBytes, size);
    }

    /// <summary>Where a piece begins.</summary>
    public long Offset(int piece) => (long)piece * PieceBytes;

    /// <summary>How long a piece is.</summary>
    public int Length(int piece) => (int)Math.Min(PieceBytes, FileBytes - Offset(piece));
}
