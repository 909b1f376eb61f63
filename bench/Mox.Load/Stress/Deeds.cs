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
                < 14 => AppendAsync(),
                < 28 => StoreKeywordAsync(),
                < 38 => StoreSystemFlagAsync(),
                < 44 when client.TellsModSeq => ReplaceFlagsAsync(),
                < 50 when client.TellsModSeq => StoreUnchangedAsync(),
                < 68 => _looks.LookAsync(),
                < 71 => client.IdleAsync(TimeSpan.FromMilliseconds(random.Next(30))),
                < 75 => client.OkAsync("NOOP", mayShrink: true),
                < 81 => CopyAsync("COPY"),
                < 86 => CopyAsync("MOVE"),
                < 88 => client.SelectAsync(random.Next(3) == 0 ? random.Next(target.Mailboxes) : Mailbox),
                < 89 => client.ConnectAsync(Mailbox),
                < 95 => DeleteAsync(),
                < 97 => client.OkAsync("EXPUNGE", mayShrink: true),
                _ => PurgeAsync(MostAtOnce),
            });
        }

        await client.LearnAsync();
    }

    private async Task AppendAsync()
    {
        int mailbox = random.Next(target.Mailboxes);
        byte[] message = [];
        int content = ledger.NewContent(number => (message = StressMessage.Make(number, random.Next(40))).Length);
        bool withKeyword = random.Next(3) == 0;
        Reply reply = await client.AppendAsync(mailbox, $"{(random.Next(2) == 0 ? @"\Seen " : "")}{(withKeyword ? client.Keyword : "")}".Trim(), message);
        if (!reply.IsOk || reply.Code("APPENDUID") is not [_, var uid])
        {
            throw new LoadException($"APPEND: {reply.Text}");
        }

        ledger.Appended(mailbox, uint.Parse(uid, null), content, client.Number, withKeyword);
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
        ledger.MayGo(Mailbox, uids);
        if ((await StoreAsync($@"{command} +FLAGS (\Deleted)")).IsOk)
        {
            ledger.Deleted(Mailbox, uids);
        }
    }

    // Deletes and expunges: afterwards these are gone, whoever else meddled.
    private async Task PurgeAsync(int count)
    {
        List<uint> uids = Uids(count);
        string set = UidSet.Format(uids);
        ledger.MayGo(Mailbox, uids);
        Imagine(uids, flags => flags.Add(@"\Deleted"));
        await client.OkAsync($@"UID STORE {set} +FLAGS.SILENT (\Deleted)", mayShrink: true);
        await client.OkAsync($"UID EXPUNGE {set}", mayShrink: true);
        uids.ForEach(uid => ledger.Gone(Mailbox, uid));
        if (View.Messages.Exists(entry => uids.Contains(entry.Uid)))
        {
            throw new LoadException($"UID EXPUNGE {set} left messages in the view");
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
            ledger.MayGo(Mailbox, uids);
        }

        string[]? copyUid = null;
        View view = View;
        Reply reply = await client.RunAsync($"{command} {StressTarget.Mailbox(to)}", mayShrink: true, line => copyUid ??= ResponseCode.Find(line, "COPYUID"));
        copyUid ??= reply.Code("COPYUID");
        if (copyUid is [_, var sources, var copies])
        {
            ledger.Copied(view.Mailbox, UidSet.Parse(sources), to, UidSet.Parse(copies), move);
        }
        else if (uids.Exists(uid => ledger.MustBeThere(view.Mailbox, uid)))
        {
            throw new LoadException($"{command}: nothing was copied: {reply.Text}");
        }
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

        ledger.SetKeyword(Mailbox, uids.Except(failed), client.Number, reply.IsOk ? value : null);
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
        return client.Kind == Kind.UidOnly || random.Next(2) == 0
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
