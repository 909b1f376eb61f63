using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Net.Sasl;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests.Server;

public sealed class AuthTests : IDisposable
{
    private const string Good = "AG1veEBoZXJlLmV4YW1wbGUAc2VjcmV0";
    private const string Bad = "AG1veEBoZXJlLmV4YW1wbGUAd3Jvbmc=";

    private const string Hello = """
        S: 220 *
        C: EHLO client.example
        S...
        S: 250 STARTTLS

        """;

    private readonly SmtpFixture _smtp = new();

    public void Dispose() => _smtp.Dispose();

    [Fact]
    public async Task Login_IsRecordedWithTheNameInEhlo()
    {
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: EHLO first.example
            S...
            S: 250 STARTTLS
            C: EHLO [192.0.2.9]
            S...
            S: 250 STARTTLS
            C: AUTH PLAIN AG1veEBoZXJlLmV4YW1wbGUAc2VjcmV0
            S: 235 *
            """, SmtpFixture.SubmitInClear);
        Assert.Equal("[192.0.2.9]", Assert.Single(_smtp.Authenticator.Attempts).Context.UserAgent);
    }

    [Fact]
    public async Task Ehlo_OnSubmission_AnnouncesWhatCanBeUsedNow()
    {
        await _smtp.TranscriptAsync("""
            S: 220 mail.example ESMTP mox
            C: EHLO x
            S: 250-mail.example
            S: 250-8BITMIME
            S: 250-BINARYMIME
            S: 250-CHUNKING
            S: 250-DSN
            S: 250-ENHANCEDSTATUSCODES
            S: 250-FUTURERELEASE 5184000 *
            S: 250-LIMITS RCPTMAX=1000
            S: 250-PIPELINING
            S: 250-SIZE 104857600
            S: 250-SMTPUTF8
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 *
            C: <tls>
            C: EHLO x
            S: 250-mail.example
            S: 250-8BITMIME
            S: 250-AUTH TALK PLAIN LOGIN
            S...
            S: 250 SMTPUTF8
            C: AUTH PLAIN AG1veEBoZXJlLmV4YW1wbGUAc2VjcmV0
            S: 235 2.7.0 logged in
            C: EHLO x
            S: 250-mail.example
            S: 250-8BITMIME
            S: 250-BINARYMIME
            S...
            S: 250 SMTPUTF8
            """, SmtpFixture.Submit);
        // In the clear, where only passwords are refused, the other mechanisms are announced.
        await _smtp.TranscriptAsync("""
            S: 220 *
            C: EHLO x
            S: 250-mail.example
            S: 250-8BITMIME
            S: 250-AUTH TALK
            S...
            S: 250 STARTTLS
            """, new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit });
    }

    [Fact]
    public async Task Auth_Plain_InAllItsForms()
    {
        foreach (string auth in (string[])
            [
                $"C: AUTH PLAIN {Good}",
                $"C: auth plain {Good} ",
                $"C: AUTH  PLAIN  {Good}",
                $"C: AUTH PLAIN\nS: 334 \nC: {Good}",
            ])
        {
            await _smtp.TranscriptAsync(Hello + auth + "\nS: 235 2.7.0 logged in\n", SmtpFixture.SubmitInClear);
        }
        Assert.Equal(4, _smtp.Authenticator.Attempts.Count);
        Assert.All(_smtp.Authenticator.Attempts, a => Assert.Equal(("PLAIN", LoginOutcome.Ok), (a.Mechanism, a.Outcome)));
        Assert.Equal(4, _smtp.Metrics.Sum("mox.smtp.server.logins", ("outcome", "Ok")));
    }

    [Fact]
    public async Task Auth_Login_AsksTwiceAndTakesAnInitialResponse()
    {
        await _smtp.TranscriptAsync(Hello + """
            C: AUTH LOGIN
            S: 334 TE9HSU4w
            C: bW94QGhlcmUuZXhhbXBsZQ==
            S: 334 TE9HSU4x
            C: c2VjcmV0
            S: 235 2.7.0 *
            """, SmtpFixture.SubmitInClear);
        await _smtp.TranscriptAsync(Hello + """
            C: AUTH LOGIN bW94QGhlcmUuZXhhbXBsZQ==
            S: 334 TE9HSU4x
            C: c2VjcmV0
            S: 235 2.7.0 *
            """, SmtpFixture.SubmitInClear);
    }

    [Fact]
    public async Task Auth_EmptyInitialResponse_IsNotNone()
    {
        await _smtp.TranscriptAsync(Hello + """
            C: AUTH TALK =
            S: 334 VEFMSzE=
            C: YQ==
            S: 334 VEFMSzI=
            C: Yg==
            S: 235 2.7.0 *
            """, SmtpFixture.SubmitInClear);
        await _smtp.TranscriptAsync(Hello + """
            C: AUTH TALK
            S: 334 VEFMSzA=
            C:
            S: 334 VEFMSzE=
            C: YQ==
            S: 334 VEFMSzI=
            C: Yg==
            S: 235 2.7.0 *
            """, SmtpFixture.SubmitInClear);
    }

    [Theory]
    [InlineData(LoginOutcome.BadUser, "535 5.7.8 bad user name or password (*")]
    [InlineData(LoginOutcome.BadPassword, "535 5.7.8 bad user name or password (*")]
    [InlineData(LoginOutcome.BadCredentials, "535 5.7.8 bad user name or password (*")]
    [InlineData(LoginOutcome.BadChannelBinding, "535 5.7.8 bad user name or password (*")]
    [InlineData(LoginOutcome.LoginDisabled, "525 5.7.13 this account cannot log in (*")]
    [InlineData(LoginOutcome.Error, "454 4.3.0 *")]
    [InlineData(LoginOutcome.BadProtocol, "501 5.5.2 *")]
    public async Task Auth_Failure_IsAnsweredByKindAndTheSessionGoesOn(LoginOutcome outcome, string reply)
    {
        _smtp.Authenticator.Failure = outcome;
        await _smtp.TranscriptAsync(Hello + $"""
            C: AUTH PLAIN {Good}
            S: {reply}
            C: MAIL FROM:<mox@here.example>
            S: 530 5.7.0 *
            """, SmtpFixture.SubmitInClear);
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task Auth_LoginDisabled_SaysWhatTheOperatorWrote()
    {
        (_smtp.Authenticator.Failure, _smtp.Authenticator.FailureText) = (LoginOutcome.LoginDisabled, "moved to\r\n250 elsewhere");
        await _smtp.TranscriptAsync(Hello + $"C: AUTH PLAIN {Good}\nS: 525-5.7.13 moved to?\nS: 525 5.7.13 250 elsewhere (*\n", SmtpFixture.SubmitInClear);
    }

    [Fact]
    public async Task Auth_OurOwnFailure_Is454AndLoggedOnce()
    {
        _smtp.Authenticator.IsBroken = true;
        await _smtp.TranscriptAsync(Hello + $"C: AUTH PLAIN {Good}\nS: 454 4.3.0 *\nC: NOOP\nS: 250 *\n", SmtpFixture.SubmitInClear);
        Assert.Single(_smtp.Logs.Entries, e => e.Level == LogLevel.Error);
    }

    [Fact]
    public async Task Auth_Malformed_IsRefusedByKind() => await _smtp.TranscriptAsync(Hello + """
        C: AUTH
        S: 501 5.5.4 *
        C: AUTH AMECHANISMWITHTOOLONGANAME
        S: 501 5.5.4 *
        C: AUTH GSSAPI
        S: 504 5.5.4 *
        C: AUTH PLAIN ***
        S: 501 5.5.2 expected base64 *
        C: AUTH PLAIN AGEAYg== AGEAYg==
        S: 501 5.5.2 expected base64 *
        C: AUTH PLAIN
        S: 334
        C: AGEAYg
        S: 501 5.5.2 expected base64 *
        C: AUTH PLAIN
        S: 334
        C: *
        S: 501 5.7.0 *
        C: AUTH PLAIN AGEAYg==
        S: 535 5.7.8 *
        """.Replace("S: 334\n", "S: 334 \n", StringComparison.Ordinal), SmtpFixture.SubmitInClear);

    [Fact]
    public async Task Auth_AtTheWrongPlace_Gets503()
    {
        await _smtp.TranscriptAsync($"""
            S: 220 *
            C: AUTH PLAIN {Good}
            S: 503 5.5.1 say EHLO first *
            C: HELO x
            S: 250 *
            C: AUTH PLAIN {Good}
            S: 503 5.5.1 say EHLO first *
            C: EHLO x
            S...
            S: 250 STARTTLS
            C: AUTH PLAIN {Good}
            S: 235 *
            C: AUTH PLAIN {Good}
            S: 503 5.5.1 somebody has logged in already *
            C: MAIL FROM:<mox@here.example>
            S: 250 *
            C: AUTH PLAIN {Good}
            S: 503 5.5.1 *
            """, SmtpFixture.SubmitInClear);
        Assert.Single(_smtp.Authenticator.Attempts);
    }

    [Fact]
    public async Task Auth_PasswordsInTheClear_NeedTls()
    {
        await _smtp.TranscriptAsync(Hello + $"""
            C: AUTH PLAIN {Good}
            S: 538 5.7.11 *
            C: auth login
            S: 538 5.7.11 *
            C: AUTH TALK
            S: 530 5.7.0 login over TLS only*
            C: MAIL FROM:<mox@here.example>
            S: 530 5.7.0 *
            """, SmtpFixture.Submit);
        await _smtp.TranscriptAsync(Hello + $"""
            C: AUTH PLAIN {Good}
            S: 538 5.7.11 *
            C: AUTH TALK
            S: 334 *
            C: *
            S: 501 *
            """, new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit });
        Assert.Equal(LoginOutcome.Aborted, Assert.Single(_smtp.Authenticator.Attempts).Outcome);
    }

    [Fact]
    public async Task Auth_BeforeStartTls_IsForgotten() => await _smtp.TranscriptAsync(Hello + $"""
        C: AUTH PLAIN {Good}
        S: 235 *
        C: STARTTLS
        S: 220 *
        C: <tls>
        C: EHLO x
        S...
        S: 250 SMTPUTF8
        C: MAIL FROM:<mox@here.example>
        S: 530 5.7.0 *
        C: AUTH PLAIN {Good}
        S: 235 *
        C: RSET
        S: 250 *
        C: EHLO x
        S...
        S: 250 SMTPUTF8
        C: MAIL FROM:<mox@here.example>
        S: 250 *
        """, SmtpFixture.SubmitInClear);

    [Theory]
    [InlineData(12_284, "501 5.5.2")]
    [InlineData(12_288, "500 5.5.6")]
    [InlineData(900_000, "500 5.5.6")]
    public async Task Auth_LongResponse_IsTakenUpToItsLimit(int length, string reply)
    {
        await _smtp.TranscriptAsync(Hello + $"""
            C: AUTH PLAIN
            S: 334{" "}
            C: {new string('A', length - 2)}*
            S: {reply}*
            C: AUTH PLAIN {Good}
            S: 235 *
            """, SmtpFixture.SubmitInClear);
        Assert.Equal(LoginOutcome.BadProtocol, _smtp.Authenticator.Attempts[0].Outcome);
    }

    [Fact]
    public async Task Auth_EndlessResponse_ClosesTheConnection()
    {
        await using var connection = _smtp.Connect(SmtpFixture.SubmitInClear);
        await connection.TranscriptAsync(Hello + "C: AUTH PLAIN\nS: 334 \n");
        await connection.Client.SendAsync(new string('A', 1_100_000));
        await connection.TranscriptAsync("S: 500 5.5.6 *\nS: <eof>\n");
    }

    [Fact]
    public async Task Auth_ClientGone_IsRecorded()
    {
        await using (var connection = _smtp.Connect(SmtpFixture.SubmitInClear))
        {
            await connection.TranscriptAsync(Hello + "C: AUTH PLAIN\nS: 334 \nC: <close>\nS: <eof>\n");
        }
        Assert.Equal(LoginOutcome.Aborted, Assert.Single(_smtp.Authenticator.Attempts).Outcome);
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public void Auth_LongChallenge_IsOneLine()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        SmtpWriter.Encode(output, new SmtpReply(334, null, new string('A', 4_000)), "id", false);
        Assert.Equal($"334 {new string('A', 4_000)}\r\n", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public async Task Auth_FailuresInOneConnection_ShareAContextAndEndIt()
    {
        var options = new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, AllowPlaintextLogin = true, Limits = false, MaxFailedLogins = 3 };
        await _smtp.TranscriptAsync(Hello + $"""
            C: AUTH PLAIN {Bad}
            S: 535 5.7.8 *
            C: AUTH PLAIN {Bad}
            S: 535 5.7.8 *
            C: AUTH PLAIN {Bad}
            S: 421 4.7.0 too many failed logins*
            S: <eof>
            """, options);
        Assert.Same(_smtp.Authenticator.Attempts[0].Context, _smtp.Authenticator.Attempts[2].Context);
        Assert.Equal("submission", _smtp.Authenticator.Attempts[0].Context.Protocol);
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "FailedLogins"), ("kind", "submit")));

        _smtp.Authenticator.Failure = LoginOutcome.RateLimited;
        await _smtp.TranscriptAsync(Hello + $"C: AUTH PLAIN {Bad}\nS: 421 4.7.0 *\nS: <eof>\n", SmtpFixture.SubmitInClear);
    }

    [Fact]
    public async Task Auth_Failure_IsAnsweredAfterItsDelay()
    {
        _smtp.Authenticator.Delay = TimeSpan.FromSeconds(4);
        var options = new SmtpOptions { Hostname = "mail.example", Kind = SmtpServiceKind.Submit, AllowPlaintextLogin = true };
        await using var connection = _smtp.Connect(options);
        await connection.TranscriptAsync(Hello + $"C: AUTH PLAIN {Bad}\n");
        // From now on the only timer is that of the delay.
        await _smtp.Authenticator.FirstEnd.WaitAsync(TimeSpan.FromSeconds(20));
        await _smtp.Time.WaitForTimersAsync(1);
        var reply = connection.Client.ReadLineAsync();
        _smtp.Time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(reply.IsCompleted);
        _smtp.Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.StartsWith("535 5.7.8 ", await reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_HidesCredentials()
    {
        _smtp.Services = _smtp.Services with { Trace = () => TraceLevel.Trace };
        await _smtp.TranscriptAsync(Hello + $"""
            C: AUTH PLAIN {Bad}
            S: 535 *
            C: AUTH PLAIN
            S: 334{" "}
            C: {Bad}
            S: 535 *
            C*: AUTH PLAIN {Bad}\n\r\n
            S: 500 *
            C: AUTH LOGIN
            S: 334 TE9HSU4w
            C: *
            S: 501 *
            """, SmtpFixture.SubmitInClear);
        Assert.Contains(_smtp.Logs.Entries, e => e.Message == "C: ***");
        Assert.DoesNotContain(_smtp.Logs.Entries, e => e.Message.Contains(Bad, StringComparison.Ordinal) || e.Message.Contains("TE9HSU4w", StringComparison.Ordinal));
    }
}
