using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>REPLACE (RFC 8508 section 3.3): a message is appended and another removed, both or neither.</summary>
internal static class ReplaceCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("REPLACE", Parse, ExecuteAsync) with { StreamedAfterArguments = 2 };

    /// <summary>Up to the announcement of the literal, which has not come yet.</summary>
    public static ReplaceRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        uint number = input.TryByte((byte)'*') ? SequenceSet.Star : input.NzNumber();
        return new(number, uid, input.SpaceMailbox(), AppendMessage.Parse(ref input));
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, ReplaceRequest request, CancellationToken cancellationToken)
    {
        var selected = session.Selected!.Writable();
        var replaced = Find(selected, request);
        var mailbox = MailboxNames.Find(session, request.Mailbox, ResponseCodes.TryCreate);
        using var incoming = new IncomingMessages(session);
        // Only the difference must fit (RFC 8508 section 3.4).
        if (await incoming.ReceiveAsync(request.Message, replaced.SizeBytes, cancellationToken) is not null)
        {
            throw new ImapSyntaxException("expected the end of the command: one message replaces another");
        }
        AddedMessage? added;
        try
        {
            added = await session.Account.ReplaceAsync(selected.Id, replaced.Uid, mailbox.Id, incoming.Messages[0], cancellationToken);
        }
        catch (MailboxNotFoundException)
        {
            throw selected.IsGone
                ? new ImapNoException(ResponseCodes.NonExistent, "the mailbox is gone")
                : new ImapNoException(ResponseCodes.TryCreate, "no such mailbox");
        }
        if (added is not { } replacement)
        {
            throw Gone();
        }
        session.News.Own(replacement.ModSeq);
        // Told before the message is told to be gone, as the client may need it to find the new one (RFC 8508 section 3.3).
        session.Writer.Raw("* OK ["u8).Raw(AppendCommand.AppendUid([replacement])).Raw("] the replacement"u8).Line();
        return ImapReply.Ok("replaced") with { Expunged = true };
    }

    private static MessageEntry Find(SelectedMailbox selected, ReplaceRequest request)
    {
        foreach (int index in selected.Indexes(new SequenceSet([(request.Number, request.Number)]), request.Uid))
        {
            return selected.Told[index];
        }
        throw Gone();
    }

    private static ImapNoException Gone() => new(ResponseCodes.NonExistent, "there is no such message, nothing was replaced");

    internal sealed record ReplaceRequest(uint Number, bool Uid, string Mailbox, AppendMessage Message);
}
