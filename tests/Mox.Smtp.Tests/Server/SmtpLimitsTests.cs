using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Net.Limits;
using Mox.Smtp.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Server;

/// <summary>Timeouts, limits, slow mode, shutdown: all by the manual clock.</summary>
public sealed class SmtpLimitsTests : IDisposable
{
    private const string UpToData = "EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n";

    private static readonly SmtpOptions Limited = new() { Hostname = "mail.example" };

    private readonly SmtpFixture _smtp = new();

    public void Dispose() => _smtp.Dispose();

    [Fact]
    public async Task Idle_AtTheTimeout_Gets421()
    {
        await using var connection = _smtp.Connect();
        await connection.TranscriptAsync("""
            S: 220 *
            C: NOOP
            S: 250 *
            """);
        await _smtp.Time.WaitForTimersAsync(1);
        _smtp.Time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        await connection.TranscriptAsync("""
            C: NOOP
            S: 250 *
            """);
        await _smtp.Time.WaitForTimersAsync(1);
        _smtp.Time.Advance(TimeSpan.FromSeconds(30));
        await connection.TranscriptAsync("""
            S: 421 4.4.2 *
            S: <eof>
            """);
        await connection.Completion;
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "Timeout")));
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task Data_ThatNeverEnds_MeetsTheDeadlineOfTheWhole()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync(UpToData);
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            """);
        for (int i = 0; i < 61; i++)
        {
            await _smtp.Time.WaitForTimersAsync(1);
            _smtp.Time.Advance(TimeSpan.FromSeconds(29.6));
            await connection.Client.SendAsync("x");
            if (connection.Completion.IsCompleted)
            {
                break;
            }
        }
        await connection.TranscriptAsync("""
            S: 421 4.4.2 *
            S: <eof>
            """);
        Assert.Empty(_smtp.Mail.Delivered);
    }

    [Fact]
    public async Task Shutdown_WhenIdle_Gets421AtOnce()
    {
        await using var connection = _smtp.Connect();
        await connection.TranscriptAsync("S: 220 *");
        connection.Context.RequestClose();
        await connection.TranscriptAsync("""
            S: 421 4.3.2 shutting down*
            S: <eof>
            """);
        await connection.Completion;
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "Shutdown")));
    }

    [Fact]
    public async Task Shutdown_InMidData_FinishesTheMessageFirst()
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync(UpToData + "a\r\n");
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            """);
        connection.Context.RequestClose();
        await connection.TranscriptAsync("""
            C: .
            S: 250 2.0.0 delivered
            S: 421 4.3.2 *
            S: <eof>
            """);
        Assert.Single(_smtp.Mail.Delivered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shutdown_InMidDataThatDoesNotEnd_Gets421InTime(bool goesOnSending)
    {
        await using var connection = _smtp.Connect();
        await connection.Client.SendAsync(UpToData + "a\r\n");
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            """);
        connection.Context.RequestClose();
        if (goesOnSending)
        {
            await connection.Client.SendAsync("b\r\n");
        }
        _smtp.Time.Advance(TimeSpan.FromSeconds(4));
        await connection.TranscriptAsync("""
            S: 421 4.3.2 *
            S: <eof>
            """);
        Assert.Empty(_smtp.Mail.Delivered);
    }

    [Fact]
    public async Task ConnectionLimits_OverTheLimit_Get421()
    {
        using var smtp = new SmtpFixture(limits: new ConnectionLimits(new ManualTimeProvider()));
        var remote = new IPEndPoint(IPAddress.Parse("198.51.100.7"), 1);
        var open = new List<FakeConnection>();
        for (int i = 0; i < 30; i++)
        {
            open.Add(smtp.Connect(Limited, remote));
            await open[i].TranscriptAsync("S: 220 *");
        }
        await using (var refused = smtp.Connect(Limited, remote))
        {
            await refused.TranscriptAsync("""
                S: 421 4.7.0 too many connections*
                S: <eof>
                """);
        }
        await using (var unlimited = smtp.Connect(SmtpFixture.Options, remote))
        {
            await unlimited.TranscriptAsync("S: 220 *");
        }
        foreach (var connection in open)
        {
            await connection.DisposeAsync();
        }
        await using var again = smtp.Connect(Limited, remote);
        await again.TranscriptAsync("S: 220 *");
    }

    [Fact]
    public async Task FailedTransactions_WithoutASuccess_EndTheConnection()
    {
        await using var connection = _smtp.Connect(Limited);
        await connection.TranscriptAsync("""
            S: 220 *
            C: EHLO x
            S...
            S: 250 STARTTLS
            """);
        for (int i = 0; i < 10; i++)
        {
            await connection.TranscriptAsync("""
                C: MAIL FROM:<a@there.example>
                S: 250 *
                C: RSET
                S: 250 *
                """);
        }
        await connection.TranscriptAsync("""
            C: MAIL FROM:<a@there.example>
            S: 550 5.1.0 *
            S: <eof>
            """);
    }

    [Fact]
    public async Task Delay_OfTheReceiver_HoldsTheReplyBack()
    {
        (_smtp.Mail.Result, _smtp.Mail.Delay) = (new SmtpReply(450, 4, 1, 1, "no such user"), TimeSpan.FromSeconds(5));
        await using var connection = _smtp.Connect(Limited);
        await connection.Client.SendAsync(UpToData);
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            C: .
            """);
        await _smtp.Time.WaitForTimerAsync(TimeSpan.FromSeconds(5));
        var reply = connection.Client.ReadLineAsync();
        _smtp.Time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.False(reply.IsCompleted);
        _smtp.Time.Advance(TimeSpan.FromTicks(1));
        Assert.StartsWith("450 4.1.1", await reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SlowMode_AfterARejectedDelivery_DripsRepliesAndWaitsBeforeReads()
    {
        _smtp.Mail.Result = new SmtpReply(550, 5, 7, 1, "unwelcome");
        await using var connection = _smtp.Connect(Limited);
        await connection.Client.SendAsync(UpToData);
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            C: .
            """);
        var started = _smtp.Time.GetUtcNow();
        // A byte a second for 25 s, then the rest.
        var reply = connection.Client.ReadLineAsync();
        await AdvanceUntilAsync(reply);
        Assert.StartsWith("550 5.7.1 unwelcome", await reply, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(25), _smtp.Time.GetUtcNow() - started);
        await connection.Client.SendLineAsync("QUIT");
        var bye = connection.Client.ReadLineAsync();
        await _smtp.Time.WaitForTimersAsync(1);
        Assert.False(bye.IsCompleted);
        _smtp.Time.Advance(TimeSpan.FromSeconds(1));
        await AdvanceUntilAsync(bye);
        Assert.Equal("221 2.0.0 bye", await bye);
        // One second before the read, one after each of 14 bytes.
        Assert.Equal(TimeSpan.FromSeconds(40), _smtp.Time.GetUtcNow() - started);
    }

    [Fact]
    public async Task SlowMode_AfterASimulatedError_IsOff()
    {
        (_smtp.Mail.Result, _smtp.Mail.IsHeldAgainstClient) = (new SmtpReply(550, 5, 7, 1, "as you wish"), false);
        await using var connection = _smtp.Connect(Limited);
        for (int i = 0; i <= Limited.MaxFailedTransactions; i++)
        {
            await connection.Client.SendAsync(UpToData);
            await connection.TranscriptAsync("""
                S...
                S: 354 *
                C: .
                S: 550 5.7.1 as you wish *
                """);
        }
    }

    [Fact]
    public async Task SlowMode_PeerThatLeaves_EndsAtTheNextByte()
    {
        _smtp.Mail.Result = new SmtpReply(550, 5, 7, 1, "unwelcome");
        await using var connection = _smtp.Connect(Limited);
        await connection.Client.SendAsync(UpToData);
        await connection.TranscriptAsync("""
            S...
            S: 354 *
            C: .
            """);
        await _smtp.Time.WaitForTimersAsync(1);
        await connection.Client.DisposeAsync();
        _smtp.Time.Advance(TimeSpan.FromSeconds(1));
        await connection.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "PeerGone")));
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    [Fact]
    public async Task SlowMode_WithoutLimits_IsOff()
    {
        _smtp.Mail.Result = new SmtpReply(550, 5, 7, 1, "unwelcome");
        await _smtp.TranscriptAsync($"""
            S: 220 *
            C*: {UpToData.Replace("\r\n", "\\r\\n", StringComparison.Ordinal)}
            S...
            S: 354 *
            C: .
            S: 550 5.7.1 *
            C: QUIT
            S: 221 *
            """);
    }

    [Fact]
    public async Task PeerCut_WhileIdle_EndsQuietly()
    {
        await using var connection = _smtp.Connect();
        await connection.TranscriptAsync("S: 220 *");
        connection.Context.Cut();
        await connection.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1, _smtp.Metrics.Sum("mox.smtp.server.connections", ("error.type", "PeerGone")));
        _smtp.AssertNothingAbove(LogLevel.Debug);
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        var patience = Stopwatch.StartNew();
        while (!task.IsCompleted && patience.Elapsed < TimeSpan.FromSeconds(20))
        {
            // The deadline of the write, and the pause after a byte.
            await Task.WhenAny(_smtp.Time.WaitForTimersAsync(2), task);
            if (_smtp.Time.ActiveTimers >= 2)
            {
                _smtp.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }
}
