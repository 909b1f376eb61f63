using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>The messages of an APPEND or REPLACE on their way from the wire to files. Dispose it.</summary>
internal sealed class IncomingMessages(ImapSession session) : IDisposable
{
    // Each holds a buffer until all are there.
    private const int MaxMessages = 500;

    // A command may send so many of the largest messages.
    private const int MaxLargestMessages = 10;

    private readonly List<NewMessage> _messages = [];
    private long _bytes;

    /// <summary>What has come.</summary>
    public IReadOnlyList<NewMessage> Messages => _messages;

    /// <summary>
    /// Takes the announced message, and what follows it: null at the end of the command, or the announcement of the next (RFC 3502).
    /// </summary>
    /// <exception cref="ImapNoException">It is too large or empty; nothing is to be appended.</exception>
    public async ValueTask<AppendMessage?> ReceiveAsync(AppendMessage announced, long replacedBytes, CancellationToken cancellationToken)
    {
        CheckSize(announced.SizeBytes, replacedBytes);
        using var spool = session.Services.Accounts.CreateSpool();
        await ReceiveAsync(spool, cancellationToken);
        var rest = await session.ReadAsync(session.Reader.ReadAfterStreamAsync, session.Options.ReadTimeout);
        var next = ReadRest(rest, announced.Utf8);
        if (announced.SizeBytes == 0)
        {
            // An empty message is the client's way to give up, also of those before it (RFC 3502 section 6.3.11).
            throw new ImapNoException(null, "the message is empty, nothing was appended");
        }
        _messages.Add(new NewMessage
        {
            Content = spool.Finish(),
            Flags = announced.Flags,
            Keywords = announced.Keywords,
            ReceivedAt = announced.Date,
        });
        return next;
    }

    public void Dispose()
    {
        foreach (var message in _messages)
        {
            message.Content.Dispose();
        }
    }

    // Before the client is told to send it, and before room is made for it.
    private void CheckSize(long size, long replacedBytes)
    {
        if (size > session.Options.MaxMessageBytes)
        {
            throw new ImapNoException(ResponseCodes.TooBig, "the message is over the limit");
        }
        _bytes += size;
        if (_bytes > session.Options.MaxMessageBytes * MaxLargestMessages)
        {
            throw new ImapNoException(ResponseCodes.TooBig, "the messages together are over the limit");
        }
        if (_messages.Count == MaxMessages)
        {
            throw new ImapNoException(ResponseCodes.Limit, $"at most {MaxMessages} messages at once");
        }
        // What replaces a message takes its place; it may always be smaller.
        long more = _bytes - replacedBytes;
        if (more > 0)
        {
            session.Account.CheckQuota(replacedBytes > 0 ? 0 : _messages.Count + 1, more);
        }
    }

    private async ValueTask ReceiveAsync(SpooledMessageWriter spool, CancellationToken cancellationToken)
    {
        await session.Reader.AcceptStreamAsync(cancellationToken);
        try
        {
            bool more = true;
            while (more)
            {
                // A sink that throws has taken its bytes from the stream: the place is kept, the rest is skipped later.
                more = await session.ReadAsync(
                    token => session.Reader.ReadStreamAsync(spool.Write, token), session.Options.ReadTimeout);
            }
        }
        catch (EndOfStreamException exception)
        {
            throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer, exception);
        }
    }

    private AppendMessage? ReadRest(ImapFrame rest, bool utf8)
    {
        if (rest.Kind is ImapFrameKind.EndOfStream or ImapFrameKind.Overflow)
        {
            throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer);
        }
        if (rest.Kind is not (ImapFrameKind.Command or ImapFrameKind.StreamedLiteral))
        {
            throw new ImapSyntaxException("expected the end of the command after the message");
        }
        var input = new ImapScanner(session.Reader.Command, session.Utf8Enabled);
        if (utf8)
        {
            input.Byte((byte)')');
        }
        AppendMessage? next = null;
        if (rest.Kind == ImapFrameKind.StreamedLiteral)
        {
            next = AppendMessage.Parse(ref input);
        }
        else
        {
            input.End();
        }
        session.Reader.Release();
        return next;
    }
}
