using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Mox.Host.Serving;

/// <summary>
/// Accepts only as many connections as there are files for; the others wait in the system's queue until one ends. Without it, a flood of
/// connections takes the last file descriptor, and the runtime dies of it.
/// </summary>
/// <remarks>One for all listeners. Each keeps a place while it waits for a client, so a flood of one service leaves the others a door.</remarks>
internal sealed partial class ConnectionCeiling(IConnectionListenerFactory inner, int max, TimeProvider time, ILogger<ConnectionCeiling> logger)
    : IConnectionListenerFactory, IDisposable
{
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _free = new(max);
    private long? _warnedAt;

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(this, await inner.BindAsync(endpoint, cancellationToken));

    /// <summary>Runs a connection and gives its place back.</summary>
    public async Task RunAsync(ConnectionDelegate handle, ConnectionContext connection)
    {
        try
        {
            await handle(connection);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private async ValueTask<bool> TakePlaceAsync(CancellationToken unbound)
    {
        if (await _free.WaitAsync(TimeSpan.Zero, CancellationToken.None))
        {
            return true;
        }

        // Several listeners may warn at once; that does no harm.
        if (_warnedAt is not { } last || time.GetElapsedTime(last) >= BetweenWarnings)
        {
            _warnedAt = time.GetTimestamp();
            LogFull(logger, max);
        }

        try
        {
            await _free.WaitAsync(unbound);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "connections wait: as many are open as the limit of open files allows connections={Connections}")]
    private static partial void LogFull(ILogger logger, int connections);

    private sealed class Listener(ConnectionCeiling ceiling, IConnectionListener inner) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (!await ceiling.TakePlaceAsync(_unbound.Token))
            {
                return null;
            }

            ConnectionContext? connection = null;
            try
            {
                connection = await inner.AcceptAsync(cancellationToken);
                return connection;
            }
            finally
            {
                if (connection is null)
                {
                    ceiling._free.Release();
                }
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
