using System.Text;
using Microsoft.Extensions.Logging;

namespace Mox.Dns.Local;

/// <summary>What a small text file says, read again when it changes; a file that is not there says nothing.</summary>
/// <remarks>Looked at when it is used, at most once a second. Thread-safe.</remarks>
internal sealed partial class WatchedFile<T>(string path, Func<string, T> parse, TimeProvider time, ILogger logger)
    where T : class
{
    private const int MaxBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private (DateTime Written, long Length)? _seen;
    private long _lookedAt;
    private T? _current;

    /// <summary>What the file says now; while it cannot be read, what it said last.</summary>
    public T Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null || time.GetElapsedTime(_lookedAt) >= Interval)
                {
                    _lookedAt = time.GetTimestamp();
                    _current = Look(_current);
                }

                return _current;
            }
        }
    }

    private T Look(T? before)
    {
        try
        {
            var file = new FileInfo(path);
            (DateTime Written, long Length) now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            if (now == _seen && before is not null)
            {
                return before;
            }

            _seen = now;
            if (now.Length > MaxBytes)
            {
                LogTooLong(path, MaxBytes);
                return before ?? parse("");
            }

            return parse(file.Exists ? File.ReadAllText(path, Encoding.Latin1) : "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(e, path);
            return before ?? parse("");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is longer than {MaxBytes} bytes and is not used")]
    private partial void LogTooLong(string path, int maxBytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} cannot be read")]
    private partial void LogUnreadable(Exception e, string path);
}
