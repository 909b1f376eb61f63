using Mox.Config;
using Mox.Smtp;

namespace Mox.Delivery;

/// <summary>Recipients as the configuration has them at that moment.</summary>
public sealed class ConfiguredRecipients(LiveConfig config) : IRecipients
{
    /// <inheritdoc/>
    public Resolution Resolve(ForwardPath recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        // Nothing is delivered to address literals; the protocol has refused them already.
        return recipient.Host is { Literal: not null }
            ? new Resolution.UnknownDomain()
            : config.Addresses.Resolve(recipient.LocalPart, recipient.Host?.Domain);
    }
}
