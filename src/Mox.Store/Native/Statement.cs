using System.Buffers;
using System.Text;

namespace Mox.Store;

/// <summary>A prepared statement: bind in order, step, read columns. Text and blobs are copied by SQLite.</summary>
internal sealed unsafe class Statement : IDisposable
{
    private const int Row = 100;
    private const int Done = 101;
    private const int TypeNull = 5;
    private const uint Persistent = 1;
    private const nint Transient = -1;

    private readonly Database _database;
    private readonly string _sql;
    private readonly nint _handle;
    private int _next;

    public Statement(Database database, string sql)
    {
        _database = database;
        _sql = sql;
        byte[] bytes = Encoding.UTF8.GetBytes(sql);
        nint handle;
        fixed (byte* start = bytes)
        {
            int code = SqliteEngine.PrepareV3(database.Handle, start, bytes.Length, Persistent, &handle, null);
            if (code != 0)
            {
                throw database.Failure(code);
            }
        }

        _handle = handle;
    }

    public Statement Bind(long value)
    {
        Check(SqliteEngine.BindInt64(_handle, ++_next, value));
        return this;
    }

    public Statement Bind(long? value)
    {
        if (value is { } number)
        {
            return Bind(number);
        }

        Check(SqliteEngine.BindNull(_handle, ++_next));
        return this;
    }

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(string? value)
    {
        if (value is null)
        {
            Check(SqliteEngine.BindNull(_handle, ++_next));
            return this;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length) + 1);
        int length = Encoding.UTF8.GetBytes(value, buffer);
        fixed (byte* start = buffer)
        {
            Check(SqliteEngine.BindText(_handle, ++_next, start, length, Transient));
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return this;
    }

    /// <summary>Binds text that is UTF-8 already.</summary>
    public Statement BindText(ReadOnlySpan<byte> utf8)
    {
        byte none;
        fixed (byte* start = utf8)
        {
            Check(SqliteEngine.BindText(_handle, ++_next, utf8.IsEmpty ? &none : start, utf8.Length, Transient));
        }

        return this;
    }

    public Statement Bind(byte[]? value)
    {
        if (value is null)
        {
            Check(SqliteEngine.BindNull(_handle, ++_next));
            return this;
        }

        return Bind(value.AsSpan());
    }

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        // A null pointer would bind NULL in place of an empty blob.
        byte none;
        fixed (byte* start = value)
        {
            Check(SqliteEngine.BindBlob(_handle, ++_next, value.IsEmpty ? &none : start, value.Length, Transient));
        }

        return this;
    }

    /// <summary>Forgets what an earlier use that failed in the middle left.</summary>
    public void MakeReady()
    {
        if (_next != 0)
        {
            Reset();
        }
    }

    /// <summary>Goes to the next row; false at the end, and the statement is ready for new parameters.</summary>
    public bool Step()
    {
        _database.Reach(_sql);
        int code = SqliteEngine.Step(_handle);
        if (code == Row)
        {
            return true;
        }

        if (code == Done)
        {
            Reset();
            return false;
        }

        var failure = _database.Failure(code);
        Reset();
        throw failure;
    }

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        catch
        {
            Reset();
            throw;
        }
    }

    /// <summary>Ends reading before the last row; parameters are to be bound anew.</summary>
    public void Reset()
    {
        _next = 0;
        _ = SqliteEngine.Reset(_handle);
    }

    public long Int64(int column) => SqliteEngine.ColumnInt64(_handle, column);

    public bool Boolean(int column) => Int64(column) != 0;

    public bool IsNull(int column) => SqliteEngine.ColumnType(_handle, column) == TypeNull;

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    public string Text(int column) => Encoding.UTF8.GetString(Span(column));

    public byte[] Blob(int column) => Span(column).ToArray();

    public byte[]? NullableBlob(int column) => IsNull(column) ? null : Blob(column);

    /// <summary>Bytes of a text or blob column, valid until the next step.</summary>
    public ReadOnlySpan<byte> Span(int column)
    {
        byte* start = SqliteEngine.ColumnBlob(_handle, column);
        return start is null ? default : new ReadOnlySpan<byte>(start, SqliteEngine.ColumnBytes(_handle, column));
    }

    public void Dispose() => _ = SqliteEngine.Finalize(_handle);

    private void Check(int code)
    {
        if (code != 0)
        {
            throw _database.Failure(code);
        }
    }
}
