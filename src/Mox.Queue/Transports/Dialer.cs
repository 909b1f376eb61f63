using System.Net;
using System.Net.Sockets;
using Mox.Dns;

namespace Mox.Queue;

/// <summary>Opens TCP connections to the addresses of a host: one after the other, with a share of the time for each.</summary>
public sealed class Dialer(IDnsResolver resolver, TimeProvider time)
{
    // More addresses than any relay has.
    private const int MaxAddresses = 16;

    private static readonly TimeSpan Total = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);

    /// <summary>Connects to a name or an address; gives the stream, or what went wrong in words for people.</summary>
    public async ValueTask<(Stream? Stream, string Problem)> ConnectAsync(string host, int port, CancellationToken ct)
    {
        (IReadOnlyList<IPAddress> addresses, string problem) = await LookUpAsync(host, ct);
        if (addresses.Count == 0)
        {
            return (null, problem);
        }

        TimeSpan share = Total / addresses.Count;
        foreach (IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var timeout = new CancellationTokenSource(share > Least ? share : Least, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), either.Token);
                return (new NetworkStream(socket, ownsSocket: true), "");
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                socket.Dispose();
                problem = $"connecting to {host} ({address}) port {port}: {(e is SocketException s ? Words(s) : "no answer in time")}";
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        return (null, problem);
    }

    private async ValueTask<(IReadOnlyList<IPAddress> Addresses, string Problem)> LookUpAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return ([literal], "");
        }

        if (!DnsName.TryParse(host, out DnsName name))
        {
            return ([], $"{host} is no host name");
        }

        DnsAnswer<IPAddress> answer = await resolver.LookupAddressesAsync(name, ct);
        return answer.Status == DnsStatus.Ok && answer.Records.Count > 0
            ? ([.. answer.Records.Take(MaxAddresses)], "")
            : ([], $"looking up {host}: {answer}");
    }

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.TimedOut => "no answer in time",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "unreachable",
        _ => e.SocketErrorCode.ToString(),
    };
}
