using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>What a search runs over: the messages of one snapshot, in their latest state.</summary>
/// <param name="Told">The messages, and what sequence numbers mean.</param>
/// <param name="Latest">Where the state of each is looked up; a message that is not there any more keeps the one it had.</param>
/// <param name="Saved">What <c>$</c> means; null for nothing.</param>
/// <param name="Now">For OLDER and YOUNGER.</param>
internal sealed record SearchScope(MailboxSnapshot Told, MailboxSnapshot Latest, SavedSearch? Saved, DateTimeOffset Now)
{
    /// <summary>The selected mailbox, as its client knows it.</summary>
    public static SearchScope Of(ImapSession session) =>
        new(session.Selected!.Told, session.Selected.Current, session.Selected.Saved, session.Services.Time.GetUtcNow());

    /// <summary>A mailbox that is not selected.</summary>
    public static SearchScope Of(MailboxView view, TimeProvider time) => new(view.Told, view.Told, null, time.GetUtcNow());

    /// <summary>The message at a position, in its latest state.</summary>
    public MessageEntry EntryAt(int position)
    {
        var entry = Told[position];
        return !ReferenceEquals(Told, Latest) && Latest.IndexOf(entry.Uid) is var index and >= 0 ? Latest[index] : entry;
    }
}
