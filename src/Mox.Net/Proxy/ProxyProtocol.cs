using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace Mox.Net.Proxy;

/// <summary>
/// Stands before a protocol on a listener that is reached through proxies (the PROXY protocol of HAProxy): takes their header off, and gives
/// the connection the client's address, which is then the one that limits, logs and Received headers know.
/// </summary>
/// <remarks>
/// A proxy must send a header, or the connection is closed. Whoever is no trusted proxy is served as if there were no such protocol: his
/// header would be bytes of the protocol behind, so nobody can choose an address for himself.
/// </remarks>
public sealed partial class ProxyProtocol(
    ConnectionDelegate next, ImmutableArray<IPNetwork> trustedProxies, TimeProvider time, ILogger<ProxyProtocol> logger)
{
    /// <summary>How long a header may take. A proxy sends it at once: this leaves room for a packet that is lost and sent again.</summary>
    public static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs one connection to its end.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (IsTrusted(connection.RemoteEndPoint) && !await TakeHeaderAsync(connection))
        {
            return;
        }

        await next(connection);
    }

    private bool IsTrusted(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: { } address })
        {
            return false;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return trustedProxies.Any(network => network.Contains(plain));
    }

    private async ValueTask<bool> TakeHeaderAsync(ConnectionContext connection)
    {
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        // Not tied to ConnectionClosed, which fires when the client has sent its last byte: what came before is still served.
        using var timeout = new IdleTimeout(time, stopping);
        string problem;
        try
        {
            ProxyHeader? header = await ReadAsync(connection.Transport.Input, timeout.Start(HeaderTimeout));
            if (header is { } taken)
            {
                connection.RemoteEndPoint = taken.Source ?? connection.RemoteEndPoint;
                connection.LocalEndPoint = taken.Destination ?? connection.LocalEndPoint;
                return true;
            }

            problem = "the connection does not begin with a whole and valid one";
        }
        catch (OperationCanceledException)
        {
            problem = timeout.HasExpired ? "none came in time"
                : stopping.IsCancellationRequested ? "the server stops" : "the connection broke";
        }
        catch (IOException)
        {
            problem = "the connection broke";
        }

        LogNoHeader(logger, connection.RemoteEndPoint, problem);
        return false;
    }

    // What follows the header stays in the pipe, for the protocol.
    private static async ValueTask<ProxyHeader?> ReadAsync(PipeReader input, CancellationToken ct)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(ct);
            ProxyHeaderStatus status = Parse(result.Buffer, out ProxyHeader header);
            if (status == ProxyHeaderStatus.Complete)
            {
                input.AdvanceTo(result.Buffer.GetPosition(header.Length));
                return header;
            }

            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (status == ProxyHeaderStatus.Bad || result.IsCompleted || result.IsCanceled)
            {
                return null;
            }
        }
    }

    private static ProxyHeaderStatus Parse(ReadOnlySequence<byte> buffer, out ProxyHeader header)
    {
        ReadOnlySequence<byte> head = buffer.Slice(0, Math.Min(buffer.Length, ProxyHeaderParser.MaxBytes));
        return ProxyHeaderParser.Parse(head.IsSingleSegment ? head.FirstSpan : head.ToArray(), out header);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "closed: no PROXY header from trusted proxy {Remote}: {Problem}")]
    private static partial void LogNoHeader(ILogger logger, EndPoint? remote, string problem);
}
