using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DeepFit.Core.Units;

namespace DeepFit.Engine.Detection;

/// <summary>
/// Measures how fast all usable cores together read memory: what token generation on a CPU is bound by. One thread a core streams over a buffer of its own for
/// about 0.2 s, and notes when each block was done. Slices of that time are then weighed up afterwards, so that no thread waits for another.
/// </summary>
internal static class MemoryBandwidthProbe
{
    private const int BlockBytes = 256 << 10;
    private const long DefaultBytes = 256L << 20;
    private const int MaxBlocks = 1 << 16;
    private const int CacheMultiple = 4;
    private const int AvailableShare = 8;
    private const long MinBytesAThread = 4L << 20;

    private static readonly TimeSpan s_duration = TimeSpan.FromMilliseconds(140);
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_stall = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_touching = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes to stream over: 256 MiB, more where the last-level caches are larger (four times those), but never more than an eighth of what is available.</summary>
    internal static long BufferBytes(ByteSize available, ByteSize? lastLevelCache) =>
        Math.Min(Math.Max(DefaultBytes, CacheMultiple * (lastLevelCache?.Bytes ?? 0)), Math.Max(0, available.Bytes) / AvailableShare);

    /// <summary>The read bandwidth, or null when there is too little memory to tell memory from cache.</summary>
    /// <param name="cores">Threads to run: the usable cores, or the quota.</param>
    /// <param name="available">Memory that may be used.</param>
    /// <param name="lastLevelCache">All last-level caches, or null when unknown.</param>
    /// <param name="cancellationToken">Ends the measurement early; it then throws.</param>
    internal static async Task<ByteRate?> MeasureAsync(int cores, ByteSize available, ByteSize? lastLevelCache, CancellationToken cancellationToken)
    {
        long[][]? marks = await MarksAsync(cores, available, lastLevelCache, cancellationToken).ConfigureAwait(false);
        return marks is null ? null : Evaluate(marks, BlockBytes, Stopwatch.Frequency);
    }

