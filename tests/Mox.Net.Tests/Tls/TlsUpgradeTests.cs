using System.Security.Authentication;
using System.Text;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Net.Tests.Tls;

public sealed class TlsUpgradeTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Accept_GoodClient_SpeaksBothWaysAndSaysGoodbye(SslProtocols protocol)
    {
        var pair = DuplexPipePair.Create();
        await using var client = new LineClient(pair.Client);
        var accepting = TlsUpgrade.AcceptAsync(
            pair.Server, TestCertificates.Server, new TlsAcceptOptions { ApplicationProtocols = ["imap"] }, TimeProvider.System, default);
        await client.StartTlsAsync("mail.example", protocol, "imap");
        await using (var tls = await accepting)
        {
            Assert.Equal(protocol, tls.Session.Protocol);
            Assert.Equal("mail.example", tls.Session.ServerName);
            Assert.Equal("imap", tls.Session.ApplicationProtocol);
            Assert.Null(tls.Session.ClientCertificate);
            await client.SendLineAsync("NOOP");
            using var lines = new LineReader(tls.Input, 512);
            Assert.Equal("NOOP", Encoding.ASCII.GetString((await lines.ReadAsync(default)).Span));
            await tls.Output.WriteAsync("OK\r\n"u8.ToArray());
            Assert.Equal("OK", await client.ReadLineAsync());
        }

        Assert.Null(await client.ReadLineAsync());
    }
}
