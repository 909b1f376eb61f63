using Mox.Mime;

namespace Mox.Store;

/// <summary>Reads what messages are sorted and threaded by, for many messages at once.</summary>
/// <remarks>
/// Thread-safe. Runs on the store's threads, in short reads, between which it can be cancelled. Contents that have no keys yet
/// are looked into; contents that are gone have none.
/// </remarks>
public sealed class MessageKeys
{
    /// <summary>In place of the date of a message that has none (RFC 5256 section 2.2): its INTERNALDATE counts.</summary>
    public const long NoDate = long.MinValue;

    private const int BatchSize = 8192;

    // Each opens a file.
    private const int ComputedATurn = 50;

    private readonly Func<MessageId, MessageColumns, MessageRow?> _readRow;
    private readonly Func<MessageRow, MessageContent?> _open;
    private readonly DatabaseReaders _readers;
    private readonly StoreThreads _threads;

    internal MessageKeys(Account account, DatabaseReaders readers, StoreThreads threads)
    {
        _readRow = (id, columns) => account.ReadRows([id], columns)[0];
        _open = account.OpenContent;
        _readers = readers;
        _threads = threads;
    }

    /// <summary>The sent dates, in Unix seconds or <see cref="NoDate"/>.</summary>
    public async Task<long[]> ReadDatesAsync(IReadOnlyList<MessageId> ids, CancellationToken cancellationToken)
    {
        long[] dates = new long[ids.Count];
        Array.Fill(dates, NoDate);
        await ReadAsync(
            ids,
            KeyColumn.SentAt,
            (at, row) => dates[at] = row.NullableInt64(1) ?? NoDate,
            (at, keys) => dates[at] = keys.SentAt ?? NoDate,
            cancellationToken);
        return dates;
    }

    /// <summary>One text of each.</summary>
    public async Task<SortTexts> ReadTextsAsync(IReadOnlyList<MessageId> ids, SortText key, CancellationToken cancellationToken)
    {
        var texts = new SortTexts(ids.Count);
        await ReadAsync(
            ids,
            KeyColumn.Of(key),
            (at, row) => texts.Set(at, row.Span(1)),
            (at, keys) => texts.Set(at, System.Text.Encoding.UTF8.GetBytes(keys.Text(key))),
            cancellationToken);
        return texts;
    }

    /// <summary>What threads are made of, and the sent dates.</summary>
    public async Task<ThreadKeys> ReadThreadKeysAsync(IReadOnlyList<MessageId> ids, CancellationToken cancellationToken)
    {
        var threads = new ThreadKeys(ids.Count);
        await ReadAsync(
            ids,
            KeyColumn.Thread,
            (at, row) => threads.Set(at, row.Span(1), row.NullableInt64(2)),
            (at, keys) => threads.Set(at, keys.Thread, keys.SentAt),
            cancellationToken);
        return threads;
    }

    /// <summary>Makes the keys of a content from its file; null when it is gone.</summary>
    internal Task<ContentKeys?> ComputeAsync(MessageId id) => _threads.RunAsync(() => Compute(id));

    private ContentKeys? Compute(MessageId id)
    {
        if (_readRow(id, MessageColumns.Prefix | MessageColumns.MimeTree) is not { } row)
        {
            return null;
        }

        using MessageContent? content = _open(row);
        return content is null
            ? null
            : ContentKeys.Of(
                MimeTreeCodec.Decode(row.MimeTree).Root, (offset, buffer) => content.Read(content.PrefixBytes + offset, buffer));
    }

    private async Task ReadAsync(
        IReadOnlyList<MessageId> ids,
        KeyColumn column,
        Action<int, Statement> read,
        Action<int, ContentKeys> computed,
        CancellationToken cancellationToken)
    {
        (long[] ascending, int[]? places) = Ascending(ids);
        var missing = new List<int>();
        for (int start = 0; start < ascending.Length; start += BatchSize)
        {
            var batch = new Range(start, Math.Min(start + BatchSize, ascending.Length));
            cancellationToken.ThrowIfCancellationRequested();
            await _threads.RunAsync(() => _readers.Read(database => ReadBatch(database, ascending, batch, column, Row, missing)));
        }

        for (int start = 0; start < missing.Count; start += ComputedATurn)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<int> turn = missing.GetRange(start, Math.Min(ComputedATurn, missing.Count - start));
            await _threads.RunAsync(() =>
            {
                foreach (int at in turn)
                {
                    if (Compute(new MessageId(ascending[at])) is { } keys)
                    {
                        computed(places?[at] ?? at, keys);
                    }
                }

                return true;
            });
        }

        void Row(int at, Statement row) => read(places?[at] ?? at, row);
    }

    private static bool ReadBatch(
        Database database, long[] ascending, Range batch, KeyColumn column, Action<int, Statement> read, List<int> missing)
    {
        int next = batch.Start.Value;
        database.RunPrepared("BEGIN");
        ContentKeyRows.Read(database, ascending.AsSpan(batch), column, (at, row) =>
        {
            at += batch.Start.Value;
            Miss(at);
            next = at + 1;
            read(at, row);
        });
        database.RunPrepared("COMMIT");
        Miss(batch.End.Value);
        return true;

        void Miss(int until)
        {
            for (; next < until; next++)
            {
                missing.Add(next);
            }
        }
    }

    // A mailbox mostly has its contents in their order; messages that were moved into it stand otherwise.
    private static (long[] Ascending, int[]? Places) Ascending(IReadOnlyList<MessageId> ids)
    {
        long[] ascending = new long[ids.Count];
        bool isAscending = true;
        for (int i = 0; i < ascending.Length; i++)
        {
            ascending[i] = ids[i].Value;
            isAscending &= i == 0 || ascending[i] >= ascending[i - 1];
        }

        if (isAscending)
        {
            return (ascending, null);
        }

        int[] places = [.. Enumerable.Range(0, ascending.Length)];
        Array.Sort(ascending, places);
        return (ascending, places);
    }
}
