using Microsoft.Extensions.Logging;

namespace Mox.Store;

/// <summary>Gives keys to the contents that came before there were any, in the background; goes on where an earlier run ended.</summary>
internal sealed partial class KeyFill(Account account, ILogger logger)
{
    private const int BatchSize = 50;

    private volatile bool _isStopping;
    private Task _running = Task.CompletedTask;

    /// <summary>Starts if there is something to fill.</summary>
    public void StartWhenNeeded()
    {
        if (account.Read(static database => ContentKeyRows.Pending(database, new MessageId(0), 1)).Count > 0)
        {
            _running = Task.Run(RunAsync);
        }
    }

    /// <summary>Ends it, before the account closes.</summary>
    public Task StopAsync()
    {
        _isStopping = true;
        return _running;
    }

    private async Task RunAsync()
    {
        try
        {
            var last = new MessageId(0);
            while (!_isStopping && account.Read(database => ContentKeyRows.Pending(database, last, BatchSize)) is { Count: > 0 } batch)
            {
                last = batch[^1];
                await FillAsync(batch);
            }
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            // The rest has its turn at the next open; until then its keys are made when they are asked for.
            LogEnded(logger, account.Name, e);
        }
    }

    private async Task FillAsync(List<MessageId> batch)
    {
        var filled = new List<(MessageId Id, ContentKeys Keys)>(batch.Count);
        foreach (MessageId id in batch)
        {
            if (_isStopping)
            {
                return;
            }

            try
            {
                if (await account.Keys.ComputeAsync(id) is { } keys)
                {
                    filled.Add((id, keys));
                }
            }
            catch (Exception e) when (e is (StoreException and not AccountUnavailableException) or IOException or FormatException)
            {
                LogSkipped(logger, account.Name, id.Value, e);
            }
        }

        await account.WriteAsync(
            context =>
            {
                foreach ((MessageId id, ContentKeys keys) in filled)
                {
                    // Erased meanwhile: then it has no row to get.
                    Statement pending = context.Database.Prepare("DELETE FROM PendingKeys WHERE ContentId = ?").Bind(id.Value);
                    pending.Run();
                    if (context.Database.Changes > 0)
                    {
                        ContentKeyRows.Add(context.Database, id, keys);
                    }
                }

                return true;
            },
            CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "account {Account}: filling of sort keys ended")]
    private static partial void LogEnded(ILogger logger, string account, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "account {Account}: no sort keys for message {MessageId}")]
    private static partial void LogSkipped(ILogger logger, string account, long messageId, Exception exception);
}
