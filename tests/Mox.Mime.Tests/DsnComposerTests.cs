using System.Text;
using Mox.Addresses;

namespace Mox.Mime.Tests;

public class DsnComposerTests
{
    private const string Header = "From: <alice@example.org>\r\nSubject: hi\r\n";

    private static readonly DateTimeOffset Date = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1));

    [Fact]
    public void Report_OfAsciiAddresses_IsExactly()
    {
        DsnComposer dsn = Composer(Failed("bob@example.net"), originalMessageId: "<1@example.org>");
        string report = Write(dsn);
        string boundary = BoundaryOf(report);
        Assert.Equal(
            $"""
            Date: Fri, 2 Jan 2026 03:04:05 +0100
            From: Mail Delivery System <postmaster@mx.example.org>
            To: alice@example.org
            Subject: mail delivery failed
            Message-ID: {dsn.MessageId}
            In-Reply-To: <1@example.org>
            References: <1@example.org>
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status;
             boundary="{boundary}"

            --{boundary}
            Content-Type: text/plain; charset=us-ascii
            Content-Transfer-Encoding: 7bit

            This is the mail server mx.example.org.

            Your message could not be delivered to these recipients, and is not tried again:

              bob@example.net
                mx.example.net said: 550 5.1.1 no such user

            The header of your message is attached.

            --{boundary}
            Content-Type: message/delivery-status
            Content-Transfer-Encoding: 7bit

            Reporting-MTA: dns; mx.example.org
            Arrival-Date: Fri, 2 Jan 2026 02:04:05 +0100

            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; mx.example.net
            Diagnostic-Code: smtp; 550 5.1.1 no such user

            --{boundary}
            Content-Type: text/rfc822-headers
            Content-Transfer-Encoding: 7bit

            From: <alice@example.org>
            Subject: hi

            --{boundary}--

            """.ReplaceLineEndings("\r\n"),
            report);
    }

    [Theory]
    // Recipients with a local part that is not ASCII make the fields international, and the original too when it needs to be (RFC 6533 section 4).
    [InlineData("b\u00F8b@b\u00FCcher.example", false, false, "message/global-delivery-status", "text/rfc822-headers")]
    [InlineData("b\u00F8b@b\u00FCcher.example", false, true, "message/global-delivery-status", "message/rfc822")]
    [InlineData("b\u00F8b@b\u00FCcher.example", true, false, "message/global-delivery-status", "message/global-headers")]
    [InlineData("b\u00F8b@b\u00FCcher.example", true, true, "message/global-delivery-status", "message/global")]
    // A domain has an ASCII form.
    [InlineData("bob@b\u00FCcher.example", false, false, "message/delivery-status", "text/rfc822-headers")]
    [InlineData("bob@b\u00FCcher.example", true, true, "message/delivery-status", "message/rfc822")]
    public void Parts_AreOfTheTypesThatTheAddressesAsFor(string recipient, bool is8Bit, bool isWhole, string status, string original)
    {
        string header = is8Bit ? "From: <alice@example.org>\r\nSubject: gr\u00FC\u00DFe\r\n" : Header;
        DsnComposer dsn = Composer(Failed(recipient), original: header + (isWhole ? "\r\ntext\r\n" : ""), isWhole: isWhole);
        ParsedMessage parsed = MimeParser.Parse(Encoding.UTF8.GetBytes(Write(dsn)));
        Assert.Equal(["text/plain", status, original], parsed.Root.Children.Select(p => $"{p.MediaType}/{p.MediaSubtype}".ToLowerInvariant()));
        Assert.Equal(status.Contains("global", StringComparison.Ordinal) ? "8bit" : "7bit", parsed.Root.Children[1].EncodingName, ignoreCase: true);
        Assert.Equal(is8Bit ? "8bit" : "7bit", parsed.Root.Children[2].EncodingName, ignoreCase: true);
        Assert.Empty(parsed.Problems);
        Assert.Equal(status.Contains("global", StringComparison.Ordinal), dsn.IsInternational);
    }

    [Fact]
    public void InternationalRecipient_IsNamedAsItIs_AndTheOthersAsEver()
    {
        string report = Write(Composer(
            Failed("b\u00F8b@b\u00FCcher.example") with { OriginalRecipient = "utf-8;b\u00F8b@old.example" },
            Failed("carol@b\u00FCcher.example")));
        Assert.Contains("Original-Recipient: utf-8;b\u00F8b@old.example\r\nFinal-Recipient: utf-8; b\u00F8b@b\u00FCcher.example\r\n", report, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: rfc822; carol@xn--bcher-kva.example\r\n", report, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain; charset=utf-8\r\n", report, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void InternationalSender_MakesAReportThatNeedsSmtpUtf8()
    {
        DsnComposer dsn = Composer([Failed("bob@example.net")], to: "\u00E5lice@example.org");
        Assert.True(dsn.IsInternational);
        Assert.Contains("\r\nTo: \u00E5lice@example.org\r\n", Write(dsn), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8;b\u00F8b@old.example", @"utf-8;b\x{F8}b@old.example")]
    [InlineData("utf-8;a\\+=\U0001F600@old.example", @"utf-8;a\x{5C}\x{2B}\x{3D}\x{1F600}@old.example")]
    [InlineData("utf-8;plain@old.example", "utf-8;plain@old.example")]
    [InlineData("rfc822;a+b=c\\d@old.example", @"rfc822;a+b=c\d@old.example")]
    public void OriginalRecipient_InAReportOfAscii_IsEncodedAndNotLost(string original, string expected)
    {
        // The address in the form that 7-bit fields have (RFC 6533 section 3).
        string report = Write(Composer(Failed("bob@example.net") with { OriginalRecipient = original }));
        Assert.Contains($"\r\nOriginal-Recipient: {expected}\r\n", report, StringComparison.Ordinal);
        Assert.True(Ascii.IsValid(StatusOf(report)));
    }

    [Theory]
    [InlineData("evil\r\nAction: delivered", "evil  Action: delivered")]
    [InlineData("a\u0000b\u2028c\u007f", "a?b?c?")]
    [InlineData("gr\u00FC\u00DFe", "gr??e")]
    public void WhatServersSay_WritesNoFields(string said, string expected)
    {
        string report = Write(Composer(Failed("bob@example.net") with { Diagnostic = said, RemoteMta = said }));
        Assert.Contains($"\r\nRemote-MTA: dns; {expected}\r\nDiagnostic-Code: smtp; {expected}\r\n", report, StringComparison.Ordinal);
        Assert.Equal(1, report.Split("\r\nAction: ").Length - 1);
    }

    [Fact]
    public void LongTexts_FitALine()
    {
        string report = Write(Composer(Failed("bob@example.net") with { Diagnostic = new string('x', 5000) }));
        Assert.InRange(report.Split("\r\n").Max(line => line.Length), 900, 998);
    }

    [Theory]
    [InlineData("mail delivery failed", DsnAction.Delivered, DsnAction.Failed, DsnAction.Delayed)]
    [InlineData("mail delivery delayed", DsnAction.Relayed, DsnAction.Delayed)]
    [InlineData("mail was delivered", DsnAction.Relayed, DsnAction.Delivered)]
    [InlineData("mail was sent on", DsnAction.Relayed)]
    public void Subject_TellsTheWorst(string subject, params DsnAction[] actions)
    {
        string report = Write(Composer([.. actions.Select(action => Failed("bob@example.net") with { Action = action })]));
        Assert.Contains($"\r\nSubject: {subject}\r\n", report, StringComparison.Ordinal);
        Assert.Equal(actions.Select(a => a.ToString().ToLowerInvariant()), report.Split("\r\nAction: ").Skip(1).Select(rest => rest[..rest.IndexOf('\r', StringComparison.Ordinal)]));
    }

    [Fact]
    public void WishesOfTheSender_ComeBack()
    {
        var dsn = new DsnComposer
        {
            ReportingMta = Domain.Parse("mx.example.org"),
            To = Address.Parse("alice@example.org"),
            Date = Date,
            ArrivedAt = Date,
            EnvelopeId = "QQ314159",
            ReleaseRequested = Date,
            Recipients = [Failed("bob@example.net") with { Action = DsnAction.Delayed, LastAttemptAt = Date, WillRetryUntil = Date.AddDays(5), IsSmtpReply = false }],
            Original = Encoding.UTF8.GetBytes(Header),
        };
        string report = Write(dsn);
        Assert.Contains("\r\nOriginal-Envelope-Id: QQ314159\r\nReporting-MTA: dns; mx.example.org\r\n", report, StringComparison.Ordinal);
        Assert.Contains("\r\nFuture-Release-Request: until;2026-01-02T02:04:05Z\r\n", report, StringComparison.Ordinal);
        Assert.Contains("\r\nDiagnostic-Code: x-mox; 550 5.1.1 no such user\r\n", report, StringComparison.Ordinal);
        Assert.Contains("\r\nWill-Retry-Until: Wed, 7 Jan 2026 03:04:05 +0100\r\n", report, StringComparison.Ordinal);
    }

    private static DsnComposer Composer(params DsnRecipient[] recipients) => Composer(recipients, "alice@example.org");

    private static DsnComposer Composer(DsnRecipient recipient, string original = Header, bool isWhole = false, string? originalMessageId = null) =>
        Composer([recipient], "alice@example.org", original, isWhole, originalMessageId);

    private static DsnComposer Composer(
        DsnRecipient[] recipients, string to, string original = Header, bool isWhole = false, string? originalMessageId = null) => new()
        {
            ReportingMta = Domain.Parse("mx.example.org"),
            To = Address.Parse(to),
            Date = Date,
            ArrivedAt = Date.AddHours(-1),
            OriginalMessageId = originalMessageId,
            Recipients = recipients,
            Original = Encoding.UTF8.GetBytes(original),
            IsWholeOriginal = isWhole,
        };

    private static DsnRecipient Failed(string address) => new()
    {
        Address = address,
        AsciiAddress = Address.Parse(address).ToAsciiString(),
        Action = DsnAction.Failed,
        Status = "5.1.1",
        RemoteMta = "mx.example.net",
        Diagnostic = "550 5.1.1 no such user",
        IsSmtpReply = true,
    };

    private static string Write(DsnComposer dsn)
    {
        using var bytes = new MemoryStream();
        dsn.WriteTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string BoundaryOf(string report)
    {
        const string name = "boundary=\"";
        int at = report.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return report[at..report.IndexOf('"', at)];
    }

    private static ReadOnlySpan<byte> StatusOf(string report)
    {
        ParsedMessage parsed = MimeParser.Parse(Encoding.UTF8.GetBytes(report));
        MimePart status = parsed.Root.Children[1];
        return Encoding.UTF8.GetBytes(report).AsSpan((int)status.BodyStart..(int)status.End);
    }
}
