using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>Whether writes fail. Said once when it begins and once when it ends: a disk that stays full does not fill the log, too.</summary>
internal sealed partial class WriterTrouble(IGroupTarget target, ILogger logger)
{
    private volatile string? _problem;

    /// <summary>What went wrong in the last group of writes; null when it went well.</summary>
    public string? Problem => _problem;

    /// <summary>Writes fail.</summary>
    public void Begin(Exception exception)
    {
        bool isNew = _problem is null;
        _problem = exception.Message;
        if (isNew)
        {
            target.SetTroubled(true);
            LogFailed(logger, target.Name, exception);
        }
        else
        {
            Continues(exception);
        }
    }

    /// <summary>Something fails of which it is known why.</summary>
    public void Continues(Exception exception) => LogStillFailing(logger, target.Name, exception);

    /// <summary>A group of writes succeeded, or there will be none any more.</summary>
    public void End(bool succeeded)
    {
        if (_problem is null)
        {
            return;
        }

        _problem = null;
        target.SetTroubled(false);
        if (succeeded)
        {
            LogRecovered(logger, target.Name);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Writer}: a group of writes failed; until one succeeds again its mail gets temporary errors")]
    private static partial void LogFailed(ILogger logger, string writer, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Writer}: still not usable")]
    private static partial void LogStillFailing(ILogger logger, string writer, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Writer}: writes succeed again")]
    private static partial void LogRecovered(ILogger logger, string writer);
}
