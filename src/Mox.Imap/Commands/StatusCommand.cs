namespace Mox.Imap.Commands;

/// <summary>STATUS (RFC 3501 section 6.3.10).</summary>
internal static class StatusCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("STATUS", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static StatusRequest Parse(ref ImapScanner input)
    {
        string mailbox = input.SpaceMailbox();
        input.Space();
        return new(mailbox, StatusItems.Parse(ref input));
    }

    private static ValueTask<ImapReply> ExecuteAsync(ImapSession session, StatusRequest request, CancellationToken cancellationToken)
    {
        var mailbox = MailboxNames.Find(session, request.Mailbox);
        StatusItems.EnableWhatTheyImply(session, request.Items);
        StatusItems.Write(session, mailbox, request.Items);
        return ValueTask.FromResult(ImapReply.Ok("done"));
    }

    internal sealed record StatusRequest(string Mailbox, List<string> Items);
}
