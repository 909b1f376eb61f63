using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Mox.Host.Serving;
using Mox.Testing;

namespace Mox.Host.Tests.Serving;

public sealed class ConnectionCeilingTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerProvider _logs = new();
    private readonly ConnectionCeiling _ceiling;

    public ConnectionCeilingTests() => _ceiling = new ConnectionCeiling(new Endless(), 2, _time, new RecordingLogger<ConnectionCeiling>(_logs));

    public void Dispose() => _ceiling.Dispose();

    [Fact]
    public async Task Accept_OverTheCeiling_WaitsUntilAConnectionEnds()
    {
        await using IConnectionListener listener = await _ceiling.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var end = new TaskCompletionSource();
        Task first = _ceiling.RunAsync(_ => end.Task, (await listener.AcceptAsync())!);
        Assert.NotNull(await listener.AcceptAsync());
        ValueTask<ConnectionContext?> third = listener.AcceptAsync();
        Assert.False(third.IsCompleted);
        end.SetResult();
        await first;
        Assert.NotNull(await third.AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Accept_AfterAHandlerThatThrows_HasItsPlaceAgain()
    {
        await using IConnectionListener listener = await _ceiling.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < 5; i++)
        {
            ConnectionContext connection = (await listener.AcceptAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)))!;
            await Assert.ThrowsAsync<IOException>(() => _ceiling.RunAsync(_ => throw new IOException(), connection));
        }
    }

    [Fact]
    public async Task Unbind_WhileFull_EndsTheWait()
    {
        await using IConnectionListener listener = await _ceiling.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await listener.AcceptAsync();
        await listener.AcceptAsync();
        Task<ConnectionContext?> third = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync();
        Assert.Null(await third.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Full_IsToldOnceAMinute()
    {
        await using IConnectionListener listener = await _ceiling.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        ConnectionContext connection = (await listener.AcceptAsync())!;
        await listener.AcceptAsync();
        for (int i = 0; i < 3; i++)
        {
            ValueTask<ConnectionContext?> waiting = listener.AcceptAsync();
            await _ceiling.RunAsync(_ => Task.CompletedTask, connection);
            await waiting;
        }

        Assert.Single(_logs.Entries, e => e.Level == LogLevel.Warning);
        _time.Advance(TimeSpan.FromMinutes(1));
        ValueTask<ConnectionContext?> later = listener.AcceptAsync();
        Assert.Equal(2, _logs.Entries.Count(e => e.Level == LogLevel.Warning));
        await _ceiling.RunAsync(_ => Task.CompletedTask, connection);
        await later;
    }

    /// <summary>Always has one more client.</summary>
    private sealed class Endless : IConnectionListenerFactory, IConnectionListener
    {
        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(new DefaultConnectionContext());

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync() => default;
    }
}
