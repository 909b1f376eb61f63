using Mox.Addresses;
using Mox.Config;
using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>Recipients of <c>mox localserve</c>: who is not known goes to the account of the postmaster, so that anything can be tried.</summary>
public sealed class LocalserveRecipients(IRecipients known, LiveConfig config) : IRecipients
{
    /// <inheritdoc/>
    public Resolution Resolve(ForwardPath recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return known.Resolve(recipient) switch
        {
            Resolution.UnknownUser or Resolution.UnknownDomain when recipient.Address is { } address => Catch(address),
            var resolution => resolution,
        };
    }

    private Resolution.ToAccount Catch(Address address)
    {
        MoxConfig now = config.Current;
        return new Resolution.ToAccount(now.Accounts[now.Postmaster.Account], "Inbox", address);
    }
}
