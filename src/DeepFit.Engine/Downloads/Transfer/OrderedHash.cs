using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// SHA-256 of the file while its pieces arrive in any order: hashes in the file's order as far as there are no gaps, on a thread of its own, reading back what was just written (from the system's cache,
/// not the disk).
/// </summary>
internal sealed class OrderedHash : IDisposable
{
    private const int BufferBytes = 128 << 10; // stays in the second-level cache while it is hashed

    private readonly PieceMap map;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly bool[] ready;
    private readonly SemaphoreSlim arrived = new(0);
    private readonly Lock gate = new();
    private TaskCompletionSource advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int next;

    public OrderedHash(PieceMap map)
    {
        this.map = map;
        ready = new bool[map.Count];
    }

    /// <summary>The first piece that is not hashed yet.</summary>
    public int Next => Volatile.Read(ref next);

    /// <summary>Bytes that are hashed.</summary>
    public long HashedBytes => Next == map.Count ? map.FileBytes : map.Offset(Next);

    /// <summary>Hashes the next piece at once, from memory.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        hash.AppendData(piece);
        ready[next++] = true;
    }

    /// <summary>Says that a piece is in the file.</summary>
    public void Arrived(int piece)
    {
        Volatile.Write(ref ready[piece], true);
        arrived.Release();
    }

    /// <summary>Hashes what arrives until all is hashed. On a thread of its own: the pool's are busy with what arrives, and the hash must not fall behind.</summary>
    /// <returns>The digest, lower-case hexadecimal.</returns>
    public Task<string> StartAsync(SafeFileHandle file, CancellationToken token) => Task.Factory.StartNew(
        () =>
        {
            while (next < map.Count)
            {
                if (!Volatile.Read(ref ready[next]))
                {
                    arrived.Wait(token);
                    continue;
                }

                HashPiece(file, next, token);
                Advance();
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        },
        token,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>
    /// Waits until a piece is less than so many pieces ahead of the hash. Without it, on a network as fast as the processor, all would arrive first and be hashed afterwards.
    /// </summary>
    public async Task NearAsync(int piece, int window, CancellationToken token)
    {
        while (true)
        {
            Task moved;
            lock (gate)
            {
                if (piece < next + window)
                {
                    return;
                }

                moved = advanced.Task;
            }

            await moved.WaitAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>The digest of a whole file on the disk.</summary>
    public static string Of(SafeFileHandle file, PieceMap map, Action<long> report, CancellationToken token)
    {
        using var whole = new OrderedHash(map);
        while (whole.next < map.Count)
        {
            whole.HashPiece(file, whole.next++, token);
            report(whole.HashedBytes);
        }

        return Convert.ToHexStringLower(whole.hash.GetHashAndReset());
    }

    public void Dispose()
    {
        hash.Dispose();
        arrived.Dispose();
    }

    private void Advance()
    {
        TaskCompletionSource done;
        lock (gate)
        {
            next++;
            done = advanced;
            advanced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        done.TrySetResult();
    }

    private void HashPiece(SafeFileHandle file, int piece, CancellationToken token)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long offset = map.Offset(piece);
            long end = offset + map.Length(piece);
            while (offset < end)
            {
                token.ThrowIfCancellationRequested();
                int read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(BufferBytes, end - offset)), offset);
                if (read == 0)
                {
                    throw new EndOfStreamException("the partial file is shorter than what was written to it");
                }

                hash.AppendData(buffer, 0, read);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
