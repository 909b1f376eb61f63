using System.CommandLine;
using Mox.EmailAuth;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox iprev IP</c>.</summary>
internal static class IpRevCommand
{
    private static readonly Argument<string> Ip = new("IP") { Description = "An address, IPv4 or IPv6." };

    public static Command Create() => CheckCommand.Create(
        "iprev",
        """
        Look up the names of an address, and whether one of them leads back to it, as receivers want it of mail servers (RFC 8601).

        Example:
          mox iprev 192.0.2.1
        """,
        RunAsync,
        Ip);

    private static async Task<int> RunAsync(CheckContext context, CancellationToken ct)
    {
        IpRevVerdict verdict = await new IpRev(context.Dns, context.Time, context.Metrics).VerifyAsync(CheckContext.ToIp(context.Get(Ip)), ct);
        Finding finding = Finding.Of(Finding.Word(verdict.Status))
            .Add("name", $"{verdict.Name}")
            .Add("names", verdict.Names.Select(name => $"{name}"))
            .Add("problem", verdict.Problem)
            .Add("authentic", verdict.IsAuthentic)
            .Add("duration", verdict.Duration);
        return context.Print(finding, verdict.Status == IpRevStatus.Pass);
    }
}
