using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Smtp.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Server;

/// <summary>Ways in which mail servers were broken, each with the number that it has in the list of abuse cases.</summary>
public sealed class AbuseCaseTests : IDisposable
{
    private const string Begin = "EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\n";

    private readonly SmtpFixture _smtp = new();

    public void Dispose() => _smtp.Dispose();

    public static TheoryData<string> SmugglingSequences =>
    [
        "\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\r\n\0.\r\n", "\r\n.\0\r\n", "\r.\n", "\n.\r", "\r\n.\r\r\n", "\r\n . \r\n", "\r\n.\r\0\n",
    ];

    [Theory]
    [MemberData(nameof(SmugglingSequences))]
    public async Task Case01_Smuggling_IsOneTransactionOrARefusal(string sequence)
    {
        const string Second = "MAIL FROM:<evil@here.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\nevil\r\n.\r\n";
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync(Begin + "DATA\r\na" + sequence + Second + "QUIT\r\n");
        string replies = await connection.Client.ReadToEndAsync();
        Assert.EndsWith("221 2.0.0 bye\r\n", replies, StringComparison.Ordinal);
        Assert.Single(_smtp.Mail.Transactions);
        Assert.Equal(1, Count(replies, "\n354 "));
        Assert.Equal(1, Count(replies, "\n250 2.1.0 "));
        bool hasBareLineEnd = sequence.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');
        Assert.Equal(hasBareLineEnd, replies.Contains("\n500 5.5.2 ", StringComparison.Ordinal));
        Assert.Equal(hasBareLineEnd ? 0 : 1, _smtp.Mail.Delivered.Count);
        Assert.All(_smtp.Mail.Transactions, t => Assert.DoesNotContain("evil", t.Envelope!.From.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SmugglingSequences))]
    public async Task Case01_Smuggling_ByBdat_IsOneTransaction(string sequence)
    {
        string content = "a" + sequence + "MAIL FROM:<evil@here.example>\r\n";
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync(Begin + $"BDAT {content.Length} LAST\r\n{content}QUIT\r\n");
        await connection.Client.ReadToEndAsync();
        Assert.Equal(content, Assert.Single(_smtp.Mail.Delivered).Text);
        Assert.Single(_smtp.Mail.Transactions);
    }

    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("N")]
    [InlineData("\x16\x03\x01")]
    public async Task Case02_StartTlsInjection_IsRefusedAndClosed(string injected)
    {
        await using var connection = _smtp.Connect();
        await connection.TranscriptAsync("S: 220 *");
        await connection.Client.SendAsync("EHLO x\r\nSTARTTLS\r\n" + injected);
        await connection.TranscriptAsync("""
            S...
            S: 250 STARTTLS
            S: 501 5.5.1 nothing may follow STARTTLS*
            S: <eof>
            """);
        Assert.Null(connection.Client.Tls);
    }

    [Fact]
    public async Task Case03_StartTls_ForgetsWhatWasSaidBefore()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\n
            S...
            S: 250 2.1.5 *
            C: STARTTLS
            S: 220 2.0.0 *
            C: <tls>
            C: DATA
            S: 503 5.5.1 say EHLO first *
            C: MAIL FROM:<a@there.example>
            S: 503 5.5.1 say EHLO first *
            C: EHLO y
            S: 250-mail.example
            S...
            S: 250 SMTPUTF8
            C: STARTTLS
            S: 503 5.5.1 TLS is already active *
            C: RCPT TO:<bob@here.example>
            S: 503 5.5.1 *
            C*: MAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S: 250 *
            S: 250 *
            S: 354 *
            C*: over TLS\r\n.\r\n
            S: 250 2.0.0 delivered
            C: QUIT
            S: 221 *
            """);
        Assert.Equal([1, 1], _smtp.Mail.Transactions.Select(t => t.Disposed));
        var message = Assert.Single(_smtp.Mail.Delivered);
        Assert.Equal("y", message.Peer!.Hello.ToString());
        Assert.StartsWith("TLS1.", message.Peer.Tls!.ProtocolName, StringComparison.Ordinal);
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.starttls", ("result", "Ok")));
    }

    [Fact]
    public async Task Case03_StartTls_FailedHandshake_EndsTheConnectionQuietly()
    {
        await using var connection = _smtp.Connect();
        await connection.TranscriptAsync("""
            S: 220 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 2.0.0 *
            C: EHLO plaintext
            S: <eof>
            """);
        await connection.Completion;
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.starttls", ("result", "NotTls")));
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task Case06_AfterARejectedMessage_NothingIsLeftOfIt()
    {
        _smtp.Mail.Result = new SmtpReply(550, 5, 7, 1, "content");
        await _smtp.TranscriptAsync("""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S...
            S: 354 *
            C*: a\r\n.\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S: 550 5.7.1 content *
            S: 503 5.5.1 *
            S: 503 5.5.1 *
            C*: MAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nBDAT 1 LAST\r\nxRCPT TO:<bob@here.example>\r\nBDAT 5 LAST\r\nQUIT\n
            S: 250 *
            S: 250 *
            S: 550 5.7.1 content *
            S: 503 5.5.1 *
            S: 503 5.5.1 *
            C*: MAIL FROM:<a@there.example> SIZE=x\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n
            S: 501 5.5.4 *
            S: 503 5.5.1 *
            S: 503 5.5.1 *
            C: NOOP
            S: 250 *
            """);
        Assert.Equal(2, _smtp.Mail.Transactions.Count);
    }

    [Fact]
    public async Task Case08_EndlessLine_IsSkippedUpTo1MBThenClosed()
    {
        await using var connection = _smtp.Connect();
        await connection.TranscriptAsync("""
            S: 220 *
            C: NOOP
            S: 250 *
            """);
        await connection.Client.SendAsync(new string('x', 900_000));
        await connection.Client.SendAsync(new string('x', 90_000) + "\r\n");
        await connection.TranscriptAsync("""
            S: 500 5.5.2 line too long*
            C: NOOP
            S: 250 *
            """);
        var sending = SendUntilClosedAsync(connection, new byte[64 * 1024], 160);
        await connection.TranscriptAsync("""
            S: 500 5.5.2 line too long*
            S: <eof>
            """);
        await sending;
    }

    [Fact]
    public async Task Case08_BadCommands_EndTheConnection()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync("NOOP\r\n" + string.Concat(Enumerable.Repeat("FOO\r\n", 30)));
        string replies = await connection.Client.ReadToEndAsync();
        Assert.Equal(19, Count(replies, "\n500 5.5.1 "));
        Assert.EndsWith(")\r\n", replies, StringComparison.Ordinal);
        Assert.Contains("\n421 4.7.0 too many bad commands", replies, StringComparison.Ordinal);
        await connection.Completion;
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "Abuse")));
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task Case08_UselessCommands_EndTheConnection()
    {
        await using var connection = _smtp.Connect();
        var reading = connection.Client.ReadToEndAsync();
        byte[] noops = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("NOOP\r\n", 1000)));
        await SendUntilClosedAsync(connection, noops, 100);
        string replies = await reading;
        Assert.Equal(10_000, Count(replies, "\n250 2.0.0 ok"));
        Assert.Contains("\n421 4.7.0 too many commands without mail", replies, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Case08_RecipientsWithoutEnd_AreRefusedAndThenClosed()
    {
        await using var connection = _smtp.Connect();
        var reading = connection.Client.ReadToEndAsync();
        await connection.Client.SendAsync("EHLO x\r\nMAIL FROM:<a@there.example>\r\n");
        byte[] recipients = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("RCPT TO:<bob@here.example>\r\n", 1000)));
        await SendUntilClosedAsync(connection, recipients, 100);
        string replies = await reading;
        Assert.Equal(1000, Count(replies, "\n250 2.1.5 "));
        Assert.Contains("\n421 4.7.0 ", replies, StringComparison.Ordinal);
        Assert.Equal(1000, Assert.Single(_smtp.Mail.Transactions).Recipients.Count);
    }

    [Fact]
    public async Task Case08_ClientThatNeverReads_MeetsBackPressureAndTheDeadline()
    {
        await using var connection = _smtp.Connect();
        byte[] noops = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("NOOP\r\n", 1000)));
        var sending = SendUntilClosedAsync(connection, noops, 100);
        while (!connection.Completion.IsCompleted)
        {
            await Task.WhenAny(_smtp.Time.WaitForTimersAsync(1), connection.Completion);
            _smtp.Time.Advance(TimeSpan.FromSeconds(30));
        }
        await sending;
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "Timeout")));
    }

    [Theory]
    [InlineData("a%away.example@away.example")]
    [InlineData("away.example!a@away.example")]
    [InlineData("\"a@here.example\"@away.example")]
    [InlineData("@here.example:a@away.example")]
    [InlineData("@here.example,@away.example:a@away.example")]
    [InlineData("a@here.example@away.example")]
    [InlineData("a@away.example@here.example")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a@[IPv6:::1]")]
    [InlineData("a@here.example.")]
    [InlineData("a@here.example.away.example")]
    [InlineData("a@xhere.example")]
    [InlineData("a@h\u0435re.example")]
    [InlineData("a")]
    [InlineData("a@")]
    [InlineData("a@ here.example")]
    [InlineData("")]
    public async Task Case24_OpenRelay_IsRefused(string recipient)
    {
        await _smtp.TranscriptAsync($"""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example> SMTPUTF8\r\n
            S...
            S: 250 2.1.0 *
            C: RCPT TO:<{recipient}>
            S: 5*
            C: DATA
            S: 503 5.5.1 no valid recipients *
            """);
        // Where mail is submitted nothing goes anywhere without a login, whatever it is for.
        foreach (var options in (SmtpOptions[])[SmtpFixture.Submit, SmtpFixture.SubmitInClear])
        {
            await _smtp.TranscriptAsync($"""
                S: 220 *
                C*: EHLO x\r\nMAIL FROM:<mox@here.example>\r\n
                S...
                S: 530 5.7.0 *
                C: RCPT TO:<{recipient}>
                S: 503 *
                C: DATA
                S: 503 *
                C: AUTH PLAIN AG1veEBoZXJlLmV4YW1wbGUAd3Jvbmc=
                S: 53*
                C: MAIL FROM:<> SMTPUTF8
                S: 530 5.7.0 *
                """, options);
        }
        Assert.Empty(_smtp.Submission.Transactions);
    }

    [Fact]
    public async Task Case26_VrfyAndExpn_TellNothing()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync("VRFY bob\r\nVRFY nobody\r\nEXPN bob\r\nEXPN nobody\r\nQUIT\r\n");
        string[] replies = (await connection.Client.ReadToEndAsync()).Split("\r\n");
        Assert.Single(replies[1..5].Distinct());
    }

    [Fact]
    public async Task Case35_LogAndTerminal_ControlCharactersDoNotPass()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync("NOOP\r\nEHLO a\u001b[31m\r\nMAIL \u001b]0;x\u0007\r\nEHLO x\r\nMAIL FROM:<a@b.example> \u202EX=1\r\nFOO\u001b\r\nQUIT\r\n");
        string replies = await connection.Client.ReadToEndAsync();
        Assert.DoesNotContain('\u001b', replies);
        Assert.DoesNotContain('\u202E', replies);
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task Case42_NullReversePathAndLoops_AreBounded() => await _smtp.TranscriptAsync("""
        S: 220 *
        C*: EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@here.example>\r\nRCPT TO:<eve@here.example>\r\n
        S...
        S: 250 2.1.5 *
        S: 452 4.5.3 *
        """);

    [Fact]
    public async Task Case45_AbortedMessages_LeaveNothingOpen()
    {
        string[] endings = ["", "RSET\r\n", "QUIT\r\n", "DATA\r\nabc", "DATA\r\n\n.\n\r\n.\r\n", "BDAT 5\r\nab", "BDAT x\r\n", "EHLO y\r\n", "MAIL FROM:<>\r\n", "STARTTLS\r\nx"];
        foreach (string ending in endings)
        {
            await using var connection = _smtp.Connect();
            await connection.Client.SendAsync(Begin + ending);
            await connection.Client.CloseSendingAsync();
            await connection.Client.ReadToEndAsync();
            await connection.Completion;
        }
        Assert.Equal(endings.Length, _smtp.Mail.Transactions.Count);
        Assert.All(_smtp.Mail.Transactions, t => Assert.Equal(1, t.Disposed));
        Assert.Empty(_smtp.Mail.Delivered);
        Assert.Equal(0, _smtp.Time.ActiveTimers);
        Assert.Equal(0, _smtp.Metrics.Sum("mox.smtp.server.active_connections"));
    }

    [Theory]
    [InlineData("\u212Aelvin@here.example")]
    [InlineData("d\u0131n@here.example")]
    [InlineData("\uFF41@here.example")]
    public async Task Case49_Confusables_StayApartFromTheirTwins(string recipient)
    {
        await _smtp.TranscriptAsync($"""
            S: 220 *
            C*: EHLO x\r\nMAIL FROM:<a@there.example> SMTPUTF8\r\n
            S...
            S: 250 2.1.0 *
            C: RCPT TO:<{recipient}>
            S: 250 2.1.5 *
            """);
        string localPart = Assert.Single(Assert.Single(_smtp.Mail.Transactions).Recipients).LocalPart.Value;
        Assert.NotEqual("kelvin", localPart);
        Assert.NotEqual("din", localPart);
        Assert.NotEqual("a", localPart);
    }

    private static int Count(string text, string part)
    {
        int count = 0;
        for (int at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at += part.Length)
        {
            count++;
        }
        return count;
    }

    private static async Task SendUntilClosedAsync(FakeConnection connection, byte[] bytes, int times)
    {
        for (int i = 0; i < times && !connection.Completion.IsCompleted; i++)
        {
            await connection.Client.SendAsync(bytes);
        }
    }
}
