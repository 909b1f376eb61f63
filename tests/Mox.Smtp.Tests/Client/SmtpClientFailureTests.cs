using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Net;
using Mox.Smtp.Client;
using Mox.Testing;

namespace Mox.Smtp.Tests.Client;

/// <summary>Silence, 421, lost connections, random bytes: all values, none of them an exception.</summary>
public sealed class SmtpClientFailureTests
{
    private const string Whole = """
        S: 220 x
        C: EHLO *
        S: 250 hi
        C: MAIL *
        S: 250 ok
        C: RCPT *
        S: 250 ok
        C: DATA
        S: 354 go
        C: x
        C: .

        """;

    [Theory]
    [InlineData("MAIL", "Mail")]
    [InlineData("RCPT", "Recipient")]
    [InlineData("DATA", "Data")]
    [InlineData(".", "Content")]
    public async Task Send_421OrALostConnectionAnywhere_IsTemporaryAndTheEnd(string command, string stage)
    {
        string script = Whole[..Whole.IndexOf('\n', Whole.IndexOf($"C: {command}", StringComparison.Ordinal))];
        (string Answer, string Failure)[] ends =
        [
            ("S: 421-4.3.2 good\nS: 421 4.3.2 bye", "421 4.3.2 good bye"),
            ("S: <close>", "4.4.2 the connection was lost: the server closed the connection"),
            ("S*: 250-half\nS: <close>", "4.4.2 the connection was lost: the server closed the connection"),
            ("S: 200-x\nS: 250 y", "4.5.0 the server broke the protocol: no reply: 250 y"),
            ("S: gibberish", "4.5.0 the server broke the protocol: no reply: gibberish"),
        ];
        foreach (var (answer, failure) in ends)
        {
            await using var smtp = new ClientFixture($"{script}\n{answer}");
            await smtp.OpenAsync();
            var result = await smtp.SendAsync("x", "bob@here.example");
            Assert.Equal($"{stage}: {failure}", result.Failure!.ToString());
            Assert.False(result.Failure.IsPermanent);
            Assert.Equal(result.Failure, Assert.Single(result.Recipients));
            Assert.False(smtp.Client.CanSend);
            await smtp.Client.QuitAsync(default);
        }
    }

    [Fact]
    public async Task Send_PipelinedRepliesCutShort_KeepWhatWasSaid()
    {
        await using var smtp = new ClientFixture("""
            S: 220 x
            C: EHLO *
            S: 250-x
            S: 250 PIPELINING
            C: MAIL *
            C: RCPT *
            C: RCPT *
            C: RCPT *
            C: DATA
            S: 250 ok
            S: 550 5.1.1 no
            S: 250 ok
            S: 421 4.3.2 bye
            """);
        await smtp.OpenAsync();
        var result = await smtp.SendAsync("x", "a@here.example", "b@here.example", "c@here.example");
        Assert.Equal([550, 421, 421], result.Recipients.Select(r => r!.Code));
        Assert.Equal([true, false, false], result.Recipients.Select(r => r!.IsPermanent));
    }

    [Fact]
    public async Task Send_UnaskedReplyBetweenMessages_IsNotTakenForTheNextAnswer()
    {
        await using var smtp = new ClientFixture(Whole + "S: 250 ok\nS: 250 spurious\nC: <eof>");
        await smtp.OpenAsync();
        Assert.NotNull((await smtp.SendAsync("x", "bob@here.example")).Accepted);
        var result = await smtp.SendAsync("x", "bob@here.example");
        Assert.Equal("Idle: 4.5.0 the server broke the protocol: an unasked reply: 250 spurious", result.Failure!.ToString());
        Assert.False(smtp.Client.CanSend);
    }

