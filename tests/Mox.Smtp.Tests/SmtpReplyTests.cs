using System.Buffers;
using System.Text;
using Mox.Smtp.Server;

namespace Mox.Smtp.Tests;

public class SmtpReplyTests
{
    [Fact]
    public void Encode_OneLine()
    {
        Assert.Equal("250 2.1.0 ok\r\n", Encode(new SmtpReply(250, 2, 1, 0, "ok")));
        Assert.Equal("354 go\r\n", Encode(new SmtpReply(354, null, "go")));
        Assert.Equal("250 2.1.0 \r\n", Encode(new SmtpReply(250, 2, 1, 0, "")));
    }

    [Fact]
    public void Encode_SeveralLines_EachHasCodeAndStatus() =>
        Assert.Equal("550-5.1.1 a\r\n550 5.1.1 b (id)\r\n", Encode(new SmtpReply(550, 5, 1, 1, "a\nb"), "id"));

    [Fact]
    public void Encode_Id_StandsOnlyBehindErrors()
    {
        Assert.Equal("250 2.0.0 ok\r\n", Encode(new SmtpReply(250, 2, 0, 0, "ok"), "id"));
        Assert.Equal("451 4.3.0 no (id)\r\n", Encode(new SmtpReply(451, 4, 3, 0, "no"), "id"));
    }

    [Fact]
    public void Encode_ControlCharacters_BecomeHarmless()
    {
        Assert.Equal("550 5.0.0 a?b???c\t?\r\n", Encode(new SmtpReply(550, 5, 0, 0, "a\rb\0\u001b\u007fc\tü")));
        Assert.Equal("550 5.0.0 ü?\r\n", Encode(new SmtpReply(550, 5, 0, 0, "ü\u0085"), isUtf8: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Encode_LongText_IsWrappedBelow512Bytes(bool isUtf8)
    {
        var random = new Random(3);
        for (int i = 0; i < 200; i++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(3000); text.Length < length;)
            {
                text.Append(random.Next(12) switch { 0 => " ", 1 => "ü", 2 => "\ud83d\ude00", 3 => new string('x', random.Next(600)), _ => "word" });
            }
            string wire = Encode(new SmtpReply(550, 5, 1, 1, text.ToString()), "id", isUtf8);
            Assert.EndsWith("\r\n", wire, StringComparison.Ordinal);
            var lines = wire.Split("\r\n")[..^1];
            Assert.All(lines, l => Assert.InRange(Encoding.UTF8.GetByteCount(l), 10, 510));
            Assert.All(lines[..^1], l => Assert.StartsWith("550-5.1.1 ", l, StringComparison.Ordinal));
            Assert.StartsWith("550 5.1.1 ", lines[^1], StringComparison.Ordinal);
            string together = string.Concat(lines.Select(l => l[10..]));
            string expected = isUtf8 ? text.ToString() : string.Concat(text.ToString().EnumerateRunes().Select(r => r.IsAscii ? r.ToString() : "?"));
            Assert.Equal(expected + " (id)", together);
        }
    }

    [Fact]
    public void Encode_LongText_BreaksBehindALateSpace()
    {
        string wire = Encode(new SmtpReply(250, null, new string('a', 450) + " " + new string('b', 200)));
        Assert.Equal($"250-{new string('a', 450)} \r\n250 {new string('b', 200)}\r\n", wire);
    }

    [Theory]
    [InlineData("2.0.0", true)]
    [InlineData("5.999.1", true)]
    [InlineData("4.1.12", true)]
    [InlineData("3.0.0", false)]
    [InlineData("5.1", false)]
    [InlineData("5.1.", false)]
    [InlineData("5..1", false)]
    [InlineData("5.1.1.1", false)]
    [InlineData("5.1000.1", false)]
    [InlineData("", false)]
    public void EnhancedStatus_RoundTrips(string text, bool isGood)
    {
        Assert.Equal(isGood, EnhancedStatus.TryParse(text, out var status));
        Assert.True(!isGood || status.ToString() == text);
    }

    private static string Encode(SmtpReply reply, string? id = null, bool isUtf8 = false)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(SmtpWriter.Encode(output, reply, id, isUtf8), output.WrittenCount);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
