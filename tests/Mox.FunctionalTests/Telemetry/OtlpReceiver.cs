using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>A collector that keeps what it is sent by OTLP: over HTTP, or over gRPC (HTTP/2 in clear text).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _requests = new();

    // Compressed or not, and the length, before each message of gRPC.
    private const int GrpcPrefixBytes = 5;

    private OtlpReceiver(bool isGrpc)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _requests.Enqueue(($"{context.Request.ContentType} {context.Request.Path}", isGrpc ? Unframed(body.ToArray()) : body.ToArray()));
            context.Response.StatusCode = StatusCodes.Status200OK;
            if (isGrpc)
            {
                // An empty message; the status follows the body.
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[GrpcPrefixBytes]);
                context.Response.AppendTrailer("grpc-status", "0");
                return;
            }

            context.Response.ContentType = "application/x-protobuf";
        });
    }

    public Uri Url => new(_app.Urls.First());

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc = false)
    {
        var receiver = new OtlpReceiver(isGrpc);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Content type and path of all requests.</summary>
    public IReadOnlySet<string> Requests => _requests.Select(request => request.Path).ToHashSet();

    /// <summary>The bodies sent to a path.</summary>
    public IEnumerable<ProtoMessage> Bodies(string path) =>
        _requests.Where(request => request.Path.EndsWith(path, StringComparison.Ordinal)).Select(request => new ProtoMessage(request.Body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static byte[] Unframed(byte[] body)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1));
        return body[0] == 0 && length == body.Length - GrpcPrefixBytes ? body[GrpcPrefixBytes..] : throw new InvalidDataException("not one message without compression");
    }
}