    [Fact]
    public async Task Open_SilentServer_TimesOut()
    {
        var pair = DuplexPipePair.Create();
        var time = new ManualTimeProvider();
        var opening = SmtpClient.OpenAsync(pair.Client, ClientFixture.Plain, time, new RecordingLogger(), default).AsTask();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(opening.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("Greeting: 4.4.2 the server was silent for too long", (await opening).Failure!.ToString());
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task Send_NoReplyToTheEndOfData_TimesOutLater()
    {
        var pair = DuplexPipePair.Create();
        var server = ServerScript.RunAsync(pair.Server, Whole + "C: <eof>");
        var time = new ManualTimeProvider();
        var opening = await SmtpClient.OpenAsync(pair.Client, ClientFixture.Plain, time, new RecordingLogger(), default);
        var sending = opening.Client!.SendAsync(ClientFixture.Envelope, [ClientFixture.To("bob@here.example")], Content("x"), default).AsTask();
        await time.WaitForTimerAsync(TimeSpan.FromMinutes(10));
        time.Advance(TimeSpan.FromSeconds(599));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("Content: 4.4.2 the server was silent for too long", (await sending).Failure!.ToString());
        await opening.Client.DisposeAsync();
        await server;
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task Open_ServerThatDrips_EndsAtTheTimeForOneReply()
    {
        var pair = DuplexPipePair.Create();
        var time = new ManualTimeProvider();
        var opening = SmtpClient.OpenAsync(pair.Client, ClientFixture.Plain, time, new RecordingLogger(), default).AsTask();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        for (int i = 0; i < 3; i++)
        {
            await pair.Server.Output.WriteAsync("220-still\r\n"u8.ToArray());
            time.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal("Greeting: 4.4.2 the server was silent for too long", (await opening).Failure!.ToString());
    }

    [Fact]
    public async Task Open_SlowServer_EndsAtTheTotal()
    {
        var pair = DuplexPipePair.Create();
        var time = new ManualTimeProvider();
        var options = ClientFixture.Plain with { TotalTimeout = TimeSpan.FromSeconds(40) };
        var opening = SmtpClient.OpenAsync(pair.Client, options, time, new RecordingLogger(), default).AsTask();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(20));
        await pair.Server.Output.WriteAsync("220 x\r\n"u8.ToArray());
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("Hello: 4.4.2 the conversation took longer than 40 s", (await opening).Failure!.ToString());
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task Quit_WithoutAnswer_WaitsFiveSeconds()
    {
        var pair = DuplexPipePair.Create();
        var server = ServerScript.RunAsync(pair.Server, "S: 220 x\nC: EHLO *\nS: 250 hi\nC: QUIT\nC: <eof>");
        var time = new ManualTimeProvider();
        var opening = await SmtpClient.OpenAsync(pair.Client, ClientFixture.Plain, time, new RecordingLogger(), default);
        var quitting = opening.Client!.QuitAsync(default).AsTask();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        await quitting;
        await opening.Client.DisposeAsync();
        await server;
    }

    // Over a real stream: what the server does not take any more must not be waited for when the client is given up.
    [Fact]
    public async Task Dispose_ServerThatStoppedReading_DoesNotWait()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync((System.Net.IPEndPoint)listener.LocalEndpoint);
        using var accepted = await listener.AcceptTcpClientAsync();
        await accepted.GetStream().WriteAsync("220 x\r\n"u8.ToArray());
        var time = new ManualTimeProvider();
        var opening = SmtpClient.OpenAsync(tcp.GetStream(), ClientFixture.Plain, time, new RecordingLogger(), default).AsTask();
        await accepted.GetStream().ReadAtLeastAsync(new byte[100], 5);
        await accepted.GetStream().WriteAsync("250 hi\r\n"u8.ToArray());
        var client = (await opening).Client!;
        var started = new TaskCompletionSource();
        using var content = new EndlessContent(onRead: _ => started.TrySetResult());
        var sending = client.SendAsync(ClientFixture.Envelope, [ClientFixture.To("bob@here.example")], content, default).AsTask();
        foreach (string reply in (string[])["250 ok\r\n", "250 ok\r\n", "354 go\r\n"])
        {
            await accepted.GetStream().ReadAtLeastAsync(new byte[100], 5);
            await accepted.GetStream().WriteAsync(Encoding.ASCII.GetBytes(reply));
        }
        // From here on every wait is for the server to take content.
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20));
        while (!sending.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None));
        }
        Assert.Equal("Content: 4.4.2 the server was silent for too long", (await sending).Failure!.ToString());
        await client.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Send_CallerCancels_IsAnExceptionAndTheEnd()
    {
        await using var smtp = new ClientFixture("S: 220 x\nC: EHLO *\nS: 250 hi\nC: MAIL *\nC: <eof>");
        await smtp.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var sending = smtp.Client.SendAsync(ClientFixture.Envelope, [ClientFixture.To("bob@here.example")], Content("x"), cancel.Token).AsTask();
        await smtp.Time.WaitForTimersAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.False(smtp.Client.CanSend);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AnyServer_RandomWords_NeverThrowsAndNeverHangs(int seed)
    {
        string[] words =
        [
            "220 x\r\n", "250 ok\r\n", "250-PIPELINING\r\n", "250-CHUNKING\r\n", "250-SIZE 1\r\n", "250-STARTTLS\r\n", "250-AUTH PLAIN SCRAM-SHA-256\r\n",
            "250 STARTTLS\r\n", "250-LIMITS RCPTMAX=1\r\n", "354 go\r\n", "334 \r\n", "334 x\r\n", "235 in\r\n", "421 bye\r\n", "452 4.5.3 many\r\n",
            "550 5.1.1 no\r\n", "503 x\r\n", "250", "-", "\r", "\n", "\r\n", "\0", "\x1b", "ü", new string('y', 9000), "999 x\r\n", "16\x03\x01",
        ];
        var random = new Random(seed);
        var log = new RecordingLogger();
        for (int i = 0; i < 400; i++)
        {
            var bytes = new StringBuilder(random.Next(4) == 0 ? "" : "220 x\r\n");
            for (int j = random.Next(30); j > 0; j--)
            {
                bytes.Append(words[random.Next(words.Length)]);
            }
            var pair = DuplexPipePair.Create();
            await pair.Server.Output.WriteAsync(Encoding.UTF8.GetBytes(bytes.ToString()));
            await pair.Server.Output.CompleteAsync();
            await TalkAsync(pair, random, log);
        }
        Assert.DoesNotContain(log.Entries, e => e.Level > LogLevel.Debug);
    }

    [Fact]
    public async Task Trace_ShowsTheConversationWithoutSecretsAndContent()
    {
        await using var smtp = new ClientFixture("""
            S: 220 x
            C: EHLO *
            S: 250-x
            S: 250 AUTH PLAIN
            C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
            S: 535 5.7.8 no
            C: <eof>
            """);
        await smtp.OpenAsync(ClientFixture.Plain with
        {
            Credentials = new("alice", "secret"),
            AllowPlaintextLogin = true,
            Trace = () => TraceLevel.Trace,
        });
        var trace = smtp.Log.Entries.Where(e => e.Level == LogLevel.Trace).Select(e => e.Message);
        Assert.Equal(["S: 220 x", "C: EHLO client.example", "S: 250-x", "S: 250 AUTH PLAIN", "C: ***", "S: ***"], trace);
    }

    [Fact]
    public async Task Metrics_CommandsAreTimedByClassOfCode()
    {
        using var recorder = new MetricRecorder();
        await using var smtp = new ClientFixture(Whole + "S: 550 5.7.1 no");
        await smtp.OpenAsync(ClientFixture.Plain with { Metrics = new SmtpClientMetrics(recorder) });
        await smtp.SendAsync("x", "bob@here.example");
        Assert.Single(recorder.Of("mox.smtp.client.command.duration", ("command", "RCPT"), ("code", "2xx")));
        Assert.Single(recorder.Of("mox.smtp.client.command.duration", ("command", "DATA"), ("code", "3xx")));
        Assert.Single(recorder.Of("mox.smtp.client.command.duration", ("command", "content"), ("code", "5xx")));
        Assert.Equal(1, recorder.Sum("mox.smtp.client.connections", ("error.type", "none")));
        Assert.Equal("x\r\n.\r\n".Length, recorder.Sum("mox.smtp.client.content"));
    }

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task TalkAsync(DuplexPipePair pair, Random random, RecordingLogger log)
    {
        var options = ClientFixture.Plain with
        {
            Tls = random.Next(3) == 0 ? SmtpTlsMode.Opportunistic : SmtpTlsMode.Off,
            TlsName = "mail.example",
            Credentials = random.Next(3) == 0 ? new("alice", "secret") : null,
            AllowPlaintextLogin = true,
        };
        var opening = await SmtpClient.OpenAsync(pair.Client, options, TimeProvider.System, log, default);
        if (opening.Client is not { } client)
        {
            Assert.InRange(opening.Failure!.Text.Length, 0, 2 * SafeText.MaxChars);
            return;
        }
        for (int k = 0; k < 3; k++)
        {
            var recipients = Enumerable.Range(0, random.Next(1, 4)).Select(r => ClientFixture.To($"r{r}@here.example")).ToList();
            var result = await client.SendAsync(ClientFixture.Envelope, recipients, Content("hello"), default);
            Assert.Equal(recipients.Count, result.Recipients.Count);
            Assert.True(result.Failure is null || result.Accepted is null);
            Assert.True(result.Accepted is not null || result.Recipients.All(r => r is not null));
        }
        await client.QuitAsync(default);
        await client.DisposeAsync();
    }
}
