using Mox.Smtp.Client;

namespace Mox.Smtp.Tests.Client;

/// <summary>One message after another, as transcripts: what goes out, and what is made of the answers.</summary>
public sealed class SmtpClientTests
{
    private const string Start = """
        S: 220 mail.example ESMTP
        C: EHLO client.example

        """;

    private const string Plain = Start + """
        S: 250 mail.example

        """;

    private const string Pipelined = Start + """
        S: 250-mail.example
        S: 250 PIPELINING

        """;

    [Fact]
    public async Task Send_ToPlainServer_GoesStepByStep()
    {
        await using var smtp = new ClientFixture(Plain + """
            C: MAIL FROM:<alice@client.example>
            S: 250 2.1.0 ok
            C: RCPT TO:<bob@here.example>
            S: 250 ok
            C: DATA
            S: 354 go
            C: Subject: hi
            C:
            C: ..dot
            C: .
            S: 250-2.0.0 taken
            S: 250 2.0.0 queued as 4711
            C: QUIT
            S: 221 bye
            C: <eof>
            """);
        await smtp.OpenAsync();
        var result = await smtp.SendAsync("Subject: hi\n\r\n.dot", "bob@here.example");
        Assert.Null(result.Failure);
        Assert.Equal([null], result.Recipients);
        Assert.Equal(new SmtpReply(250, 2, 0, 0, "taken queued as 4711"), result.Accepted);
        await smtp.Client.QuitAsync(default);
        Assert.False(smtp.Client.CanSend);
    }

    [Fact]
    public async Task Send_WithPipelining_WritesAllBeforeItReads()
    {
        await using var smtp = new ClientFixture(Pipelined + """
            C: MAIL FROM:<alice@client.example>
            C: RCPT TO:<bob@here.example>
            C: RCPT TO:<eve@here.example>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 550-5.1.1 no such user
            S: 550 5.1.1 try elsewhere
            S: 354 go
            C: hi
            C: .
            S: 250 ok
            C: MAIL FROM:<alice@client.example>
            C: RCPT TO:<bob@here.example>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            C: again
            C: .
            S: 250 ok
            """);
        await smtp.OpenAsync();
        var result = await smtp.SendAsync("hi\r\n", "bob@here.example", "eve@here.example");
        Assert.Null(result.Failure);
        Assert.NotNull(result.Accepted);
        Assert.Equal(
            [null, new SmtpFailure(SmtpStage.Recipient, true, 550, new EnhancedStatus(5, 1, 1), "no such user try elsewhere")], result.Recipients);
        Assert.Null((await smtp.SendAsync("again", "bob@here.example")).Failure);
    }

    [Fact]
    public async Task Send_AllRecipientsRefusedButDataAccepted_SendsALoneDotAndResets()
    {
        await using var smtp = new ClientFixture(Pipelined + """
            C: MAIL FROM:<alice@client.example>
            C: RCPT TO:<bob@here.example>
            C: DATA
            S: 250 ok
            S: 450 4.2.1 later
            S: 354 go
            C: .
            S: 554 no valid recipients
            C: RSET
            S: 250 ok
            C: MAIL FROM:<alice@client.example>
            C: RCPT TO:<bob@here.example>
            C: DATA
            S: 550 5.7.1 no
            S: 503 5.5.1 no mail
            S: 354 go
            C: .
            S: 503 5.5.1 no
            """);
        await smtp.OpenAsync();
        var refused = await smtp.SendAsync("secret", "bob@here.example");
        Assert.Null(refused.Failure);
        Assert.Null(refused.Accepted);
        Assert.Equal(new SmtpFailure(SmtpStage.Recipient, false, 450, new EnhancedStatus(4, 2, 1), "later"), refused.Recipients[0]);
        var mail = await smtp.SendAsync("secret", "bob@here.example");
        Assert.Equal(new SmtpFailure(SmtpStage.Mail, true, 550, new EnhancedStatus(5, 7, 1), "no"), mail.Failure);
        Assert.Equal(mail.Failure, Assert.Single(mail.Recipients));
    }

    [Fact]
    public async Task Send_DataRefused_FailsThoseThatWereAccepted()
    {
        var result = await ClientFixture.SendOneAsync(
            Plain + """
            C: MAIL FROM:<>
            S: 250 ok
            C: RCPT TO:<bob@here.example>
            S: 251 will forward
            C: RCPT TO:<eve@here.example>
            S: 553 bad name
            C: DATA
            S: 451 4.3.0 disk
            """,
            "x",
            ClientFixture.Envelope with { From = ReversePath.Null },
            [ClientFixture.To("bob@here.example"), ClientFixture.To("eve@here.example")]);
        Assert.Equal(new SmtpFailure(SmtpStage.Data, false, 451, new EnhancedStatus(4, 3, 0), "disk"), result.Failure);
        Assert.Equal([result.Failure, new SmtpFailure(SmtpStage.Recipient, true, 553, null, "bad name")], result.Recipients);
    }

