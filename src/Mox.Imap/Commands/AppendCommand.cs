using System.Globalization;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>APPEND (RFC 3501 section 6.3.11) with APPENDUID (RFC 4315 section 3); the message goes from the wire to a file.</summary>
internal static class AppendCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.Create("APPEND", ImapStates.LoggedIn, Parse, ExecuteAsync) with { StreamedAfterArguments = 1 };

    /// <summary>Up to the announcement of the literal, which has not come yet.</summary>
    public static AppendRequest Parse(ref ImapScanner input)
    {
        string mailbox = input.SpaceMailbox();
        input.Space();
        var (flags, keywords) = (MessageFlags.None, KeywordSet.Empty);
        if (input.Peek((byte)'('))
        {
            (flags, keywords) = ImapFlags.List(ref input);
            input.Space();
        }
        DateTimeOffset? date = null;
        if (input.Peek((byte)'"'))
        {
            date = input.DateTime();
            input.Space();
        }
        // UTF8 (~{n} ... ) says that headers are UTF-8 (RFC 6855 section 4).
        bool utf8 = input.TryWord("UTF8"u8);
        if (utf8)
        {
            if (!input.Utf8Enabled)
            {
                throw input.Expected("ENABLE UTF8=ACCEPT before UTF8");
            }
            input.Space();
            input.Byte((byte)'(');
            input.Byte((byte)'~');
        }
        return new(mailbox, flags, keywords, date, utf8, input.LiteralAnnouncement());
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, AppendRequest request, CancellationToken cancellationToken)
    {
        var mailbox = MailboxNames.Find(session, request.Mailbox, ResponseCodes.TryCreate);
        CheckSize(session, request.SizeBytes);
        using var spool = session.Services.Accounts.CreateSpool();
        await ReceiveAsync(session, spool, cancellationToken);
        var rest = await session.ReadAsync(session.Reader.ReadAfterStreamAsync, session.Options.ReadTimeout);
        CheckRest(session, rest, request.Utf8);
        if (request.SizeBytes == 0)
        {
            // RFC 3502 section 6.3.11: an empty message is the client's way to give up.
            throw new ImapNoException(null, "the message is empty, nothing was appended");
        }
        using var content = spool.Finish();
        var message = new NewMessage
        {
            Content = content,
            Flags = request.Flags,
            Keywords = request.Keywords,
            ReceivedAt = request.Date,
        };
        AddedMessage added;
        try
        {
            added = (await session.Account.AddAsync(mailbox.Id, [message], cancellationToken))[0];
        }
        catch (MailboxNotFoundException)
        {
            throw new ImapNoException(ResponseCodes.TryCreate, "no such mailbox");
        }
        return ImapReply.Ok("appended", string.Create(
            CultureInfo.InvariantCulture, $"APPENDUID {added.UidValidity.Value} {added.Uid.Value}"));
    }

    // Before the client is told to send it, and before room is made for it.
    private static void CheckSize(ImapSession session, long size)
    {
        if (size > session.Options.MaxMessageBytes)
        {
            throw new ImapNoException(ResponseCodes.TooBig, "the message is over the limit");
        }
        session.Account.CheckQuota(1, size);
    }

    private static async ValueTask ReceiveAsync(ImapSession session, SpooledMessageWriter spool, CancellationToken cancellationToken)
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

    private static void CheckRest(ImapSession session, ImapFrame rest, bool utf8)
    {
        switch (rest.Kind)
        {
            case ImapFrameKind.EndOfStream or ImapFrameKind.Overflow:
                throw new ImapConnectionGoneException(ImapEndReason.ClosedByPeer);
            case ImapFrameKind.Command when session.Reader.Command.SequenceEqual(utf8 ? ")"u8 : default):
                session.Reader.Release();
                return;
            default:
                // Nothing is appended when what follows is wrong; MULTIAPPEND (RFC 3502) is not announced.
                throw new ImapSyntaxException("expected the end of the command after the message");
        }
    }

    internal sealed record AppendRequest(
        string Mailbox, MessageFlags Flags, KeywordSet Keywords, DateTimeOffset? Date, bool Utf8, long SizeBytes);
}
