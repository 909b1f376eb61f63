using Mox.Addresses;
using Mox.Config;

namespace Mox.Queue;

/// <summary>Who may send as whom, by the configuration as it is at that moment.</summary>
public sealed class SenderRules(LiveConfig config)
{
    /// <summary>Whether an account may send as an address: its own, one by a separator or a catchall, or an alias that lets it.</summary>
    public SenderVerdict Check(string account, Address address)
    {
        if (!config.Current.Domains.TryGetValue(address.Domain, out DomainConfig? domain))
        {
            return SenderVerdict.NotOwned;
        }

        AddressResolver addresses = config.Addresses;
        bool isOwn = addresses.ResolveLogin(address) is { } found && found.Account.Name == account;
        if (!isOwn && !IsOfItsAlias(addresses, account, address) && !domain.Disabled)
        {
            return SenderVerdict.NotOwned;
        }

        return domain.Disabled ? SenderVerdict.Disabled : SenderVerdict.Allowed;
    }

    /// <summary>What an account may send in a day.</summary>
    public SendingLimits Limits(string account) => config.Current.Accounts.TryGetValue(account, out AccountConfig? found)
        ? new SendingLimits(found.MaxOutgoingMessagesPerDay, found.MaxFirstTimeRecipientsPerDay)
        : new SendingLimits(0, 0);

    private static bool IsOfItsAlias(AddressResolver addresses, string account, Address address) =>
        addresses.Resolve(address.LocalPart, address.Domain) is Resolution.ToAlias { Alias.AllowMessageFrom: true } alias
        && alias.Members.Any(member => member.Account.Name == account);
}

/// <summary>Whether an address may be used by a sender.</summary>
public enum SenderVerdict
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>It is not the account's.</summary>
    NotOwned,

    /// <summary>It is, but its domain is disabled for now.</summary>
    Disabled,
}
