namespace Mox.Imap.Commands;

/// <summary>NOTIFY (RFC 5465 section 3), with subtree-one (RFC 7377 section 2.2).</summary>
internal static class NotifyCommand
{
    // Each is tried on each change.
    private const int MaxGroups = 50;

    public static ImapCommand Definition { get; } = ImapCommand.Create("NOTIFY", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static NotifyRequest Parse(ref ImapScanner input)
    {
        input.Space();
        if (input.TryWord("NONE"u8))
        {
            return new([], false);
        }
        if (!input.TryWord("SET"u8))
        {
            throw input.Expected("SET or NONE");
        }
        input.Space();
        bool status = input.TryWord("STATUS"u8);
        if (status)
        {
            input.Space();
        }
        var groups = new List<NotifyGroup>();
        do
        {
            groups.Add(NotifyGroup.Parse(ref input));
            if (groups.Count > MaxGroups)
            {
                throw input.Expected($"at most {MaxGroups} groups");
            }
        }
        while (input.TrySpace());
        return groups.Count(g => g.IsSelected) > 1
            ? throw new ImapSyntaxException("SELECTED or SELECTED-DELAYED, and once") : new(groups, status);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, NotifyRequest request, CancellationToken cancellationToken)
    {
        if (request.Groups.Exists(g => g.HasUnknownEvent))
        {
            // Nothing is changed (RFC 5465 section 3.1).
            throw new ImapNoException($"BADEVENT ({NotifyGroup.Known})", "there is an event that is not known here");
        }
        await session.News.StartAsync(new NotifyRules(request.Groups), request.Status, cancellationToken);
        return ImapReply.Ok("done");
    }

    internal sealed record NotifyRequest(List<NotifyGroup> Groups, bool Status);
}
