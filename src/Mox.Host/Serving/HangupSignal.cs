using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Mox.Host.Serving;

/// <summary>SIGHUP: take configuration and certificates again. Without it, the signal would end the process.</summary>
internal sealed class HangupSignal(ServerReload reload) : BackgroundService
{
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _signals.Writer.TryWrite(true);
        });
        try
        {
            while (true)
            {
                await _signals.Reader.ReadAsync(stoppingToken);
                // Problems are in the log.
                await reload.RunAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
