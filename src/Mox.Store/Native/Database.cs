using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Mox.Store;

/// <summary>One SQLite connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed unsafe class Database : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly Action<string>? _faults;
    private int* _walPages;

    public Database(string path, bool readOnly, int cacheKiB, Action<string>? faults = null)
    {
        Path = path;
        _faults = faults;
        Connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            Connection.Open();
            Handle = Connection.Handle!.DangerousGetHandle();
            Run("PRAGMA busy_timeout = 200");
            Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA cache_size = -{cacheKiB}"));
            Run("PRAGMA temp_store = MEMORY");
            if (!readOnly)
            {
                // In place of SQLite's automatic checkpoints, which would run inside somebody's commit.
                _walPages = (int*)NativeMemory.AllocZeroed(sizeof(int));
                _ = SqliteEngine.WalHook(Handle, &CountWalPages, _walPages);
            }
        }
        catch
        {
            Connection.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>For EF Core, which shares the connection.</summary>
    public SqliteConnection Connection { get; }

    internal nint Handle { get; }

    /// <summary>Whether no transaction is open; SQLite ends one by itself after some errors.</summary>
    public bool IsAutoCommit => SqliteEngine.GetAutoCommit(Handle) != 0;

    /// <summary>Pages in the write-ahead log after the last commit.</summary>
    public int WalPages => _walPages is null ? 0 : *_walPages;

    public int Changes => SqliteEngine.Changes(Handle);

    /// <summary>The prepared statement of this SQL, a constant; ready for its parameters.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out Statement? statement))
        {
            statement = new Statement(this, sql);
            _statements.Add(sql, statement);
        }
        else
        {
            statement.MakeReady();
        }

        return statement;
    }

    /// <summary>Runs a statement without parameters, not kept.</summary>
    public void Run(string sql)
    {
        using var statement = new Statement(this, sql);
        while (statement.Step())
        {
        }
    }

    /// <summary>Runs a prepared statement without parameters.</summary>
    public void RunPrepared(string sql) => Prepare(sql).Run();

    /// <summary>Runs all statements of a script.</summary>
    public void RunScript(string sql)
    {
        using SqliteCommand command = Connection.CreateCommand();
#pragma warning disable CA2100 // The scripts are our own embedded resources.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public long ReadInt64(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public void Dispose()
    {
        foreach (Statement statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        Connection.Dispose();
        NativeMemory.Free(_walPages);
        _walPages = null;
    }

    [UnmanagedCallersOnly]
    private static int CountWalPages(int* pages, nint database, byte* name, int count)
    {
        *pages = count;
        return 0;
    }

    internal void Reach(string sql) => _faults?.Invoke(sql);

    internal SqliteException Failure(int code)
    {
        int extended = SqliteEngine.ExtendedErrorCode(Handle);
        string message = Marshal.PtrToStringUTF8((nint)SqliteEngine.ErrorMessage(Handle)) ?? "";
        return new SqliteException($"SQLite error {code}: {message}", code & 0xff, extended);
    }
}
