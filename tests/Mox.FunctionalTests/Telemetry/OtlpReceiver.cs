using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mox.FunctionalTests.Telemetry;

/// <summary>A collector that keeps what it is sent by OTLP over HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _requests = new();

    private OtlpReceiver()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _requests.Enqueue(($"{context.Request.ContentType} {context.Request.Path}", body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
    }

    public Uri Url => new(_app.Urls.First());

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Content type and path of all requests.</summary>
    public IReadOnlySet<string> Requests => _requests.Select(request => request.Path).ToHashSet();

    /// <summary>The bodies sent to a path.</summary>
    public IEnumerable<ProtoMessage> Bodies(string path) =>
        _requests.Where(request => request.Path.EndsWith(path, StringComparison.Ordinal)).Select(request => new ProtoMessage(request.Body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
