using System.Globalization;

namespace Mox.Load.Stress;

/// <summary>What a client of the stress program does at random.</summary>
internal sealed class Deeds(StressClient client, StressTarget target, Ledger ledger, Random random)
{
    private const int SmallMailbox = 40;
    private const int LargeMailbox = 300;
    private const int MostAtOnce = 12;

    private static readonly string[] SystemFlags = [@"\Seen", @"\Flagged", @"\Answered", @"\Draft"];

    private readonly Looks _looks = new(client, ledger, random);

    private View View => client.View;

    private int Mailbox => client.View.Mailbox;

    /// <summary>One command, or a few that belong together.</summary>
    public async Task DoAsync()
    {
        int count = View.Messages.Count;
        if (count > LargeMailbox)
        {
            await PurgeAsync(count / 2);
        }
        else if (count < SmallMailbox / 4)
        {
            await AppendAsync();
        }
        else
        {
            await (random.Next(count < SmallMailbox ? 90 : 100) switch
            {
                < 13 => AppendAsync(),
                < 27 => StoreKeywordAsync(),
                < 37 => StoreSystemFlagAsync(),
                < 43 when client.TellsModSeq => ReplaceFlagsAsync(),
                < 49 when client.TellsModSeq => StoreUnchangedAsync(),
                < 66 => _looks.LookAsync(),
                < 69 => client.IdleAsync(TimeSpan.FromMilliseconds(random.Next(30))),
                < 72 => client.OkAsync("NOOP", mayShrink: true),
                < 77 => CopyAsync("COPY"),
                < 82 => CopyAsync("MOVE"),
                < 86 => ReplaceMessageAsync(),
                < 88 => client.SelectAsync(random.Next(3) == 0 ? random.Next(target.Mailboxes) : Mailbox),
                < 89 => client.ConnectAsync(Mailbox),
                < 95 => DeleteAsync(),
                < 97 => client.OkAsync("EXPUNGE", mayShrink: true),
                _ => PurgeAsync(MostAtOnce),
            });
        }

        await client.LearnAsync();
    }

    // Now and then many at once (MULTIAPPEND).
    private async Task AppendAsync()
    {
        int mailbox = random.Next(target.Mailboxes);
        List<Draft> drafts = [.. Enumerable.Range(0, random.Next(4) == 0 ? random.Next(2, MostAtOnce) : 1).Select(_ => NewDraft())];
        Reply reply = await client.SendMessagesAsync($"APPEND {StressTarget.Mailbox(mailbox)}", drafts);
        if (!reply.IsOk || reply.Code("APPENDUID") is not [_, var set] || UidSet.Parse(set) is var uids && uids.Count != drafts.Count)
        {
            throw new LoadException($"APPEND of {drafts.Count}: {reply.Text}");
        }

        for (int i = 0; i < drafts.Count; i++)
        {
            ledger.Appended(client.Number, mailbox, uids[i], drafts[i]);
        }

        client.Elsewhere.Forget(mailbox);
    }

    // The new message is there and the old one gone, or nothing has happened since the old one was gone already.
    private async Task ReplaceMessageAsync()
    {
        int index = random.Next(View.Messages.Count);
        uint uid = View.Messages[index].Uid;
        int to = random.Next(target.Mailboxes);
        Draft draft = NewDraft();
        ledger.MayGo(client.Number, Mailbox, [uid]);
        string which = client.UsesUids || random.Next(2) == 0 ? $"UID REPLACE {uid}" : $"REPLACE {index + 1}";
        string[]? appendUid = null;
        Reply reply = await client.SendMessagesAsync(
            $"{which} {StressTarget.Mailbox(to)}", [draft], line => appendUid ??= ResponseCode.Find(line, "APPENDUID"));
        if (appendUid is [_, var added] && reply.IsOk)
        {
            ledger.Appended(client.Number, to, uint.Parse(added, CultureInfo.InvariantCulture), draft);
            ledger.Gone(client.Number, Mailbox, uid);
        }
        else if (appendUid is not null || reply.IsOk)
        {
            throw new LoadException($"{which}: {reply.Text}, with APPENDUID {string.Join(' ', appendUid ?? [])}");
        }

        client.Elsewhere.Forget(to);
        if (!client.IsOverflowed && View.Find(uid) is not null)
        {
            throw View.Failure(uid, $"{which} left UID {uid} in the view: {reply.Text}");
        }
    }

