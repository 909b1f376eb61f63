using Mox.Config;
using Mox.Host.Control;
using Mox.Host.Serving;
using Mox.Queue;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>Accounts: who is in the configuration, with a place in the store and a password.</summary>
internal static class AccountOperations
{
    /// <summary>Shorter passwords are refused.</summary>
    public const int MinPasswordLength = 8;

    public static readonly Operation<AccountAddition, OperationDone> Add =
        new("account/add", ControlJson.Default.AccountAddition, ControlJson.Default.OperationDone, AddAsync);

    public static readonly Operation<AccountRequest, OperationDone> Remove =
        new("account/remove", ControlJson.Default.AccountRequest, ControlJson.Default.OperationDone, RemoveAsync);

    public static readonly Operation<PasswordChange, OperationDone> SetPassword =
        new("account/set-password", ControlJson.Default.PasswordChange, ControlJson.Default.OperationDone, SetPasswordAsync);

    public static readonly Operation<AccountDisabling, OperationDone> Disable =
        new("account/disable", ControlJson.Default.AccountDisabling, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"logins of account {asked.Account} are refused; its mail still comes in",
            context.Editor.SetLoginDisabledAsync(asked.Account, asked.Text, context.Who, ct)));

    public static readonly Operation<AccountRequest, OperationDone> Enable =
        new("account/enable", ControlJson.Default.AccountRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"account {asked.Account} may log in",
            context.Editor.SetLoginDisabledAsync(asked.Account, null, context.Who, ct)));

    public static readonly Operation<ListRequest, IReadOnlyList<AccountLine>> List =
        new("account/list", ControlJson.Default.ListRequest, ControlJson.Default.IReadOnlyListAccountLine, (context, _, _) => Task.FromResult(ListAll(context.Config.Current)));

    private static async Task<OperationDone> AddAsync(OperationContext context, AccountAddition asked, CancellationToken ct)
    {
        if (!context.Config.Current.Accounts.ContainsKey(asked.Account) && context.Accounts.Exists(asked.Account))
        {
            throw new UserErrorException(
                $"there is mail of an earlier account {asked.Account} in the data directory: move accounts/{asked.Account} away, or add the account to domains.json by hand to have that mail again");
        }

        // First in the configuration, which refuses what is no good; the server makes accounts that are configured, too.
        OperationDone done = await OperationContext.DoneAsync(
            $"account {asked.Account} added, with address {asked.Address}; set a password with: mox account set-password {asked.Account}",
            context.Editor.AddAccountAsync(asked.Account, asked.Address, context.Who, ct));
        try
        {
            await context.Accounts.CreateAsync(asked.Account, ConfiguredAccounts.Mailboxes(context.Config.Current.InitialMailboxes), ct);
        }
        catch (StoreException) when (context.Accounts.Exists(asked.Account))
        {
            // It was quicker.
        }

        return done;
    }

    private static async Task<OperationDone> RemoveAsync(OperationContext context, AccountRequest asked, CancellationToken ct)
    {
        OperationDone done = await OperationContext.DoneAsync(
            $"account {asked.Account} removed, with its addresses and its mail", context.Editor.RemoveAccountAsync(asked.Account, context.Who, ct));
        // What it had on its way out comes to an end; the postmaster gets the reports.
        await (await context.Queue(ct)).FailAsync(new QueueFilter { Account = asked.Account }, ct);
        await context.Accounts.TlsPublicKeys.RemoveAccountAsync(asked.Account, ct);
        if (context.Accounts.Exists(asked.Account))
        {
            await context.Accounts.RemoveAsync(asked.Account, ct);
        }

        return done;
    }

    private static async Task<OperationDone> SetPasswordAsync(OperationContext context, PasswordChange asked, CancellationToken ct)
    {
        if (asked.Password.Length < MinPasswordLength)
        {
            throw new UserErrorException($"a password has at least {MinPasswordLength} characters");
        }

        try
        {
            await context.Accounts.SetPasswordAsync(asked.Account, asked.Password, ct);
            return new OperationDone($"password of account {asked.Account} set");
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }

    private static IReadOnlyList<AccountLine> ListAll(MoxConfig config) =>
    [
        .. config.Accounts.Values.OrderBy(account => account.Name, StringComparer.Ordinal).Select(account => new AccountLine(
            account.Name, [.. account.Destinations.Select(destination => destination.ToString())], account.LoginDisabled)),
    ];
}
