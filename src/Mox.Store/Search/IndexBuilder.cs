using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Mox.Mime;

namespace Mox.Store;

/// <summary>Brings contents into search.db in the order of their ids, some at a time, and takes those out again that are gone.</summary>
/// <remarks>
/// Ids are given out and committed in order: what a read transaction finds up to the last id is all there will ever be up to it. A shard
/// with many contents that are gone is made anew beside the table in use.
/// </remarks>
internal sealed partial class IndexBuilder
{
    private const int MaxContents = 128;
    private const int RowsAtOnce = 16;
    private const long MaxChars = 512 * 1024;
    private const int ErasedAtOnce = 256;

    private readonly Account _account;
    private readonly StoreServices _store;
    private readonly IndexedText _text;
    private SearchDatabase _database = null!;
    private string _table = "";
    private int _place;
    private long _erased = ErasedAtOnce;

    public IndexBuilder(Account account, StoreServices store)
    {
        _account = account;
        _store = store;
        _text = new IndexedText((isHeader, row, text) => _database.AddRow(_table, IndexRow.Number(_place, isHeader, row), text.Span));
    }

    /// <summary>Notes contents that were erased, to look some time whether it is worth while to make a shard anew.</summary>
    public void Erased(int count) => Interlocked.Add(ref _erased, count);

    /// <summary>Does a little; true when there is more to do.</summary>
    public bool Step(SearchDatabase database, out long coveredTo)
    {
        _database = database;
        coveredTo = database.CoveredTo;
        List<IndexShard> shards = database.ReadShards();
        if (shards.Find(shard => shard.NextTo is not null) is { } renewed)
        {
            Renew(renewed, coveredTo);
            return true;
        }

        if (Append(ref coveredTo))
        {
            return true;
        }

        long erased = Interlocked.Read(ref _erased);
        if (erased == 0 || (erased < ErasedAtOnce && erased * 8 < shards.Sum(shard => shard.Contents)))
        {
            return false;
        }

        Interlocked.Add(ref _erased, -erased);
        return BeginRenewals(shards, coveredTo);
    }

    private bool Append(ref long coveredTo)
    {
        (List<MessageId> ids, long last) = NextIds(coveredTo, long.MaxValue);
        if (last == coveredTo)
        {
            return false;
        }

        long from = coveredTo;
        coveredTo = InTransaction(() =>
        {
            long to = last;
            if (ids.Count > 0)
            {
                long number = IndexRow.ShardOf(ids[0].Value);
                IndexShard shard = _database.ReadShard(number) ?? CreateShard(number);
                (long count, to) = Write(SearchDatabase.TableOf(number, shard.Generation), ids, last);
                _database.Put(shard with { Contents = shard.Contents + count });
            }

            _database.SetCoveredTo(to);
            return to;
        });
        return coveredTo > from;
    }

    private IndexShard CreateShard(long number)
    {
        _database.CreateTable(number, 1);
        return new IndexShard(number, 1, 0, null, 0);
    }

    // Shards are few, and each begins with a transaction of its own.
    private bool BeginRenewals(List<IndexShard> shards, long coveredTo)
    {
        bool any = false;
        foreach (IndexShard shard in shards)
        {
            long first = shard.Number * IndexRow.ShardContents;
            long live = _account.Read(database => CountLive(database, first, Math.Min(IndexRow.LastOf(shard.Number), coveredTo)));
            if ((shard.Contents - live) * 4 <= shard.Contents)
            {
                continue;
            }

            any = true;
            InTransaction(() =>
            {
                _database.CreateTable(shard.Number, shard.Generation + 1);
                _database.Put(shard with { NextTo = first - 1, NextContents = 0 });
                return true;
            });
        }

        return any;
    }

    private void Renew(IndexShard shard, long coveredTo)
    {
        long end = Math.Min(IndexRow.LastOf(shard.Number), coveredTo);
        (List<MessageId> ids, long last) = NextIds(shard.NextTo!.Value, end);
        InTransaction(() =>
        {
            if (ids.Count > 0)
            {
                (long count, long to) = Write(SearchDatabase.TableOf(shard.Number, shard.Generation + 1), ids, last);
                _database.Put(shard with { NextTo = to, NextContents = shard.NextContents + count });
                return true;
            }

            _database.DropTable(shard.Number, shard.Generation);
            if (shard.NextContents == 0 && end < coveredTo)
            {
                // Nothing of it is left, and nothing comes.
                _database.DropTable(shard.Number, shard.Generation + 1);
                _database.ForgetUndecided(shard.Number * IndexRow.ShardContents, end);
                _database.Remove(shard.Number);
                return true;
            }

            _database.Put(new IndexShard(shard.Number, shard.Generation + 1, shard.NextContents, null, 0));
            return true;
        });
    }

