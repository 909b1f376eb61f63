using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mox.Dns.Wire;

namespace Mox.Dns.Upstream;

/// <summary>Asks the servers, one after the other, until one answers.</summary>
internal sealed partial class DnsUpstream(Func<ResolverConfiguration> configuration, DnsMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly SilentServers _silent = new(time);

    /// <summary>Asks; the token is the deadline, and past it the best that is known is returned.</summary>
    public async Task<ServerReply> AskAsync(DnsName name, DnsRecordType type, CancellationToken deadline)
    {
        var (servers, timeout, attempts) = configuration();
        // What a server has said it will say again; one that was silent is asked again.
        HashSet<DnsServer> settled = [];
        var best = ServerReply.Failure(DnsStatus.NetworkError, "there is no DNS server to ask");
        var isFirst = true;
        servers = _silent.Order(servers);
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            foreach (var server in servers.Where(server => !settled.Contains(server)))
            {
                if (deadline.IsCancellationRequested)
                {
                    return isFirst ? ServerReply.Failure(DnsStatus.Timeout, "the time was over before a server could be asked") : best;
                }

                var reply = await TryAsync(server, name, type, timeout, deadline);
                _silent.Note(server, reply);
                if (reply.Status == DnsStatus.Ok || reply.IsBogus)
                {
                    return reply;
                }

                LogFailure(name, type, reply.Status, reply.Explanation);
                best = isFirst || Weight(reply.Status) > Weight(best.Status) ? reply : best;
                isFirst = false;
                _ = reply.Status is DnsStatus.Timeout or DnsStatus.NetworkError || settled.Add(server);
            }
        }

        return best;
    }

    // The status that says most: a server's own word before its silence.
    private static int Weight(DnsStatus status) => status switch
    {
        DnsStatus.ServFail => 4,
        DnsStatus.Refused => 3,
        DnsStatus.Malformed => 2,
        DnsStatus.Timeout => 1,
        _ => 0,
    };

    private async Task<ServerReply> TryAsync(DnsServer server, DnsName name, DnsRecordType type, TimeSpan timeout, CancellationToken deadline)
    {
        var reply = await TryAsync(server, new DnsQuery(name, type.Code, useEdns: true), timeout, deadline);
        // A server that does not know EDNS says so in one of these ways (RFC 6891 section 7).
        return reply.Message is { Code: DnsResponseCode.FormErr or DnsResponseCode.NotImp or DnsResponseCode.BadVers }
            ? await TryAsync(server, new DnsQuery(name, type.Code, useEdns: false), timeout, deadline)
            : reply;
    }

    private async Task<ServerReply> TryAsync(DnsServer server, DnsQuery query, TimeSpan timeout, CancellationToken deadline)
    {
        var reply = await TryAsync(UdpExchange.AskAsync, "udp", server, query, timeout, deadline);
        return reply.NeedsTcp ? await TryAsync(TcpExchange.AskAsync, "tcp", server, query, timeout, deadline) : reply;
    }

    private async Task<ServerReply> TryAsync(
        Func<DnsServer, DnsQuery, CancellationToken, Task<ServerReply>> ask, string protocol, DnsServer server, DnsQuery query, TimeSpan timeout, CancellationToken deadline)
    {
        using var tryDeadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tryDeadline.Token, deadline);
        ServerReply reply;
        try
        {
            reply = await ask(server, query, either.Token);
        }
        catch (OperationCanceledException)
        {
            reply = ServerReply.Failure(DnsStatus.Timeout, $"{server} did not answer in time");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            var error = e as SocketException ?? e.InnerException as SocketException;
            reply = ServerReply.Failure(DnsStatus.NetworkError, $"{server} cannot be asked: {error?.SocketErrorCode.ToString() ?? e.Message}");
        }

        metrics.Query(protocol, reply);
        return reply;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "DNS: no answer for {Name} {Type}: {Status}: {Explanation}")]
    private partial void LogFailure(DnsName name, DnsRecordType type, DnsStatus status, string explanation);
}
