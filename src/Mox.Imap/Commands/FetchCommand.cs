using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>FETCH (RFC 3501 section 6.4.5), with MODSEQ and CHANGEDSINCE (RFC 7162 section 3.1.4).</summary>
internal static class FetchCommand
{
    // Rows are read for so many messages at once; nothing of the store is held while their responses are written.
    private const int BatchSize = 256;

    // What a row holds (structure, envelope) can be several times what it was read from: large messages make small batches.
    private const long BatchBytes = 2 * 1024 * 1024;

    public static ImapCommand Definition { get; } =
        ImapCommand.CreateWithUid("FETCH", Parse, ExecuteAsync) with { KeepsSequenceNumbers = true };

    public static FetchRequest Parse(ref ImapScanner input, bool uid)
    {
        input.Space();
        var set = input.SequenceSet();
        input.Space();
        var attributes = FetchAttributes.Parse(ref input);
        ModSeq? changedSince = null;
        if (input.TrySpace())
        {
            input.Byte((byte)'(');
            if (!input.TryWord("CHANGEDSINCE"u8))
            {
                throw input.Expected("CHANGEDSINCE");
            }
            input.Space();
            changedSince = new ModSeq(input.Number64());
            input.Byte((byte)')');
            attributes.Ensure(FetchItemKind.ModSeq, first: false);
        }
        if (uid && !input.UidOnly)
        {
            attributes.Ensure(FetchItemKind.Uid, first: true);
        }
        return new(set, uid, attributes, changedSince);
    }

    private static async ValueTask<ImapReply> ExecuteAsync(ImapSession session, FetchRequest request, CancellationToken cancellationToken)
    {
        var selected = session.Selected!;
        if (request.Attributes.Has(FetchItemKind.ModSeq))
        {
            session.Enabled.EnableCondStore();
        }
        var fetch = new FetchResponse(session, request.Attributes);
        var batch = new List<FetchSubject>(BatchSize);
        var unseen = new List<Uid>();
        long batchBytes = 0;
        bool met = false;
        // Others may go on changing the mailbox: what is told of a message is its latest state, at its told number.
        var told = selected.Told;
        var latest = ReferenceEquals(told, selected.Current) ? null : selected.Current;
        foreach (int index in selected.Indexes(request.Set, request.Uid))
        {
            var entry = told[index];
            if (latest is not null)
            {
                int now = latest.IndexOf(entry.Uid);
                met |= now < 0;
                entry = now < 0 ? entry : latest[now];
            }
            if (request.ChangedSince is { } since && entry.ModSeq <= since)
            {
                continue;
            }
            if (request.Attributes.SetsSeen && (entry.Flags & MessageFlags.Seen) == 0)
            {
                unseen.Add(entry.Uid);
            }
            if (fetch.Columns == null)
            {
                await fetch.WriteAsync(new(index, entry, null), cancellationToken);
                continue;
            }
            batch.Add(new(index, entry, null));
            batchBytes += entry.SizeBytes;
            if (batch.Count == BatchSize || batchBytes >= BatchBytes)
            {
                batchBytes = 0;
                met |= await WriteBatchAsync(session, fetch, batch, cancellationToken);
            }
        }
        met |= await WriteBatchAsync(session, fetch, batch, cancellationToken);
        if (unseen.Count > 0 && selected is { IsReadOnly: false, IsGone: false })
        {
            // After all output; the client is told of it like of any other change.
            await session.Account.StoreFlagsAsync(
                selected.Id, unseen, new FlagChange(FlagChangeKind.Add, MessageFlags.Seen, KeywordSet.Empty), null, cancellationToken);
        }
        return ImapReply.Ok("fetched", met && !request.Uid ? ResponseCodes.ExpungeIssued : null);
    }

    private static async ValueTask<bool> WriteBatchAsync(
        ImapSession session, FetchResponse fetch, List<FetchSubject> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return false;
        }
        bool met = false;
        MessageId[] ids = [.. batch.Select(s => s.Entry.MessageId)];
        var rows = session.Account.ReadRows(ids, fetch.Columns!.Value);
        for (int i = 0; i < batch.Count; i++)
        {
            if (rows[i] is { } row)
            {
                await fetch.WriteAsync(batch[i] with { Row = row }, cancellationToken);
            }
            else
            {
                met = true;
            }
        }
        batch.Clear();
        return met;
    }

    internal sealed record FetchRequest(SequenceSet Set, bool Uid, FetchAttributes Attributes, ModSeq? ChangedSince);
}

/// <summary>A message to be told of: its place, its state, and its row where one is needed.</summary>
internal readonly record struct FetchSubject(int Index, MessageEntry Entry, MessageRow? Row);
