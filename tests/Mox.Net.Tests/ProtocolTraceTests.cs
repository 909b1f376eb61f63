using Microsoft.Extensions.Logging;
using Mox.Testing;

namespace Mox.Net.Tests;

public sealed class ProtocolTraceTests
{
    [Theory]
    [InlineData(TraceLevel.Off)]
    [InlineData(TraceLevel.Trace, "C: AUTH PLAIN", "C: ***", "C: ...", "S: 235 ok")]
    [InlineData(TraceLevel.TraceAuth, "C: AUTH PLAIN", "C: c2VjcmV0", "C: ...", "S: 235 ok")]
    [InlineData(TraceLevel.TraceData, "C: AUTH PLAIN", "C: c2VjcmV0", "C: Subject: x", "S: 235 ok")]
    public void Trace_ShowsOnlyWhatItsLevelAllows(TraceLevel level, params string[] expected)
    {
        using var logs = new RecordingLoggerProvider();
        var trace = new ProtocolTrace(logs.CreateLogger("smtp"), () => level);
        trace.Client("AUTH PLAIN"u8);
        trace.Client("c2VjcmV0"u8, TraceContent.Credentials);
        trace.Client("Subject: x"u8, TraceContent.Bulk);
        trace.Server("235 ok"u8);
        Assert.Equal(expected, logs.Entries.Select(e => e.Message));
        Assert.All(logs.Entries, e => Assert.Equal(LogLevel.Trace, e.Level));
    }

    [Fact]
    public void Trace_LoggerBelowTrace_WritesNothing()
    {
        using var logs = new RecordingLoggerProvider { MinLevel = LogLevel.Debug };
        var trace = new ProtocolTrace(logs.CreateLogger("smtp"), () => TraceLevel.TraceData);
        Assert.False(trace.IsEnabled);
        trace.Client("NOOP"u8);
        Assert.Empty(logs.Entries);
    }

    [Fact]
    public void Trace_ControlsAndEightBit_AreEscaped()
    {
        using var logs = new RecordingLoggerProvider();
        new ProtocolTrace(logs.CreateLogger("smtp"), () => TraceLevel.Trace).Client("a\r\nl=error\u001b[31m\\ü"u8);
        Assert.Equal(@"C: a\r\nl=error\x1b[31m\\\xc3\xbc", Assert.Single(logs.Entries).Message);
    }

    [Fact]
    public void Trace_LongPiece_IsCut()
    {
        using var logs = new RecordingLoggerProvider();
        new ProtocolTrace(logs.CreateLogger("smtp"), () => TraceLevel.TraceData).Client(new byte[1_000_000], TraceContent.Bulk);
        var message = Assert.Single(logs.Entries).Message;
        Assert.EndsWith($" (+{1_000_000 - ProtocolTrace.MaxShownBytes} bytes)", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 1, (4 * ProtocolTrace.MaxShownBytes) + 100);
    }

    [Fact]
    public void ConnectionIds_CountUpFromTheStart()
    {
        var time = new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(0xabcdef));
        var ids = new ConnectionIdSource(time);
        Assert.Equal("abcdf0", ids.Next().ToString());
        Assert.Equal("abcdf1", ids.Next().ToString());
    }
}
