namespace Mox.Imap.Commands;

/// <summary>
/// LIST (RFC 3501 section 6.3.8, RFC 9051 section 6.3.9), extended (RFC 5258 section 3), with CHILDREN (RFC 3348 section 3), roles
/// (RFC 6154 section 2), STATUS (RFC 5819 section 2) and METADATA (RFC 9590 section 3).
/// </summary>
internal static class ListCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("LIST", ImapStates.LoggedIn, ListRequest.Parse, ExecuteAsync);

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, ListRequest request, CancellationToken cancellationToken)
    {
        var writer = session.Writer;
        if (!request.IsExtended && request.Patterns[0].Length == 0)
        {
            // What the separator is, and the root of the reference.
            writer.Raw("* LIST (\\Noselect) \"/\" \"\""u8).Line();
            return ImapReply.Ok("listed");
        }
        if (request.Return.Status is { } items)
        {
            StatusItems.EnableWhatTheyImply(session, items);
        }
        // One commit for the whole answer.
        var mailboxes = session.Account.Mailboxes;
        // All of the account, which are not many: one look for all mailboxes.
        var annotations = request.Return.Metadata is null ? null : session.Account.ReadAllAnnotations().ToLookup(a => a.MailboxId);
        foreach (var listed in ListedNames.Of(mailboxes, request))
        {
            ListResponse.Write(session, mailboxes, listed, request);
            if (listed.Mailbox is { } mailbox && request.Return.Status is { } status)
            {
                StatusItems.Write(session, mailbox, status);
            }
            if (listed.Mailbox is { } annotated && annotations is not null)
            {
                var values = annotations[annotated.Id].ToDictionary(a => a.Entry.Value, a => a.Value, StringComparer.Ordinal);
                await MetadataEntries.WriteAsync(
                    session, annotated.Name.Value, request.Return.Metadata!.Select(e => (e, values.GetValueOrDefault(e))), cancellationToken);
            }
            await writer.FlushIfFullAsync(cancellationToken);
        }
        return ImapReply.Ok("listed");
    }
}