    [Fact]
    public async Task Send_WithEverythingOffered_SaysIt()
    {
        var result = await ClientFixture.SendOneAsync(
            Start + """
            S: 250-mail.example greets you
            S: 250-size 1000
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250 DSN
            C: MAIL FROM:<alice@client.example> SIZE=100 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+20b+2B
            S: 250 ok
            C: RCPT TO:<bøb@xn--bcher-kva.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob+2Bx@a.example
            S: 250 ok
            C: RCPT TO:<"a b"@here.example> NOTIFY=NEVER ORCPT=utf-8;b\x{F8}b@a.example
            S: 250 ok
            C: DATA
            S: 354 go
            C: ø
            C: .
            S: 250 ok
            """,
            "ø",
            ClientFixture.Envelope with { Body = MailBody.EightBitMime, Dsn = new DsnRequest(DsnReturn.Headers, "a b+") },
            [
                ClientFixture.To("bøb@bücher.example") with
                {
                    Notify = DsnNotify.Success | DsnNotify.Delay, OriginalRecipient = new("rfc822", "bob+x@a.example"),
                },
                ClientFixture.To("\"a b\"@here.example") with { Notify = DsnNotify.Never, OriginalRecipient = new("utf-8", "bøb@a.example") },
            ]);
        Assert.NotNull(result.Accepted);
    }

    [Fact]
    public async Task Send_NothingOffered_LeavesItAllOut()
    {
        var result = await ClientFixture.SendOneAsync(
            Plain + """
            C: MAIL FROM:<alice@client.example>
            S: 250 ok
            C: RCPT TO:<bob@here.example>
            S: 250 ok
            C: DATA
            S: 354 go
            C: ø
            C: .
            S: 250 ok
            """,
            "ø",
            ClientFixture.Envelope with { Body = MailBody.EightBitMime, Dsn = new DsnRequest(DsnReturn.Full, "x") },
            [
                ClientFixture.To("bøb@here.example"),
                ClientFixture.To("bob@here.example") with { Notify = DsnNotify.Never, OriginalRecipient = new("rfc822", "b@a.example") },
            ]);
        Assert.NotNull(result.Accepted);
        // Only the recipient that needs it fails for the missing SMTPUTF8.
        Assert.Equal((true, 0, new EnhancedStatus(5, 6, 7)), (result.Recipients[0]!.IsPermanent, result.Recipients[0]!.Code, result.Recipients[0]!.Status));
        Assert.Null(result.Recipients[1]);
    }

    [Theory]
    [InlineData("SIZE 99", false, MailBody.SevenBit, false, false, "5.3.4")]
    [InlineData("SIZE 100", false, MailBody.SevenBit, false, false, null)]
    [InlineData("SIZE 0", false, MailBody.SevenBit, false, false, null)]
    [InlineData("HELP", true, MailBody.SevenBit, false, false, "5.6.7")]
    [InlineData("HELP", false, MailBody.BinaryMime, false, false, "5.6.3")]
    [InlineData("BINARYMIME", false, MailBody.BinaryMime, false, false, "5.6.3")]
    [InlineData("HELP", false, MailBody.EightBitMime, false, true, "5.6.3")]
    [InlineData("HELP", false, MailBody.EightBitMime, false, false, null)]
    [InlineData("REQUIRETLS", false, MailBody.SevenBit, true, false, "5.7.30")]
    public async Task Send_WhatTheServerCannotTake_FailsForGoodWithoutAWord(
        string offer, bool utf8, MailBody body, bool requireTls, bool pedantic, string? status)
    {
        var result = await ClientFixture.SendOneAsync(
            $"{Start}S: 250-mail.example\nS: 250 {offer}\n" + (status is null ? "C: MAIL *\nS: 552 enough" : "C: <eof>"),
            "x",
            new OutgoingEnvelope(ClientFixture.From("alice@client.example"), 100, body, utf8) { RequireTls = requireTls },
            [ClientFixture.To("bob@here.example")],
            ClientFixture.Plain with { Pedantic = pedantic });
        Assert.True(result.Failure!.IsPermanent);
        Assert.Equal(status is null ? 552 : 0, result.Failure.Code);
        Assert.Equal(status, result.Failure.Status?.ToString());
    }