    /// <summary>For each thread the moments at which it had finished a block; null when there is too little memory.</summary>
    internal static async Task<long[][]?> MarksAsync(int cores, ByteSize available, ByteSize? lastLevelCache, CancellationToken cancellationToken)
    {
        int threads = Math.Max(1, cores);
        long bytes = BufferBytes(available, lastLevelCache);
        long perThread = bytes / threads / BlockBytes * BlockBytes;
        if (perThread < MinBytesAThread || bytes < 2 * (lastLevelCache?.Bytes ?? 0))
            return null;

        long enough = Math.Min(perThread, Math.Max(MinBytesAThread, CacheMultiple * (lastLevelCache?.Bytes ?? 0) / threads));
        using Barrier start = new(threads);
        Task<long[]?>[] tasks = new Task<long[]?>[threads];
        for (int i = 0; i < threads; i++)
        {
            tasks[i] = Task.Factory.StartNew(
                () => Stream(perThread, enough, start, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        long[]?[] marks = await Task.WhenAll(tasks).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return marks.Any(m => m is null) ? null : [.. marks.OfType<long[]>()];
    }

    /// <summary>The bandwidth from the moments at which each thread had finished a block; null when the threads never ran at the same time.</summary>
    /// <param name="marks">A thread each: ticks, ascending, the first being its start.</param>
    /// <param name="blockBytes">Bytes of a block.</param>
    /// <param name="frequency">Ticks a second.</param>
    internal static ByteRate? Evaluate(long[][] marks, int blockBytes, long frequency)
    {
        // Only while all threads run is it the rate of all of them.
        long from = marks.Max(m => m.Length > 1 ? m[0] : long.MaxValue);
        long to = marks.Min(m => m.Length > 1 ? m[^1] : long.MinValue);
        if (to <= from)
            return null;
        int slices = (int)Math.Clamp((to - from) / (s_slice.TotalSeconds * frequency), 1, 1000);
        double stall = s_stall.TotalSeconds * frequency;
        List<double> clean = [];
        List<double> all = [];
        for (int slice = 0; slice < slices; slice++)
        {
            double begin = from + ((double)(to - from) * slice / slices);
            double end = from + ((double)(to - from) * (slice + 1) / slices);
            double rate = marks.Sum(m => Blocks(m, end) - Blocks(m, begin)) * blockBytes / ((end - begin) / frequency);
            all.Add(rate);
            if (!marks.Any(m => Stalls(m, begin, end, stall)))
                clean.Add(rate);
        }

        // Tried on a shared two-core machine at load 7, 40 runs each: the best, the 0.9 quantile or the median of 20 ms slices scattered by 28, 28 and 29% and
        // fell to half as soon as others computed; the median of 2 ms slices in which no thread was off its core scattered by 17% (the host's own neighbours)
        // and did not depend on the load. With hardly any such slice the 0.9 quantile of all is the nearest, since disturbance only ever slows down.
        return new ByteRate(clean.Count >= Math.Max(1, slices / 10) ? Quantile(clean, 0.5) : Quantile(all, 0.9));
    }

    private static double Quantile(List<double> values, double quantile)
    {
        values.Sort();
        return values[(int)Math.Round(quantile * (values.Count - 1))];
    }

    /// <summary>Whether a thread was off its core within a slice: some block that touches it took too long.</summary>
    private static bool Stalls(long[] marks, double begin, double end, double stall)
    {
        for (int i = Math.Max(1, Floor(marks, begin)); i < marks.Length && marks[i - 1] < end; i++)
        {
            if (marks[i] - marks[i - 1] > stall)
                return true;
        }

        return false;
    }

    /// <summary>Blocks finished at a moment, a started one by its share.</summary>
    private static double Blocks(long[] marks, double moment)
    {
        int low = Floor(marks, moment);
        return low == marks.Length - 1 ? low : low + ((moment - marks[low]) / Math.Max(1, marks[low + 1] - marks[low]));
    }

    /// <summary>The last mark that is not after a moment; 0 when all are.</summary>
    private static int Floor(long[] marks, double moment)
    {
        int low = 0, high = marks.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (marks[middle] <= moment)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private static unsafe long[]? Stream(long bytes, long enough, Barrier start, CancellationToken cancellationToken)
    {
        void* memory = null;
        try
        {
            memory = NativeMemory.AlignedAlloc((nuint)bytes, 2 << 20);
        }
        catch (OutOfMemoryException)
        {
            // Reported below, after the others have been let go.
        }

        try
        {
            HugePages.Advise(memory, bytes);
            long touched = memory is null ? 0 : Touch((byte*)memory, bytes, enough);
            start.SignalAndWait(CancellationToken.None);
            return touched == 0 ? null : Passes((byte*)memory, touched, cancellationToken);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    // Untouched pages would all be one page of zeros. A virtual machine may have to fetch each page from its host first: then it is enough to leave the caches behind.
    private static unsafe long Touch(byte* memory, long bytes, long enough)
    {
        long started = Stopwatch.GetTimestamp();
        long touched = 0;
        while (touched < bytes && (touched < enough || Stopwatch.GetElapsedTime(started) < s_touching))
        {
            NativeMemory.Fill(memory + touched, BlockBytes, 1);
            touched += BlockBytes;
        }

        return touched;
    }

    private static unsafe long[] Passes(byte* memory, long bytes, CancellationToken cancellationToken)
    {
        List<long> marks = new(4096) { Stopwatch.GetTimestamp() };
        long deadline = marks[0] + (long)(s_duration.TotalSeconds * Stopwatch.Frequency);
        long offset = 0;
        Vector128<ulong> sum = default;
        while (marks[^1] < deadline && marks.Count < MaxBlocks && !cancellationToken.IsCancellationRequested)
        {
            sum ^= ReadBlock(memory + offset);
            offset = offset + (2L * BlockBytes) <= bytes ? offset + BlockBytes : 0;
            marks.Add(Stopwatch.GetTimestamp());
        }

        GC.KeepAlive(sum.ToScalar());
        return [.. marks];
    }

    // 128-bit loads are there on every processor, ahead-of-time builds included, and two a cycle outrun any memory many times over.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe Vector128<ulong> ReadBlock(byte* block)
    {
        Vector128<ulong> a = default, b = default, c = default, d = default;
        for (int i = 0; i < BlockBytes; i += 128)
        {
            a ^= Vector128.LoadAligned((ulong*)(block + i)) ^ Vector128.LoadAligned((ulong*)(block + i + 64));
            b ^= Vector128.LoadAligned((ulong*)(block + i + 16)) ^ Vector128.LoadAligned((ulong*)(block + i + 80));
            c ^= Vector128.LoadAligned((ulong*)(block + i + 32)) ^ Vector128.LoadAligned((ulong*)(block + i + 96));
            d ^= Vector128.LoadAligned((ulong*)(block + i + 48)) ^ Vector128.LoadAligned((ulong*)(block + i + 112));
        }

        return a ^ b ^ c ^ d;
    }
}
