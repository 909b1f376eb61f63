using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mox.Testing;

/// <summary>A connection as Kestrel gives it to a handler, over a pipe of the test's.</summary>
public sealed class FakeConnectionContext : DefaultConnectionContext, IConnectionLifetimeNotificationFeature
{
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _closeRequested = new();

    public FakeConnectionContext(IDuplexPipe transport, IPEndPoint? remote = null, IPEndPoint? local = null)
        : base(Guid.NewGuid().ToString("n"), transport, transport)
    {
        RemoteEndPoint = remote ?? new IPEndPoint(IPAddress.Parse("192.0.2.1"), 40_000);
        LocalEndPoint = local ?? new IPEndPoint(IPAddress.Loopback, 25);
        ConnectionClosed = _closed.Token;
        ConnectionClosedRequested = _closeRequested.Token;
        Features.Set<IConnectionLifetimeNotificationFeature>(this);
    }

    /// <summary>Fires when the host stops: time to say 421 or BYE.</summary>
    public CancellationToken ConnectionClosedRequested { get; set; }

    /// <summary>Why the handler aborted the connection; null when it did not.</summary>
    public ConnectionAbortedException? AbortReason { get; private set; }

    /// <summary>Asks the handler to end, as a stopping host does.</summary>
    public void RequestClose() => _closeRequested.Cancel();

    /// <summary>Cuts the connection, as a reset by the peer does.</summary>
    public void Cut()
    {
        _closed.Cancel();
        Transport.Input.CancelPendingRead();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        AbortReason ??= abortReason;
        _closed.Cancel();
        Transport.Output.CancelPendingFlush();
        Transport.Input.CancelPendingRead();
    }
}
