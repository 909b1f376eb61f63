using Mox.Host.Control;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>The text index of an account, by which SEARCH finds words without opening each message.</summary>
internal static class IndexOperations
{
    public static readonly Operation<AccountRequest, OperationDone> Rebuild =
        new("index/rebuild", ControlJson.Default.AccountRequest, ControlJson.Default.OperationDone, RebuildAsync);

    private static async Task<OperationDone> RebuildAsync(OperationContext context, AccountRequest asked, CancellationToken ct)
    {
        using AccountLease lease = await context.Accounts.OpenAsync(asked.Account, ct);
        await lease.Account.IndexAsync(rebuild: true, ct);
        return new OperationDone($"account {asked.Account}: the text index is made anew, {lease.Account.MessageCount} messages");
    }
}
