using System.CommandLine;
using Mox.Host.Control;
using Mox.Host.Operations;

namespace Mox.Host.Cli;

/// <summary><c>mox alias</c>.</summary>
internal static class AliasCommand
{
    private static readonly Argument<string> Alias = new("ALIAS") { Description = "Its address, in a domain of ours." };
    private static readonly Argument<string[]> Members = new("MEMBER") { Description = "Addresses of accounts.", Arity = ArgumentArity.OneOrMore };

    public static Command Create() => OperatorCommand.Noun(
        "alias",
        """
        Add, change, list and remove aliases: addresses whose mail goes to several others.

        Example:
          mox alias add team@example.org alice@example.org bob@example.org
        """,
        OperatorCommand.CreatePlain(
            "add",
            """
            Add an alias with its members.

            Example:
              mox alias add team@example.org alice@example.org bob@example.org
            """,
            (context, ct) => context.DoAsync(AliasOperations.Add, Both(context), ct),
            Alias,
            Members),
        OperatorCommand.CreatePlain(
            "remove",
            """
            Remove an alias. Mail for it is refused from now on.

            Example:
              mox alias remove team@example.org
            """,
            (context, ct) => context.DoAsync(AliasOperations.Remove, new AliasRequest(context.Get(Alias)), ct),
            Alias),
        OperatorCommand.CreatePlain(
            "add-member",
            """
            Have the mail of an alias go to more addresses.

            Example:
              mox alias add-member team@example.org carol@example.org
            """,
            (context, ct) => context.DoAsync(AliasOperations.AddMembers, Both(context), ct),
            Alias,
            Members),
        OperatorCommand.CreatePlain(
            "remove-member",
            """
            Have the mail of an alias go to fewer addresses. The last one stays: remove the alias instead.

            Example:
              mox alias remove-member team@example.org bob@example.org
            """,
            (context, ct) => context.DoAsync(AliasOperations.RemoveMembers, Both(context), ct),
            Alias,
            Members),
        OperatorCommand.Create(
            "list",
            """
            List the aliases with their members.

            Example:
              mox alias list
            """,
            ListAsync));

    private static AliasMembers Both(OperatorContext context) => new(context.Get(Alias), context.Get(Members));

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct) => context.PrintList(
        await context.RunAsync(AliasOperations.List, new ListRequest(), ct),
        ControlJson.Default.IReadOnlyListAliasMembers,
        ["alias", "members"],
        line => [line.Alias, string.Join(' ', line.Members)]);
}