    // Contents of one shard after an id, and up to which id that is all.
    private (List<MessageId> Ids, long Last) NextIds(long after, long end) => _account.Read(database =>
    {
        database.RunPrepared("BEGIN");
        Statement state = database.Prepare("SELECT LastMessageId FROM AccountState");
        long last = Math.Min(state.Step() ? state.Int64(0) : 0, end);
        state.Reset();
        var ids = new List<MessageId>();
        Statement read = database.Prepare("SELECT Id FROM Contents WHERE Id > ? AND Id <= ? ORDER BY Id LIMIT ?")
            .Bind(after).Bind(last).Bind(MaxContents);
        while (read.Step())
        {
            var id = new MessageId(read.Int64(0));
            if (ids.Count > 0 && IndexRow.ShardOf(id.Value) != IndexRow.ShardOf(ids[0].Value))
            {
                read.Reset();
                database.RunPrepared("COMMIT");
                return (ids, ids[^1].Value);
            }

            ids.Add(id);
        }

        database.RunPrepared("COMMIT");
        return (ids, ids.Count == MaxContents ? ids[^1].Value : Math.Max(last, after));
    });

    private static long CountLive(Database database, long first, long last)
    {
        // The second are expunged, but some session can still read them.
        Statement read = database.Prepare(
            """
            SELECT (SELECT count(DISTINCT ContentId) FROM Messages WHERE ContentId BETWEEN ?1 AND ?2)
                + (SELECT count(*) FROM Erases WHERE IsRowGone = 0 AND ContentId BETWEEN ?1 AND ?2)
            """)
            .Bind(first).Bind(last);
        long count = read.Step() ? read.Int64(0) : 0;
        read.Reset();
        return count;
    }

    // How many were written, and up to which id: not always all, since their texts may be long.
    private (long Count, long To) Write(string table, List<MessageId> ids, long last)
    {
        _table = table;
        long count = 0;
        long chars = 0;
        foreach (MessageId[] some in ids.Chunk(RowsAtOnce))
        {
            foreach (MessageRow? row in _account.ReadRows(some, MessageColumns.Prefix | MessageColumns.MimeTree))
            {
                if (row is null)
                {
                    continue;
                }

                if (chars >= MaxChars)
                {
                    return (count, row.Id.Value - 1);
                }

                Write(row);
                count++;
                chars += _text.Length;
                _store.Metrics.ContentIndexed(_text.Length);
            }
        }

        return (count, last);
    }

    private void Write(MessageRow row)
    {
        _place = IndexRow.PlaceOf(row.Id.Value);
        _text.Begin();
        try
        {
            using MessageContent? content = _account.OpenContent(row);
            if (content is not null)
            {
                new SearchText(content, MimeTreeCodec.Decode(row.MimeTree).Root).CopyTo(_text, TextScope.HeaderAndBody);
                _text.End();
            }

            if (!_text.IsTooLong)
            {
                return;
            }
        }
#pragma warning disable CA1031 // Whatever it is, only this message cannot be read: a search that needs it will say so.
        catch (Exception e) when (e is not (SqliteException or AccountUnavailableException))
#pragma warning restore CA1031
        {
            LogUnreadable(_store.Logger, _account.Name, row.Id.Value, e);
        }

        _database.AddUndecided(row.Id.Value);
    }

    private T InTransaction<T>(Func<T> write)
    {
        _database.Begin();
        try
        {
            T result = write();
            _database.Commit();
            return result;
        }
        catch
        {
            TryRollBack();
            throw;
        }
    }

    private void TryRollBack()
    {
        try
        {
            _database.Rollback();
        }
        catch (SqliteException e)
        {
            // The connection is closed after the failure that led here.
            LogNotRolledBack(_store.Logger, _account.Name, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "account {Account}: message {Id} cannot be read for the text index")]
    private static partial void LogUnreadable(ILogger logger, string account, long id, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "account {Account}: rolling back in the text index")]
    private static partial void LogNotRolledBack(ILogger logger, string account, Exception exception);
}
