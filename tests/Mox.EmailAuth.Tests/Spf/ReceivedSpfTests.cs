using System.Net;
using Mox.Addresses;
using Mox.EmailAuth.Spf;

namespace Mox.EmailAuth.Tests.Spf;

public sealed class ReceivedSpfTests
{
    [Fact]
    public void Compose_OfAPass_NamesWhatWasChecked() => Assert.Equal(
        """
        Received-SPF: pass
        	client-ip=192.0.2.1;
        	envelope-from="u@example.com";
        	helo=mail.example.com;
        	receiver=mx.example.org;
        	identity=mailfrom;
        	mechanism="ip4:192.0.2.0/24"

        """.ReplaceLineEndings("\r\n"),
        Compose(SpfResult.Pass, "ip4:192.0.2.0/24", "", "mail.example.com", "u@example.com"));

    [Fact]
    public void Compose_OfWhatStrangersWrote_StaysOneField()
    {
        string field = Compose(SpfResult.PermError, "", "a\r\nEvil: \"x\\", "hi\r\nthere", "");
        Assert.Contains("\thelo=\"hi??there\";\r\n", field, StringComparison.Ordinal);
        Assert.Contains("\tidentity=helo;\r\n", field, StringComparison.Ordinal);
        Assert.EndsWith("\tproblem=\"a??Evil: \\\"x\\\\\"\r\n", field, StringComparison.Ordinal);
        Assert.All(field.Split("\r\n")[1..^1], line => Assert.StartsWith("\t", line, StringComparison.Ordinal));
        Assert.InRange(Compose(SpfResult.PermError, "", new string('x', 10_000), "h", "").Length, 300, 500);
    }

    private static string Compose(SpfResult result, string mechanism, string problem, string helo, string from) => ReceivedSpf.Compose(
        new SpfVerdict { Result = result, Identity = SpfIdentity.MailFrom, Mechanism = mechanism, Problem = problem },
        new SpfSender
        {
            ClientIp = IPAddress.Parse("::ffff:192.0.2.1"),
            Helo = helo,
            MailFrom = from.Length == 0 ? default : Address.Parse(from),
            Receiver = Domain.Parse("mx.example.org"),
        });
}
