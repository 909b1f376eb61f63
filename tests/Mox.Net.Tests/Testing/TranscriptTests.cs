using System.Text;
using Microsoft.AspNetCore.Connections;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Net.Tests.Testing;

public sealed class TranscriptTests
{
    [Fact]
    public async Task Transcript_RightConversation_Passes()
    {
        await using var connection = FakeConnection.Start(EchoAsync);
        await connection.TranscriptAsync("""
            # the greeting comes at once
            S: 220 hello *

            C: one
            S: you said one
            C*: t\x77o\r\nthr
            C*: ee\r\na\\b\r\n
            S...
            S: you said three
            S: you said a\b
            C: STARTTLS
            S: go
            C: <tls>
            C: secret
            S: you said secret
            C: <close>
            S: <eof>
            """);
        Assert.NotNull(connection.Client.Tls);
    }

    [Theory]
    [InlineData("S: 220 hello", "got: 220 hello you")]
    [InlineData("S: 221*", "got: 220 hello you")]
    [InlineData("S: <eof>", "got: 220 hello you")]
    [InlineData("S...\nS: never\nC: <close>", "got: <eof>", "C: <close>")]
    [InlineData("X: what", "no line like: X: what")]
    [InlineData("C*: \\q", "unknown escape")]
    public async Task Transcript_OtherConversation_SaysWhere(string script, string expected, string? first = null)
    {
        await using var connection = FakeConnection.Start(EchoAsync);
        if (first is not null)
        {
            await connection.TranscriptAsync(first);
        }

        var e = await Assert.ThrowsAsync<TranscriptException>(() => connection.TranscriptAsync(script));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FakeConnection_RequestClose_ReachesTheHandler()
    {
        await using var connection = FakeConnection.Start(EchoAsync);
        Assert.Equal("220 hello you", await connection.Client.ReadLineAsync());
        connection.Context.RequestClose();
        Assert.Equal("bye", await connection.Client.ReadLineAsync());
        Assert.Null(await connection.Client.ReadLineAsync());
        await connection.Completion;
    }

    [Fact]
    public async Task FakeConnection_Cut_FiresConnectionClosed()
    {
        var closed = new TaskCompletionSource();
        await using var connection = FakeConnection.Start(async context =>
        {
            context.ConnectionClosed.Register(closed.SetResult);
            await closed.Task;
        });
        connection.Context.Cut();
        await connection.Completion.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>A small server with all that a session has: lines, TLS, shutdown.</summary>
    private static async Task EchoAsync(ConnectionContext context)
    {
        var requested = context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested;
        System.IO.Pipelines.IDuplexPipe transport = context.Transport;
        TlsPipe? tls = null;
        var lines = new LineReader(transport.Input, 512);
        try
        {
            await transport.Output.WriteAsync("220 hello you\r\n"u8.ToArray());
            while (await lines.ReadAsync(requested) is { Status: LineStatus.Line } line)
            {
                if (line.Span.SequenceEqual("STARTTLS"u8))
                {
                    await transport.Output.WriteAsync("go\r\n"u8.ToArray());
                    lines.Release();
                    transport = tls = await TlsUpgrade.AcceptAsync(transport, TestCertificates.Server, new(), TimeProvider.System, default);
                    lines = new LineReader(tls.Input, 512);
                    continue;
                }

                await transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"you said {Encoding.ASCII.GetString(line.Span)}\r\n"));
            }
        }
        catch (OperationCanceledException)
        {
            await transport.Output.WriteAsync("bye\r\n"u8.ToArray());
        }

        if (tls is not null)
        {
            await tls.DisposeAsync();
        }
    }
}
