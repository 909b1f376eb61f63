using Mox.Imap.Commands;

namespace Mox.Imap;

/// <summary>An event group of NOTIFY SET: which mailboxes, and what of them (RFC 5465 section 8).</summary>
/// <param name="Filter">Which mailboxes.</param>
/// <param name="Events">What is told of them.</param>
/// <param name="New">What FETCH tells of each new message of the selected mailbox; null for its flags.</param>
/// <param name="HasUnknownEvent">Whether there is an event that this server does not have.</param>
internal sealed record NotifyGroup(MailboxFilter Filter, NotifyEvents Events, FetchAttributes? New, bool HasUnknownEvent)
{
    /// <summary>The events that there are, for BADEVENT.</summary>
    public const string Known =
        "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange";

    private const int MaxEvents = 100;

    /// <summary>Whether it is about the mailbox that is selected, whichever that is.</summary>
    public bool IsSelected => Filter.Kind is MailboxFilterKind.Selected or MailboxFilterKind.SelectedDelayed;

    /// <summary>event-group = "(" filter-mailboxes SP events ")".</summary>
    public static NotifyGroup Parse(ref ImapScanner input)
    {
        int start = input.Position;
        input.Byte((byte)'(');
        var filter = MailboxFilter.Parse(ref input);
        input.Space();
        var group = new NotifyGroup(filter, NotifyEvents.None, null, false);
        if (!input.TryWord("NONE"u8))
        {
            group = ParseEvents(ref input, group);
        }
        input.Byte((byte)')');
        group.Check(start);
        return group;
    }

    private static NotifyGroup ParseEvents(ref ImapScanner input, NotifyGroup group)
    {
        input.Byte((byte)'(');
        int count = 0;
        do
        {
            if (++count > MaxEvents)
            {
                throw input.Expected($"at most {MaxEvents} events");
            }
            var known = Event(input.Word());
            group = group with { Events = group.Events | (known ?? NotifyEvents.None), HasUnknownEvent = group.HasUnknownEvent | known is null };
            if (known == NotifyEvents.MessageNew && IsFetch(input))
            {
                input.Space();
                var items = FetchAttributes.Parse(ref input);
                if (!input.UidOnly)
                {
                    // Else the response begins with it.
                    items.Ensure(FetchItemKind.Uid, first: true);
                }
                group = group with { New = items };
            }
        }
        while (input.TrySpace());
        input.Byte((byte)')');
        return group;
    }

    // What must be asked for together, and what goes only with SELECTED, or not at all with it (RFC 5465 sections 5 and 8).
    private void Check(int start)
    {
        bool arrivals = Events.HasFlag(NotifyEvents.MessageNew), expunges = Events.HasFlag(NotifyEvents.MessageExpunge);
        string? problem = arrivals != expunges ? "MessageNew and MessageExpunge go together"
            : Events.HasFlag(NotifyEvents.FlagChange) && !arrivals ? "FlagChange needs MessageNew and MessageExpunge"
            : IsSelected && (Events & ~NotifyEvents.Messages) != 0 ? "only events of messages go with SELECTED"
            : !IsSelected && New is not null ? "data items go only with SELECTED"
            : null;
        if (problem is not null)
        {
            throw new ImapSyntaxException(problem, start);
        }
    }

    private static bool IsFetch(ImapScanner input) => input.TrySpace() && input.Peek((byte)'(');

    private static NotifyEvents? Event(string name) => name switch
    {
        "MESSAGENEW" => NotifyEvents.MessageNew,
        "MESSAGEEXPUNGE" => NotifyEvents.MessageExpunge,
        "FLAGCHANGE" => NotifyEvents.FlagChange,
        "MAILBOXNAME" => NotifyEvents.MailboxName,
        "SUBSCRIPTIONCHANGE" => NotifyEvents.SubscriptionChange,
        "MAILBOXMETADATACHANGE" => NotifyEvents.MailboxMetadataChange,
        "SERVERMETADATACHANGE" => NotifyEvents.ServerMetadataChange,
        _ => null,
    };
}
