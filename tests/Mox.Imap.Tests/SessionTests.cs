using Microsoft.Extensions.Logging;
using Mox.Net.Limits;
using Mox.Net.Sasl;
using Mox.Testing;

namespace Mox.Imap.Tests;

public class SessionTests
{
    [Fact]
    public async Task Greeting_InTheClear_AnnouncesStartTlsAndLoginDisabled()
    {
        await using var test = await TestImap.StartAsync(new ImapOptions { Limits = false });
        var connection = test.Open();
        await connection.TranscriptAsync("""
            S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 STARTTLS LOGINDISABLED ENABLE LITERAL+ IDLE *
            C: a LOGIN mox@localhost moxmoxmox
            S: a NO [PRIVACYREQUIRED] start TLS first
            C: b AUTHENTICATE PLAIN AG1veEBsb2NhbGhvc3QAbW94bW94bW94
            S: b NO [PRIVACYREQUIRED] start TLS first
            C: c CAPABILITY
            S: * CAPABILITY IMAP4rev1 IMAP4rev2 STARTTLS LOGINDISABLED *
            S: c OK done
            C: d LOGOUT
            S: * BYE see you
            S: d OK done
            S: <eof>
            """);
        Assert.Empty(test.Authenticator.Attempts);
    }

    [Fact]
    public async Task StartTls_ThenLogin_Works()
    {
        await using var test = await TestImap.StartAsync(new ImapOptions { Limits = false });
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a STARTTLS
            S: a OK begin the handshake
            C: <tls>
            C: b CAPABILITY
            S: * CAPABILITY IMAP4rev1 IMAP4rev2 ENABLE *
            S: b OK done
            C: c STARTTLS
            S: c BAD TLS is on already
            C: d LOGIN mox@localhost moxmoxmox
            S: d OK [CAPABILITY IMAP4rev1 IMAP4rev2 ENABLE *
            C: e STARTTLS
            S: e BAD already logged in
            C: f LOGOUT
            S: * BYE see you
            S: f OK done
            """);
        Assert.NotNull(Assert.Single(test.Authenticator.Attempts).Tls);
    }

    [Fact]
    public async Task ImplicitTls_GreetsAfterTheHandshake()
    {
        await using var test = await TestImap.StartAsync(new ImapOptions { ImplicitTls = true });
        var connection = test.Open();
        await connection.Client.StartTlsAsync(applicationProtocols: ["imap"]);
        await connection.TranscriptAsync("""
            S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 ENABLE *
            C: a LOGOUT
            S: * BYE see you
            S: a OK done
            S: <eof>
            """);
    }

    // RFC 3501 section 7.1.4; whoever cannot be logged in so is greeted as any other.
    [Theory]
    [InlineData("mox", LoginOutcome.Ok, "PREAUTH")]
    [InlineData("nosuch", LoginOutcome.Ok, "OK")]
    [InlineData(null, LoginOutcome.LoginDisabled, "OK")]
    public async Task Preauth_ByCertificate_WithImplicitTlsOnly(string? account, LoginOutcome outcome, string greeting)
    {
        await using var test = await TestImap.StartAsync(new ImapOptions { ImplicitTls = true, Limits = false });
        test.Authenticator.Preauthenticated = new LoginResult(outcome, account, account, TimeSpan.Zero);
        var stranger = test.Open();
        await stranger.Client.StartTlsAsync();
        await stranger.TranscriptAsync("S: * OK [CAPABILITY *");
        var connection = test.Open();
        connection.Client.Certificate = TestCertificates.Certificate;
        await connection.Client.StartTlsAsync();
        await connection.TranscriptAsync($"""
            S: * {greeting} [CAPABILITY IMAP4rev1 *
            C: a SELECT INBOX
            S...
            S: a {(greeting == "OK" ? "BAD" : "OK")} *
            """);
    }

    [Fact]
    public async Task AbuseCase2_StartTlsWithPipelinedPlaintext_IsRefusedAndClosed()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C*: a STARTTLS\r\nb NOOP\r\n
            S: * BYE nothing may follow STARTTLS before the handshake
            S: a BAD nothing may follow STARTTLS before the handshake
            S: <eof>
            """);
    }

    [Fact]
    public async Task AbuseCase3_IdBeforeStartTls_IsForgotten()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a ID ("name" "evil")
            S: * ID ("name" "mox")
            S: a OK done
            C: b STARTTLS
            S: b OK *
            C: <tls>
            C: c LOGIN mox@localhost moxmoxmox
            S: c OK *
            """);
        Assert.Null(test.Authenticator.Attempts[0].UserAgent);
    }

    [Fact]
    public async Task StartTls_WithoutCertificates_IsNotThere()
    {
        await using var test = await TestImap.StartAsync(tls: false);
        var connection = test.Open();
        Assert.DoesNotContain("STARTTLS", await connection.Client.ReadLineAsync());
        await connection.TranscriptAsync("""
            C: a STARTTLS
            S: a BAD TLS is not available here
            """);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a FOO")]
    [InlineData("a LOGIN")]
    [InlineData("(a NOOP")]
    public async Task FirstCommand_NotImap_GetsByeAndClose(string line)
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.Client.SendLineAsync(line);
        await connection.TranscriptAsync("""
            S: * BYE this is an IMAP server
            S: <eof>
            """);
    }

    [Fact]
    public async Task BadCommands_Later_GetBadAndTheConnectionGoesOn()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a NOOP
            S: a OK done
            C: b FOO
            S: b BAD unknown command
            C: c NOOP x
            S: c BAD expected end of command (at byte 6)
            C: d
            S: d BAD expected a space (at byte 1)
            C: (
            S: * BAD expected a tag (at byte 0)
            C: e SELECT INBOX
            S: e BAD log in first
            C: f UID NOOP
            S: f BAD unknown command
            C: g FETCH 1 FLAGS
            S: g BAD log in first
            C: h noop
            S: h OK done
            """);
        Assert.Empty(test.Log.AtLeast(LogLevel.Information));
    }

    [Fact]
    public async Task BadCommands_TooMany_GetBye()
    {
        await using var test = await TestImap.StartAsync(new ImapOptions { MaxBadCommands = 3, Limits = false });
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a NOOP
            S: a OK *
            C: b FOO
            S: b BAD *
            C: c FOO
            S: c BAD *
            C: d FOO
            S: d BAD *
            S: * BYE too many bad commands
            S: <eof>
            """);
    }

    [Fact]
    public async Task Login_Forms_AllWork()
    {
        foreach (string script in new[]
        {
            "C: a LOGIN mox@localhost moxmoxmox",
            "C: a LOGIN \"mox@localhost\" \"moxmoxmox\"",
            "C: a LOGIN {13}\nS: + go ahead\nC: mox@localhost {9+}\nC: moxmoxmox",
            "C: a AUTHENTICATE PLAIN AG1veEBsb2NhbGhvc3QAbW94bW94bW94",
            "C: a authenticate plain\nS: + \nC: AG1veEBsb2NhbGhvc3QAbW94bW94bW94",
        })
        {
            await using var test = await TestImap.StartAsync();
            var connection = await test.ConnectAsync();
            // The transcript trims its lines, and a challenge may be empty.
            await connection.TranscriptAsync(script.Replace("S: + \n", "S: +*\n", StringComparison.Ordinal) + "\nS: a OK [CAPABILITY IMAP4rev1 *");
        }
    }

    // RFC 3501 section 7.5: "+", a space, and a text that may be empty.
    [Fact]
    public async Task Continuation_HasItsSpace()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.Client.SendLineAsync("a AUTHENTICATE PLAIN");
        Assert.Equal("+ ", await connection.Client.ReadLineAsync());
        await connection.TranscriptAsync("""
            C: AG1veEBsb2NhbGhvc3QAbW94bW94bW94
            S: a OK *
            C: b IDLE
            S: + idling
            C: DONE
            S: b OK *
            C: c STATUS {5}
            S: + go ahead
            C: INBOX (MESSAGES)
            S: * STATUS Inbox (MESSAGES 0)
            S: c OK *
            """);
    }

    [Fact]
    public async Task Login_Fails_SaysTheSameForEveryReason()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a LOGIN mox@localhost wrong
            S: a NO [AUTHENTICATIONFAILED] bad credentials
            C: b LOGIN nobody@localhost.x moxmoxmox
            S: b NO [AUTHENTICATIONFAILED] bad credentials
            C: c AUTHENTICATE PLAIN AGEAYg==
            S: c NO [AUTHENTICATIONFAILED] bad credentials
            C: d AUTHENTICATE PLAIN
            S: +*
            C: *
            S: d BAD authentication was given up
            C: e AUTHENTICATE NOSUCH
            S: e NO [CANNOT] no such mechanism, or not now
            C: f LOGIN mox@localhost moxmoxmox
            S: f OK *
            C: g LOGIN mox@localhost moxmoxmox
            S: g BAD already logged in
            """);
    }

    [Fact]
    public async Task AbuseCase11_InvalidBase64_IsBadAndTheConnectionGoesOn()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a AUTHENTICATE PLAIN A===
            S: a BAD *
            C: b AUTHENTICATE PLAIN
            S: +*
            C: not base64!
            S: b BAD *
            C: c AUTHENTICATE PLAIN ====
            S: c BAD *
            C: d LOGIN mox@localhost moxmoxmox
            S: d OK *
            """);
    }

    [Fact]
    public async Task AbuseCase26_FailedLogins_AreDelayedAndEndWithBye()
    {
        var time = new ManualTimeProvider();
        await using var test = await TestImap.StartAsync(
            new ImapOptions { AllowPlaintextAuthentication = true, MaxFailedLogins = 2 }, time);
        test.Authenticator.FailureDelay = TimeSpan.FromSeconds(7);
        var connection = await test.ConnectAsync();
        await connection.Client.SendLineAsync("a LOGIN x y");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(7));
        time.Advance(TimeSpan.FromSeconds(7));
        await connection.TranscriptAsync("S: a NO [AUTHENTICATIONFAILED] bad credentials");
        await connection.Client.SendLineAsync("b LOGIN x y");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(7));
        time.Advance(TimeSpan.FromSeconds(7));
        await connection.TranscriptAsync("""
            S: * BYE too many failed logins
            S: b NO [AUTHENTICATIONFAILED] bad credentials
            S: <eof>
            """);
    }

    [Fact]
    public async Task SlowMode_AfterFailedLogins_DripsRepliesAndWaitsBeforeReads()
    {
        var time = new ManualTimeProvider();
        await using var test = await TestImap.StartAsync(new ImapOptions { AllowPlaintextAuthentication = true }, time);
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a LOGIN x y
            S: a NO *
            C: b LOGIN x y
            S: b NO *
            """);
        await connection.Client.SendLineAsync("c LOGIN x y");
        // A byte a second for 25 s, then the rest.
        await PassAsync(25);
        await connection.TranscriptAsync("S: c NO [AUTHENTICATIONFAILED] bad credentials");
        await connection.Client.SendLineAsync("d NOOP");
        // One second before the read, one after each of 10 bytes.
        await PassAsync(11);
        await connection.TranscriptAsync("S: d OK done");
        await PassAsync(1);
        // At a shutdown nobody is kept.
        await connection.Client.SendLineAsync("e NOOP");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        connection.Context.RequestClose();
        await PassAsync(2);
        await connection.TranscriptAsync("""
            S: e OK done
            S: * BYE *
            S: <eof>
            """);

        async Task PassAsync(int seconds)
        {
            for (int i = 0; i < seconds; i++)
            {
                await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Fact]
    public async Task Login_RateLimited_GetsBye()
    {
        await using var test = await TestImap.StartAsync();
        test.Authenticator.Failure = LoginOutcome.RateLimited;
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a LOGIN x y
            S: * BYE too many failed logins
            S: a NO [AUTHENTICATIONFAILED] bad credentials
            S: <eof>
            """);
    }

    [Fact]
    public async Task Id_GivesTheUserAgentAndVersionOnlyAfterLogin()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: a ID ("name" "Mutt" "version" "2.2" "os" NIL)
            S: * ID ("name" "mox")
            S: a OK done
            C: b LOGIN mox@localhost moxmoxmox
            S: b OK *
            C: c ID NIL
            S: * ID ("name" "mox" "version" "0.1.0")
            S: c OK done
            C: d ID ("a" "b" "a" "c")
            S: d BAD *
            C: e ID (((
            S: e BAD expected a string (at byte 6)
            C: f ID ()
            S: * ID *
            S: f OK done
            """);
        Assert.Equal("Mutt/2.2", test.Authenticator.Attempts[0].UserAgent);
    }

    [Fact]
    public async Task Id_AfterLogin_StillGoesIntoItsRecord()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        Assert.Null(test.Authenticator.Attempts[0].UserAgent);
        await connection.TranscriptAsync("""
            C: a ID ("name" "Thunderbird" "version" "140")
            S: * ID *
            S: a OK done
            """);
        Assert.Equal("Thunderbird/140", test.Authenticator.Attempts[0].UserAgent);
    }

    [Fact]
    public async Task Silence_BeforeAndAfterLogin_GetsByeInTime()
    {
        var time = new ManualTimeProvider();
        await using var test = await TestImap.StartAsync(new ImapOptions { AllowPlaintextAuthentication = true }, time);
        var stranger = await test.ConnectAsync();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(31));
        await stranger.TranscriptAsync("""
            S: * BYE inactive for too long
            S: <eof>
            """);
        var user = await test.LoginAsync();
        await time.WaitForTimerAsync(TimeSpan.FromMinutes(30));
        time.Advance(TimeSpan.FromMinutes(29));
        await user.TranscriptAsync("""
            C: a IDLE
            S: + idling
            """);
        await time.WaitForTimerAsync(TimeSpan.FromMinutes(30));
        time.Advance(TimeSpan.FromMinutes(31));
        await user.TranscriptAsync("""
            S: * BYE inactive for too long
            S: <eof>
            """);
    }

    [Fact]
    public async Task Shutdown_GetsBye()
    {
        await using var test = await TestImap.StartAsync();
        var waiting = await test.LoginAsync();
        var idle = await test.SelectAsync();
        await idle.TranscriptAsync("""
            C: a IDLE
            S: + idling
            """);
        foreach (var connection in new[] { waiting, idle })
        {
            connection.Context.RequestClose();
            await connection.TranscriptAsync("""
                S: * BYE the server is shutting down, come back soon
                S: <eof>
                """);
        }
    }

    [Fact]
    public async Task TooManyConnections_GetBye()
    {
        await using var test = await TestImap.StartAsync(limits: new ConnectionLimits(TimeProvider.System));
        for (int i = 0; i < 30; i++)
        {
            await test.ConnectAsync();
        }
        await test.Open().TranscriptAsync("""
            S: * BYE [LIMIT] too many connections from your network
            S: <eof>
            """);
    }

    [Fact]
    public async Task Client_ThatGoesAway_EndsTheSessionQuietly()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a IDLE
            S: + idling
            """);
        connection.Context.Cut();
        await connection.DisposeAsync();
        var closing = await test.LoginAsync();
        await closing.TranscriptAsync("""
            C: a NOOP
            C: <close>
            S: a OK done
            S: <eof>
            """);
    }

    [Theory]
    [InlineData("a LOGIN {1000000}", "a NO [TOOBIG] a literal is too big")]
    [InlineData("a LOGIN {1000000+}", "")]
    [InlineData("a LOGIN {99999999999+}", "* BYE [TOOBIG] the command is too long")]
    public async Task AbuseCase9_LiteralBeforeLogin_IsRefused(string line, string reply)
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: 0 NOOP
            S: 0 OK done
            """);
        await connection.Client.SendLineAsync(line);
        if (reply.Length == 0)
        {
            // A million bytes are skipped, and were never commands.
            await connection.Client.SendAsync(string.Concat(Enumerable.Repeat("b LOGOUT\r\n", 100_000)) + " x\r\n");
            reply = "a NO [TOOBIG] a literal is too big";
        }
        Assert.Equal(reply, await connection.Client.ReadLineAsync());
    }

    [Fact]
    public async Task AbuseCase9_LiteralsBeforeLogin_AreFewBytesTogether()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.Client.SendLineAsync("a LOGIN {9000+}");
        await connection.Client.SendLineAsync(new string('x', 9000) + " {9000}");
        Assert.Equal("a NO [TOOBIG] a literal is too big", await connection.Client.ReadLineAsync());
        // The longest response of AUTHENTICATE passes.
        await connection.Client.SendLineAsync("b AUTHENTICATE PLAIN " + Convert.ToBase64String(new byte[9216]));
        Assert.StartsWith("b ", await connection.Client.ReadLineAsync());
        Assert.Single(test.Authenticator.Sizes, 9216);
        var user = await test.LoginAsync();
        await user.Client.SendLineAsync("c LIST {9000+}");
        await user.Client.SendLineAsync(new string('x', 9000) + " {9000+}");
        await user.Client.SendLineAsync(new string('x', 9000));
        Assert.StartsWith("c ", await user.Client.ReadLineAsync());
        Assert.DoesNotContain("TOOBIG", await NoopAsync(user));
    }

    [Theory]
    [InlineData(1, 102_401, false, true)]
    [InlineData(1, 102_401, true, true)]
    [InlineData(1001, 0, false, true)]
    [InlineData(11, 102_400, false, true)]
    [InlineData(1001, 1_000_000, false, false)]
    public async Task AbuseCase9_LiteralsAfterLogin_AreTooBig_AndThePlaceIsKeptOrTheConnectionEnds(int count, int bytes, bool waits, bool isKept)
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        string literal = $" TEXT {{{bytes}{(waits ? "" : "+")}}}\r\n";
        await connection.Client.SendAsync("a SEARCH");
        for (int i = 0; i < count && !connection.Completion.IsCompleted; i++)
        {
            try
            {
                await connection.Client.SendAsync(waits ? literal : literal + new string('x', bytes));
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // Closed already.
            }
        }
        if (!isKept)
        {
            Assert.Equal("* BYE [TOOBIG] the command is too long", await connection.Client.ReadLineAsync());
            await connection.Completion.WaitAsync(TimeSpan.FromSeconds(20));
            return;
        }
        if (!waits)
        {
            await connection.Client.SendAsync("\r\n");
        }
        await connection.TranscriptAsync("""
            S: a NO [TOOBIG] *
            C: b NOOP
            S: b OK done
            """);
    }

    private static async Task<string> NoopAsync(FakeConnection connection)
    {
        await connection.Client.SendLineAsync("z NOOP");
        return (await connection.Client.ReadLineAsync())!;
    }

    // Whatever nests: none of it may recurse as deep as the client likes.
    [Theory]
    [InlineData("SEARCH ", "(")]
    [InlineData("SEARCH ", "NOT ")]
    [InlineData("UID SEARCH RETURN (ALL) ", "OR ALL ")]
    [InlineData("SORT (DATE) UTF-8 ", "(NOT ")]
    [InlineData("THREAD REFERENCES UTF-8 ", "(")]
    [InlineData("ESEARCH IN (personal) ", "NOT (")]
    [InlineData("FETCH 1 ", "(")]
    [InlineData("STORE 1 FLAGS ", "(")]
    [InlineData("LIST ", "(")]
    [InlineData("STATUS INBOX ", "(")]
    [InlineData("NOTIFY SET ", "(")]
    [InlineData("ID ", "(")]
    [InlineData("GETMETADATA INBOX ", "(")]
    [InlineData("SELECT INBOX ", "(")]
    [InlineData("ENABLE ", "(")]
    public async Task AbuseCase10_NestingAfterLogin_IsASyntaxError(string command, string nested)
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        // As deep as a line can say it.
        await connection.Client.SendLineAsync($"a {command}{string.Concat(Enumerable.Repeat(nested, 16_000 / nested.Length))}");
        await connection.TranscriptAsync("""
            S: a BAD *
            C: b NOOP
            S: b OK done
            """);
    }

    [Fact]
    public async Task AbuseCase10_ParenthesesBeforeLogin_AreASyntaxError()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.TranscriptAsync("""
            C: 0 NOOP
            S: 0 OK done
            """);
        await connection.Client.SendLineAsync("a ID " + new string('(', 10_000));
        Assert.Equal("a BAD expected a string (at byte 6)", await connection.Client.ReadLineAsync());
        await connection.Client.SendLineAsync("b ID " + new string('(', 1_000_000));
        Assert.Equal("b BAD the line is too long", await connection.Client.ReadLineAsync());
    }

    [Fact]
    public async Task UnknownCommand_WithLiteralThatLooksLikeACommand_GetsOneBad()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C*: a FOO {10+}\r\nb LOGOUT\r\n\r\n
            S: a BAD unknown command
            C: c NOOP
            S: c OK done
            """);
    }

    [Fact]
    public async Task Commands_WithoutEnd_BeforeLogin_GetBye()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.ConnectAsync();
        await connection.Client.SendAsync(string.Concat(Enumerable.Repeat("a NOOP\r\n", 201)));
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal("a OK done", await connection.Client.ReadLineAsync());
        }
        await connection.TranscriptAsync("""
            S: * BYE log in, or do not
            S: <eof>
            """);
    }
}
