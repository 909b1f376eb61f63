using System.Net;
using System.Net.Sockets;
using Mox.Load;

namespace Mox.InteropTests;

/// <summary>DNS on a free port of loopback for a server under test that takes mail from anybody: every domain exists, and 127.0.0.1 may send for it.</summary>
internal sealed class OpenNames : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public OpenNames()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _serving = Names.ServeAsync(_socket, _stop.Token);
    }

    /// <summary>Where it is asked, as the configuration says it.</summary>
    public string Server => _socket.LocalEndPoint!.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _stop.Dispose();
    }
}
