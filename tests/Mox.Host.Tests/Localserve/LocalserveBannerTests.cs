using System.Net;
using Mox.Host.Localserve;
using Mox.Host.Serving;

namespace Mox.Host.Tests.Localserve;

public class LocalserveBannerTests
{
    [Theory]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("127.0.0.2", "127.0.0.2")]
    [InlineData("::1", "[::1]")]
    public void Banner_OnAnAddress_ShowsCommandsThatReachIt(string ip, string expected)
    {
        OpenEndpoint[] endpoints =
        [
            .. new[] { ("SMTP", 1025), ("submissions", 1465), ("IMAPS", 1993) }
                .Select(service => new OpenEndpoint(service.Item1, "local", new IPEndPoint(IPAddress.Parse(ip), service.Item2))),
        ];
        using var output = new StringWriter();
        LocalserveBanner.Write(output, "/tmp/x", endpoints);
        string text = output.ToString();
        Assert.Contains($"curl smtp://{expected}:1025 ", text, StringComparison.Ordinal);
        Assert.Contains($"curl -k smtps://{expected}:1465 ", text, StringComparison.Ordinal);
        Assert.Contains($"curl -k imaps://{expected}:1993/INBOX ", text, StringComparison.Ordinal);
    }
}
