using System.CommandLine;
using Mox.Host.Operations;

namespace Mox.Host.Cli;

/// <summary><c>mox reindex [ACCOUNT]</c>.</summary>
internal static class ReindexCommand
{
    private static readonly Argument<string?> Account = new("ACCOUNT")
    {
        Description = "The account. Default: all, one after the other.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => OperatorCommand.CreatePlain(
        "reindex",
        """
        Throw the text index of an account away and make it anew from the messages. The index fills itself and is made anew when it is damaged; this
        is for those who want it small, or trust it no more. Searches work meanwhile, and look into each message.

        Example:
          mox reindex alice
        """,
        RunAsync,
        Account);

    private static async Task<int> RunAsync(OperatorContext context, CancellationToken ct)
    {
        IEnumerable<string> accounts = context.Parsed.GetValue(Account) is { } one
            ? [one]
            : (await context.RunAsync(AccountOperations.List, new ListRequest(), ct)).Select(line => line.Account);
        foreach (string account in accounts)
        {
            await context.DoAsync(IndexOperations.Rebuild, new AccountRequest(account), ct);
        }

        return 0;
    }
}
