using Mox.Config;
using Mox.Host.Control;

namespace Mox.Host.Operations;

/// <summary>Addresses of accounts, and what is left of a domain.</summary>
internal static class AddressOperations
{
    public static readonly Operation<AddressAddition, OperationDone> Add =
        new("address/add", ControlJson.Default.AddressAddition, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"mail for {asked.Address} goes to account {asked.Account}",
            context.Editor.AddAddressAsync(asked.Account, asked.Address, asked.Mailbox, context.Who, ct)));

    public static readonly Operation<AddressRequest, OperationDone> Remove =
        new("address/remove", ControlJson.Default.AddressRequest, ControlJson.Default.OperationDone, (context, asked, ct) => OperationContext.DoneAsync(
            $"address {asked.Address} removed", context.Editor.RemoveAddressAsync(asked.Address, context.Who, ct)));

    public static readonly Operation<ListRequest, IReadOnlyList<AddressLine>> List =
        new("address/list", ControlJson.Default.ListRequest, ControlJson.Default.IReadOnlyListAddressLine, (context, _, _) => Task.FromResult(ListAll(context.Config.Current)));

    private static IReadOnlyList<AddressLine> ListAll(MoxConfig config) =>
    [
        .. config.Accounts.Values
            .SelectMany(account => account.Destinations, (account, destination) => new AddressLine(
                destination.ToString(),
                account.Name,
                destination.Mailbox,
                destination.SmtpError is { } error ? $"{(error.IsTemporary ? "421" : "550")} {error.Text}" : null))
            .OrderBy(line => line.Address[(line.Address.LastIndexOf('@') + 1)..], StringComparer.Ordinal)
            .ThenBy(line => line.Address, StringComparer.Ordinal),
    ];
}
