using System.Globalization;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>
/// APPEND (RFC 3501 section 6.3.11) of one message or more, all or none (MULTIAPPEND, RFC 3502 section 6.3.11), with APPENDUID
/// (RFC 4315 section 3); messages go from the wire to files.
/// </summary>
internal static class AppendCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.Create("APPEND", ImapStates.LoggedIn, Parse, ExecuteAsync) with { StreamedAfterArguments = 1 };

    /// <summary>Up to the announcement of the first literal, which has not come yet.</summary>
    public static AppendRequest Parse(ref ImapScanner input) => new(input.SpaceMailbox(), AppendMessage.Parse(ref input));

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, AppendRequest request, CancellationToken cancellationToken)
    {
        var mailbox = MailboxNames.Find(session, request.Mailbox, ResponseCodes.TryCreate);
        using var incoming = new IncomingMessages(session);
        for (var message = request.First; message is not null;)
        {
            message = await incoming.ReceiveAsync(message, replacedBytes: 0, cancellationToken);
        }
        IReadOnlyList<AddedMessage> added;
        try
        {
            added = await session.Account.AddAsync(mailbox.Id, incoming.Messages, cancellationToken);
        }
        catch (MailboxNotFoundException)
        {
            throw new ImapNoException(ResponseCodes.TryCreate, "no such mailbox");
        }
        session.News.Own(added[0].ModSeq);
        return ImapReply.Ok("appended", AppendUid(added));
    }

    /// <summary>The response code APPENDUID.</summary>
    public static string AppendUid(IReadOnlyList<AddedMessage> added) => string.Create(
        CultureInfo.InvariantCulture, $"APPENDUID {added[0].UidValidity.Value} {SequenceSet.Format(added.Select(a => a.Uid.Value))}");

    internal sealed record AppendRequest(string Mailbox, AppendMessage First);
}
