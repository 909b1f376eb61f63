using System.CommandLine;
using System.Globalization;
using Mox.Host.Control;
using Mox.Host.Operations;

namespace Mox.Host.Cli;

/// <summary><c>mox domain</c>.</summary>
internal static class DomainCommand
{
    private static readonly Argument<string> Domain = new("DOMAIN") { Description = "As in example.org; international names as they are, or as xn--..." };

    public static Command Create() => OperatorCommand.Noun(
        "domain",
        """
        Add, change, list and remove the domains whose mail is ours.

        Example:
          mox domain add example.org
        """,
        OperatorCommand.CreatePlain(
            "add",
            """
            Take mail for a domain. It has no addresses yet; mail for name+anything will go to name. Keys are made that sign its mail (DKIM), in
            the directory dkim beside the configuration; `mox dnsrecords` prints what DNS must say for them to be believed.

            Example:
              mox domain add example.org
            """,
            (context, ct) => context.DoAsync(DomainOperations.Add, Request(context), ct),
            Domain),
        OperatorCommand.CreatePlain(
            "remove",
            """
            Take no more mail for a domain, and forget its aliases. Accounts must have no addresses in it. The keys that `mox domain add` made
            go to the directory dkim/old beside the configuration.

            Example:
              mox domain remove example.org
            """,
            (context, ct) => context.DoAsync(DomainOperations.Remove, Request(context), ct),
            Domain),
        OperatorCommand.CreatePlain(
            "disable",
            """
            Have all senders of mail for a domain try again later, and mail from it wait.

            Example:
              mox domain disable example.org
            """,
            (context, ct) => context.DoAsync(DomainOperations.Disable, Request(context), ct),
            Domain),
        OperatorCommand.CreatePlain(
            "enable",
            """
            Take mail for a domain again.

            Example:
              mox domain enable example.org
            """,
            (context, ct) => context.DoAsync(DomainOperations.Enable, Request(context), ct),
            Domain),
        OperatorCommand.Create(
            "list",
            """
            List the domains, with the number of their addresses and aliases.

            Example:
              mox domain list
            """,
            ListAsync));

    private static DomainRequest Request(OperatorContext context) => new(context.Get(Domain));

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct) => context.PrintList(
        await context.RunAsync(DomainOperations.List, new ListRequest(), ct),
        ControlJson.Default.IReadOnlyListDomainLine,
        ["domain", "addresses", "aliases", "mail"],
        line => [line.Domain, line.Addresses.ToString(CultureInfo.InvariantCulture), line.Aliases.ToString(CultureInfo.InvariantCulture), line.IsDisabled ? "waits" : "taken"]);
}
