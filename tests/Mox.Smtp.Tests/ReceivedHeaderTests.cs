using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Mox.Addresses;
using Mox.Net.Tls;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests;

public class ReceivedHeaderTests
{
    private static readonly DateTimeOffset At = new(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(2));

    [Fact]
    public void Build_WithTls_NamesEverything() => Assert.Equal(
        "Received: from client.example ([192.0.2.1]) by mail.example ([127.0.0.1])\r\n"
        + "\tvia tcp with ESMTPS id abc (TLS1.3 TLS_AES_128_GCM_SHA256)\r\n"
        + "\tfor <bob@here.example>; Tue, 3 Feb 2026 02:05:06 +0000\r\n",
        Build(Peer(isTls: true), needsUtf8: false, "bob@here.example"));

    [Theory]
    [InlineData(false, false, false, "SMTP")]
    [InlineData(true, false, false, "ESMTP")]
    [InlineData(true, true, false, "ESMTPS")]
    [InlineData(true, false, true, "UTF8SMTP")]
    [InlineData(true, true, true, "UTF8SMTPS")]
    public void Build_Protocol_IsTheRegisteredWord(bool isExtended, bool isTls, bool needsUtf8, string expected) =>
        Assert.Contains($" with {expected} ", Build(Peer(isExtended, isTls), needsUtf8, null).ReplaceLineEndings("").Replace('\t', ' '), StringComparison.Ordinal);

    [Fact]
    public void Build_ForeignNames_AreALabels()
    {
        string text = Build(Peer() with { Hello = new SmtpHost(Domain.Parse("bücher.example")) }, needsUtf8: false, "bob@bücher.example");
        Assert.Contains("from xn--bcher-kva.example ", text, StringComparison.Ordinal);
        Assert.Contains("for <bob@xn--bcher-kva.example>;", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_LongestNames_FoldsOnly()
    {
        string domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 4));
        string text = Build(Peer() with { Hello = new SmtpHost(Domain.Parse(domain)), RemoteIp = IPAddress.IPv6Loopback }, needsUtf8: false, "Postmaster");
        Assert.Contains("([IPv6:::1])", text, StringComparison.Ordinal);
        Assert.Contains("for <Postmaster>;", text, StringComparison.Ordinal);
        Assert.All(text.Split("\r\n")[..^1], l => Assert.True(l.Length < 998));
    }

    [Fact]
    public void ReceivedId_RoundTrips_AndOthersAreRefused()
    {
        var ids = new ReceivedIdCipher(ReceivedIdCipher.NewKey());
        foreach (long cid in (long[])[0, 1, long.MaxValue, -1])
        {
            Assert.True(ids.TryDecrypt(ids.Encrypt(cid), out long back));
            Assert.Equal(cid, back);
        }
        Assert.False(ids.TryDecrypt(new ReceivedIdCipher(ReceivedIdCipher.NewKey()).Encrypt(1), out _));
        Assert.False(ids.TryDecrypt("", out _));
        Assert.False(ids.TryDecrypt(new string('!', 22), out _));
        Assert.False(ids.TryDecrypt(ids.Encrypt(1) + "A", out _));
        Assert.NotEqual(ids.Encrypt(1), ids.Encrypt(2));
        Assert.Throws<ArgumentException>(() => new ReceivedIdCipher(new byte[16]));
    }

    private static SmtpPeer Peer(bool isExtended = true, bool isTls = false) => new()
    {
        Cid = "1",
        ReceivedId = "abc",
        RemoteIp = IPAddress.Parse("192.0.2.1"),
        LocalIp = IPAddress.Loopback,
        Hostname = "mail.example",
        Hello = new SmtpHost(Domain.Parse("client.example")),
        IsExtended = isExtended,
        Tls = isTls ? new TlsSessionInfo(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256, null, null, null, default) : null,
    };

    private static string Build(SmtpPeer peer, bool needsUtf8, string? recipient)
    {
        var path = recipient is null ? null : new SmtpScanner(System.Text.Encoding.UTF8.GetBytes($"<{recipient}>")).ForwardPath();
        return ReceivedHeader.Build(peer, new ContentFacts(1, 0, false, needsUtf8, At), path);
    }
}
