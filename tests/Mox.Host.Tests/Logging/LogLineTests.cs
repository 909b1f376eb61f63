using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Host.Logging;
using Mox.Testing;

namespace Mox.Host.Tests.Logging;

public class LogLineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    [Fact]
    public void Logfmt_EventInScope_HasLevelMessagePackageCidAndFields()
    {
        string line = Logged(LogFormat.Logfmt, "Mox.Smtp.Server.SmtpSession", logger =>
        {
            using (logger.BeginScope(new Dictionary<string, object?> { ["cid"] = "19a4" }))
            {
                logger.LogInformation("delivered {MessageId} from {From}", 7, "a@example.org");
            }
        });
        Assert.Equal("l=info m=\"delivered 7 from a@example.org\" pkg=smtp cid=19a4 messageid=7 from=a@example.org t=2026-01-02T03:04:05.678Z\n", line);
    }

    [Theory]
    [InlineData("delivered from={MailFrom} to={Rcpt}", "delivered", "from=1 to=2")]
    [InlineData("ended: reason={Reason}, after={Count}", "ended", "reason=1 after=2")]
    [InlineData("login {Outcome} of={Login}", "login 1 of=2", "outcome=1 login=2")]
    [InlineData("a={A} then b={B}", "a=1 then b=2", "a=1 b=2")]
    [InlineData("said a={A} and {B}", "said a=1 and 2", "a=1 b=2")]
    [InlineData("both {A}={B}", "both 1=2", "a=1 b=2")]
    public void Logfmt_FieldsInTemplate_AreNotSaidTwice(string template, string message, string fields)
    {
        // CA2254: the template is the subject of this test.
#pragma warning disable CA2254
        string line = Logged(LogFormat.Logfmt, "Mox.Smtp.X", logger => logger.LogInformation(template, 1, 2));
#pragma warning restore CA2254
        Assert.StartsWith($"l=info m=\"{message}\" pkg=smtp {fields} t=", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogFormat.Logfmt, " next=2026-02-03T04:05:06.000Z ")]
    [InlineData(LogFormat.Json, "\"next\":\"2026-02-03T04:05:06.000Z\"")]
    public void Time_InAField_IsWrittenLikeThatOfTheLine(LogFormat format, string expected)
    {
        var next = new DateTimeOffset(2026, 2, 3, 6, 5, 6, TimeSpan.FromHours(2));
        Assert.Contains(expected, Logged(format, "Mox.Queue.X", logger => logger.LogInformation("not sent next={Next}", next)), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_Event_IsOneObjectWithTheSame()
    {
        string line = Logged(LogFormat.Json, "Mox.Imap.ImapSession", logger => logger.LogWarning("odd {Count} {Name} {IsTls} {Message}", 3, "ü\u202e\"", true, "mine"));
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        Assert.Equal(("warn", "imap", 3), (root.GetProperty("level").GetString(), root.GetProperty("pkg").GetString(), root.GetProperty("count").GetInt32()));
        Assert.Equal("ü\u202e\"", root.GetProperty("name").GetString());
        Assert.True(root.GetProperty("isTls").GetBoolean());
        Assert.Equal("mine", root.GetProperty("field.message").GetString());
        Assert.All(line.TrimEnd('\n'), c => Assert.InRange(c, ' ', '~'));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a@example.org", "a@example.org")]
    [InlineData("[2001:db8::1]:25", "[2001:db8::1]:25")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("x=y", "\"x=y\"")]
    [InlineData("a\" l=error m=\"forged", "\"a\\\" l=error m=\\\"forged\"")]
    [InlineData("a\r\nl=error", "\"a\\r\\nl=error\"")]
    [InlineData("\u001b[2J", "\"\\u{1b}[2J\"")]
    [InlineData("\u0000\u007f\u0085", "\"\\u{0}\\u{7f}\\u{85}\"")]
    [InlineData("abc\u202Edef", "\"abc\\u{202e}def\"")]
    [InlineData("a\u2028b\u2029c\ufeff", "\"a\\u{2028}b\\u{2029}c\\u{feff}\"")]
    [InlineData("back\\slash", "\"back\\\\slash\"")]
    [InlineData("grüße 😀", "\"grüße 😀\"")]
    [InlineData("\U000E0041", "\"\\u{e0041}\"")]
    public void Abuse35_ValueFromClient_CannotForgeALine(string value, string expected)
    {
        var line = new StringBuilder();
        LogText.AppendValue(line, value);
        Assert.Equal(expected, line.ToString());
    }

    [Fact]
    public void Abuse35_HalfASurrogatePair_IsEscaped()
    {
        var line = new StringBuilder();
        LogText.AppendValue(line, "\ud800x\udc00");
        Assert.Equal("\"\\ud800x\\udc00\"", line.ToString());
    }

    [Theory]
    [InlineData(LogFormat.Logfmt)]
    [InlineData(LogFormat.Json)]
    public void Abuse35_RandomText_StaysOnOneLineWithoutControls(LogFormat format)
    {
        var random = new Random(35);
        for (int i = 0; i < 500; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 256 : 0x10000)));
            string line = Logged(format, "Mox.Smtp.X", logger => logger.LogInformation("said {Text}", text));
            Assert.Equal(1, line.Count(c => c == '\n'));
            Assert.DoesNotContain(line.TrimEnd('\n'), c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format);
        }
    }

    [Fact]
    public void Value_TooLong_IsCut()
    {
        var line = new StringBuilder();
        LogText.AppendValue(line, new string('x', LogText.MaxLength + 5));
        Assert.EndsWith("x... (+5)\"", line.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogFormat.Logfmt, "err=\"IOException: disk\\nfull\" stack=")]
    [InlineData(LogFormat.Json, "\"err\":\"IOException: disk\\nfull\",\"stack\":")]
    public void Exception_IsInTheSameLine(LogFormat format, string expected)
    {
        string line = Logged(format, "Mox.Store.X", logger => logger.LogError(new IOException("disk\nfull"), "failed"));
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Fact]
    public void Exception_ThatTheCommandLineReports_IsNotLoggedToo() =>
        Assert.Equal("", Logged(LogFormat.Logfmt, "Microsoft.Extensions.Hosting.Internal.Host", logger => logger.LogError(new UserErrorException("port taken"), "failed to start")));

    [Theory]
    [InlineData(LogVerbosity.Information, "Mox.Smtp.X", LogLevel.Information, true)]
    [InlineData(LogVerbosity.Information, "Mox.Smtp.X", LogLevel.Debug, false)]
    [InlineData(LogVerbosity.Debug, "Mox.Smtp.X", LogLevel.Debug, true)]
    [InlineData(LogVerbosity.Debug, "Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, false)]
    [InlineData(LogVerbosity.Debug, "Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning, true)]
    [InlineData(LogVerbosity.Error, "Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning, false)]
    [InlineData(LogVerbosity.TraceData, "Mox.Imap.X", LogLevel.Trace, true)]
    public void Configure_LevelAndCategory_DecideWhatIsWritten(LogVerbosity verbosity, string category, LogLevel level, bool isWritten) =>
        Assert.Equal(isWritten, Logged(LogFormat.Logfmt, category, logger => logger.Log(level, "x"), verbosity).Length > 0);

    [Fact]
    public void Output_ReaderGone_DropsLinesAndGoesOn()
    {
        using var output = new LogOutput(new BrokenStream());
        for (int i = 0; i < 10_000; i++)
        {
            output.Write("line\n");
        }
    }

    private static string Logged(LogFormat format, string category, Action<ILogger> log, LogVerbosity verbosity = LogVerbosity.Trace)
    {
        using var stream = new MemoryStream();
        using (var output = new LogOutput(stream))
        {
            var config = new LogConfig { Format = format, Level = verbosity };
            using ILoggerFactory factory = LoggerFactory.Create(logging => MoxLogging.Configure(logging, config, output, new ManualTimeProvider(Now)));
            log(factory.CreateLogger(category));
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe");
    }
}
