using Microsoft.AspNetCore.Http.HttpResults;
using Mox.Addresses;
using Mox.Config;
using Mox.Store;

namespace Mox.Host.Control;

/// <summary>The keys that clients log in with instead of a password.</summary>
internal static class TlsKeyControl
{
    /// <summary>Adds the routes.</summary>
    public static void MapTlsKeyControl(this RouteGroupBuilder group)
    {
        group.MapGet("/tlspubkeys", ListAsync);
        group.MapPost("/tlspubkeys", AddAsync);
        group.MapPost("/tlspubkeys/remove", RemoveAsync);
    }

    private static async Task<JsonHttpResult<TlsKeyList>> ListAsync(AccountStore store, string? account, CancellationToken ct) =>
        TypedResults.Json(new TlsKeyList(await store.TlsPublicKeys.ListAsync(account, ct)), ControlJson.Default.TlsKeyList);

    private static async Task<JsonHttpResult<TlsKeyList>> AddAsync(TlsKeyAddition addition, AccountStore store, LiveConfig live, CancellationToken ct)
    {
        if (!Address.TryParse(addition.LoginAddress, out Address address) || live.Addresses.ResolveLogin(address) is not { } login)
        {
            throw new UserErrorException($"no account has the address \"{addition.LoginAddress}\": name one that a user logs in with");
        }

        TlsPublicKey key = await store.TlsPublicKeys.AddAsync(
            Parse(addition.Pem), addition.Name, login.Account.Name, login.Canonical.ToString(), addition.ImapPreauth, ct);
        return TypedResults.Json(new TlsKeyList([key]), ControlJson.Default.TlsKeyList);
    }

    private static async Task<NoContent> RemoveAsync(TlsKeyRemoval removal, AccountStore store, CancellationToken ct) =>
        await store.TlsPublicKeys.RemoveAsync(removal.Fingerprint, ct)
            ? TypedResults.NoContent()
            : throw new UserErrorException($"no key has the fingerprint \"{removal.Fingerprint}\": mox tlspubkey list shows them");

    private static TlsKeyFile Parse(string pem)
    {
        try
        {
            return TlsKeyFile.Parse(pem);
        }
        catch (FormatException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }
}
