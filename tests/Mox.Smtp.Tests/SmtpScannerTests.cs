using System.Text;

namespace Mox.Smtp.Tests;

public class SmtpScannerTests
{
    [Theory]
    [InlineData("<>", "")]
    [InlineData("<a@b.example>", "a@b.example")]
    [InlineData("<A.b+c@EXAMPLE.com>", "A.b+c@example.com")]
    [InlineData("<\"a b\"@b.example>", "\"a b\"@b.example")]
    [InlineData("<\"a\\\"b>@\"@b.example>", "\"a\\\"b>@\"@b.example")]
    [InlineData("<\"\"@b.example>", "\"\"@b.example")]
    [InlineData("<@x.example,@y.example:a@b.example>", "a@b.example")]
    [InlineData("<a@[192.0.2.1]>", "a@[192.0.2.1]")]
    [InlineData("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]")]
    [InlineData("<ü@bücher.example>", "ü@bücher.example")]
    [InlineData("<a@xn--bcher-kva.example>", "a@bücher.example")]
    public void ReversePath_Good_IsRead(string text, string expected)
    {
        var input = new SmtpScanner(Encoding.UTF8.GetBytes(text), isPedantic: true);
        var path = input.ReversePath();
        input.End();
        Assert.Equal(expected, path.ToString());
        Assert.Equal(expected.Length == 0, path.IsNull);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@b.example")]
    [InlineData("<a@b.example")]
    [InlineData("<a>")]
    [InlineData("<@b.example>")]
    [InlineData("<a@>")]
    [InlineData("<a@b.example.>")]
    [InlineData("<a@b..example>")]
    [InlineData("<.a@b.example>")]
    [InlineData("<a..b@b.example>")]
    [InlineData("<a b@b.example>")]
    [InlineData("<a@b.example@c.example>")]
    [InlineData("<\"a@b.example>")]
    [InlineData("<\"a\\")]
    [InlineData("<@x.example:a>")]
    [InlineData("<@x.example a@b.example>")]
    [InlineData("<a@[1]>")]
    [InlineData("<a@[192.0.2.01]>")]
    [InlineData("<a@[192.0.2.256]>")]
    [InlineData("<a@[192.0.2.1.1]>")]
    [InlineData("<a@[0x7f000001]>")]
    [InlineData("<a@[::1]>")]
    [InlineData("<a@[IPv6:fe80::1%eth0]>")]
    [InlineData("<a@[192.0.2.1>")]
    [InlineData("<a@b\u202Ec.example>")]
    [InlineData("<a\u202Eb@c.example>")]
    [InlineData("<a\0b@c.example>")]
    [InlineData("<a@-b.example>")]
    public void ReversePath_Bad_IsSyntaxError(string text)
    {
        var reply = Refused(text, static (ref SmtpScanner input) => input.ReversePath());
        Assert.Equal(501, reply.Code);
    }

    [Fact]
    public void ReversePath_NotUtf8_IsSyntaxError()
    {
        byte[] line = [.. "<a"u8, 0xff, .. "@b.example>"u8];
        Assert.Throws<SmtpReplyException>(() => new SmtpScanner(line).ReversePath());
    }

    [Fact]
    public void ReversePath_AtTheLimits_IsTaken_AndOverThem_IsNot()
    {
        string Path(int localPart) => $"<{new string('a', localPart)}@b.example>";
        Assert.Equal(128, Parse(Path(128), pedantic: false).LocalPart.Value.Length);
        Assert.Equal(501, Refused(Path(129), static (ref SmtpScanner input) => input.ReversePath()).Code);
        Assert.Equal(64, Parse(Path(64), pedantic: true).LocalPart.Value.Length);
        Assert.Equal(501, Refused(Path(65), static (ref SmtpScanner input) => input.ReversePath(), pedantic: true).Code);
        string label = new('d', 60);
        string route = $"<@{label}.example,@{label}.example,@{label}.example:a@b.example>";
        Assert.Equal("a", Parse(route, pedantic: false).LocalPart.Value);
        Assert.Equal(501, Refused(route.Replace("<@", $"<@{label}.example,@", StringComparison.Ordinal), static (ref SmtpScanner input) => input.ReversePath()).Code);

        static SmtpMailbox Parse(string text, bool pedantic) => new SmtpScanner(Encoding.UTF8.GetBytes(text), pedantic).ReversePath().Mailbox!;
    }

    [Theory]
    [InlineData("<Postmaster>", "Postmaster", true)]
    [InlineData("<POSTMASTER>", "POSTMASTER", true)]
    [InlineData("<postmaster@b.example>", "postmaster@b.example", false)]
    public void ForwardPath_Postmaster_NeedsNoDomain(string text, string expected, bool isWithoutHost)
    {
        var path = new SmtpScanner(Encoding.UTF8.GetBytes(text), isPedantic: true).ForwardPath();
        Assert.Equal(expected, path.ToString());
        Assert.Equal(isWithoutHost, path.Host is null);
    }

    [Theory]
    [InlineData("<>")]
    [InlineData("<bob>")]
    public void ForwardPath_WithoutDomain_IsSyntaxError(string text) =>
        Assert.Equal(501, Refused(text, static (ref SmtpScanner input) => input.ForwardPath()).Code);

    [Theory]
    [InlineData("client.example", "client.example", true)]
    [InlineData("[192.0.2.1]", "[192.0.2.1]", true)]
    [InlineData("[IPv6:::1]", "[IPv6:::1]", true)]
    [InlineData("localhost", "localhost", true)]
    [InlineData("WIN_PC", "win_pc", false)]
    [InlineData("[2001:db8::1]", "[IPv6:2001:db8::1]", false)]
    [InlineData("host.example.", "host.example", false)]
    public void HelloHost_Lenient_TakesWhatClientsSay(string text, string expected, bool isStrict)
    {
        Assert.Equal(expected, new SmtpScanner(Encoding.UTF8.GetBytes(text)).HelloHost().ToString());
        if (!isStrict)
        {
            Assert.Equal(501, Refused(text, static (ref SmtpScanner input) => { input.HelloHost(); input.End(); return 0; }, pedantic: true).Code);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("a b")]
    [InlineData("evil\u001b[31m")]
    [InlineData("x\"y")]
    public void HelloHost_Bad_IsSyntaxError(string text) =>
        Assert.Equal(501, Refused(text, static (ref SmtpScanner input) => { input.HelloHost(); input.End(); return 0; }).Code);

    [Fact]
    public void Parameters_AreReadOneByOne()
    {
        var input = new SmtpScanner(" SIZE=10 SMTPUTF8  body=8bitmime "u8);
        Assert.Equal(["SIZE=10", "SMTPUTF8", "body=8bitmime"], All(ref input));
        var strict = new SmtpScanner(" SIZE=10 SMTPUTF8"u8, isPedantic: true);
        Assert.Equal(["SIZE=10", "SMTPUTF8"], All(ref strict));

        static List<string> All(ref SmtpScanner input)
        {
            var all = new List<string>();
            while (input.TryParameter(out var keyword, out var value, out bool hasValue))
            {
                all.Add(Encoding.ASCII.GetString(keyword) + (hasValue ? "=" + Encoding.ASCII.GetString(value) : ""));
            }
            return all;
        }
    }

    [Theory]
    [InlineData("SIZE=1")]
    [InlineData(" =1")]
    [InlineData(" SIZE=")]
    [InlineData(" -SIZE=1")]
    [InlineData(" SIZE==1")]
    [InlineData(" SI\u007fZE")]
    public void Parameters_Bad_AreSyntaxErrors(string text) => Assert.Equal(501, Refused(text, static (ref SmtpScanner input) =>
    {
        while (input.TryParameter(out _, out _, out _))
        {
        }
        input.End();
        return 0;
    }).Code);

    [Theory]
    [InlineData("abc", true)]
    [InlineData("a+3Db", true)]
    [InlineData("<>", true)]
    [InlineData("a+3d", false)]
    [InlineData("a+3", false)]
    [InlineData("a=b", false)]
    [InlineData("a b", false)]
    public void IsXText_FollowsTheGrammar(string text, bool expected) =>
        Assert.Equal(expected, SmtpScanner.IsXText(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Number_BeyondTheMaximum_IsSyntaxError()
    {
        Assert.Equal(long.MaxValue, new SmtpScanner("9223372036854775807"u8).Number(long.MaxValue));
        Assert.Equal(501, Refused("9223372036854775808", static (ref SmtpScanner input) => input.Number(long.MaxValue)).Code);
        Assert.Equal(501, Refused("", static (ref SmtpScanner input) => input.Number(1)).Code);
        Assert.Equal(501, Refused("-1", static (ref SmtpScanner input) => input.Number(1)).Code);
    }

    [Fact]
    public void RandomBytes_GiveAValueOrASyntaxError_NothingElse()
    {
        var random = new Random(7);
        byte[] alphabet = Encoding.UTF8.GetBytes("<>@:,.\"\\[]=+ \t\0aZ9-_ü\u202eIPv6:SIZE=");
        for (int i = 0; i < 50_000; i++)
        {
            byte[] line = new byte[random.Next(40)];
            for (int j = 0; j < line.Length; j++)
            {
                line[j] = random.Next(10) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            }
            bool pedantic = random.Next(2) == 0;
            Try(() => new SmtpScanner(line, pedantic).ReversePath());
            Try(() => new SmtpScanner(line, pedantic).ForwardPath());
            Try(() => new SmtpScanner(line, pedantic).HelloHost());
            Try(() => new SmtpScanner(line, pedantic).TryParameter(out _, out _, out _));
        }

        static void Try(Action action)
        {
            try
            {
                action();
            }
            catch (SmtpReplyException e)
            {
                Assert.InRange(e.Reply.Code, 500, 599);
            }
        }
    }

    private delegate T Read<T>(ref SmtpScanner input);

    private static SmtpReply Refused<T>(string text, Read<T> read, bool pedantic = false)
    {
        try
        {
            var input = new SmtpScanner(Encoding.UTF8.GetBytes(text), pedantic);
            read(ref input);
            input.End();
        }
        catch (SmtpReplyException e)
        {
            return e.Reply;
        }
        throw new Xunit.Sdk.XunitException($"taken: {text}");
    }
}