    private Draft NewDraft()
    {
        bool withKeyword = random.Next(3) == 0;
        byte[] bytes = [];
        int content = ledger.NewContent(number => (bytes = StressMessage.Make(number, random.Next(40))).Length);
        return new(content, $"{(random.Next(2) == 0 ? @"\Seen " : "")}{(withKeyword ? client.Keyword : "")}".Trim(), withKeyword, bytes);
    }

    private async Task StoreKeywordAsync()
    {
        (string command, List<uint> uids) = Some("STORE");
        bool value = random.Next(3) > 0;
        await StoringKeywordAsync(uids, value, async () =>
        {
            string silent = random.Next(2) == 0 ? ".SILENT" : "";
            if (silent.Length > 0)
            {
                Imagine(uids, flags => _ = value ? flags.Add(client.Keyword) : flags.Remove(client.Keyword));
            }

            return await StoreAsync($"{command} {(value ? '+' : '-')}FLAGS{silent} ({client.Keyword})");
        });
    }

    private async Task StoreSystemFlagAsync()
    {
        (string command, List<uint> uids) = Some("STORE");
        (string flag, bool add) = (SystemFlags[random.Next(SystemFlags.Length)], random.Next(2) == 0);
        string silent = random.Next(2) == 0 ? ".SILENT" : "";
        if (silent.Length > 0)
        {
            Imagine(uids, flags => _ = add ? flags.Add(flag) : flags.Remove(flag));
        }

        await StoreAsync($"{command} {(add ? '+' : '-')}FLAGS{silent} {flag}");
    }

    // All flags of one message at once, unless somebody changed them in between: none that another stored may be lost (RFC 7162 section 3.1.3).
    private async Task ReplaceFlagsAsync()
    {
        Entry entry = View.Messages[random.Next(View.Messages.Count)];
        if (entry.ModSeq == 0)
        {
            await client.OkAsync($"UID FETCH {entry.Uid} (FLAGS MODSEQ)", mayShrink: true);
            return;
        }

        HashSet<string> flags = new(entry.Flags!, StringComparer.OrdinalIgnoreCase);
        bool value = flags.Add(client.Keyword);
        if (!value)
        {
            flags.Remove(client.Keyword);
        }

        await StoringKeywordAsync([entry.Uid], value, () =>
            StoreAsync($"UID STORE {entry.Uid} (UNCHANGEDSINCE {entry.ModSeq}) FLAGS ({string.Join(' ', flags)})"));
    }

    private async Task StoreUnchangedAsync()
    {
        (string command, List<uint> uids) = Some("STORE");
        long since = uids.Max(uid => View.Find(uid)!.ModSeq);
        if (since > 0)
        {
            // With the arguments of UNCHANGEDSINCE after the set.
            await StoringKeywordAsync(uids, true, () => StoreAsync($"{command} (UNCHANGEDSINCE {since - random.Next(2)}) +FLAGS ({client.Keyword})"));
        }
    }

    private async Task DeleteAsync()
    {
        (string command, List<uint> uids) = Some("STORE");
        ledger.MayGo(client.Number, Mailbox, uids);
        if ((await StoreAsync($@"{command} +FLAGS (\Deleted)")).IsOk)
        {
            ledger.Deleted(client.Number, Mailbox, uids);
        }
    }

