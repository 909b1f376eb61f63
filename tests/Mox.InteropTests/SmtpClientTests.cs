using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Mox.Addresses;
using Mox.Smtp;
using Mox.Smtp.Client;

namespace Mox.InteropTests;

/// <summary>Our client sends to a real Postfix over STARTTLS, pipelined, by BDAT and by DATA.</summary>
public sealed class SmtpClientTests
{
    private static readonly string Large = string.Concat(Enumerable.Repeat("..a line that begins with dots\r\n.\r\n", 40_000));

    [InteropFact("postfix")]
    public Task Postfix_WithChunking_TakesWhatWeSendAsItWas() => SendAllAsync("", isChunked: true);

    [InteropFact("postfix")]
    public Task Postfix_WithoutChunking_TakesWhatWeSendAsItWas() => SendAllAsync("chunking", isChunked: false);

    [InteropFact("postfix")]
    public async Task Postfix_WithNoRecipientTaken_GoesOnWithTheNextMessage()
    {
        await using var postfix = await PostfixReceiver.StartAsync("chunking");
        var opening = await SmtpClient.OpenAsync(await postfix.ConnectAsync(), Options(postfix), TimeProvider.System, NullLogger.Instance, default);
        await using var client = opening.Client!;
        foreach (string recipient in (string[])["nobody@far.example", "bob@far.example"])
        {
            var result = await client.SendAsync(
                new OutgoingEnvelope(ReversePath.Null, 14), [To(recipient)], new MemoryStream("Subject: x\r\n\r\n"u8.ToArray()), default);
            Assert.Equal(recipient[0] == 'b', result.Accepted is not null);
        }

        Assert.Null(await client.ResetAsync(default));
        await client.QuitAsync(default);
        Assert.Single(await postfix.MessagesAsync(1));
    }

    [InteropFact("postfix")]
    public async Task Postfix_WithAnotherName_IsNotTrusted()
    {
        await using var postfix = await PostfixReceiver.StartAsync();
        var options = Options(postfix) with { TlsName = "mx.other.example" };
        var opening = await SmtpClient.OpenAsync(await postfix.ConnectAsync(), options, TimeProvider.System, NullLogger.Instance, default);
        Assert.Equal("Tls: 4.7.5 the certificate is not for mx.other.example", opening.Failure!.ToString());
    }

    private static async Task SendAllAsync(string hidden, bool isChunked)
    {
        await using var postfix = await PostfixReceiver.StartAsync(hidden);
        var opening = await SmtpClient.OpenAsync(await postfix.ConnectAsync(), Options(postfix), TimeProvider.System, NullLogger.Instance, default);
        Assert.True(opening.IsOpen, $"{opening.Failure}\n{postfix.Log}");
        await using var client = opening.Client;
        Assert.True(client.Tls!.Verdict!.IsValid);
        Assert.True(client.Extensions is { Pipelining: true, EightBitMime: true, Size: 20_000_000, StartTls: false });
        Assert.Equal(isChunked, client.Extensions.Chunking);
        string[] bodies = ["Grüße\r\n.\r\n..\r\nend\r\n", "bare\nline\rends", Large];
        foreach (string body in bodies)
        {
            byte[] content = Encoding.UTF8.GetBytes($"Subject: x\r\nFrom: a@sender.example\r\n\r\n{body}");
            var result = await client.SendAsync(
                new OutgoingEnvelope(ReversePath.Null, content.Length, MailBody.EightBitMime),
                [To("bob@far.example"), To("nobody@far.example"), To("bob@elsewhere.example")], new MemoryStream(content), default);
            Assert.NotNull(result.Accepted);
            Assert.Contains("queued as", result.Accepted.Text, StringComparison.Ordinal);
            Assert.Equal([null, "550 5.1.1", "454 4.7.1"], result.Recipients.Select(r => r is null ? null : $"{r.Code} {r.Status}"));
        }

        await client.QuitAsync(default);
        var messages = await postfix.MessagesAsync(bodies.Length);
        string[] stored = [.. bodies.Select(b => b.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')).Select(b => b.EndsWith('\n') ? b : b + "\n")];
        Assert.All(stored, body => Assert.Single(messages, m => m.EndsWith("\n\n" + body, StringComparison.Ordinal)));
        Assert.All(messages, m => Assert.Contains("with ESMTPS", m, StringComparison.Ordinal));
    }

    private static SmtpClientOptions Options(PostfixReceiver postfix) => new()
    {
        Hello = Domain.Parse("sender.example"),
        Tls = SmtpTlsMode.Required,
        TlsName = "mx.far.example",
        ExtraRoots = [postfix.Certificate],
    };

    private static OutgoingRecipient To(string text)
    {
        var address = Address.Parse(text);
        return new OutgoingRecipient(new ForwardPath(address.LocalPart, new SmtpHost(address.Domain)));
    }
}
