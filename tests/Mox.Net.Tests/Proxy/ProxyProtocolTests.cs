using System.Collections.Immutable;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Mox.Net.Proxy;
using Mox.Testing;

namespace Mox.Net.Tests.Proxy;

public sealed class ProxyProtocolTests : IDisposable
{
    private static readonly IPEndPoint Proxy = IPEndPoint.Parse("10.1.2.3:40000");
    private static readonly IPEndPoint Listener = IPEndPoint.Parse("10.9.9.9:25");
    private static readonly IPEndPoint Client = IPEndPoint.Parse("192.0.2.7:56324");
    private static readonly IPEndPoint Server = IPEndPoint.Parse("198.51.100.1:25");
    private static readonly ImmutableArray<IPNetwork> Trusted = [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("2001:db8:1::/48")];

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerProvider _log = new();

    public static TheoryData<byte[], string> Headers => new()
    {
        { ProxyHeaders.V1(Client, Server), "192.0.2.7:56324 198.51.100.1:25" },
        { ProxyHeaders.V2(Client, Server), "192.0.2.7:56324 198.51.100.1:25" },
        { ProxyHeaders.V2(0x20, 0, []), "10.1.2.3:40000 10.9.9.9:25" },
        { Encoding.ASCII.GetBytes("PROXY UNKNOWN\r\n"), "10.1.2.3:40000 10.9.9.9:25" },
    };

    public void Dispose() => _log.Dispose();

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Header_SplitAnywhere_IsTakenOffAndNamesTheClient(byte[] header, string expected)
    {
        byte[] sent = [.. header, .. "EHLO a\r\nPROXY TCP4 203.0.113.1 203.0.113.2 1 2\r\n"u8];
        foreach (IReadOnlyList<ReadOnlyMemory<byte>> pieces in SplitEverywhere.Of(sent))
        {
            await using FakeConnection connection = Start(Proxy);
            foreach (ReadOnlyMemory<byte> piece in pieces)
            {
                await connection.Client.SendAsync(piece);
            }

            await connection.Client.CloseSendingAsync();
            // A second header is not one: it is what the protocol gets.
            Assert.Equal(expected + "\r\nEHLO a\r\nPROXY TCP4 203.0.113.1 203.0.113.2 1 2\r\n", await connection.Client.ReadToEndAsync());
        }

        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("10.2.0.1", false)]
    [InlineData("10.1.255.255", true)]
    [InlineData("::ffff:10.1.0.1", true)]
    [InlineData("::ffff:10.2.0.1", false)]
    [InlineData("2001:db8:1::1", true)]
    [InlineData("2001:db8:2::1", false)]
    public async Task Header_FromAnybodyElse_IsWhatTheProtocolGets(string address, bool isTrusted)
    {
        foreach (byte[] header in (byte[][])[ProxyHeaders.V1(Client, Server), ProxyHeaders.V2(Client, Server)])
        {
            await using FakeConnection connection = Start(new IPEndPoint(IPAddress.Parse(address), 40_000));
            await connection.Client.SendAsync(header);
            await connection.Client.CloseSendingAsync();
            string got = await connection.Client.ReadToEndAsync();
            string seen = isTrusted ? Client + " " + Server : $"{new IPEndPoint(IPAddress.Parse(address), 40_000)} {Listener}";
            Assert.Equal($"{seen}\r\n{(isTrusted ? "" : Encoding.UTF8.GetString(header))}", got);
        }
    }

    [Theory]
    [InlineData("EHLO client.example\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    public async Task BadHeader_FromProxy_ClosesWithOneDebugLine(string sent)
    {
        await using FakeConnection connection = Start(Proxy);
        await connection.Client.SendAsync(sent);
        Assert.Equal("", await connection.Client.ReadToEndAsync());
        AssertOneDebugLine("does not begin");
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 56324 25\r")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n")]
    public async Task EndOfStream_BeforeHeaderIsWhole_ClosesWithOneDebugLine(string sent)
    {
        await using FakeConnection connection = Start(Proxy);
        await connection.Client.SendAsync(sent);
        await connection.Client.CloseSendingAsync();
        Assert.Equal("", await connection.Client.ReadToEndAsync());
        AssertOneDebugLine("does not begin");
    }

    [Fact]
    public async Task NoHeader_InTime_ClosesWithOneDebugLine()
    {
        await using FakeConnection connection = Start(Proxy);
        await connection.Client.SendAsync("PROXY ");
        await _time.WaitForTimerAsync(ProxyProtocol.HeaderTimeout);
        _time.Advance(ProxyProtocol.HeaderTimeout);
        Assert.Equal("", await connection.Client.ReadToEndAsync());
        AssertOneDebugLine("none came in time");
    }

    [Fact]
    public async Task Header_Drop_ByDrop_DoesNotMoveTheDeadline()
    {
        await using FakeConnection connection = Start(Proxy);
        await _time.WaitForTimerAsync(ProxyProtocol.HeaderTimeout);
        foreach (char c in "PROXY")
        {
            await connection.Client.SendAsync(c.ToString());
            _time.Advance(ProxyProtocol.HeaderTimeout / 5);
        }

        Assert.Equal("", await connection.Client.ReadToEndAsync());
        AssertOneDebugLine("none came in time");
    }

    [Fact]
    public async Task Stop_WhileWaiting_Closes()
    {
        await using FakeConnection connection = Start(Proxy);
        await _time.WaitForTimerAsync(ProxyProtocol.HeaderTimeout);
        connection.Context.RequestClose();
        Assert.Equal("", await connection.Client.ReadToEndAsync());
        AssertOneDebugLine("the server stops");
    }

    [Fact]
    public async Task Timer_AfterHeader_IsGone()
    {
        await using FakeConnection connection = Start(Proxy);
        await connection.Client.SendAsync(ProxyHeaders.V1(Client, Server));
        Assert.NotNull(await connection.Client.ReadLineAsync());
        Assert.Equal(0, _time.ActiveTimers);
    }

    private FakeConnection Start(IPEndPoint remote)
    {
        var protocol = new ProxyProtocol(EchoAsync, Trusted, _time, new RecordingLogger<ProxyProtocol>(_log));
        return FakeConnection.Start(protocol.OnConnectedAsync, remote, Listener);
    }

    // Says who is there, then all that he says.
    private static async Task EchoAsync(ConnectionContext connection)
    {
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes($"{connection.RemoteEndPoint} {connection.LocalEndPoint}\r\n"));
        await connection.Transport.Input.CopyToAsync(connection.Transport.Output);
    }

    private void AssertOneDebugLine(string problem)
    {
        LogEntry line = Assert.Single(_log.Entries);
        Assert.Equal(LogLevel.Debug, line.Level);
        Assert.Contains("10.1.2.3:40000", line.Message, StringComparison.Ordinal);
        Assert.Contains(problem, line.Message, StringComparison.Ordinal);
    }
}
