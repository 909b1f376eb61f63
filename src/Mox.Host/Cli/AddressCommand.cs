using System.CommandLine;
using Mox.Host.Control;
using Mox.Host.Operations;

namespace Mox.Host.Cli;

/// <summary><c>mox address</c>.</summary>
internal static class AddressCommand
{
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "An address in a domain of ours; \"@example.org\" is all that no other address of the domain takes." };
    private static readonly Argument<string> Account = new("ACCOUNT") { Description = "The account that gets its mail." };
    private static readonly Option<string?> Mailbox = new("--mailbox") { Description = "Where in the account. Default: Inbox.", HelpName = "NAME" };

    public static Command Create() => OperatorCommand.Noun(
        "address",
        """
        Add, list and remove addresses of accounts.

        Example:
          mox address add sales@example.org alice --mailbox Sales
        """,
        OperatorCommand.CreatePlain(
            "add",
            """
            Give an account another address.

            Example:
              mox address add sales@example.org alice
            """,
            (context, ct) => context.DoAsync(
                AddressOperations.Add, new AddressAddition(context.Get(Account), context.Get(Address), context.Parsed.GetValue(Mailbox)), ct),
            Address,
            Account,
            Mailbox),
        OperatorCommand.CreatePlain(
            "remove",
            """
            Remove an address from the account that has it. Mail for it is refused from now on.

            Example:
              mox address remove sales@example.org
            """,
            (context, ct) => context.DoAsync(AddressOperations.Remove, new AddressRequest(context.Get(Address)), ct),
            Address),
        OperatorCommand.Create(
            "list",
            """
            List the addresses, by domain.

            Example:
              mox address list
            """,
            ListAsync));

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct) => context.PrintList(
        await context.RunAsync(AddressOperations.List, new ListRequest(), ct),
        ControlJson.Default.IReadOnlyListAddressLine,
        ["address", "account", "mailbox"],
        line => [line.Address, line.Account, line.SmtpError is { } error ? $"refused: {error}" : line.Mailbox]);
}
