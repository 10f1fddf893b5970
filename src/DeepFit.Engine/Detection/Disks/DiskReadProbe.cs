using System.Diagnostics;
using System.Runtime.InteropServices;
using DeepFit.Core.Units;
using Microsoft.Win32.SafeHandles;

namespace DeepFit.Engine.Detection.Disks;

/// <summary>
/// Measures how fast the models' disk is read in sequence: some of an existing large file, past the page cache. Writes nothing. Existing files are preferred over
/// a fresh one because what was just written is served from the drive's own memory, and writing it would take longer than reading.
/// </summary>
internal static class DiskReadProbe
{
    private const int BlockBytes = 8 << 20;
    private const int Alignment = 4096;
    private const long MaxBytes = 256L << 20;
    private const long MinFileBytes = 16L << 20;
    private const int MaxFilesSeen = 4000;
    private static readonly TimeSpan s_budget = TimeSpan.FromMilliseconds(150);

    /// <summary>The read rate, or null when there is no suitable file on the same disk, or no way past the page cache.</summary>
    /// <param name="host">Records what was read.</param>
    /// <param name="folders">Where to look for a large file, best first; all on the disk in question.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    internal static ByteRate? Measure(IProbeHost host, IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        string? file = null;
        try
        {
            file = folders.Select(LargestFile).FirstOrDefault(f => f is not null);
            if (file is null)
            {
                host.Record("disk read rate", null, "no large file on this disk to read");
                return null;
            }

            using SafeFileHandle? handle = DirectFile.Open(file);
            if (handle is null)
            {
                host.Record("disk read rate of " + file, null, "cannot be read past the page cache");
                return null;
            }

            ByteRate? rate = Read(handle, cancellationToken);
            host.Record("disk read rate of " + file, rate?.ToString(), rate is null ? "too little read" : null);
            return rate;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or OutOfMemoryException)
        {
            host.Record("disk read rate of " + file, null, e.Message);
            return null;
        }
    }

    /// <summary>The largest file directly in a folder, of at least 16 MiB; null when there is none. Looks at a bounded number of entries.</summary>
    internal static string? LargestFile(string folder)
    {
        string? best = null;
        long size = MinFileBytes - 1;
        try
        {
            EnumerationOptions options = new() { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device };
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", options).Take(MaxFilesSeen))
            {
                if (file.Length > size)
                {
                    size = file.Length;
                    best = file.FullName;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A folder that cannot be listed has no candidate.
        }

        return best;
    }

    private static unsafe ByteRate? Read(SafeFileHandle handle, CancellationToken cancellationToken)
    {
        long length = Math.Min(RandomAccess.GetLength(handle) / Alignment * Alignment, MaxBytes);
        void* memory = NativeMemory.AlignedAlloc(BlockBytes, Alignment);
        try
        {
            Span<byte> block = new(memory, BlockBytes);
            block.Clear(); // Its pages must be there before the clock runs.
            long offset = 0;
            long started = Stopwatch.GetTimestamp();
            TimeSpan elapsed = TimeSpan.Zero;
            while (offset < length && elapsed < s_budget)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int read = RandomAccess.Read(handle, block[..(int)Math.Min(BlockBytes, length - offset)], offset);
                elapsed = Stopwatch.GetElapsedTime(started);
                if (read <= 0)
                    break;
                offset += read;
                if (read % Alignment != 0)
                    break;
            }

            return offset >= 1 << 20 && elapsed > TimeSpan.Zero ? new ByteRate(offset / elapsed.TotalSeconds) : null;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }
}
