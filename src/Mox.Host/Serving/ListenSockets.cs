using System.Net;
using System.Net.Sockets;

namespace Mox.Host.Serving;

/// <summary>Opens listening sockets, and says in words why one cannot be had.</summary>
internal static class ListenSockets
{
    /// <summary>A socket bound to the address, not yet listening.</summary>
    /// <exception cref="UserErrorException">The port is taken or not allowed, or the address is not ours.</exception>
    public static Socket Bind(IPEndPoint address, string service)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // 0.0.0.0 and :: stand side by side in a listener, so :: is IPv6 only.
                socket.DualMode = false;
            }

            socket.Bind(address);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new UserErrorException(Explain(e.SocketErrorCode, address, service), e);
        }
    }

    /// <summary>Whether this machine has ::1; a container often has not.</summary>
    public static bool HasIpv6Loopback()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Explain(SocketError error, IPEndPoint address, string service) => error switch
    {
        SocketError.AddressAlreadyInUse =>
            $"{service} port {address} is taken by another program: stop that one, or change Port in Mox:Listeners (localserve: --port-offset N)",
        SocketError.AccessDenied =>
            $"no permission to listen on {service} port {address}: ports below 1024 need root or CAP_NET_BIND_SERVICE, others do not (localserve: --port-offset N)",
        SocketError.AddressNotAvailable =>
            $"{address.Address} is not an address of this machine, so {service} cannot listen there: correct Addresses in Mox:Listeners (localserve: --ip IP)",
        SocketError.AddressFamilyNotSupported =>
            $"this machine has no {(address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")}, so {service} cannot listen on {address}: remove the address from Mox:Listeners",
        _ => $"{service} cannot listen on {address}: {error}",
    };
}
