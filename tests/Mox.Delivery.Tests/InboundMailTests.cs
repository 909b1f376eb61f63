using Microsoft.Extensions.Logging;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Delivery.Tests;

public sealed class InboundMailTests : IDisposable
{
    private readonly DeliveryFixture _delivery = new();

    public void Dispose() => _delivery.Dispose();

    [Theory]
    [InlineData("alice@here.example", 250, "2.1.5")]
    [InlineData("ALICE+shop@HERE.example", 250, "2.1.5")]
    [InlineData("all@here.example", 250, "2.1.5")]
    [InlineData("Postmaster", 250, "2.1.5")]
    [InlineData("postMASTER@mail.example", 250, "2.1.5")]
    [InlineData("nobody@here.example", 250, "2.1.5")]
    [InlineData("alice@away.example", 550, "5.1.1")]
    [InlineData("alice@sub.here.example", 550, "5.1.1")]
    [InlineData("alice@off.example", 450, "4.2.1")]
    [InlineData("no@here.example", 550, "5.1.1")]
    [InlineData("later@here.example", 451, "4.3.0")]
    public async Task Rcpt_ByKindOfAddress_IsAnswered(string recipient, int code, string status)
    {
        var reply = await _delivery.RcptAsync(recipient);
        Assert.Equal(code, reply.Code);
        Assert.Equal(status, reply.Status.ToString());
    }

    [Fact]
    public async Task Deliver_ToOne_IsStoredWithItsHeaderBlock()
    {
        var result = await _delivery.SendAsync("bob+work@here.example");
        Assert.Equal("250 2.0.0 delivered", result.Reply.ToString());
        Assert.Equal(TimeSpan.Zero, result.Delay);
        var (target, text) = Assert.Single(_delivery.Store.Delivered);
        Assert.Equal(("bob", "Lists/Work"), (target.Account, target.Mailbox.Value));
        Assert.Equal(_delivery.Time.GetUtcNow(), target.ReceivedAt);
        Assert.Equal(("a@there.example", "bob+work@here.example"), (target.MailFrom, target.RcptTo));
        Assert.Equal("""
            Delivered-To: bob+work@here.example
            Return-Path: <a@there.example>
            Authentication-Results: mail.example;
            	iprev=pass (without dnssec)
            		policy.iprev=192.0.2.1;
            	dkim=none;
            	spf=pass (without dnssec)
            		smtp.mailfrom=a@there.example;
            	dmarc=none
            		reason="the From field is missing"
            Received-SPF: pass
            	client-ip=192.0.2.1;
            	envelope-from="a@there.example";
            	helo=client.example;
            	receiver=mail.example;
            	identity=mailfrom;
            	mechanism="ip4:192.0.2.1"
            Received: from client.example (client.example [192.0.2.1]) by mail.example
            	([IPv6:2001:db8::1]) via tcp with ESMTP id abc for <bob+work@here.example>;
            	Mon, 5 Jan 2026 12:00:00 +0000
            Subject: x

            hello

            """.ReplaceLineEndings("\r\n"), text);
        var line = Assert.Single(_delivery.Logs.AtLeast(LogLevel.Information));
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.StartsWith("delivered from=a@there.example to=bob+work@here.example account=bob mailbox=Lists/Work", line.Message, StringComparison.Ordinal);
        Assert.Contains("msgid=<1@there.example>", line.Message, StringComparison.Ordinal);
        Assert.EndsWith(" spf=pass dkim=none dmarc=none", line.Message, StringComparison.Ordinal);
        Assert.Equal(1, _delivery.Metrics.Sum("mox.delivery.messages", ("outcome", "Delivered")));
    }

    [Fact]
    public async Task Deliver_ToSeveral_SharesOneSpooledFile()
    {
        var result = await _delivery.SendAsync("alice@here.example", "bob@here.example", "Postmaster");
        Assert.True(result.Reply.IsPositive);
        Assert.Equal(1, _delivery.Store.Spools);
        Assert.Equal(["Inbox", "Lists/Work", "Postmaster"], _delivery.Store.Delivered.Select(d => d.Target.Mailbox.Value).Order());
    }

