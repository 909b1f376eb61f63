using System.IO.Pipelines;

namespace Mox.Smtp.Server;

/// <summary>Reads message content off the connection into a transaction: what follows DATA, and the chunks of BDAT.</summary>
/// <remarks>Consumes as it goes and keeps nothing, so a message of any size takes the memory of one read.</remarks>
internal sealed class ContentReader(SmtpSession session)
{
    /// <summary>How much is read in vain to keep the place in the stream, before the connection is closed instead.</summary>
    public const long MaxSkippedBytes = 1_000_000;

    /// <summary>Reads up to the lone dot. Everything that is wrong with the content is noted in the transaction.</summary>
    /// <exception cref="SmtpEndException">The stream ended or stalled, or the message is so far too large that its end is not worth waiting for.</exception>
    public async ValueTask ReadDataAsync(SmtpTransaction transaction)
    {
        var decoder = new DataDecoder(session.Options.RefuseBareLineFeed || session.Options.Pedantic);
        var input = session.Input;
        for (bool isEnd = false; !isEnd;)
        {
            var result = await session.ReadContentAsync(transaction);
            var consumed = result.Buffer.Start;
            foreach (var piece in result.Buffer)
            {
                int used = decoder.Decode(piece.Span, transaction.Sink, out isEnd);
                consumed = result.Buffer.GetPosition(used, consumed);
                if (isEnd)
                {
                    break;
                }
            }
            session.TraceContent(result.Buffer.Slice(0, consumed));
            input.AdvanceTo(consumed);
            transaction.IsSpoiled = transaction.Sink.IsDiscarding = decoder.IsSpoiled;
            if (!isEnd)
            {
                GoOn(transaction, result);
            }
        }
    }

    /// <summary>Reads one chunk of counted bytes, as they are (RFC 3030 section 2).</summary>
    public async ValueTask ReadChunkAsync(SmtpTransaction transaction, long count)
    {
        var input = session.Input;
        while (count > 0)
        {
            var result = await session.ReadContentAsync(transaction);
            var take = result.Buffer.Length > count ? result.Buffer.Slice(0, count) : result.Buffer;
            foreach (var piece in take)
            {
                transaction.Sink.Write(piece.Span);
            }
            session.TraceContent(take);
            count -= take.Length;
            input.AdvanceTo(take.End);
            if (count > 0)
            {
                GoOn(transaction, result);
            }
        }
    }

    /// <summary>Drops a refused chunk. False when it is too long to be worth it: the caller closes.</summary>
    public async ValueTask<bool> SkipAsync(long count)
    {
        if (count > MaxSkippedBytes)
        {
            return false;
        }
        while (count > 0)
        {
            var result = await session.ReadContentAsync(session.Transaction);
            long take = Math.Min(count, result.Buffer.Length);
            count -= take;
            session.Input.AdvanceTo(result.Buffer.GetPosition(take));
            if (count > 0 && result.IsCompleted)
            {
                throw new SmtpEndException(SmtpEndReason.PeerGone, null);
            }
        }
        return true;
    }

    // The stream must have more, and be worth reading on.
    private void GoOn(SmtpTransaction transaction, ReadResult result)
    {
        if (result.IsCompleted)
        {
            // A message without its end is no message.
            throw new SmtpEndException(SmtpEndReason.PeerGone, null);
        }
        if (transaction.Sink.ExcessBytes > MaxSkippedBytes)
        {
            throw new SmtpEndException(SmtpEndReason.Protocol, session.TooLarge);
        }
    }
}
