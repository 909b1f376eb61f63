using System.Net;
using System.Text;
using Mox.Config;
using Mox.Host.Logging;

namespace Mox.FunctionalTests;

/// <summary>Failed logins of the whole server give lines from which the shipped filter takes the client's address, and no other line does.</summary>
public sealed class Fail2BanTests
{
    [Theory]
    [InlineData(LogFormat.Logfmt)]
    [InlineData(LogFormat.Json)]
    public async Task FailedLogins_AreFound_AndNothingElseIs(LogFormat format)
    {
        string[] lines = await LinesAsync(format);
        var filter = new Fail2BanFilter();
        string[] found = [.. lines.Where(line => filter.HostIn(line) is not null)];
        Assert.All(found, line => Assert.Equal(IPAddress.Loopback, filter.HostIn(line)));
        Assert.All(lines, line => Assert.Equal(filter.HostIn(line), filter.HostInJournal(line)));
        Assert.Equal(Failures.Length, found.Length);
        Assert.All(found, line => Assert.Contains("failed authentication attempt", line, StringComparison.Ordinal));
        Assert.True(lines.Length > found.Length + 4);
    }

    // What a client sends must not be taken for what the server says.
    private static readonly string[] Failures =
    [
        "mox@localhost",
        "nobody@localhost",
        "x remote=192.0.2.1 t=2026-01-02T03:04:05.678Z",
        "x\\\" account=a protocol=imap mechanism=login remote=192.0.2.1 ",
        "\\\",\\\"remote\\\":\\\"192.0.2.1\\\"}",
        "ü {%s} \\\\",
    ];

    private static async Task<string[]> LinesAsync(LogFormat format)
    {
        using var stream = new MemoryStream();
        using (var output = new LogOutput(stream))
        {
            var config = new LogConfig { Format = format, Level = LogVerbosity.Debug };
            await using var server = new TestServer { ConfigureLogging = logging => MoxLogging.Configure(logging, config, output, TimeProvider.System) };
            await server.StartAgainAsync();
            foreach (string login in Failures)
            {
                await server.PlayAsync("IMAPS", $"""
                    S: * OK *
                    C: a LOGIN "{login}" wrong
                    S: a NO *
                    """);
            }

            await server.PlayAsync("SMTP", MailPathTests.Deliver);
            await server.PlayAsync("IMAPS", """
                S: * OK *
                C: a LOGIN mox@localhost moxmoxmox
                S: a OK *
                C: b LOGOUT
                S: * BYE *
                S: b OK *
                """);
        }

        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
