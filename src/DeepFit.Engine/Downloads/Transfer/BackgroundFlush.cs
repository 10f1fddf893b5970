using Microsoft.Win32.SafeHandles;

namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>
/// Sends a file to the disk while it is still being written, on a thread of its own, so that the end of a pull need not wait for gigabytes that the system has held back.
/// </summary>
/// <param name="file">The file; to be closed after <see cref="Wait"/>.</param>
/// <param name="flush">Puts what was written on the disk.</param>
/// <param name="stepBytes">Bytes that are worth a flush.</param>
internal sealed class BackgroundFlush(SafeFileHandle file, Action<SafeFileHandle> flush, long stepBytes)
{
    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;
    private IOException? failure;
    private long waiting;

    /// <summary>Says that so many more bytes were written. Returns at once.</summary>
    /// <exception cref="IOException">The disk did not take earlier ones. A system tells of that once, to whoever asks first.</exception>
    public void Wrote(int bytes)
    {
        lock (gate)
        {
            ThrowIfFailed();
            waiting += bytes;
            if (waiting < stepBytes || !running.IsCompleted)
            {
                return;
            }

            waiting = 0;
            running = Task.Factory.StartNew(Flush, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Puts the rest on the disk.</summary>
    /// <exception cref="IOException">Now or earlier, the disk did not take it.</exception>
    public void Finish()
    {
        Wait();
        ThrowIfFailed();
        flush(file);
    }

    /// <summary>Waits for what is on its way.</summary>
    public void Wait()
    {
        Task last;
        lock (gate)
        {
            last = running;
        }

        last.GetAwaiter().GetResult();
    }

    private void Flush()
    {
        try
        {
            flush(file);
        }
        catch (IOException e)
        {
            failure = e;
        }
    }

    private void ThrowIfFailed()
    {
        if (failure is { } earlier)
        {
            throw new IOException(earlier.Message, earlier) { HResult = earlier.HResult };
        }
    }
}