    [Fact]
    public async Task Send_MoreRecipientsThanTheLimit_LeavesTheRestUntried()
    {
        var result = await ClientFixture.SendOneAsync(
            Start + """
            S: 250-mail.example
            S: 250-PIPELINING
            S: 250 LIMITS RCPTMAX=2 MAILMAX=1 X=y
            C: MAIL FROM:<alice@client.example>
            C: RCPT TO:<a@here.example>
            C: RCPT TO:<b@here.example>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 250 ok
            S: 354 go
            C: x
            C: .
            S: 250 ok
            C: <eof>
            """,
            "x",
            ClientFixture.Envelope,
            [.. "abcd".Select(c => ClientFixture.To($"{c}@here.example"))]);
        Assert.Equal([null, null, SmtpStage.NotTried, SmtpStage.NotTried], result.Recipients.Select(r => r?.Stage));
        Assert.NotNull(result.Accepted);
    }

    [Fact]
    public async Task Send_TooManyRecipientsReply_LeavesTheRestUntried()
    {
        await using var smtp = new ClientFixture(Plain + """
            C: MAIL FROM:<alice@client.example>
            S: 250 ok
            C: RCPT TO:<a@here.example>
            S: 452 4.2.2 full
            C: RCPT TO:<b@here.example>
            S: 250 ok
            C: RCPT TO:<c@here.example>
            S: 452 4.5.3 too many
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 ok
            """);
        await smtp.OpenAsync();
        var result = await smtp.SendAsync("x", "a@here.example", "b@here.example", "c@here.example", "d@here.example");
        Assert.Equal([SmtpStage.Recipient, null, SmtpStage.NotTried, SmtpStage.NotTried], result.Recipients.Select(r => r?.Stage));
        Assert.Equal([452, 0, 452, 0], result.Recipients.Select(r => r?.Code ?? 0));
    }

    [Fact]
    public async Task Send_ManyRecipients_GoInWindows()
    {
        string[] names = [.. Enumerable.Range(0, 300).Select(i => $"recipient-{i:000}@here.example")];
        int mailBytes = "MAIL FROM:<alice@client.example>\r\n".Length;
        int rcptBytes = $"RCPT TO:<{names[0]}>\r\n".Length;
        int first = (int)Math.Ceiling((4096.0 - mailBytes) / rcptBytes);
        string Recipients(int from, int count) => string.Concat(names.Skip(from).Take(count).Select(n => $"C: RCPT TO:<{n}>\n"));
        string Oks(int count) => string.Concat(Enumerable.Repeat("S: 250 2.1.5 ok\n", count));
        int window = (int)Math.Ceiling(4096.0 / rcptBytes);
        string script = $"{Pipelined}C: MAIL FROM:<alice@client.example>\n{Recipients(0, first)}{Oks(first + 1)}";
        for (int at = first; at < names.Length; at += window)
        {
            int count = Math.Min(window, names.Length - at);
            script += Recipients(at, count) + (at + count == names.Length ? "C: DATA\n" : "") + Oks(count);
        }
        await using var smtp = new ClientFixture(script + "S: 354 go\nC: x\nC: .\nS: 250 ok");
        await smtp.OpenAsync();
        var result = await smtp.SendAsync("x", names);
        Assert.Null(result.Failure);
        Assert.All(result.Recipients, Assert.Null);
        Assert.True(first < names.Length);
    }

    [Fact]
    public async Task Reset_TellsWhetherTheConnectionIsGood()
    {
        await using var smtp = new ClientFixture(Plain + """
            C: RSET
            S: 250 ok
            C: RSET
            S: 421 4.3.2 closing
            """);
        await smtp.OpenAsync();
        Assert.Null(await smtp.Client.ResetAsync(default));
        var failure = await smtp.Client.ResetAsync(default);
        Assert.Equal(new SmtpFailure(SmtpStage.Idle, false, 421, new EnhancedStatus(4, 3, 2), "closing"), failure);
        Assert.False(smtp.Client.CanSend);
        var result = await smtp.SendAsync("x", "bob@here.example");
        Assert.Equal(SmtpStage.Idle, result.Failure!.Stage);
        Assert.False(result.Failure.IsPermanent);
    }

    [Fact]
    public async Task Send_AfterMailMax_IsRefusedByUs()
    {
        await using var smtp = new ClientFixture(Start + """
            S: 250-mail.example
            S: 250 LIMITS MAILMAX=1
            C: MAIL *
            S: 250 ok
            C: RCPT *
            S: 250 ok
            C: DATA
            S: 354 go
            C: x
            C: .
            S: 250 ok
            C: QUIT
            S: 221 bye
            """);
        await smtp.OpenAsync();
        Assert.True(smtp.Client.CanSend);
        Assert.NotNull((await smtp.SendAsync("x", "bob@here.example")).Accepted);
        Assert.False(smtp.Client.CanSend);
        Assert.Equal(SmtpStage.Idle, (await smtp.SendAsync("x", "bob@here.example")).Failure!.Stage);
        await smtp.Client.QuitAsync(default);
    }
}