    [Fact]
    public async Task Deliver_SameAddressTwice_IsOneCopy()
    {
        var result = await _delivery.SendAsync("bob@here.example", "BOB+x@here.example", "both@here.example");
        Assert.True(result.Reply.IsPositive);
        Assert.Equal(3, result.Recipients.Count);
        Assert.Contains("Delivered-To: bob@here.example\r\n", Assert.Single(_delivery.Store.Delivered).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliver_ToAlias_ReachesAllMembers_AndOneThatIsARecipientOnce()
    {
        var result = await _delivery.SendAsync("all@here.example", "alice@here.example");
        Assert.True(result.Reply.IsPositive);
        Assert.Equal(["alice", "bob"], _delivery.Store.Accounts);
        Assert.Contains(_delivery.Store.Delivered, d => d.Text.StartsWith("Delivered-To: bob@here.example\r\n", StringComparison.Ordinal)
            && d.Text.Contains("for <all@here.example>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deliver_ToAliasWithOneFullMember_IsAcceptedForTheOthers()
    {
        _delivery.Store.At = (step, account) => Throw(step == "deliver" && account == "bob", () => new QuotaExceededException(1));
        Assert.Equal(250, (await _delivery.SendAsync("all@here.example")).Reply.Code);
        _delivery.Store.At = (step, _) => Throw(step == "deliver", () => new QuotaExceededException(1));
        Assert.Equal("452 4.2.2", (await _delivery.SendAsync("all@here.example")).Reply.ToString()[..9]);
    }

    [Fact]
    public async Task Deliver_ToAliasWithOneBrokenMember_IsTriedAgainWithoutDuplicates()
    {
        _delivery.Store.At = (step, account) => Throw(step == "deliver" && account == "bob", () => new AccountUnavailableException("bob"));
        Assert.Equal(451, (await _delivery.SendAsync("all@here.example")).Reply.Code);
        _delivery.Store.At = (_, _) => { };
        Assert.Equal(250, (await _delivery.SendAsync("all@here.example")).Reply.Code);
        Assert.Equal(["alice", "bob"], _delivery.Store.Accounts);
    }

    [Fact]
    public async Task UnknownUsers_AreToldAfterTheContent_WithADelay()
    {
        var result = await _delivery.SendAsync("nobody@here.example", "nemo@here.example");
        Assert.Equal("550 5.1.1", result.Reply.ToString()[..9]);
        Assert.Equal(TimeSpan.FromSeconds(5), result.Delay);
        Assert.Equal(0, _delivery.Store.Spools);
        using var unlimited = new DeliveryFixture(new DeliveryOptions { Limits = false });
        Assert.Equal(TimeSpan.Zero, (await unlimited.SendAsync("nobody@here.example")).Delay);
    }

    [Fact]
    public async Task UnknownAndKnown_TheKnownGetsItAndTheSenderHears()
    {
        var result = await _delivery.SendAsync("nobody@here.example", "alice@here.example");
        Assert.Equal("550 5.1.1 no such user here; delivered to 1 of 2 recipients, not to <nobody@here.example>", result.Reply.ToString());
        Assert.Equal(["alice"], _delivery.Store.Accounts);
    }

    [Fact]
    public async Task Retry_AfterAFailureForOne_IsNoDuplicateForTheOther()
    {
        _delivery.Store.At = (step, account) => Throw(step == "deliver" && account == "bob", () => new AccountUnavailableException("bob"));
        Assert.Equal(451, (await _delivery.SendAsync("alice@here.example", "bob@here.example")).Reply.Code);
        Assert.Equal(451, (await _delivery.SendAsync("alice@here.example", "bob@here.example")).Reply.Code);
        _delivery.Store.At = (_, _) => { };
        Assert.Equal(250, (await _delivery.SendAsync("alice@here.example", "bob@here.example")).Reply.Code);
        Assert.Equal(["alice", "bob"], _delivery.Store.Accounts);
        // Other content is another message; and once all have it, the same content is a new message again.
        Assert.Equal(250, (await _delivery.SendContentAsync("other\r\n", null, "alice@here.example", "bob@here.example")).Reply.Code);
        Assert.Equal(250, (await _delivery.SendAsync("alice@here.example", "bob@here.example")).Reply.Code);
        Assert.Equal(["alice", "alice", "alice", "bob", "bob", "bob"], _delivery.Store.Accounts);
    }

    [Fact]
    public async Task Quota_IsToldAtRcptWhereItIsKnown()
    {
        _delivery.Store.At = (step, _) => Throw(step == "check", () => new QuotaExceededException(1));
        Assert.Equal("452 4.2.2", (await _delivery.RcptAsync("alice@here.example", size: 10)).ToString()[..9]);
        Assert.Empty(_delivery.Logs.AtLeast(LogLevel.Information));
        _delivery.Store.At = (step, _) => Throw(step == "check", () => new AccountUnavailableException("alice"));
        Assert.Equal("451 4.3.0", (await _delivery.RcptAsync("alice@here.example")).ToString()[..9]);
        // The store itself has said once why; a line for each recipient would bury it.
        Assert.Equal(LogLevel.Debug, Assert.Single(_delivery.Logs.Entries, e => e.Exception is AccountUnavailableException).Level);
        Assert.Empty(_delivery.Logs.AtLeast(LogLevel.Information));
    }

    [Theory]
    [InlineData("deliver", typeof(QuotaExceededException), "452 4.2.2", 0)]
    [InlineData("deliver", typeof(StoreFullException), "452 4.3.1", 1)]
    [InlineData("deliver", typeof(AccountUnavailableException), "451 4.3.0", 0)]
    [InlineData("deliver", typeof(IOException), "451 4.3.0", 1)]
    public async Task Failure_OfTheStore_IsTemporaryAndLoggedOnce(string at, Type kind, string expected, int errors)
    {
        Exception failure = kind == typeof(QuotaExceededException) ? new QuotaExceededException(1)
            : kind == typeof(StoreFullException) ? new StoreFullException()
            : kind == typeof(AccountUnavailableException) ? new AccountUnavailableException("alice") : new IOException("disk");
        _delivery.Store.At = (step, _) => Throw(step == at, () => failure);
        Assert.Equal(expected, (await _delivery.SendAsync("alice@here.example")).Reply.ToString()[..9]);
        Assert.Equal(errors, _delivery.Logs.AtLeast(LogLevel.Error).Count);
        Assert.Single(_delivery.Logs.Entries, e => e.Level == LogLevel.Information);
    }

    [Fact]
    public async Task DiskFull_WhileSpooling_Is452AndLogged()
    {
        _delivery.Store.At = (step, _) => Throw(step == "write", () => new StoreFullException());
        var refused = await Assert.ThrowsAsync<SmtpReplyException>(() => _delivery.SendAsync("alice@here.example"));
        Assert.Equal("452 4.3.1", refused.Reply.ToString()[..9]);
        Assert.Single(_delivery.Logs.AtLeast(LogLevel.Error));
    }

    [Fact]
    public async Task Rate_OverTheLimit_Is452UntilTheMinuteIsOver()
    {
        using var delivery = new DeliveryFixture(new DeliveryOptions { MessagesPerMinute = 2 });
        Assert.Equal(250, (await delivery.SendAsync("alice@here.example")).Reply.Code);
        Assert.Equal(250, (await delivery.SendAsync("alice@here.example")).Reply.Code);
        Assert.Equal("452 4.2.2", (await delivery.SendAsync("alice@here.example")).Reply.ToString()[..9]);
        Assert.Equal(250, (await delivery.SendAsync("bob@here.example")).Reply.Code);
        delivery.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(250, (await delivery.SendAsync("alice@here.example")).Reply.Code);
        Assert.Equal(1, delivery.Metrics.Sum("mox.delivery.messages", ("outcome", "HighRate")));
    }

    [Fact]
    public async Task Rate_InBytes_IsLimitedToo_AndOffWithoutLimits()
    {
        using var delivery = new DeliveryFixture(new DeliveryOptions { BytesPerDay = 50 });
        Assert.Equal(250, (await delivery.SendContentAsync(new string('x', 40), null, "alice@here.example")).Reply.Code);
        Assert.Equal(452, (await delivery.SendContentAsync(new string('x', 40), null, "alice@here.example")).Reply.Code);
        using var unlimited = new DeliveryFixture(new DeliveryOptions { BytesPerDay = 50, Limits = false });
        Assert.Equal(250, (await unlimited.SendContentAsync(new string('x', 400), null, "alice@here.example")).Reply.Code);
    }

    private static void Throw(bool now, Func<Exception> make)
    {
        if (now)
        {
            throw make();
        }
    }
}