    // Deletes and expunges: afterwards these are gone, whoever else meddled.
    private async Task PurgeAsync(int count)
    {
        List<uint> uids = Uids(count);
        string set = UidSet.Format(uids);
        ledger.MayGo(client.Number, Mailbox, uids);
        Imagine(uids, flags => flags.Add(@"\Deleted"));
        await client.OkAsync($@"UID STORE {set} +FLAGS.SILENT (\Deleted)", mayShrink: true);
        await client.OkAsync($"UID EXPUNGE {set}", mayShrink: true);
        uids.ForEach(uid => ledger.Gone(client.Number, Mailbox, uid));
        if (View.Messages.Find(entry => uids.Contains(entry.Uid)) is { } left)
        {
            throw View.Failure(left.Uid, $"UID EXPUNGE {set} left UID {left.Uid} in the view");
        }
    }

    private async Task CopyAsync(string verb)
    {
        if (target.Mailboxes < 2)
        {
            return;
        }

        int to = (Mailbox + random.Next(1, target.Mailboxes)) % target.Mailboxes;
        bool move = verb == "MOVE";
        (string command, List<uint> uids) = Some(verb);
        if (move)
        {
            ledger.MayGo(client.Number, Mailbox, uids);
        }

        string[]? copyUid = null;
        View view = View;
        Reply reply = await client.RunAsync($"{command} {StressTarget.Mailbox(to)}", mayShrink: true, line => copyUid ??= ResponseCode.Find(line, "COPYUID"));
        copyUid ??= reply.Code("COPYUID");
        if (copyUid is [_, var sources, var copies])
        {
            ledger.Copied(client.Number, view.Mailbox, UidSet.Parse(sources), to, UidSet.Parse(copies), move);
        }
        else if (uids.Exists(uid => ledger.MustBeThere(view.Mailbox, uid)))
        {
            throw new LoadException($"{command}: nothing was copied: {reply.Text}");
        }

        client.Elsewhere.Forget(to);
    }

    // NO says that some are gone; the flags of the others were stored.
    private Task<Reply> StoreAsync(string command) => client.RunAsync(command, mayShrink: command.StartsWith("UID", StringComparison.Ordinal));

    private async Task StoringKeywordAsync(List<uint> uids, bool value, Func<Task<Reply>> store)
    {
        client.IsStoringKeyword = true;
        List<uint> numbers = [.. View.Messages.Select(entry => entry.Uid)];
        Reply reply = await store();
        client.IsStoringKeyword = false;
        List<uint> failed = reply.Code("MODIFIED") is [var set] ? UidSet.Parse(set) : [];
        if (failed.Count > 0 && !client.LastWasUid)
        {
            failed = [.. failed.Select(i => numbers[(int)i - 1])];
        }

        ledger.StoreKeyword(client.Number, Mailbox, uids.Except(failed), reply.IsOk ? value : null);
    }

    // What .SILENT leaves to the client to conclude.
    private void Imagine(List<uint> uids, Action<HashSet<string>> change)
    {
        foreach (Entry entry in uids.Select(uid => View.Find(uid)!))
        {
            entry.Flags = new HashSet<string>(entry.Flags!, StringComparer.OrdinalIgnoreCase);
            change(entry.Flags);
            entry.ModSeq = 0;
        }
    }

    // A command about some messages, by numbers or UIDs, and their UIDs.
    private (string Command, List<uint> Uids) Some(string verb)
    {
        List<uint> uids = Uids(random.Next(1, MostAtOnce));
        return client.UsesUids || random.Next(2) == 0
            ? ($"UID {verb} {UidSet.Format(uids)}", uids)
            : ($"{verb} {UidSet.Format([.. uids.Select(uid => (uint)View.Messages.FindIndex(entry => entry.Uid == uid) + 1)])}", uids);
    }

    private List<uint> Uids(int count)
    {
        int first = random.Next(View.Messages.Count);
        bool isRun = random.Next(2) == 0;
        return [.. (isRun ? View.Messages.Skip(first) : View.Messages.Where(_ => random.Next(View.Messages.Count) < 2 * count))
            .Take(count).DefaultIfEmpty(View.Messages[first]).Select(entry => entry.Uid)];
    }
}
