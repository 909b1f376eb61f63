using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>A message in a client's view. A UID of zero, flags of null and a MODSEQ of zero are not known yet.</summary>
internal sealed class Entry
{
    public uint Uid { get; set; }

    public HashSet<string>? Flags { get; set; }

    public long ModSeq { get; set; }
}

/// <summary>
/// A mailbox as a client knows it from the responses alone. It fails when a response cannot be: a number out of range, a UID that changes or
/// does not ascend, other flags with the same MODSEQ, an EXPUNGE where none may come.
/// </summary>
internal sealed class View(int mailbox, Ledger ledger)
{
    private Dictionary<uint, Entry>? _resumed;

    public int Mailbox { get; } = mailbox;

    /// <summary>In the order of sequence numbers. Those that are not known stand at the end.</summary>
    public List<Entry> Messages { get; private set; } = [];

    public bool HasUnknown => Messages.Count > 0 && Messages[^1].Uid == 0;

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

    /// <summary>A SELECT is about to run; one by which the client resumes keeps what it knew until <see cref="EndSelect"/>.</summary>
    public void BeginSelect(bool resume)
    {
        _resumed = resume ? Messages.ToDictionary(entry => entry.Uid) : null;
        Messages = [];
    }

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
                Update(Messages[(int)number - 1], (int)number - 1, Fetched.Parse(rest));
                break;
            case "UIDFETCH":
                Check(IsUidOnly, "UIDFETCH without UIDONLY");
                Update(Known(number), null, Fetched.Parse(rest) with { Uid = number });
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

        Check(HasUnknown, $"UIDFETCH of {uid}, which is none of {Messages.Count} known messages");
        Messages.RemoveAt(Messages.Count - 1);
        int at = Messages.FindIndex(entry => entry.Uid == 0 || entry.Uid > uid);
        Entry added = new();
        Messages.Insert(at < 0 ? Messages.Count : at, added);
        return added;
    }

    private void Update(Entry entry, int? index, Fetched told)
    {
        if (told.Uid is { } uid)
        {
            Check(entry.Uid == 0 || entry.Uid == uid, $"UID {entry.Uid} became {uid}");
            if (index is { } at)
            {
                Check(at == 0 || Messages[at - 1].Uid < uid, $"UID {uid} after {Messages[Math.Max(0, at - 1)].Uid}");
            }

            entry.Uid = uid;
        }

        Check(told.ModSeq is null || told.ModSeq >= entry.ModSeq || !ledger.MustBeThere(Mailbox, entry.Uid), $"MODSEQ of UID {entry.Uid} fell from {entry.ModSeq} to {told.ModSeq}");
        if (told.Flags is { } flags)
        {
            bool isSame = entry.Flags is null || entry.ModSeq == 0 || entry.Flags.SetEquals(flags);
            Check(told.ModSeq is null || told.ModSeq != entry.ModSeq || isSame, $"other flags of UID {entry.Uid} with the same MODSEQ");
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
            ledger.Gone(Mailbox, uid);
        }
    }

    private void Vanish(uint uid)
    {
        int at = Messages.FindIndex(entry => entry.Uid == uid);
        at = at < 0 && HasUnknown && uid > LargestUid ? Messages.Count - 1 : at;
        Check(at >= 0, $"VANISHED of UID {uid}, which is none of the messages");
        Remove(at);
    }

    private void Remove(int index)
    {
        Check(MayShrink, "a message is taken away where that may not be");
        if (Messages[index].Uid is var uid and not 0)
        {
            ledger.Gone(Mailbox, uid);
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
