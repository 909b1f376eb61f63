using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>A message in a client's view. A UID of zero, flags of null and a MODSEQ of zero are not known yet.</summary>
internal sealed class Entry
{
    private const int KeptLines = 8;

    /// <summary>The last responses about it.</summary>
    public RecentLines Told { get; } = new(KeptLines);

    public uint Uid { get; set; }

    public HashSet<string>? Flags { get; set; }

    public long ModSeq { get; set; }
}

/// <summary>
/// A mailbox as a client knows it from the responses alone. It fails when a response cannot be: a number out of range, a UID that changes or
/// does not ascend, other flags with the same MODSEQ, an EXPUNGE where none may come.
/// </summary>
internal sealed class View(int client, int mailbox, Ledger ledger)
{
    private Dictionary<uint, Entry>? _resumed;

    public int Mailbox { get; } = mailbox;

    /// <summary>
    /// In the order of sequence numbers. With UIDONLY those that are not known stand at the end; else too, unless NOTIFY told of one of them
    /// before the client could ask.
    /// </summary>
    public List<Entry> Messages { get; private set; } = [];

    public bool HasUnknown => Messages.Exists(entry => entry.Uid == 0);

    /// <summary>Up to this UID there is no message that is not known.</summary>
    public uint LearnedUid { get; private set; }

    public uint LargestUid => Messages.LastOrDefault(entry => entry.Uid != 0)?.Uid ?? 0;

    public string UidValidity { get; private set; } = "";

    /// <summary>The MODSEQ up to which the server has told everything, as it said itself.</summary>
    public long ToldModSeq { get; set; }

    /// <summary>Whether the command that runs lets the server take messages away from the sequence (RFC 3501 section 7.4.1).</summary>
    public bool MayShrink { get; set; }

    /// <summary>Whether the client has said UIDONLY.</summary>
    public bool IsUidOnly { get; init; }

    /// <summary>UIDs of the messages that FETCH responses were about.</summary>
    public HashSet<uint> Answered { get; } = [];

    /// <summary>Is asked about the flags of each message that the server tells.</summary>
    public Action<uint, HashSet<string>>? FlagsTold { get; init; }

    /// <summary>Takes each response of SEARCH.</summary>
    public Action<string>? Searched { get; set; }

    public Entry? Find(uint uid) => Messages.Find(entry => entry.Uid == uid);

    /// <summary>A failure about one message, with what was done to it and what was told of it.</summary>
    public LoadException Failure(uint uid, string what) => ledger.Failure(Mailbox, uid, what, Find(uid)?.Told);

    /// <summary>A SELECT is about to run; one by which the client resumes keeps what it knew until <see cref="EndSelect"/>.</summary>
    public void BeginSelect(bool resume)
    {
        _resumed = resume ? Messages.ToDictionary(entry => entry.Uid) : null;
        Messages = [];
        LearnedUid = 0;
    }

    /// <summary>All messages are known now.</summary>
    public void Learned() => LearnedUid = LargestUid;

    /// <summary>What is not told anew is as it was. A client that said which UIDs it knows is told of those only (RFC 7162 section 3.2.5.1).</summary>
    public void EndSelect(bool saidUids)
    {
        if (_resumed is not { } resumed)
        {
            return;
        }

        _resumed = null;
        foreach (Entry told in Messages.Where(entry => entry.Uid != 0))
        {
            resumed[told.Uid] = told;
        }

        List<Entry> all = [.. resumed.Values.OrderBy(entry => entry.Uid)];
        LearnedUid = all.LastOrDefault()?.Uid ?? 0;
        Check(all.Count == Messages.Count || (saidUids && all.Count < Messages.Count), $"resumed with {all.Count} messages, and {Messages.Count} EXISTS");
        all.AddRange(Enumerable.Range(0, Messages.Count - all.Count).Select(_ => new Entry()));
        for (int i = 0; i < all.Count; i++)
        {
            Check(IsUidOnly || Messages[i].Uid == 0 || Messages[i] == all[i], $"message {i + 1} is UID {Messages[i].Uid}, not {all[i].Uid}");
        }

        Messages = all;
    }

    public void Apply(string response)
    {
        string[] part = response.Split(' ', 4);
        if (part.Length > 2 && uint.TryParse(part[1], CultureInfo.InvariantCulture, out uint number))
        {
            ApplyNumbered(number, part[2], part.Length > 3 ? part[3] : "");
            return;
        }

        switch (part[1])
        {
            case "VANISHED" when part[2] == "(EARLIER)":
                UidSet.Parse(part[3]).ForEach(Forget);
                break;
            case "VANISHED":
                UidSet.Parse(part[2]).ForEach(Vanish);
                break;
            case "SEARCH" or "ESEARCH":
                Searched?.Invoke(response);
                break;
            case "BYE" or "BAD":
                throw new LoadException(response);
            case "OK":
                UidValidity = ResponseCode.Find(response, "UIDVALIDITY")?[0] ?? UidValidity;
                if (ResponseCode.Find(response, "HIGHESTMODSEQ") is [var highest])
                {
                    ToldModSeq = long.Parse(highest, CultureInfo.InvariantCulture);
                }

                break;
        }
    }

