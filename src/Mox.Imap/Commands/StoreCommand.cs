using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>STORE (RFC 3501 section 6.4.6), conditional with UNCHANGEDSINCE (RFC 7162 section 3.1.3).</summary>
internal static class StoreCommand
{
    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("STORE", Parse, ExecuteAsync) with { KeepsSequenceNumbers = true };

    public static StoreRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        var set = input.SequenceSet();
        input.Space();
        ModSeq? unchangedSince = null;
        if (input.TryByte((byte)'('))
        {
            if (!input.TryWord("UNCHANGEDSINCE"u8))
            {
                throw input.Expected("UNCHANGEDSINCE");
            }
            input.Space();
            unchangedSince = new ModSeq(input.Number64());
            input.Byte((byte)')');
            input.Space();
        }
        var kind = input.TryByte((byte)'+') ? FlagChangeKind.Add
            : input.TryByte((byte)'-') ? FlagChangeKind.Remove : FlagChangeKind.Replace;
        bool silent = input.TryWord("FLAGS.SILENT"u8);
        if (!silent && !input.TryWord("FLAGS"u8))
        {
            throw input.Expected("FLAGS");
        }
        input.Space();
        var (flags, keywords) = input.Peek((byte)'(') ? ImapFlags.List(ref input) : ImapFlags.Bare(ref input);
        return new(set, uid, new FlagChange(kind, flags, keywords), silent, unchangedSince);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, StoreRequest request, CancellationToken cancellationToken)
    {
        var selected = session.Selected!.Writable();
        var uids = selected.Uids(request.Set, request.Uid);
        if (request.UnchangedSince is not null)
        {
            session.Enabled.EnableCondStore();
        }
        if (uids.Count == 0)
        {
            return ImapReply.Ok("nothing to do");
        }
        var before = selected.Current;
        var result = await LongWork.WaitAsync(
            session,
            session.Account.StoreFlagsAsync(selected.Id, uids, request.Change, request.UnchangedSince, cancellationToken));
        if (result.Changed.Count > 0)
        {
            // With .SILENT the client knows without being told; else it is told here, once.
            selected.Own(result.ModSeq);
        }
        var modified = result.Modified.Select(u => u.Value).ToHashSet();
        await TellAsync(session, request, before, uids, modified, cancellationToken);
        if (modified.Count > 0)
        {
            var failed = uids.Where(u => modified.Contains(u.Value))
                .Select(u => request.Uid ? u.Value : (uint)selected.Told.IndexOf(u) + 1);
            string code = $"MODIFIED {SequenceSet.Format(failed)}";
            // RFC 7162 section 3.1.3, example 11
            return result.Missing.Count > 0 && !request.Uid && !request.Silent
                ? ImapReply.No("some messages are gone, some have changed since", code)
                : ImapReply.Ok("some have changed since and were left alone", code);
        }
        if (result.Missing.Count == 0 || request.Uid)
        {
            return ImapReply.Ok("stored");
        }
        // The others have it. Who asked not to be told is content with that; who waits for FETCH responses is told that some are
        // missing (RFC 2180 section 4.2).
        return request.Silent
            ? ImapReply.Ok("stored, but for messages that are gone", ResponseCodes.ExpungeIssued)
            : ImapReply.No("some messages are gone", ResponseCodes.ExpungeIssued);
    }

    // .SILENT hides what the client asked for, not what others did to the same messages before (RFC 3501 section 6.4.6). With
    // CONDSTORE the new MODSEQ is told even so (RFC 7162 section 3.1.3).
    private static async ValueTask TellAsync(
        ImapSession session, StoreRequest request, MailboxSnapshot before, List<Uid> uids, HashSet<uint> modified,
        CancellationToken cancellationToken)
    {
        var selected = session.Selected!;
        var current = selected.Current;
        selected.TellKeywords(session.Writer);
        foreach (var uid in uids)
        {
            int index = current.IndexOf(uid);
            if (index < 0 || modified.Contains(uid.Value))
            {
                continue;
            }
            var entry = current[index];
            int number = selected.Told.IndexOf(uid);
            var told = selected.Told[number];
            // What the command did not change comes with the news, but a MODSEQ alone would vouch for the flags that the client has in mind.
            bool mustKnow = session.CondStore || selected.IsOwn(entry.ModSeq) || IsChanged(entry, before);
            if (!request.Silent || !IsExpected(request.Change, told, entry) || (mustKnow && !IsAsTold(told, before, selected.AskedAt)))
            {
                SelectedMailbox.WriteFlags(session, number, entry);
            }
            else if (session.CondStore)
            {
                MessageResponse.BeginWithUid(session, number, uid).Raw("MODSEQ ("u8).Number(entry.ModSeq.Value).Byte((byte)')');
                MessageResponse.End(session);
            }
            await session.Writer.FlushIfFullAsync(cancellationToken);
        }
    }

    // By this command, or by another client right after it.
    private static bool IsChanged(in MessageEntry entry, MailboxSnapshot before) =>
        before.IndexOf(entry.Uid) is var index && (index < 0 || before[index].ModSeq != entry.ModSeq);

    // A client that is told of older flags after it asked for others may take them for the result. And while an EXPUNGE waits, it may know more
    // of a message than it was told with the news: from a FETCH, or an earlier STORE.
    private static bool IsAsTold(in MessageEntry told, MailboxSnapshot before, ModSeq askedAt) =>
        told.ModSeq <= askedAt && before.IndexOf(told.Uid) is var index and >= 0 && before[index].ModSeq == told.ModSeq;

    // Whether the flags are what the client takes them for after its change.
    private static bool IsExpected(FlagChange change, in MessageEntry told, in MessageEntry now)
    {
        var (flags, keywords) = change.Kind switch
        {
            FlagChangeKind.Add => (told.Flags | change.Flags, told.Keywords.Union(change.Keywords)),
            FlagChangeKind.Remove => (told.Flags & ~change.Flags, told.Keywords.Except(change.Keywords)),
            _ => (change.Flags, change.Keywords),
        };
        return flags == now.Flags && keywords.Equals(now.Keywords);
    }

    internal sealed record StoreRequest(SequenceSet Set, bool Uid, FlagChange Change, bool Silent, ModSeq? UnchangedSince);
}
