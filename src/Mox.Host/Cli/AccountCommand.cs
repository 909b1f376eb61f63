using System.CommandLine;
using Mox.Host.Control;
using Mox.Host.Operations;
using Mox.Store;

namespace Mox.Host.Cli;

/// <summary><c>mox account</c>.</summary>
internal static class AccountCommand
{
    private static readonly Argument<string> Account = new("ACCOUNT") { Description = "The name of the account: lower-case letters, digits, \"-\", \"_\" and \".\"." };
    private static readonly Argument<string> Address = new("ADDRESS") { Description = "Its first address, in a domain of ours; also what its user logs in with." };
    private static readonly Argument<string?> Text = new("TEXT")
    {
        Description = "What clients are told; ASCII, under 256 characters.",
        DefaultValueFactory = _ => "account is disabled",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Generate = new("--generate") { Description = "Make a password, and print it." };
    private static readonly Argument<string[]> Restored = new("ACCOUNT") { Description = "Which.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<bool> All = new("--all") { Description = "All accounts." };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask first." };

    public static Command Create() => OperatorCommand.Noun(
        "account",
        """
        Add, change, list and remove accounts: people, with mail of their own.

        Example:
          mox account add alice alice@example.org
        """,
        OperatorCommand.CreatePlain(
            "add",
            """
            Add an account, with an address. It has no password yet: nobody can log in.

            Example:
              mox account add alice alice@example.org
            """,
            (context, ct) => context.DoAsync(AccountOperations.Add, new AccountAddition(context.Get(Account), context.Get(Address)), ct),
            Account,
            Address),
        OperatorCommand.CreatePlain(
            "remove",
            """
            Remove an account with its addresses and all its mail. There is no way back but a backup.

            Example:
              mox account remove alice
            """,
            RemoveAsync,
            Account,
            Yes),
        OperatorCommand.CreatePlain(
            "set-password",
            """
            Set the password of an account: asked for on the terminal, or else read from standard input, its first line.

            Example:
              mox account set-password alice
              mox account set-password alice --generate
            """,
            SetPasswordAsync,
            Account,
            Generate),
        OperatorCommand.CreatePlain(
            "disable",
            """
            Refuse the logins of an account. Its mail still comes in.

            Example:
              mox account disable alice "call us at extension 17"
            """,
            (context, ct) => context.DoAsync(AccountOperations.Disable, new AccountDisabling(context.Get(Account), context.Get(Text)!), ct),
            Account,
            Text),
        OperatorCommand.CreatePlain(
            "enable",
            """
            Take the logins of an account again.

            Example:
              mox account enable alice
            """,
            (context, ct) => context.DoAsync(AccountOperations.Enable, new AccountRequest(context.Get(Account)), ct),
            Account),
        OperatorCommand.CreatePlain(
            "renew-uidvalidity",
            """
            After a restore, while the server does not run: have IMAP clients forget what they know of the mail that came after the backup, since
            the numbers of these messages will be given again. They fetch their mailboxes anew.

            Example:
              mox account renew-uidvalidity --all
            """,
            RenewAsync,
            Restored,
            All),
        OperatorCommand.Create(
            "list",
            """
            List the accounts with their addresses.

            Example:
              mox account list --json
            """,
            ListAsync));

    private static async Task<int> RemoveAsync(OperatorContext context, CancellationToken ct)
    {
        string account = context.Get(Account);
        if (!context.Parsed.GetValue(Yes) && !PasswordPrompt.Confirms($"Remove account {account} and all its mail? Type its name: ", account))
        {
            throw new UserErrorException("nothing was removed");
        }

        return await context.DoAsync(AccountOperations.Remove, new AccountRequest(account), ct);
    }

    private static async Task<int> SetPasswordAsync(OperatorContext context, CancellationToken ct)
    {
        bool generate = context.Parsed.GetValue(Generate);
        string password = generate ? PasswordPrompt.Generate() : PasswordPrompt.Read();
        int code = await context.DoAsync(AccountOperations.SetPassword, new PasswordChange(context.Get(Account), password), ct);
        if (generate)
        {
            context.Output.WriteLine(password);
        }

        return code;
    }

    private static async Task<int> RenewAsync(OperatorContext context, CancellationToken ct)
    {
        string[] names = context.Parsed.GetValue(Restored) ?? [];
        if (names.Length > 0 == context.Parsed.GetValue(All))
        {
            throw new UserErrorException("name accounts, or else say --all");
        }

        using (ControlClient? server = ControlClient.TryConnect(context.DataDirectory))
        {
            if (server is not null)
            {
                throw new UserErrorException("the server runs, and clients with it: mox stop");
            }
        }

        await using OfflineStore store = await OfflineStore.OpenAsync(context.DataDirectory, ct);
        foreach (string name in names.Length > 0 ? names : store.Accounts.Names())
        {
            using AccountLease lease = await store.Accounts.OpenAsync(name, ct);
            await lease.Account.RenewUidValiditiesAsync(ct);
            context.Output.WriteLine($"account {name}: {lease.Account.Mailboxes.All.Count} mailboxes");
        }

        return 0;
    }

    private static async Task<int> ListAsync(OperatorContext context, CancellationToken ct) => context.PrintList(
        await context.RunAsync(AccountOperations.List, new ListRequest(), ct),
        ControlJson.Default.IReadOnlyListAccountLine,
        ["account", "addresses", "logins"],
        line => [line.Account, string.Join(' ', line.Addresses), line.LoginDisabled is { } text ? $"refused: {text}" : "taken"]);
}
