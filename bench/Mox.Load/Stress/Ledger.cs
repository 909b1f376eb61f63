namespace Mox.Load.Stress;

/// <summary>What all clients together know of the messages: who made them, which of them may be gone, and each client's own keyword.</summary>
/// <remarks>
/// Each client has a keyword that nobody else stores, so it knows at any time which messages have it, whatever others do to their other flags.
/// A message may be gone only after somebody began to delete or move it. What must hold is judged at checkpoints, when no command runs: before, the reply
/// that explains a response may still be on its way to another client.
/// </remarks>
internal sealed class Ledger(int clients)
{
    private const int MaxCopies = 1000; // a chain longer than that between two checkpoints is a mistake here
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Mailbox, uint Uid), Fate> _fates = [];
    private readonly List<int> _sizes = [];

    /// <summary>How messages end: the number of those seen to be gone.</summary>
    public int GoneCount { get; private set; }

    public static string Keyword(int client) => $"$c{client}";

    /// <summary>A new message's number.</summary>
    public int NewContent(Func<int, int> size)
    {
        lock (_gate)
        {
            _sizes.Add(size(_sizes.Count));
            return _sizes.Count - 1;
        }
    }

    public void Appended(int client, int mailbox, uint uid, Draft draft)
    {
        lock (_gate)
        {
            Fate fate = Of(mailbox, uid);
            Demand(fate.Content < 0, mailbox, uid, "was given out before");
            fate.Content = draft.Content;
            fate.SetFirstKeywords(client, draft.HasKeyword);
            fate.Deeds.Add(Name(client), draft.HasKeyword ? "made it, with its keyword" : "made it");
        }
    }

    public void Copied(int client, int from, IReadOnlyList<uint> sources, int to, IReadOnlyList<uint> copies, bool moved)
    {
        lock (_gate)
        {
            Demand(sources.Count == copies.Count, from, 0, $"COPYUID tells of {sources.Count} and {copies.Count} messages");
            for (int i = 0; i < sources.Count; i++)
            {
                Fate copy = Of(to, copies[i]);
                Demand(copy.Content < 0 && copy.Origin is null, to, copies[i], "was given out before");
                copy.Origin = Of(from, sources[i]);
                copy.Origin.IsGone |= moved;
                copy.Origin.Deeds.Add(Name(client), moved ? "moved it" : "copied it");
                copy.Deeds.Add(Name(client), $"made it of UID {sources[i]} of mailbox {from}");
            }
        }
    }

    /// <summary>From now on the messages may be gone at any moment.</summary>
    public void MayGo(int client, int mailbox, IEnumerable<uint> uids) =>
        ForEach(client, mailbox, uids, "is about to delete or move it", fate => fate.MayGo = true);

    /// <summary>They have the flag \Deleted, which nobody takes off again.</summary>
    public void Deleted(int client, int mailbox, IEnumerable<uint> uids) =>
        ForEach(client, mailbox, uids, @"stored \Deleted", fate => fate.IsDeleted = true);

    /// <summary>Somebody was told, or must conclude, that the message is gone.</summary>
    public void Gone(int client, int mailbox, uint uid) => ForEach(client, mailbox, [uid], "knows that it is gone", fate => fate.IsGone = true);

    /// <summary>A client's own keyword on messages; null when the client cannot know.</summary>
    public void StoreKeyword(int client, int mailbox, IEnumerable<uint> uids, bool? value) => ForEach(
        client, mailbox, uids, value switch { true => "stored its keyword", false => "took its keyword off", _ => "tried to store its keyword" },
        fate => fate.StoreKeyword(client, value));

    public bool? HasKeyword(int client, int mailbox, uint uid)
    {
        lock (_gate)
        {
            return Of(mailbox, uid).HasKeyword(client);
        }
    }

    /// <summary>Whether nothing can have happened to the message but changes of flags.</summary>
    public bool MustBeThere(int mailbox, uint uid)
    {
        lock (_gate)
        {
            return Of(mailbox, uid) is { MayGo: false, IsGone: false, Content: >= 0 };
        }
    }

    /// <summary>A client read this content under this UID.</summary>
    public void Sight(int mailbox, uint uid, int content)
    {
        lock (_gate)
        {
            Fate fate = Of(mailbox, uid);
            Demand(fate.Sighted < 0 || fate.Sighted == content, mailbox, uid, $"holds message {content}, and held {fate.Sighted}");
            fate.Sighted = content;
        }
    }

    /// <summary>A failure about one message, with what was done to it and what the client that noticed was told of it.</summary>
    public LoadException Failure(int mailbox, uint uid, string what, RecentLines? told = null)
    {
        lock (_gate)
        {
            return new LoadException($"{what}\nwhat was done to UID {uid} of mailbox {mailbox}:\n{Of(mailbox, uid).Deeds}"
                + (told is null ? "" : $"\nwhat the client was told of it:\n{told}"));
        }
    }

    /// <summary>Holds what is in a mailbox against all that is known of it, and forgets what is gone.</summary>
    public void Judge(int mailbox, IReadOnlyDictionary<uint, Fetched> there)
    {
        lock (_gate)
        {
            foreach (uint uid in there.Keys)
            {
                _ = Of(mailbox, uid);
            }

            foreach (((_, uint uid), Fate fate) in _fates.Where(pair => pair.Key.Mailbox == mailbox))
            {
                Trace(fate);
                Judge(mailbox, uid, fate, there.GetValueOrDefault(uid));
            }
        }
    }

    /// <summary>After all mailboxes were judged: gone messages are forgotten, since no client can speak of them any more.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach ((var key, Fate fate) in _fates)
            {
                fate.Origin = null;
                if (fate.IsGone)
                {
                    GoneCount++;
                    _fates.Remove(key);
                }
            }
        }
    }

    private void Judge(int mailbox, uint uid, Fate fate, Fetched? message)
    {
        if (message is null)
        {
            Demand(fate.MayGo, mailbox, uid, "is lost: nobody deleted or moved it");
            fate.IsGone = true;
            return;
        }

        Demand(!fate.IsGone, mailbox, uid, "was gone and is there again");
        Demand(fate.Content >= 0, mailbox, uid, "was made by nobody");
        Demand(message.Content == fate.Content, mailbox, uid, $"holds message {message.Content}, not {fate.Content}");
        Demand(fate.Sighted < 0 || fate.Sighted == fate.Content, mailbox, uid, $"was seen with message {fate.Sighted}, not {fate.Content}");
        Demand(message.Size == _sizes[fate.Content], mailbox, uid, $"has {message.Size} bytes of {_sizes[fate.Content]}");
        Demand(!fate.IsDeleted || message.Flags!.Contains(@"\Deleted"), mailbox, uid, @"has lost the flag \Deleted");
        for (int client = 0; client < clients; client++)
        {
            bool has = message.Flags!.Contains(Keyword(client));
            Demand(fate.HasKeyword(client) is not { } should || should == has, mailbox, uid, $"{(has ? "has" : "has not")} the keyword of client {client}");
            fate.SeeKeyword(client, has);
        }
    }

    // A copy holds what its origin holds, and may have come with \Deleted.
    private static void Trace(Fate fate)
    {
        Fate? from = fate.Origin;
        for (int i = 0; from is not null && i < MaxCopies; i++)
        {
            fate.MayGo |= from.MayGo;
            fate.Content = fate.Content < 0 ? from.Content : fate.Content;
            from = from.Origin;
        }
    }

    private void ForEach(int client, int mailbox, IEnumerable<uint> uids, string deed, Action<Fate> change)
    {
        string name = Name(client);
        lock (_gate)
        {
            foreach (uint uid in uids)
            {
                Fate fate = Of(mailbox, uid);
                change(fate);
                fate.Deeds.Add(name, deed);
            }
        }
    }

    private static string Name(int client) => $"client {client} ";

    private Fate Of(int mailbox, uint uid)
    {
        if (!_fates.TryGetValue((mailbox, uid), out Fate? fate))
        {
            _fates[(mailbox, uid)] = fate = new Fate(clients);
        }

        return fate;
    }

    private void Demand(bool isSo, int mailbox, uint uid, string otherwise)
    {
        if (!isSo)
        {
            throw Failure(mailbox, uid, $"mailbox {mailbox}, UID {uid} {otherwise}");
        }
    }
}