    private void ApplyNumbered(uint number, string verb, string rest)
    {
        switch (verb)
        {
            case "EXISTS":
                Check(number >= Messages.Count, $"{number} EXISTS after {Messages.Count}");
                while (Messages.Count < number)
                {
                    Messages.Add(new Entry());
                }

                break;
            case "EXPUNGE":
                Check(!IsUidOnly && number >= 1 && number <= Messages.Count, $"{number} EXPUNGE of {Messages.Count}");
                Remove((int)number - 1);
                break;
            case "FETCH":
                Check(!IsUidOnly && number >= 1 && number <= Messages.Count, $"{number} FETCH of {Messages.Count}");
                Update(Messages[(int)number - 1], (int)number - 1, Fetched.Parse(rest), rest);
                break;
            case "UIDFETCH":
                Check(IsUidOnly, "UIDFETCH without UIDONLY");
                Update(Known(number), null, Fetched.Parse(rest) with { Uid = number }, rest);
                break;
        }
    }

    // With UIDONLY messages are known by UID only: one that was counted becomes known in its place.
    private Entry Known(uint uid)
    {
        if (Find(uid) is { } known)
        {
            return known;
        }

        Check(HasUnknown && uid > LearnedUid, $"UIDFETCH of {uid}, which is none of {Messages.Count} known messages");
        Messages.RemoveAt(Messages.Count - 1);
        int at = Messages.FindIndex(entry => entry.Uid == 0 || entry.Uid > uid);
        Entry added = new();
        Messages.Insert(at < 0 ? Messages.Count : at, added);
        return added;
    }

    private void Update(Entry entry, int? index, Fetched told, string items)
    {
        entry.Told.Add("", items);
        if (told.Uid is { } uid)
        {
            Check(entry.Uid == 0 || entry.Uid == uid, $"UID {entry.Uid} became {uid}");
            if (index is { } at)
            {
                Check(at == 0 || Messages[at - 1].Uid < uid, $"UID {uid} after {Messages[Math.Max(0, at - 1)].Uid}");
            }

            entry.Uid = uid;
        }

        if (told.ModSeq < entry.ModSeq && ledger.MustBeThere(Mailbox, entry.Uid))
        {
            throw Failure(entry.Uid, $"MODSEQ of UID {entry.Uid} fell from {entry.ModSeq} to {told.ModSeq}");
        }

        if (told.Flags is { } flags)
        {
            bool isSame = entry.Flags is null || entry.ModSeq == 0 || entry.Flags.SetEquals(flags);
            if (told.ModSeq == entry.ModSeq && !isSame)
            {
                throw Failure(entry.Uid, $"other flags of UID {entry.Uid} with the same MODSEQ");
            }

            if (told.ModSeq is null && !isSame)
            {
                entry.ModSeq = 0;
            }

            entry.Flags = flags;
            if (entry.Uid != 0)
            {
                FlagsTold?.Invoke(entry.Uid, flags);
            }
        }

        entry.ModSeq = told.ModSeq ?? entry.ModSeq;
        Answered.Add(entry.Uid);
        if (told.Content is { } content)
        {
            ledger.Sight(Mailbox, entry.Uid, content);
        }
    }

    private void Forget(uint uid)
    {
        if (_resumed?.Remove(uid) is true || (_resumed is null && Find(uid) is not null))
        {
            Check(_resumed is not null, $"VANISHED (EARLIER) of UID {uid}, which is there");
            ledger.Gone(client, Mailbox, uid);
        }
    }

    private void Vanish(uint uid)
    {
        int at = Messages.FindIndex(entry => entry.Uid == uid);
        if (at < 0 && uid > LearnedUid)
        {
            // One of those that stand where it must have been, whichever.
            int above = IsUidOnly ? -1 : Messages.FindIndex(entry => entry.Uid > uid);
            at = (above < 0 ? Messages.Count : above) - 1;
            at = at >= 0 && Messages[at].Uid == 0 ? at : -1;
        }

        Check(at >= 0, $"VANISHED of UID {uid}, which is none of the messages");
        Remove(at);
    }

    private void Remove(int index)
    {
        Check(MayShrink, "a message is taken away where that may not be");
        if (Messages[index].Uid is var uid and not 0)
        {
            ledger.Gone(client, Mailbox, uid);
        }

        Messages.RemoveAt(index);
    }

    private static void Check(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new LoadException(otherwise);
        }
    }
}
