namespace DeepFit.Engine.Downloads.Transfer;

/// <summary>Reads that may take as long as they need while something arrives.</summary>
internal static class StallLimit
{
    /// <summary>Fills a buffer; <paramref name="stall"/> is cancelled when nothing arrives for so long.</summary>
    /// <exception cref="EndOfStreamException">The body ends before.</exception>
    /// <exception cref="OperationCanceledException">It fell silent, or was stopped.</exception>
    public static async Task FillAsync(Stream body, Memory<byte> buffer, CancellationTokenSource stall, TimeSpan limit)
    {
        while (buffer.Length > 0)
        {
            stall.CancelAfter(limit);
            int read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("the answer ended early");
            }

            buffer = buffer[read..];
        }
    }
}
