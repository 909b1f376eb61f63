using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>Chooses the SQLite library: the system's, which gets security fixes, before the bundled one, which is older.</summary>
/// <remarks>
/// Also holds the entry points for hot paths. The provider's calls go through an interface and a SafeHandle each, which costs more than the
/// work they do when a mailbox of 100,000 rows is read. Those that take nanoseconds, and never block, make no transition for the GC.
/// </remarks>
internal static unsafe class SqliteEngine
{
    private const int ConfigMultiThread = 2;
    private const int ConfigMemoryStatus = 9;

    private static readonly Lock Gate = new();
    private static nint _library;

    /// <summary>Version and origin of the library in use, for the log and `mox version`.</summary>
    public static string Description { get; private set; } = "";

    /// <summary>Whether the library leaves it to us that a connection is used by one thread at a time.</summary>
    internal static bool TakesNoMutex { get; private set; }

    internal static delegate* unmanaged<nint, byte*, int, uint, nint*, byte**, int> PrepareV3 { get; private set; }

    internal static delegate* unmanaged<nint, int> Step { get; private set; }

    internal static delegate* unmanaged<nint, int> Reset { get; private set; }

    internal static delegate* unmanaged<nint, int> Finalize { get; private set; }

    internal static delegate* unmanaged[SuppressGCTransition]<nint, int, long, int> BindInt64 { get; private set; }

    internal static delegate* unmanaged[SuppressGCTransition]<nint, int, int> BindNull { get; private set; }

    internal static delegate* unmanaged<nint, int, byte*, int, nint, int> BindText { get; private set; }

    internal static delegate* unmanaged<nint, int, byte*, int, nint, int> BindBlob { get; private set; }

    internal static delegate* unmanaged[SuppressGCTransition]<nint, int, int> ColumnType { get; private set; }

    internal static delegate* unmanaged[SuppressGCTransition]<nint, int, long> ColumnInt64 { get; private set; }

    internal static delegate* unmanaged[SuppressGCTransition]<nint, int, byte*> ColumnBlob { get; private set; }

    internal static delegate* unmanaged[SuppressGCTransition]<nint, int, int> ColumnBytes { get; private set; }

    internal static delegate* unmanaged<nint, int> ExtendedErrorCode { get; private set; }

    internal static delegate* unmanaged<nint, byte*> ErrorMessage { get; private set; }

    internal static delegate* unmanaged<nint, int> Changes { get; private set; }

    internal static delegate* unmanaged<nint, int> GetAutoCommit { get; private set; }

    internal static delegate* unmanaged<nint, delegate* unmanaged<int*, nint, byte*, int, int>, int*, nint> WalHook { get; private set; }

    /// <summary>Once a process, before the first connection.</summary>
    public static void Install(ILogger logger)
    {
        lock (Gate)
        {
            if (_library == 0)
            {
                Assembly provider = typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly;
                string origin = "the system's libsqlite3.so.0";
                if (OperatingSystem.IsWindows() || !NativeLibrary.TryLoad("libsqlite3.so.0", out _library))
                {
                    origin = "bundled";
                    _library = NativeLibrary.Load("e_sqlite3", provider, null);
                }

                nint library = _library;
                NativeLibrary.SetDllImportResolver(provider, (name, _, _) => name == "e_sqlite3" ? library : 0);
                SQLitePCL.Batteries_V2.Init();
                // A connection is used by one thread at a time, so its calls take no mutex; nor do allocations, to be counted.
                // Refused when the library is in use already: then it is only slower.
                TakesNoMutex = SQLitePCL.raw.sqlite3_config(ConfigMultiThread) == 0;
                _ = SQLitePCL.raw.sqlite3_config(ConfigMemoryStatus, 0);
                Bind();
                Description = $"SQLite {SQLitePCL.raw.sqlite3_libversion().utf8_to_string()} ({origin})";
            }
        }

        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogEngine(logger, Description, null);
        }
    }

    private static readonly Action<ILogger, string, Exception?> LogEngine =
        LoggerMessage.Define<string>(LogLevel.Debug, new EventId(1, "SqliteEngine"), "{Engine} in use");

    private static void Bind()
    {
        PrepareV3 = (delegate* unmanaged<nint, byte*, int, uint, nint*, byte**, int>)Export("sqlite3_prepare_v3");
        Step = (delegate* unmanaged<nint, int>)Export("sqlite3_step");
        Reset = (delegate* unmanaged<nint, int>)Export("sqlite3_reset");
        Finalize = (delegate* unmanaged<nint, int>)Export("sqlite3_finalize");
        BindInt64 = (delegate* unmanaged[SuppressGCTransition]<nint, int, long, int>)Export("sqlite3_bind_int64");
        BindNull = (delegate* unmanaged[SuppressGCTransition]<nint, int, int>)Export("sqlite3_bind_null");
        BindText = (delegate* unmanaged<nint, int, byte*, int, nint, int>)Export("sqlite3_bind_text");
        BindBlob = (delegate* unmanaged<nint, int, byte*, int, nint, int>)Export("sqlite3_bind_blob");
        ColumnType = (delegate* unmanaged[SuppressGCTransition]<nint, int, int>)Export("sqlite3_column_type");
        ColumnInt64 = (delegate* unmanaged[SuppressGCTransition]<nint, int, long>)Export("sqlite3_column_int64");
        ColumnBlob = (delegate* unmanaged[SuppressGCTransition]<nint, int, byte*>)Export("sqlite3_column_blob");
        ColumnBytes = (delegate* unmanaged[SuppressGCTransition]<nint, int, int>)Export("sqlite3_column_bytes");
        ExtendedErrorCode = (delegate* unmanaged<nint, int>)Export("sqlite3_extended_errcode");
        ErrorMessage = (delegate* unmanaged<nint, byte*>)Export("sqlite3_errmsg");
        Changes = (delegate* unmanaged<nint, int>)Export("sqlite3_changes");
        WalHook = (delegate* unmanaged<nint, delegate* unmanaged<int*, nint, byte*, int, int>, int*, nint>)Export("sqlite3_wal_hook");
        GetAutoCommit = (delegate* unmanaged<nint, int>)Export("sqlite3_get_autocommit");
    }

    private static nint Export(string name) => NativeLibrary.GetExport(_library, name);
}
