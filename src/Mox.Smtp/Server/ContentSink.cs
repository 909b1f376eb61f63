namespace Mox.Smtp.Server;

/// <summary>Between the decoder and the transaction: counts, watches, and stops passing on when the message cannot be taken any more.</summary>
/// <remarks>A failure to write is kept until the content has ended, so that the place in the stream is never lost.</remarks>
internal sealed class ContentSink(IMailTransaction transaction, long maxBytes)
{
    private readonly HeaderObserver _observer = new();

    /// <summary>Bytes of content so far, also those that were not passed on.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>The content is over the limit; nothing more is passed on.</summary>
    public bool IsTooLarge => SizeBytes > maxBytes;

    /// <summary>How far over the limit the content is: what was read in vain.</summary>
    public long ExcessBytes => Math.Max(0, SizeBytes - maxBytes);

    /// <summary>Why the transaction could not take the content: our own fault.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The message is refused already: what still comes is only counted.</summary>
    public bool IsDiscarding { get; set; }

    /// <summary>Passes the next bytes on.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }
        SizeBytes += bytes.Length;
        if (IsDiscarding || IsTooLarge || Failure is not null)
        {
            return;
        }
        _observer.Observe(bytes);
        try
        {
            transaction.Write(bytes);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Kept, not swallowed: the session throws it again when the content has ended.
            Failure = failure;
        }
    }

    /// <summary>What was seen.</summary>
    public HeaderObserver Observed => _observer;
}
