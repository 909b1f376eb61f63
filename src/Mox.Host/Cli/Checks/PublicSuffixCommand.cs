using System.CommandLine;
using Mox.Addresses;
using Mox.EmailAuth.PublicSuffix;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox publicsuffix DOMAIN</c>.</summary>
internal static class PublicSuffixCommand
{
    private static readonly Argument<string> DomainName = new("DOMAIN") { Description = "A domain." };

    public static Command Create() => CheckCommand.CreateOffline(
        "publicsuffix",
        """
        Say below which name a domain is registered, and which domain its owner has: whose policies hold for it, and which domains count as
        the same owner's. The list that mox is shipped with is asked, nobody else.

        Example:
          mox publicsuffix www.example.co.uk
        """,
        RunAsync,
        DomainName);

    private static Task<int> RunAsync(CheckContext context, CancellationToken ct)
    {
        Domain domain = context.GetDomain(DomainName);
        PublicSuffixList list = PublicSuffixList.Default;
        Finding finding = Finding.Of("pass")
            .Add("public suffix", list.PublicSuffix(domain).Ascii)
            .Add("organizational domain", list.OrganizationalDomain(domain).Ascii)
            .Add("is public suffix", list.IsPublicSuffix(domain));
        return Task.FromResult(context.Print(finding, isPass: true));
    }
}
