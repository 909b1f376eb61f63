using Mox.Imap.Search;
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
        var modifiers = input.TrySpace() ? FetchModifiers.Parse(ref input, uid) : FetchModifiers.None;
        if (modifiers.ChangedSince is not null)
        {
            attributes.Ensure(FetchItemKind.ModSeq, first: false);
        }
        if (uid && !input.UidOnly)
        {
            attributes.Ensure(FetchItemKind.Uid, first: true);
        }
        return new(set, uid, attributes, modifiers);
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
        var since = request.Modifiers.ChangedSince;
        if (request.Modifiers.Vanished)
        {
            await TellVanishedAsync(session, request);
        }
        foreach (int index in Indexes(selected, request))
        {
            var entry = told[index];
            if (latest is not null)
            {
                int now = latest.IndexOf(entry.Uid);
                met |= now < 0;
                entry = now < 0 ? entry : latest[now];
            }
            if (since is not null && entry.ModSeq <= since)
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

    // Of a large mailbox few messages have changed: only those are looked at.
    private static IEnumerable<int> Indexes(SelectedMailbox selected, FetchRequest request)
    {
        var all = selected.Indexes(request.Set, request.Uid);
        if (request.Modifiers.ChangedSince is { } since)
        {
            all = selected.ChangedSince(since, request.Set, request.Uid);
        }
        return request.Modifiers.Partial is { } partial ? Window([.. all], partial) : all;
    }

    // PARTIAL (RFC 9394 section 3.3): after what CHANGEDSINCE leaves (RFC 9394 section 3.4).
    private static List<int> Window(List<int> indexes, PartialRange partial)
    {
        var (start, count) = partial.Of(indexes.Count);
        return indexes.GetRange(start, count);
    }

    private static async ValueTask TellVanishedAsync(ImapSession session, FetchRequest request)
    {
        if (!session.QResync)
        {
            throw new ImapSyntaxException("ENABLE QRESYNC comes before VANISHED");
        }
        var selected = session.Selected!;
        var told = selected.Told;
        var left = session.Account.ReadVanished(selected.Id, request.Modifiers.ChangedSince!.Value);
        // With 1:* a client means all it may have, also when the largest UID has left.
        var asked = selected.Ranges(request.Set, told.UidNext.Value - 1);
        await VanishedResponse.WriteAsync(session, VanishedResponse.Since(told, left, asked), earlier: true);
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

    internal sealed record FetchRequest(SequenceSet Set, bool Uid, FetchAttributes Attributes, FetchModifiers Modifiers);
}

/// <summary>A message to be told of: its place, its state, and its row where one is needed.</summary>
internal readonly record struct FetchSubject(int Index, MessageEntry Entry, MessageRow? Row);
