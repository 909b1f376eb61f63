namespace Mox.Imap.Commands;

/// <summary>CANCELUPDATE: changes of these results are no longer told (RFC 5267 section 4.3.5).</summary>
internal static class CancelUpdateCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("CANCELUPDATE", ImapStates.Selected, Parse, Execute);

    public static List<string> Parse(ref ImapScanner input)
    {
        var tags = new List<string>();
        do
        {
            input.Space();
            tags.Add(input.String());
        }
        while (input.Peek((byte)' '));
        return tags;
    }

    private static ValueTask<ImapReply> Execute(ImapSession session, List<string> tags, CancellationToken cancellationToken)
    {
        foreach (string tag in tags)
        {
            session.Selected!.Contexts.Remove(tag);
        }
        return ValueTask.FromResult(ImapReply.Ok("no longer told"));
    }
}
