using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>SETMETADATA (RFC 5464 section 4.3). Private and shared entries are both the account's own.</summary>
internal static class SetMetadataCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("SETMETADATA", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static SetMetadataRequest Parse(ref ImapScanner input)
    {
        string mailbox = input.SpaceMailbox();
        input.Space();
        return new(mailbox, MetadataEntries.ParseValues(ref input));
    }

    private static async ValueTask<ImapReply> ExecuteAsync(
        ImapSession session, SetMetadataRequest request, CancellationToken cancellationToken)
    {
        MailboxId? mailbox = request.Mailbox.Length == 0 ? null : MailboxNames.Find(session, request.Mailbox).Id;
        var operation = await session.Account.SetAnnotationsAsync(mailbox, request.Values, cancellationToken);
        session.News.Own(operation);
        return ImapReply.Ok("set");
    }

    internal sealed record SetMetadataRequest(string Mailbox, List<(AnnotationEntry Entry, byte[]? Value)> Values);
}
